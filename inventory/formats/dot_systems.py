"""A map of the systems that personal data flows between, as DOT: an aggregate that must not be read as field flows.

Cannot say which field goes where, nor by which way: two arrows in a row are no path of any data.  It is not read back.
"""

from __future__ import annotations

from typing import IO

from inventory.drawing import picture
from inventory.report import Report


def write(report: Report, out: IO[str]) -> None:
    """Write one directed graph."""
    out.write(picture.of_systems(report.judgement, report.project).source)
