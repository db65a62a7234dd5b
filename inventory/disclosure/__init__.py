"""What does the public page say, and may it be published at all?

`disclose` reads the content of the page off a judgement, or refuses with every reason against it.
"""

from __future__ import annotations

from collections.abc import Iterable

from inventory.disclosure.content import Disclosure
from inventory.disclosure.gather import Gathering
from inventory.disclosure.refusal import CELLS, check_allowed, reasons, worded
from lineage.errors import Refused
from lineage.judgement import Judgement

__all__ = ["CELLS", "Disclosure", "disclose"]


def disclose(judgement: Judgement, allow_unknown: Iterable[str] = ()) -> Disclosure:
    """The content of the page.

    `allow_unknown` names cells (``contact``), or one party's (``adloom:contact``), that may be printed as not yet
    established.  Raises Refused, one reason a line under headings, while an unauthorized share stands (suppressed or
    not), a field nobody looked at goes to others, a cell is unknown and not allowed to be, or words would name a
    class, an internal thing or nothing.  Raises InvalidInput for an `allow_unknown` that names no cell.
    """
    allowed = frozenset(allow_unknown)
    check_allowed(allowed, judgement.world.parties)
    disclosure = Gathering(judgement).disclosure()
    if against := reasons(judgement, disclosure, allowed):
        raise Refused(worded(against))
    return disclosure
