"""What do authorizations cover of what is shared?  Each thing that they may be asked is worked out once.

Many shares are held against few authorizations, and the same few categories, uses and countries come again and again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial, reduce
from operator import attrgetter, or_
from typing import Any

from lineage.carry import FORMS
from lineage.covering import covering_category, covering_use, covers_category, covers_country, covers_use
from lineage.model import ALL, Authorization
from lineage.propagate import Label
from lineage.share import Handover, Share

_OF: Mapping[str, Callable[[Share], Any]] = {
    "sender": attrgetter("sender"),
    "category": attrgetter("data_category"),
    "data-use": attrgetter("data_use"),
    "subject": attrgetter("data_subject"),
    "form": attrgetter("form"),
    "country": attrgetter("countries"),
}
"""What of a share each part of an authorization is asked about."""
_NAMED: Mapping[str, tuple[Callable[[Authorization], Iterable[str]], Callable[[Any], Iterable[str]]]] = {
    "category": (attrgetter("data_categories"), covering_category),
    "data-use": (attrgetter("data_uses"), covering_use),
    "subject": (attrgetter("data_subjects"), lambda subject: (subject, ALL)),
}
"""The parts that an authorization has entries for: its entries, and those that would cover what is asked.  By these it
is looked up which of many cover it; `Terms.covers` asks one."""


class Terms:
    """One authorization on a day; `lets` says of a sender whether it may share under it."""

    def __init__(self, authorization: Authorization, day: date, lets: Callable[[str | None], bool]) -> None:
        a = self.authorization = authorization
        self._lets = lets
        self.on_consent = a.legal_basis == "consent"
        whatever_is_shared = (
            ("instrument", (a.role == "processor") == (a.instrument.kind == "processing-agreement")),
            ("legal-basis", a.role == "processor" or a.legal_basis is not None),
            ("not-yet-valid", a.valid_from <= day),
            ("expired", a.valid_until is None or day <= a.valid_until),
        )
        self.always = tuple(part for part, holds in whatever_is_shared if not holds)

    def covers(self, part: str, value: Any) -> bool:
        """Does it cover what one part of it (a key of `_OF`) is asked about?"""
        a = self.authorization
        match part:
            case "sender":
                return self._lets(value)
            case "form":
                return FORMS.index(a.form) <= FORMS.index(value)
            case "country":
                return all(covers_country(a.countries, country) for country in value)
            case "category":
                return covers_category(a.data_categories, value)
            case "data-use":
                return covers_use(a.data_uses, value)
            case "subject":
                return ALL in a.data_subjects or value in a.data_subjects
        raise KeyError(part)

    def failures(self, share: Share) -> tuple[str, ...]:
        """The parts of a share that it does not cover, in the order of `PARTS`, apart from consent."""
        return (*(part for part, of in _OF.items() if not self.covers(part, of(share))), *self.always)


class Offers:
    """The terms of all authorizations for one recipient, asked all at once.

    A set of them is a number with a bit for each.  Which let a category, and which a use, is worked out once; those
    that let a whole share are what these sets have in common.
    """

    def __init__(self, terms: Sequence[Terms]) -> None:
        self.terms = terms
        self.authorizations = tuple(each.authorization for each in terms)
        self.on_consent = any(each.on_consent for each in terms)
        self._lasting = sum(1 << i for i, each in enumerate(terms) if not each.always)
        self._letting = {part: _Answers(partial(self._which_let, part)) for part in _OF}
        self._naming = {part: self._index(entries) for part, (entries, _) in _NAMED.items()}
        self._picked: dict[int, tuple[Authorization, ...]] = {}

    def _index(self, entries: Callable[[Authorization], Iterable[str]]) -> dict[str, int]:
        """Which of them have each entry."""
        index: dict[str, int] = defaultdict(int)
        for i, authorization in enumerate(self.authorizations):
            for entry in entries(authorization):
                index[entry] |= 1 << i
        return index

    def _which_let(self, part: str, value: Any) -> int:
        if part in _NAMED:
            naming, (_, over) = self._naming[part], _NAMED[part]
            return reduce(or_, (naming.get(entry, 0) for entry in over(value)), 0)
        return sum(1 << i for i, each in enumerate(self.terms) if each.covers(part, value))

    def covering(self, hand: Handover, labels: Iterable[Label]) -> list[tuple[Authorization, ...]]:
        """For each of some labels handed over alike, those on which nothing fails, apart from consent; in order."""
        let = self._letting
        lasting = self._lasting & let["sender"][hand.sender] & let["data-use"][hand.data_use]
        lasting &= let["country"][hand.countries]
        category, subject, form = let["category"], let["subject"], let["form"]
        return [self._those(lasting & category[c] & subject[s] & form[f]) for c, s, f in labels]

    def _those(self, found: int) -> tuple[Authorization, ...]:
        if found not in self._picked:
            self._picked[found] = tuple(a for i, a in enumerate(self.authorizations) if found >> i & 1)
        return self._picked[found]

    def failures(self, hand: Handover, label: Label) -> list[tuple[tuple[str, ...], Authorization]]:
        """What of a label handed over fails on each of them, apart from consent; in order."""
        if not self.terms:
            return []
        share, count = hand.of(label), len(self.terms)
        letting = (f"{self._letting[part][of(share)]:0{count}b}"[::-1] for part, of in _OF.items())
        each = zip(self.terms, zip(*letting, strict=True), strict=True)
        return [((*_lacking(lets), *terms.always), terms.authorization) for terms, lets in each]


@lru_cache
def _lacking(lets: tuple[str, ...]) -> tuple[str, ...]:
    """The parts that are not let, of a digit for each of `_OF`."""
    return tuple(part for part, let in zip(_OF, lets, strict=True) if let == "0")


class _Answers(dict[Hashable, int]):
    """The answers to a question, each asked for when it is first looked up."""

    def __init__(self, ask: Callable[[Any], int]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, about: Hashable) -> int:
        answer = self[about] = self._ask(about)
        return answer
