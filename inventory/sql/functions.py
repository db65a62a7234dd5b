"""What functions let through of a value: functions.csv, and what a project says of its own.

`keeps` is the form that comes out (lineage/carry.py): all of it, hashed, pseudonymised, aggregated, or (undone)
raw again.  A function that no table knows keeps all: what is not known hides nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sqlglot import exp

from lineage.carry import AGGREGATES, PSEUDONYMS, UNDOING

_COUNTING = frozenset(["count", "count_distinct", "approx_count_distinct"])
"""Aggregates that OpenLineage says mask: no value is left in them."""
_CARRIED = {"pseudonymised": (PSEUDONYMS, "pseudonymise"), "undone": (UNDOING, "unmask")}
"""The names by which the label algebra knows a form, and one for a function that it does not know."""


class Kept(NamedTuple):
    """What a flow says of a function: its name, does it hide the value, does it sum up many."""

    function: str | None
    masking: bool = False
    aggregates: bool = False


@dataclass(frozen=True, slots=True)
class Functions:
    """The table, with what a project says of its own functions first."""

    own: Mapping[str, str] = field(default_factory=dict)

    def of(self, name: str, dialect: str) -> Kept:
        """`name` is lower-case, with the schema or package it is called by, if any."""
        short = name.rsplit(".", 1)[-1]
        for called in dict.fromkeys((name, short)):
            if called in self.own:
                return _kept(short, self.own[called], "")
            row = _table().get((dialect, called)) or _table().get(("*", called))
            if row is not None:
                return _kept(short, *row)
        return Kept(short or None)


def name_of(node: exp.Expr) -> str:
    """The name of a called function, lower-case, as this table spells it."""
    if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc):
        outer = node.parent
        qualifier = outer.this.sql() if isinstance(outer, exp.Dot) and outer.expression is node else ""
        return f"{qualifier}.{node.name}".strip(".").lower()
    if isinstance(node, exp.MD5Digest | exp.MD5NumberLower64 | exp.MD5NumberUpper64):
        return "md5"
    if isinstance(node, exp.SHA1Digest):
        return "sha1"
    if isinstance(node, exp.SHA2 | exp.SHA2Digest):
        return "sha256" if (node.text("length") or "256") in ("256", "0") else f"sha{node.text('length')}"
    return node.sql_name().lower().replace("j_s_o_n", "json") if isinstance(node, exp.Func) else ""


def _kept(name: str, keeps: str, told_as: str) -> Kept:
    known, otherwise = _CARRIED.get(keeps, (frozenset(), ""))
    if keeps in _CARRIED:
        return Kept(name if name in known else otherwise, masking=keeps == "pseudonymised")
    if keeps == "aggregated":
        told = told_as or name
        return Kept(told if told in AGGREGATES else None, told in _COUNTING or told not in AGGREGATES, aggregates=True)
    return Kept(name, masking=keeps == "hashed")


@cache
def _table() -> dict[tuple[str, str], tuple[str, str]]:
    with Path(__file__).with_name("functions.csv").open(encoding="utf-8", newline="") as lines:
        return {(row["dialect"], row["function"]): (row["keeps"], row["told_as"]) for row in csv.DictReader(lines)}


MASKING = frozenset(
    name for (_, name), (keeps, _) in _table().items() if keeps in ("hashed", "pseudonymised") or name in _COUNTING
)
"""Functions whose result no longer shows the value (OpenLineage counts COUNT among them)."""
