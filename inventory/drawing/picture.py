"""A drawing of a graph in words and in DOT: all of it, or what lies around some fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from inventory.drawing.choice import around, choose
from inventory.drawing.source import dot_source
from inventory.drawing.systems import AGGREGATE, systems_source
from inventory.escaping import printable
from lineage.judgement import Judgement
from lineage.share import Share
from lineage.vocabulary import label

_MOST_SENTENCES = 30


@dataclass(frozen=True, slots=True)
class Picture:
    """DOT source, what it is called, and what it shows, for those who cannot see it."""

    source: str
    title: str
    description: str


def of_all(judgement: Judgement, project: str) -> Picture:
    """Where personal data flows in the whole project, as far as one drawing can show."""
    title = f"{printable(project)}: where personal data flows, {judgement.day}"
    return Picture(dot_source(judgement, choose(judgement), title), title, _described(judgement))


def of_some(judgement: Judgement, nodes: Iterable[int], title: str, beyond: int = 0) -> Picture:
    """Some fields, given as positions in the graph, the most important first, and the flows between them; `beyond` more
    are known and left out."""
    return Picture(dot_source(judgement, around(judgement, nodes, beyond), title), title, _described(judgement))


def of_systems(judgement: Judgement, project: str) -> Picture:
    """Which systems personal data flows between: an aggregate, in which no path of a field can be read."""
    title = f"{printable(project)}: systems that personal data flows between, {judgement.day}"
    return Picture(systems_source(judgement, title), title, f"{AGGREGATE['en']} {_described(judgement)}")


def _described(judgement: Judgement) -> str:
    """The shares as sentences, those that nobody authorised first."""
    shares = sorted(judgement.shares, key=lambda share: share.authorized)
    told = list(dict.fromkeys(_sentence(judgement, share) for share in shares))
    more = [f"And {len(told) - _MOST_SENTENCES} more."] if len(told) > _MOST_SENTENCES else []
    return " ".join([*told[:_MOST_SENTENCES], *more]) or "No sharing is known."


def _sentence(judgement: Judgement, share: Share) -> str:
    what, who = label(share.data_category), judgement.world.party_name(share.recipient)
    verdict = "authorised" if share.authorized else "NOT authorised"
    return f"{printable(who)} receives {printable(what)} ({share.form}), {verdict}."
