"""A check as GitHub workflow commands, one annotation a finding."""

from __future__ import annotations

from typing import IO

from inventory.escaping import printable
from inventory.report import Report, file_and_line

_LEVELS = {"high": "error", "medium": "warning", "low": "notice"}


def write(report: Report, out: IO[str]) -> None:
    """Write one line for each finding that stands."""
    for finding in report.findings:
        if finding.suppressed is None:
            path, line = file_and_line(finding.place or "")
            where = f" file={_property(path)},line={line}," if line else " "
            title = _property(f"{finding.check} F-{finding.fingerprint[:8]}")
            out.write(f"::{_LEVELS[finding.severity]}{where}title={title}::{_message(finding.message)}\n")


def _message(text: str) -> str:
    return printable(text, 2000).replace("%", "%25")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
