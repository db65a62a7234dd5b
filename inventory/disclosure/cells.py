"""How a statement of the graph is put on the page: clean words, stable ids, and the nearest promise."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from inventory.disclosure.content import Keeping, Remedy, Text
from lineage.graph import LineageGraph
from lineage.model import ALL, Control, Retention
from lineage.shares import EEA, Share
from lineage.vocabulary import covers, label
from lineage.world import World

LANGUAGES = ("zh-Hans", "en")
_PLAIN_KEY = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")


def clean(words: str | None) -> str | None:
    """One line without control, formatting or direction marks; None where nothing is left."""
    if words is None:
        return None
    kept = (" " if c.isspace() else c for c in words if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join("".join(kept).split()) or None


def told(words: str | None) -> Text | None:
    """Words that a person wrote without telling their language."""
    kept = clean(words)
    return (("", kept),) if kept else None


def told_in(pairs: Iterable[tuple[str, str]]) -> Text:
    """Words that a person wrote with their languages."""
    return tuple(sorted((lang, kept) for lang, words in pairs if (kept := clean(words))))


def named(key: str) -> Text:
    """The glossary's words for a category, use or subject."""
    return tuple((lang, label(key, lang)) for lang in LANGUAGES)


def slug(key: str) -> str:
    """A key as a part of an id and of a file name: never a path, never two keys the same."""
    if _PLAIN_KEY.fullmatch(key) and len(key) <= 80:
        return key.replace(".", "-")
    readable = "-".join(re.findall(r"[a-z0-9]+", key.lower()))[:40]
    return f"{readable}-{digest(key)[:8]}".lstrip("-")


def digest(*parts: object) -> str:
    """A fingerprint of values whose repr is fixed; tells nothing of what they name."""
    return hashlib.sha256("\x1f".join(map(repr, parts)).encode("utf-8", "surrogatepass")).hexdigest()


def graph_digest(graph: LineageGraph) -> str:
    """Equal for equal knowledge: the nodes, the flows and the statements, not the evidence."""
    whole = hashlib.sha256(digest(*graph.nodes, *graph.kinds, *graph.world.said).encode())
    for column in (graph.flow_source, graph.flow_target, graph.flow_kind):
        whole.update(column.astype("<i4").tobytes())
    return whole.hexdigest()


def flow_id(graph: LineageGraph, share: Share) -> str:
    """The id under which the crossing flow (or the direct collection) of a share stands on the page."""
    what = graph.flow(share.flow) if share.flow >= 0 else (share.target, share.point)
    return f"f-{digest(what)[:12]}"


def alphabetical(name: str | None) -> tuple[bool, bytes, str]:
    """Sorts Latin names by letter and common Chinese ones by pinyin (the order of GB 2312); unknown last."""
    text = (name or "").casefold()
    return (name is None, text.encode("gb18030", "replace"), text)


def among(entries: Sequence[str], category: str) -> bool:
    """Is a category among the entries of a promise?  No entries promise for all."""
    return not entries or any(e == ALL or covers(e, category) for e in entries)


def keeping_there(world: World, share: Share) -> Keeping | None:
    """How long the recipient keeps it: what is said for the recipient, else for the category everywhere."""
    there = {s.key for s in world.systems_of(share.target)}
    fitting = [
        r
        for r in world.retentions
        if among(r.data_categories, share.data_category)
        and (not r.systems or there & set(r.systems))
        and (not r.recipients or share.recipient in {world.head(p) for p in r.recipients})
        and (r.recipients or r.systems or r.data_categories)
    ]
    return _nearest(fitting, share.data_category)


def keeping_here(world: World, category: str, systems: Iterable[str]) -> Keeping | None:
    """How long we keep it ourselves, in any of our systems that hold it."""
    held = set(systems)
    fitting = [
        r
        for r in world.retentions
        if not r.recipients
        and among(r.data_categories, category)
        and (held & set(r.systems) if r.systems else r.data_categories)
    ]
    return _nearest(fitting, category)


def _nearest(fitting: Iterable[Retention], category: str) -> Keeping | None:
    """The one said for the narrowest case; a retention with neither period nor rule says nothing."""
    saying = [r for r in fitting if r.period or clean(r.rule)]
    if not saying:
        return None

    def narrow(r: Retention) -> tuple[bool, int, bool, str, str]:
        depth = max((len(e) for e in r.data_categories if e != ALL and covers(e, category)), default=0)
        return (not r.recipients, -depth, not r.systems, r.key, repr(r))

    best = min(saying, key=narrow)
    return Keeping(best.period, told(best.rule), best.after)


_STOPS = ("consent-withdrawal", "personalisation-off", "objection")
_ORDER = (
    *_STOPS,
    "deletion",
    "correction",
    "access",
    "copy",
    "portability",
    "explanation",
    "account-closing",
)


def remedies_for(controls: Iterable[Control], systems: Iterable[str], *, consented: bool) -> tuple[Remedy, ...]:
    """What a reader can do about data in these systems, the most fitting first.

    Where the basis is consent, something that stops it must be among them (PIPL art. 15, GDPR art. 7(3)):
    without one there is no remedy worth printing, and none is returned.
    """
    there = set(systems)
    fitting = [c for c in controls if not c.systems or there & set(c.systems)]
    if consented and not any(c.kind in _STOPS for c in fitting):
        return ()
    first = _ORDER if consented else (*_STOPS[1:], *_ORDER[3:], _STOPS[0])
    ranked = sorted(fitting, key=lambda c: (first.index(c.kind) if c.kind in first else 99, c.key, repr(c)))
    return tuple(remedy(c) for c in ranked if consented or c.kind != "consent-withdrawal")


def remedy(control: Control) -> Remedy:
    where, name = told_in(control.where), told_in(control.name)
    return Remedy(f"c-{slug(control.key)}", control.kind, name, where, clean(control.url))


def area(country: str) -> str:
    """The area of law a country belongs to: the EEA is one, every other country its own."""
    return "EEA" if country in EEA else country
