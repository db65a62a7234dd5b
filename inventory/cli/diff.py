"""`sharemap diff`: what changed, in words for those who read a pull request."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inventory.cli.app import AsOf, Format, Output, Session, StoreOption, output, say
from inventory.cli.check import FailOn, exit_code, refuse_unknown
from inventory.escaping import coloured, printable

if TYPE_CHECKING:
    from inventory.comparison import Comparison
    from inventory.report import Report
    from lineage.findings import Finding
    from lineage.judgement import Judgement
    from lineage.share import Share

_WAYS = 3
"""So many ways of one thing that is handed over are shown; the others are counted."""


def diff(
    before: Annotated[str, typer.Argument(metavar="REV", help="Now, a run, a day or time, a store, a folder.")],
    after: Annotated[str, typer.Argument(metavar="[REV]", help="The same; default: now.")] = "now",
    fail_on: FailOn = "high",
    format: Format = "text",
    out: Output = None,
    as_of: AsOf = None,
    store: StoreOption = None,
) -> int:
    """What changed from one state of things to another.

    A REV is `now`, the number of a run, a day (what held and was known then) or a time (what was known), the path or
    URL of another store, or a folder of entries: what would be, were those in the place of inventory/. Shares and
    findings are new, gone, or judged otherwise. Exit code 1 where a finding is new, or more serious than it was, and as
    serious as --fail-on.
    """
    from inventory.comparison import compare
    from inventory.formats import github, sarif

    refuse_unknown(fail_on, format)
    session = Session(store, as_of)
    found = compare(session.project, session.store, before, after, session.day)
    report, states = _report(found)
    with output(out) as stream:
        if format == "json":
            json.dump(_record(found), stream, ensure_ascii=False, indent=1)
            stream.write("\n")
        elif format == "sarif":
            sarif.write_beside(report, states, stream)
        elif format == "github":
            github.write(report, stream)
        else:
            for line in _lines(found, stream):
                print(line, file=stream)
    for gap in report.gaps:
        say(f"not read: {printable(gap.source)}: {printable(gap.reason)}")
    return exit_code(_worse(found), fail_on, report)


def _worse(found: Comparison) -> list[Finding]:
    changed = found.difference
    return [*changed.new_findings, *(pair.after for pair in changed.altered_findings if pair.worse)]


def _report(found: Comparison) -> tuple[Report, dict[str, str]]:
    """The later report with only the findings that are new or weigh otherwise, and which of the two each is."""
    changed = found.difference
    states = {f.fingerprint: "new" for f in changed.new_findings}
    states |= {pair.after.fingerprint: "updated" for pair in changed.altered_findings}
    kept = tuple(f for f in found.after.report.findings if f.fingerprint in states)
    return dataclasses.replace(found.after.report, findings=kept), states


# -- in words ---------------------------------------------------------------------------------------------


def _lines(found: Comparison, stream: Any) -> Iterator[str]:
    changed = found.difference
    yield f"from {printable(found.before.name)} to {printable(found.after.name)}"
    before, after = (side.report.judgement for side in (found.before, found.after))
    yield from _shares("+", "now gets", after, changed.new_shares, stream)
    yield from _shares("-", "no longer gets", before, changed.gone_shares, stream)
    for pair in changed.changed_shares:
        yield f"~ {_told(after, pair.after, 'gets')}: {_verdict(pair.after, stream)}, was {_verdict(pair.before)}"
        yield f"    {_ends(after, pair.after)}"
    for mark, findings in (("+ new", changed.new_findings), ("- gone", changed.gone_findings)):
        for finding in findings:
            yield f"{mark} finding  {_finding(finding)}"
    for altered in changed.altered_findings:
        yield f"~ finding  {_finding(altered.after)} (was {_weight(altered.before)})"
    yield _summary(found)


def _shares(mark: str, verb: str, judgement: Judgement, shares: tuple[Share, ...], stream: Any) -> Iterator[str]:
    """What is handed over, once for all ways by which it is."""

    def told(share: Share) -> tuple[str, str]:
        return _told(judgement, share, verb), _verdict(share, stream)

    for (what, verdict), group in groupby(sorted(shares, key=told), key=told):
        ways = sorted({_ends(judgement, share) for share in group})
        yield f"{mark} {what}: {verdict}"
        yield from (f"    {way}" for way in ways[:_WAYS])
        if len(ways) > _WAYS:
            yield f"    and {len(ways) - _WAYS} ways more"


def _told(judgement: Judgement, share: Share, verb: str) -> str:
    from lineage.vocabulary import label

    who = judgement.world.party_name(share.recipient)
    use = label(share.data_use) if share.data_use else "an unknown purpose"
    what = f"{label(share.data_category)} of {label(share.data_subject)} ({share.form})"
    return printable(f"{who} {verb} {what} for {use}", 600)


def _ends(judgement: Judgement, share: Share) -> str:
    world = judgement.world
    if share.flow < 0:
        return printable(f"{world.ref(share.target)} collected at {share.point}", 600)
    places = judgement.graph.evidence_of_flow(share.flow)
    by = f"  [{places[0].place}]" if places else ""
    return printable(f"{world.ref(share.source)} -> {world.ref(share.target)}{by}", 600)


def _verdict(share: Share, stream: Any = None) -> str:
    if share.authorized:
        text, colour = f"authorised by {printable(share.authorization)}", "32"
    else:
        text, colour = f"NOT AUTHORISED ({', '.join(share.failed)})", "1;31"
    return coloured(text, colour, stream) if stream else text


def _finding(finding: Finding) -> str:
    first = finding.message.split("; because ")[0]
    return f"{finding.check}  {_weight(finding)}  F-{finding.fingerprint[:8]}  {printable(first, 400)}"


def _weight(finding: Finding) -> str:
    return f"{finding.severity}{', suppressed' if finding.suppressed else ''}"


def _summary(found: Comparison) -> str:
    changed = found.difference
    if not changed:
        return "nothing changed in what is shared and found"
    refused = sum(not share.authorized for share in changed.new_shares)
    return (
        f"shares: {len(changed.new_shares)} new ({refused} not authorised), {len(changed.gone_shares)} gone, "
        f"{len(changed.changed_shares)} judged otherwise; findings: {len(changed.new_findings)} new, "
        f"{len(changed.gone_findings)} gone, {len(changed.altered_findings)} that weigh otherwise"
    )


def _record(found: Comparison) -> dict[str, Any]:
    from inventory.formats.json import finding_record
    from inventory.report import share_record

    changed = found.difference
    before, after = (side.report.judgement for side in (found.before, found.after))
    return {
        "version": 1,
        "command": "diff",
        "from": {"name": found.before.name, "as_of": before.day.isoformat(), "known_at": before.known_at.isoformat()},
        "to": {"name": found.after.name, "as_of": after.day.isoformat(), "known_at": after.known_at.isoformat()},
        "shares": {
            "new": [share_record(after, share) for share in changed.new_shares],
            "gone": [share_record(before, share) for share in changed.gone_shares],
            "changed": [
                {"before": share_record(before, pair.before), "after": share_record(after, pair.after)}
                for pair in changed.changed_shares
            ],
        },
        "findings": {
            "new": [finding_record(finding) for finding in changed.new_findings],
            "gone": [finding_record(finding) for finding in changed.gone_findings],
            "changed": [
                {"before": finding_record(pair.before), "after": finding_record(pair.after)}
                for pair in changed.altered_findings
            ],
        },
        "gaps": [{"source": g.source, "reason": g.reason} for g in found.after.report.gaps],
    }


def register(app: typer.Typer) -> None:
    app.command()(diff)
