"""The sharing inventory as a table for auditors: one row for each thing that somebody else receives.

Cannot say: anything that is not shared; it is for reading and is not read back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from inventory import csvfile
from inventory.report import Report
from lineage.judgement import Judgement
from lineage.share import Share
from lineage.vocabulary import label

COLUMNS = (
    "sender", "sender_name", "recipient", "recipient_name", "role", "countries",
    "data_category", "data_category_en", "data_category_zh", "data_subject", "data_subject_en", "data_subject_zh",
    "form", "data_use", "data_use_en", "data_use_zh", "source", "target", "collection_point", "whole_dataset",
    "authorized", "authorization", "failed", "path", "evidence",
)  # fmt: skip


def write(report: Report, out: IO[str]) -> None:
    """Write a heading and the shares in their order; the columns are explained in docs/exports.md."""
    report.judgement.prepare(report.judgement.shares)
    csvfile.write(COLUMNS, (_row(report.judgement, share) for share in report.judgement.shares), out)


def _row(judgement: Judgement, share: Share) -> Iterator[object]:
    world, hops = judgement.world, judgement.witness(share)
    yield from (share.sender, world.party_name(share.sender) if share.sender else None)
    yield from (share.recipient, world.party_name(share.recipient) if share.recipient else None)
    yield _role(judgement, share)
    yield "; ".join(country or "unknown" for country in share.countries)
    for key in (share.data_category, share.data_subject):
        yield from _named(key)
    yield share.form.value
    yield from _named(share.data_use)
    yield from (world.ref(share.source), world.ref(share.target), share.point, share.coarse)
    yield from (share.authorized, share.authorization, "; ".join(share.failed))
    yield " -> ".join(hop.field for hop in hops)
    yield "; ".join(dict.fromkeys(hop.evidence for hop in hops if hop.evidence))


def _role(judgement: Judgement, share: Share) -> str | None:
    """The role the authorization gives the recipient, else the one it usually has."""
    roles = {a.key: a.role for a in judgement.world.authorizations}
    party = judgement.world.party(share.recipient)
    return roles.get(share.authorization or "", party.role if party else None)


def _named(key: str | None) -> tuple[str | None, ...]:
    """A key of the vocabulary with its name in English and Chinese."""
    return (key, label(key, "en"), label(key, "zh-Hans")) if key else (None, "unknown", "未知")
