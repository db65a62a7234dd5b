"""What an authorization covers of what is shared: each thing it may be asked is worked out once.

Many shares are held against few authorizations, and the same few categories, uses and countries come again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from operator import attrgetter
from typing import Any

from lineage.carry import FORMS
from lineage.covering import covers_category, covers_country, covers_use
from lineage.model import ALL, Authorization
from lineage.share import Share


class Terms:
    """One authorization on a day; `lets` says of a sender whether it may share under it."""

    def __init__(self, authorization: Authorization, day: date, lets: Callable[[str | None], bool]) -> None:
        a = self.authorization = authorization
        self.on_consent = a.legal_basis == "consent"
        self._asked: tuple[tuple[str, Callable[[Share], Any], _Answers], ...] = (
            ("sender", attrgetter("sender"), _Answers(lets)),
            ("category", attrgetter("data_category"), _Answers(
                lambda category: any(covers_category(entry, category) for entry in a.data_categories))),
            ("data-use", attrgetter("data_use"), _Answers(
                lambda use: any(covers_use(entry, use) for entry in a.data_uses))),
            ("subject", attrgetter("data_subject"), _Answers(
                lambda subject: ALL in a.data_subjects or subject in a.data_subjects)),
            ("form", attrgetter("form"), _Answers(
                lambda form: FORMS.index(a.form) <= FORMS.index(form))),
            ("country", attrgetter("countries"), _Answers(
                lambda countries: all(covers_country(a.countries, country) for country in countries))),
        )  # fmt: skip
        whatever_is_shared = (
            ("instrument", (a.role == "processor") == (a.instrument.kind == "processing-agreement")),
            ("legal-basis", a.role == "processor" or a.legal_basis is not None),
            ("not-yet-valid", a.valid_from <= day),
            ("expired", a.valid_until is None or day <= a.valid_until),
        )
        self._always = tuple(part for part, holds in whatever_is_shared if not holds)

    def failures(self, share: Share) -> tuple[str, ...]:
        """The parts of a share that it does not cover, in the order of `PARTS`, apart from consent."""
        return (*(part for part, of, covered in self._asked if not covered[of(share)]), *self._always)


class _Answers(dict[Hashable, bool]):
    """The answers to a question, each asked for when it is first looked up."""

    def __init__(self, ask: Callable[[Any], bool]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, about: Hashable) -> bool:
        answer = self[about] = self._ask(about)
        return answer
