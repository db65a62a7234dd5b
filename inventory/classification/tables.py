"""What kind of table a column stands in: about people, addresses, cards, or about things and companies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inventory.classification.words import Words, nouns, singular, words

_SHORTEST_ENDING = 4
"""``useraddress`` ends with a noun, ``quser`` should not have to."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of one table that lexicon.csv asks for under `where`, and what its name says besides."""

    where: tuple[str, ...]
    person: bool
    thing: bool
    organisation: bool
    keyed: bool
    """Has it a column that is the key of a person?"""
    own: frozenset[str]
    """The words of its own name, which its columns may repeat."""


def kinds_of(table: str, comment: str, columns: Sequence[tuple[str, str | None]]) -> Kinds:
    """The kinds of a table by its name, its comment, and its columns as (name, what its key points at)."""
    own = {singular(word) for word in words(table)}
    ends = _Endings(words(table), comment)
    organisation = bool(own & nouns("organisation")) and not own & nouns("human")
    keyed = any(points_at_person(words(name), target) for name, target in columns)
    human = ends.with_any("human") and not organisation
    about = human or keyed or ((ends.with_any("owned") or ends.with_any("address")) and not organisation)
    address = about and ends.with_any("address")
    first_and_last = {("first", "name"), ("last", "name")} <= {words(name) for name, _ in columns}
    found = {
        "human": human,
        "named": first_and_last and about,
        "address": address,
        "card": about and ends.with_any("card"),
        "text": keyed and ends.with_any("text"),
        "search": keyed and ends.with_any("search"),
        "session": ends.with_any("session"),
        "person": about,
    }
    said = own | set(words(comment))
    thing = bool(said & nouns("thing"))
    person = not organisation and (about or bool(said & (nouns("human") | nouns("owned") | nouns("address"))))
    return Kinds(
        tuple(kind for kind, holds in found.items() if holds), person, thing, organisation, keyed, frozenset(own)
    )


def points_at_person(name: Words, target: str | None) -> bool:
    """Is this the key of a person, by what it points at or else by its name?"""
    if target is not None and _Endings(words(target.split("#")[0]), "").with_any("human"):
        return True
    return len(name) > 1 and name[-1] == "id" and singular(name[-2]) in nouns("human")


@dataclass(frozen=True, slots=True)
class _Endings:
    """How the name and the comment of a table end: the noun that says what its rows are."""

    name: Words
    comment: str

    def with_any(self, role: str) -> bool:
        return any(self._with(noun) for noun in nouns(role))

    def _with(self, noun: str) -> bool:
        if not noun.isascii():
            return any(text.rstrip("表信息").endswith(noun) for text in (self.comment, *self.name[-1:]))
        last = singular(self.name[-1]) if self.name else ""
        return last == noun or (len(noun) >= _SHORTEST_ENDING and last.endswith(noun))


def without_owner(name: Words, own: Iterable[str]) -> Words:
    """A column's name without the words at its front that only say whose it is."""
    start = 0
    while start < len(name) - 1 and (name[start] in nouns("whose") or singular(name[start]) in own):
        start += 1
    return name[start:]
