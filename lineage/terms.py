"""What do authorizations cover of what is shared?  Each thing that they may be asked is worked out once.

Many shares are held against few authorizations, and the same few categories, uses and countries come again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from operator import attrgetter
from typing import Any

from lineage.carry import FORMS
from lineage.covering import covers_category, covers_country, covers_use
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


class Terms:
    """One authorization on a day; `lets` says of a sender whether it may share under it."""

    def __init__(self, authorization: Authorization, day: date, lets: Callable[[str | None], bool]) -> None:
        a = self.authorization = authorization
        self.on_consent = a.legal_basis == "consent"
        self.covers: Mapping[str, Callable[[Any], bool]] = {
            "sender": lets,
            "category": partial(covers_category, a.data_categories),
            "data-use": partial(covers_use, a.data_uses),
            "subject": lambda subject: ALL in a.data_subjects or subject in a.data_subjects,
            "form": lambda form: FORMS.index(a.form) <= FORMS.index(form),
            "country": lambda countries: all(covers_country(a.countries, country) for country in countries),
        }
        whatever_is_shared = (
            ("instrument", (a.role == "processor") == (a.instrument.kind == "processing-agreement")),
            ("legal-basis", a.role == "processor" or a.legal_basis is not None),
            ("not-yet-valid", a.valid_from <= day),
            ("expired", a.valid_until is None or day <= a.valid_until),
        )
        self.always = tuple(part for part, holds in whatever_is_shared if not holds)

    def failures(self, share: Share) -> tuple[str, ...]:
        """The parts of a share that it does not cover, in the order of `PARTS`, apart from consent."""
        return (*(part for part, of in _OF.items() if not self.covers[part](of(share))), *self.always)


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
        self._picked: dict[int, tuple[Authorization, ...]] = {}

    def _which_let(self, part: str, value: Any) -> int:
        return sum(1 << i for i, each in enumerate(self.terms) if each.covers[part](value))

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
        share = hand.of(label)
        asked = [(part, self._letting[part][of(share)]) for part, of in _OF.items()]
        return [
            ((*(part for part, letting in asked if not letting >> i & 1), *each.always), each.authorization)
            for i, each in enumerate(self.terms)
        ]


class _Answers(dict[Hashable, int]):
    """The answers to a question, each asked for when it is first looked up."""

    def __init__(self, ask: Callable[[Any], int]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, about: Hashable) -> int:
        answer = self[about] = self._ask(about)
        return answer
