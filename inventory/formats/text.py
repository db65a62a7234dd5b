"""A check as a person reads it: the most serious first, each with its path, its reason and its ways out."""

from __future__ import annotations

import os
from typing import IO

from inventory.escaping import printable
from inventory.report import Report
from lineage.checks import Finding

_COLOURS = {"high": "1;31", "medium": "33", "low": "36"}


def write(report: Report, out: IO[str]) -> None:
    """Write all findings that stand, then what was suppressed, not read, and how much was covered."""
    standing = [f for f in report.findings if f.suppressed is None]
    for finding in standing:
        write_finding(finding, out)
        out.write("\n")
    for finding in report.findings:
        if finding.suppressed:
            kept = finding.suppressed
            about = f"{printable(kept.owner)} until {kept.expires}: {printable(kept.reason)}"
            out.write(f"suppressed  {finding.check}  F-{finding.fingerprint[:8]}  by {about}\n")
    for gap in report.gaps:
        out.write(f"not read  {printable(gap.source)}: {printable(gap.reason)}\n")
    out.write(_summary(report, standing))


def _summary(report: Report, standing: list[Finding]) -> str:
    counts = [f"{n} {s}" for s in _COLOURS if (n := sum(f.severity == s for f in standing))]
    plural = "" if len(standing) == 1 else "s"
    found = f"{len(standing)} finding{plural} ({', '.join(counts)})" if standing else "no finding"
    covered = report.coverage
    return (
        f"{found} under rule set {report.rule_set} on {report.judgement.day} "
        f"at coverage: {covered['sources']} sources read, "
        f"{covered['unread']} places unread, {covered['fields']} fields, {covered['personal']} holding personal data, "
        f"{covered['flows']} flows, {covered['shares']} shares\n"
        + ("INCOMPLETE: something was not read, so nothing here speaks for it\n" if report.incomplete else "")
    )


def write_finding(finding: Finding, out: IO[str]) -> None:
    """One finding, explained."""
    severity = _coloured(finding.severity, _COLOURS[finding.severity], out)
    out.write(f"{finding.check}  {severity}  F-{finding.fingerprint[:8]}\n")
    first, *why = finding.message.split("; because ")
    out.write(f"{printable(first, 600)}\n")
    for number, hop in enumerate(finding.path, 1):
        action = hop.action if hop.action != "SHARED" else _coloured("SHARED", "1;31", out)
        evidence = f"  [{printable(hop.evidence)}]" if hop.evidence else ""
        out.write(f"  {number} {action:<12} {printable(hop.field)}{evidence}\n")
    for reason in why:
        out.write(f"why      {printable(reason, 600)}\n")
    for position, way in enumerate(finding.ways_out):
        out.write(f"{'ways out' if not position else '      or'} {printable(way, 600)}\n")


def _coloured(text: str, code: str, out: IO[str]) -> str:
    wanted = out.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return f"\x1b[{code}m{text}\x1b[0m" if wanted else text
