"""A check as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import IO, Any

from inventory import __doc__ as about
from inventory.report import Report, file_and_line
from lineage.findings import PROMISES, Finding, Rule

_LEVELS = {"high": "error", "medium": "warning", "low": "note"}
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def write(report: Report, out: IO[str]) -> None:
    """Write one run with a rule for each check, whether it found something or not."""
    write_beside(report, {}, out)


def write_beside(report: Report, states: Mapping[str, str], out: IO[str]) -> None:
    """The same, saying of each finding how it is beside an earlier run: fingerprint -> ``new`` or ``updated``."""
    driver = {
        "name": "Sharemap",
        "version": version("sharemap"),
        "fullDescription": {"text": about},
        "rules": [_rule(rule) for rule in report.rules],
    }
    rules = [rule.name for rule in report.rules]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(f, rules) | _beside(states.get(f.fingerprint)) for f in report.findings],
        "properties": {
            "rule_set": report.rule_set,
            "coverage": report.coverage,
            "as_of": str(report.judgement.day),
        },
    }
    json.dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, out, ensure_ascii=False, indent=1)
    out.write("\n")


def _beside(state: str | None) -> dict[str, str]:
    return {"baselineState": state} if state else {}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": rule.help},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"promise": PROMISES[rule.promise], "tags": ["privacy", rule.promise]},
    }


def _result(finding: Finding, rules: list[str]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.check,
        "ruleIndex": rules.index(finding.check),
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "partialFingerprints": {"sharemap/v1": finding.fingerprint},
    }
    if finding.place:
        result["locations"] = [_location(finding.place, finding.message)]
    if finding.path:
        steps = [{"location": _location(h.evidence or h.field, f"{h.action} {h.field}")} for h in finding.path]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if finding.suppressed:
        result["suppressions"] = [{"kind": "external", "justification": finding.suppressed.reason}]
    return result


def _location(place: str, message: str) -> dict[str, Any]:
    path, line = file_and_line(place)
    if line is None:
        return {"logicalLocations": [{"fullyQualifiedName": place}], "message": {"text": message}}
    from urllib.parse import quote

    physical = {"artifactLocation": {"uri": quote(path)}, "region": {"startLine": line}}
    return {"physicalLocation": physical, "message": {"text": message}}
