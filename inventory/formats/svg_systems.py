"""A map of the systems that personal data flows between, as SVG: an aggregate that must not be read as field flows.

Needs the extra `draw`.  Cannot say what dot-systems cannot; it is for looking at and is not read back.
"""

from __future__ import annotations

from typing import IO

from inventory.drawing import clean, engine, picture
from inventory.report import Report


def write(report: Report, out: IO[str]) -> None:
    """Write one SVG; equal graphs make equal bytes on every machine.

    Raises InvalidInput without the extra `draw`, LineageError where drawing takes too long.
    """
    drawn = picture.of_systems(report.judgement, report.project)
    out.write(clean.cleaned(engine.svg(drawn.source), drawn.title, drawn.description))
