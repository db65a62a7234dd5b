"""What every store agrees on: how a fact is cut into a row, when a row holds, and what a reading retires."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lineage.codec import canonical, kind_of, record, restore
from lineage.model import Evidence, FieldId, Method, ScopeComplete, Statement

NOWHERE = FieldId("", "")
ENDS: dict[str, tuple[str, ...]] = {
    "flow": ("source", "target"), "symlink": ("alias", "dataset"), "dataset": ("dataset",),
    "erasure_route": ("dataset",), "field": ("field",), "classification": ("field",), "collection": ("field",),
}  # fmt: skip
"""Kind -> the attributes of it that name a node: what it is about, and, of two, where it leads."""


class Row(NamedTuple):
    """A fact as a store orders facts: its kind, two nodes, the JSON of all else it says, its place and line."""

    kind: str
    ns1: str
    name1: str
    field1: str
    ns2: str
    name2: str
    field2: str
    said: str
    place: str
    line: int


class Held(NamedTuple):
    """Of what a place says, all that decides when it holds: ISO days, and whether a person said so."""

    day: str | None
    until: str | None
    attested: bool


def row(statement: Statement, place: str, line: int) -> Row:
    kind = kind_of(statement)
    ends = ENDS.get(kind, ())
    a, b = (*(getattr(statement, end) for end in ends), NOWHERE, NOWHERE)[:2]
    return Row(kind, a.namespace, a.name, a.field, b.namespace, b.name, b.field, said_by(statement, ends), place, line)


def said_by(statement: Any, ends: tuple[str, ...]) -> str:
    told = record(statement)
    for end in ends:
        told.pop(end, None)
    return canonical(told)


def place_of(evidence: Evidence, *, with_line: bool = False) -> str:
    """A place, as stores keep it beside its line."""
    told = record(evidence)
    if not with_line:
        told.pop("line", None)
    return canonical(told)


def evidence(place: str, line: int) -> Evidence:
    told = json.loads(place)
    if line:
        told["line"] = line
    found: Evidence = restore(Evidence, told)
    return found


def held(evidence: Evidence) -> Held:
    attested = evidence.method is Method.ATTESTED
    day = evidence.since or (evidence.time.astimezone(UTC).date() if evidence.time and not attested else None)
    until = evidence.until.isoformat() if evidence.until else None
    return Held(day.isoformat() if day else None, until, attested)


def moments(day: date | None, known_at: datetime | None) -> tuple[str, str]:
    """What is asked for, as stores compare it: the moment of knowing, and the day."""
    known = time_text(known_at) if known_at else "9999"
    return known, (day or (known_at or datetime.now(UTC)).astimezone(UTC).date()).isoformat()


def holds(place: Held, is_gap: bool, first: str, gone: str | None, known: str, today: str) -> bool:
    """Did a fact hold on a day by what was known at a moment (docs/semantics.md, Time)?

    `first` and `gone` are when the runs finished that first saw it and no longer did.  What was observed and is
    gone still held on the days before; what a person took back was a mistake on every day, so that a withdrawn
    authorization hides no share of the past.  A gap is about what we know, not about a day: what cannot be read
    now speaks for no day.
    """
    dateless = place.attested or is_gap
    since = place.day if place.day is not None else "" if dateless else first[:10]
    if first > known or since > today or (place.until is not None and place.until < today):
        return False
    return gone is None or gone > known or (not dateless and gone[:10] > today)


def within(place: str, scope: ScopeComplete) -> bool:
    """Is what a place (an evidence's source) said retired by this reading if it was not seen again?"""
    return _below(place, scope.scope) and not any(_below(place, unread) for unread in scope.unread)


def _below(place: str, scope: str) -> bool:
    return not scope or place == scope or (place.startswith(scope) and place[len(scope)] in "/.")


def positions(ids: Sequence[int], column: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Where in `ids` each entry of a column of ids is."""
    wanted = np.array(ids, dtype=np.int64)
    order = np.argsort(wanted)
    if not len(ids):
        return column.astype(np.int32)
    return np.asarray(order[np.searchsorted(wanted[order], column)].astype(np.int32))


def time_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
