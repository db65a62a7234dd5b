"""A check as a person reads it: the most serious first, and at the end how each promise fared."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import IO

from inventory.escaping import coloured, printable
from inventory.report import Report
from lineage.findings import PROMISES, SEVERITIES, Finding

_COLOURS = {"high": "1;31", "medium": "33", "low": "36"}
_IN_FULL = 20
"""So many findings of one check are shown with their paths; of the others a line each."""


def write(report: Report, out: IO[str]) -> None:
    """Write all findings that stand, what was suppressed and not read, the promises, and how much was covered."""
    standing = [f for f in report.findings if f.suppressed is None]
    for (check, severity), group in groupby(standing, key=lambda f: (f.check, f.severity)):
        _write_group(report, check, severity, list(group), out)
    for finding in report.findings:
        if finding.suppressed:
            kept = finding.suppressed
            about = f"{printable(kept.owner)} until {kept.expires}: {printable(kept.reason)}"
            out.write(f"suppressed  {finding.check}  F-{finding.fingerprint[:8]}  by {about}\n")
    for gap in report.gaps:
        out.write(f"not read  {printable(gap.source)}: {printable(gap.reason)}\n")
    for line in _promises(report, standing):
        out.write(f"{line}\n")
    out.write(_summary(report, standing))


def _write_group(report: Report, check: str, severity: str, group: list[Finding], out: IO[str]) -> None:
    """Findings with a path (and single ones) in full; the others under one heading, a line each."""
    pathless = len(group) > 1 and not any(f.path for f in group)
    full, brief = ([], group) if pathless else (group[:_IN_FULL], group[_IN_FULL:])
    for finding in full:
        write_finding(finding, out)
        out.write("\n")
    if brief:
        told = coloured(severity, _COLOURS[severity], out)
        summary = next((rule.summary for rule in report.rules if rule.name == check), "")
        out.write(f"{check}  {told}  {len(brief)} {'more' if full else 'findings'}\n{printable(summary, 600)}\n")
        for finding in brief:
            out.write(f"  F-{finding.fingerprint[:8]}  {printable(_parts(finding)[0], 300)}\n")
        out.write(f"ways out of each: sharemap explain F-{brief[0].fingerprint[:8]}\n\n")


def _promises(report: Report, standing: list[Finding]) -> Iterator[str]:
    """A table: what was promised, and how many findings of each severity stand against it."""
    promise_of = {rule.name: rule.promise for rule in report.rules}
    width = max(map(len, PROMISES.values()))
    yield f"{'promise':<{width}}" + "".join(f"  {severity:>6}" for severity in SEVERITIES)
    for key, words in PROMISES.items():
        against = [f for f in standing if promise_of.get(f.check) == key]
        counts = [sum(f.severity == severity for f in against) for severity in SEVERITIES]
        told = "".join(f"  {n or '-':>6}" for n in counts) if against else "  no finding"
        yield f"{words:<{width}}{told}"
    yield ""


def _summary(report: Report, standing: list[Finding]) -> str:
    counts = [f"{n} {s}" for s in SEVERITIES if (n := sum(f.severity == s for f in standing))]
    plural = "" if len(standing) == 1 else "s"
    found = f"{len(standing)} finding{plural} ({', '.join(counts)})" if standing else "no finding"
    covered = report.coverage
    return (
        f"{found} under rule set {report.rule_set} on {report.judgement.day} "
        f"at coverage: {covered['sources']} sources read, "
        f"{covered['unread']} places unread, {covered['fields']} fields, {covered['personal']} holding personal data, "
        f"{covered['flows']} flows, {covered['shares']} shares\n" + _incomplete(report)
    )


def _incomplete(report: Report) -> str:
    if report.gaps:
        return "INCOMPLETE: something was not read, so nothing here speaks for it\n"
    if report.incomplete:
        return "INCOMPLETE: no field is known; name sources in sharemap.yaml, run sharemap scan, or enter datasets\n"
    return ""


def write_finding(finding: Finding, out: IO[str]) -> None:
    """One finding, explained."""
    severity = coloured(finding.severity, _COLOURS[finding.severity], out)
    out.write(f"{finding.check}  {severity}  F-{finding.fingerprint[:8]}\n")
    first, *why = _parts(finding)
    out.write(f"{printable(first, 600)}\n")
    width = max((len(printable(hop.field)) for hop in finding.path), default=0)
    for number, hop in enumerate(finding.path, 1):
        action = f"{printable(hop.action):<18}"
        if number == len(finding.path):
            action = coloured(action, "1;31", out)
        field = f"{printable(hop.field):<{min(width, 60)}}"
        out.write(f"  {number} {action} {field}  {printable(hop.evidence)}".rstrip() + "\n")
    for reason in why:
        out.write(f"why      {printable(reason, 600)}\n")
    for position, way in enumerate(finding.ways_out):
        out.write(f"{'ways out' if not position else '      or'} {printable(way, 600)}\n")


def _parts(finding: Finding) -> list[str]:
    """What is the matter, then why."""
    return finding.message.split("; because ")
