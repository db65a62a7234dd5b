"""A drawing of where personal data flows, as DOT for any Graphviz; the SVG of it is the format svg.

Cannot say: fields that nothing flows through, joins and group keys, and what lies beyond the limit of a drawing;
it is for looking at and is not read back.
"""

from __future__ import annotations

from typing import IO

from inventory.drawing import picture
from inventory.report import Report


def write(report: Report, out: IO[str]) -> None:
    """Write one directed graph."""
    out.write(picture.of_all(report.judgement, report.project).source)
