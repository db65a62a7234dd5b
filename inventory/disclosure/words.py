"""How is a statement put on the page: in which clean words, and under which id that tells nothing of our systems?"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from inventory.disclosure.content import Text
from lineage.graph import LineageGraph
from lineage.model import ALL, Publication, Wording
from lineage.share import Share
from lineage.vocabulary import LANGUAGES, label

_PLAIN_KEY = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_EVERYBODY: Text = (("zh-Hans", "所有人"), ("en", "Everybody"))


def clean(words: str | None) -> str | None:
    """One line without control, formatting or direction marks; None where nothing is left."""
    if words is None:
        return None
    kept = (" " if c.isspace() else c for c in words if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join("".join(kept).split()) or None


def told(words: str | None, wording: Wording = ()) -> Text:
    """What a person wrote, in the languages it was written in; empty where nothing was."""
    pairs = wording or (("", words or ""),)
    return tuple((language or _language(kept), kept) for language, said in pairs if (kept := clean(said)))


def _language(words: str) -> str:
    """The language of words that were written without one, as far as their script tells it."""
    return "zh-Hans" if _HAN.search(words) else "en" if _LATIN.search(words) else ""


def named(key: str) -> Text:
    """The glossary's words for a category or use."""
    return tuple((language, label(key, language)) for language in LANGUAGES)


def named_subject(key: str) -> Text:
    """The glossary's words for the people that data is about."""
    return _EVERYBODY if key == ALL else named(key)


def slug(key: str) -> str:
    """A key as a part of an id and of a file name: never a path, never two keys the same."""
    if _PLAIN_KEY.fullmatch(key) and len(key) <= 80:
        return key.replace(".", "-")
    readable = "-".join(re.findall(r"[a-z0-9]+", key.lower()))[:40]
    return f"{readable}-{digest(key)[:8]}".lstrip("-")


def party_id(key: str) -> str:
    """The id of a party on the page."""
    return slug(f"r.{key}")


def digest(*parts: object) -> str:
    """A fingerprint of values whose repr is fixed; tells nothing of what they name."""
    return hashlib.sha256("\x1f".join(map(repr, parts)).encode("utf-8", "surrogatepass")).hexdigest()


def flow_id(graph: LineageGraph, share: Share) -> str:
    """The id under which the crossing flow (or the direct collection) of a share stands on the page."""
    what = graph.flow(share.flow) if share.flow >= 0 else (share.target, share.point)
    return f"f-{digest(what)[:12]}"


def share_id(graph: LineageGraph, share: Share) -> str:
    """The id of one share: the flow that crosses and the tuple that it hands over."""
    hands = (share.sender, share.recipient, share.data_use, share.countries)
    return f"s-{digest(flow_id(graph, share), share.label, hands)[:12]}"


def graph_digest(graph: LineageGraph) -> str:
    """Equal for equal knowledge: nodes, flows and statements; neither the evidence nor what was published of it."""
    said = (s for s in graph.world.said if not isinstance(s, Publication))
    whole = hashlib.sha256(digest(*graph.nodes, *graph.kinds, *said).encode())
    for column in (graph.flow_source, graph.flow_target, graph.flow_kind):
        whole.update(column.astype("<i4").tobytes())
    return whole.hexdigest()
