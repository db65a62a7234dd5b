"""A check as versioned JSON for machines."""

from __future__ import annotations

import json
from typing import IO, Any

from inventory.report import VERSION, Report, share_record
from lineage.findings import Finding


def write(report: Report, out: IO[str]) -> None:
    """Write the whole report as one JSON object, keys in a fixed order."""
    judgement = report.judgement
    shares = [share_record(judgement, s) for s in judgement.shares]
    value = {
        "version": VERSION,
        "command": "check",
        "as_of": judgement.day.isoformat(),
        "known_at": judgement.known_at.isoformat(),
        "rule_set": report.rule_set,
        "coverage": report.coverage,
        "gaps": [{"source": g.source, "reason": g.reason} for g in report.gaps],
        "shares": sorted({json.dumps(s, sort_keys=True): s for s in shares}.values(), key=_order),
        "findings": [finding_record(f) for f in report.findings],
    }
    json.dump(value, out, ensure_ascii=False, indent=1)
    out.write("\n")


def _order(share: dict[str, Any]) -> str:
    return json.dumps(share, ensure_ascii=False)


def finding_record(finding: Finding) -> dict[str, Any]:
    """A finding as the JSON contract has it."""
    suppressed = finding.suppressed
    return {
        "check": finding.check,
        "severity": finding.severity,
        "fingerprint": finding.fingerprint,
        "message": finding.message,
        "source": finding.source,
        "target": finding.target,
        "recipient": finding.recipient,
        "place": finding.place,
        "path": [{"field": h.field, "evidence": h.evidence, "action": h.action} for h in finding.path],
        "ways_out": list(finding.ways_out),
        "suppressed": suppressed
        and {
            "reason": suppressed.reason,
            "owner": suppressed.owner,
            "expires": suppressed.expires.isoformat(),
        },
    }
