"""What does the public page say, and may it be published at all?

`disclose` reads the content of the page off a judgement, or refuses with every reason against it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from inventory.disclosure.cells import LANGUAGES
from inventory.disclosure.content import (
    Agreement,
    Body,
    Collected,
    Contact,
    Disclosure,
    Exercise,
    Group,
    Handover,
    Item,
    Keeping,
    Provenance,
    Recipient,
    Remedy,
    Tally,
    Text,
    Use,
)
from inventory.disclosure.gather import Gathering
from inventory.disclosure.refusal import CELLS, check_allowed, reasons
from lineage.errors import Refused
from lineage.judgement import Judgement

__all__ = [
    "CELLS",
    "LANGUAGES",
    "Agreement",
    "Body",
    "Collected",
    "Contact",
    "Disclosure",
    "Exercise",
    "Group",
    "Handover",
    "Item",
    "Keeping",
    "Provenance",
    "PublishSettings",
    "Recipient",
    "Remedy",
    "Tally",
    "Text",
    "Use",
    "disclose",
]


@dataclass(frozen=True, slots=True)
class PublishSettings:
    """`allow_unknown` names cells (``contact``) or one recipient's (``adloom:contact``) that may be printed as
    not yet established."""

    allow_unknown: Iterable[str] = ()


def disclose(judgement: Judgement, settings: PublishSettings | None = None) -> Disclosure:
    """The content of the page.

    Raises Refused, one reason a line, while an unauthorized share stands (suppressed or not), a cell of a
    share is unknown and not allowed to be, or words would name a class, an internal thing or nothing.
    Raises InvalidInput for an `allow_unknown` that names no cell.
    """
    allowed = frozenset((settings or PublishSettings()).allow_unknown)
    check_allowed(allowed)
    disclosure = Gathering(judgement).disclosure()
    against = reasons(judgement, disclosure, allowed)
    if against:
        count = f"{len(against)} reason{'s' * (len(against) > 1)}"
        raise Refused("\n".join([f"the page is not published, for {count}:", *(f"- {r}" for r in against)]))
    return disclosure
