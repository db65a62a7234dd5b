"""`sharemap check`, `explain` and `suppress`: what is wrong, why, and what somebody chose to live with."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inventory.cli.app import AsOf, Format, KnownAt, Output, Session, StoreOption, output, say
from inventory.escaping import printable
from lineage.errors import InvalidInput, StoreError, did_you_mean

if TYPE_CHECKING:
    from inventory.report import Report
    from lineage.findings import Finding

FailOn = Annotated[str, typer.Option(help="Exit 1 at findings of this severity: high, medium, low, never.")]
_LEVELS = {"high": 0, "medium": 1, "low": 2, "never": -1}
_FORMATS = ("text", "json", "sarif", "github")


def check(
    fail_on: FailOn = "high",
    baseline: Annotated[
        Path | None, typer.Option(help="JSON of an earlier check: only findings not in it count.")
    ] = None,
    format: Format = "text",
    out: Output = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    store: StoreOption = None,
) -> int:
    """Judge what is known: findings, paths, ways out."""
    refuse_unknown(fail_on, format)
    known = _baseline(baseline)
    session = Session(store, as_of, known_at)
    report = session.report
    _write(report, format, out)
    if as_of is None and known_at is None:
        _show(session, report)
    if format != "text" or out is not None:
        for gap in report.gaps:
            say(f"not read: {printable(gap.source)}: {printable(gap.reason)}")
    return exit_code((f for f in report.findings if f.fingerprint not in known), fail_on, report)


def refuse_unknown(fail_on: str, format: str) -> None:
    """Raise InvalidInput for a level or a format that there is none of."""
    if fail_on not in _LEVELS:
        raise InvalidInput(f"--fail-on: {fail_on!r} is none of {', '.join(_LEVELS)}{did_you_mean(fail_on, _LEVELS)}")
    if format not in _FORMATS:
        raise InvalidInput(f"--format: {format!r} is none of {', '.join(_FORMATS)}{did_you_mean(format, _FORMATS)}")


def exit_code(counting: Iterable[Finding], fail_on: str, report: Report) -> int:
    """1 where one of the findings that count is as serious as that, else 3 where something was not read."""
    standing = (f for f in counting if f.suppressed is None and f.check != "unread-source")
    if any(_LEVELS[f.severity] <= _LEVELS[fail_on] for f in standing):
        return 1
    return 3 if report.incomplete else 0


def _write(report: Report, format: str, out: Path | None) -> None:
    from inventory import plugins

    with output(out) as stream:
        plugins.load(plugins.FORMATS, format).write(report, stream)


def _show(session: Session, report: Report) -> None:
    """Let a store that people look into show them this check; that it may not is no reason to fail."""
    from inventory import pipeline

    try:
        pipeline.show(session.store, report)
    except StoreError as problem:
        say(f"the store does not show this check: {printable(problem, 1000)}")


def _baseline(path: Path | None) -> set[str]:
    if path is None:
        return set()
    import json

    try:
        return {finding["fingerprint"] for finding in json.loads(path.read_text(encoding="utf-8"))["findings"]}
    except (OSError, ValueError, KeyError, TypeError):
        raise InvalidInput(f"--baseline: {path} is no JSON of `sharemap check --format json`") from None


def explain(
    what: Annotated[str, typer.Argument(metavar="CHECK|FINDING|FIELD")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    store: StoreOption = None,
) -> int:
    """Why a check exists, a finding stands, a field is labelled."""
    from inventory import plugins
    from inventory.formats import text
    from lineage.findings import PROMISES

    if what in plugins.names(plugins.CHECKS):
        rule = plugins.rule(plugins.load(plugins.CHECKS, what))
        print(f"{what}  {rule.severity}\n{rule.summary}\n\n{rule.help}\n\npromise: {PROMISES[rule.promise]}")
        return 0
    session = Session(store, as_of, known_at)
    matching = [f for f in session.report.findings if len(what) >= 4 and _is(f, what)]
    if matching:
        for finding in matching:
            text.write_finding(finding, sys.stdout)
        return 0
    from inventory.cli.ask import show_field
    from lineage.queries import find

    for node in find(session.judgement, what):
        show_field(session.judgement, node)
    return 0


def _is(finding: Finding, typed: str) -> bool:
    return finding.fingerprint.startswith(typed.removeprefix("F-").lower())


def suppress(
    finding: Annotated[str, typer.Argument(help="Fingerprint of the finding, or its first 7 digits or more.")],
    reason: Annotated[str, typer.Option(help="Why it is right to live with it.")],
    owner: Annotated[str, typer.Option(help="Who answers for that.")],
    expires: Annotated[str, typer.Option(metavar="DAY", help="Until when; the finding comes back then.")],
    store: StoreOption = None,
) -> int:
    """Live with a finding until a day, for a reason.

    It is written as a manual entry that somebody owns; when the day is over the finding comes back and says so.
    """
    from inventory.additions import add_entry

    session = Session(store)
    typed = finding.removeprefix("F-").lower()
    fitting = sorted(f.fingerprint for f in session.report.findings if f.fingerprint.startswith(typed))
    if len(typed) < 7 or len(fitting) != 1:
        raise InvalidInput(
            f"{finding!r} names {len(fitting)} findings of the check as it stands; "
            "give 7 or more digits of one that `sharemap check` prints"
        )
    entry = {"finding": fitting[0], "reason": reason, "owner": owner, "expires": expires}
    say(f"written to {add_entry(session.project, 'suppressions', entry)}")
    return 0


def register(app: typer.Typer) -> None:
    for command in (check, explain, suppress):
        app.command()(command)
