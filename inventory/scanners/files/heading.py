"""Does the first row of a table name its columns, or is it data already?

A row of somebody's data taken for names would put their name into the store, so it must show that it is a heading:
a column whose other values are numbers or dates while its first is a word, or words that columns are known to be
called by.  What does not show it is data, its columns are called ``column_1``, ``column_2`` ..., and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inventory.classification import Column, classify_table
from inventory.scanners.files.guess import type_of
from inventory.scanners.files.shape import Seen, Unread, like_a_value, storable, widest

Row = Sequence[str]
_LONGEST = 100
_LIKE_A_NAME = re.compile(r"[^\W\d]")
_WRITTEN_BY_PROGRAMS = re.compile(r"[^\W_]+(?:_[^\W_]+)+|[a-z]+(?:[A-Z][a-z0-9]*)+")
_EVERYDAY = """
id key code name title type status state date time year month day created updated modified price amount total currency
qty quantity count number sku url link description comment comments note notes remark category group source target
version language country city active enabled value label order product item user customer
编号 序号 名称 标题 类型 状态 日期 时间 创建时间 更新时间 金额 价格 数量 单价 总价 备注 说明 描述 分类 订单号
商品 品牌 规格
"""
"""Words that columns of nothing personal are called by."""
_WORD = re.compile(r"[^\W_]+")
_EVERYDAY_WORDS = frozenset(_EVERYDAY.split())


@dataclass(frozen=True, slots=True)
class Said:
    """What people said of a table: whether it has a heading, what its columns are called, how many rows to sample."""

    header: bool | None = None
    columns: tuple[str, ...] = ()
    sample: int = 0


def fields_of(rows: Sequence[Row], first_line: int, said: Said) -> tuple[list[Seen], Unread | None]:
    """The columns of a table whose rows (at least one) begin on `first_line`, and what could not be told of them."""
    has_heading = said.header if said.header is not None else not said.columns and _is_heading(rows)
    data = rows[1:] if has_heading else rows
    told: Sequence[str] = said.columns or (rows[0] if has_heading else ())
    width = max(len(told), *(len(row) for row in rows))
    fields: list[Seen] = []
    taken: set[str] = set()
    for i in range(width):
        name = _name(told[i] if i < len(told) else "", i, taken)
        taken.add(name)
        kind = widest(type_of(row[i]) for row in data if i < len(row))
        values = tuple(row[i] for row in data[: said.sample] if i < len(row) and row[i].strip())
        fields.append(Seen(name, kind, first_line if has_heading else None, values))
    return fields, _problem(told, width, has_heading, said, first_line)


def _problem(told: Sequence[str], width: int, has_heading: bool, said: Said, line: int) -> Unread | None:
    if not told and said.header is None:
        return Unread("its first row does not show that it names the columns, so they are numbered; say header: true, "
                      "or name them by columns", line)  # fmt: skip
    if any(like_a_value(name) for name in told):
        return Unread("a name of a column looks like a value, so the column is numbered; name it by columns", line)
    if told and len(told) < width:
        return Unread(f"rows have up to {width} cells, {len(told)} are named; the others are numbered", line)
    return None


def _name(told: str, at: int, taken: set[str]) -> str:
    name = storable(told.strip())
    if not name or like_a_value(name):
        name = f"column_{at + 1}"
    again, number = name, 2
    while name in taken:
        name, number = f"{again}_{number}", number + 1
    return name


def _is_heading(rows: Sequence[Row]) -> bool:
    first = [cell.strip() for cell in rows[0]]
    named = [cell for cell in first if cell]
    if not named or len(set(named)) != len(named) or len(named) < len(first) - 1:
        return False
    if not all(len(c) <= _LONGEST and type_of(c) == "text" and _LIKE_A_NAME.match(c) for c in named):
        return False
    if any(map(like_a_value, named)):
        return False
    return _differs(first, rows[1:]) or 2 * sum(_known(cell) for cell in named) >= len(named)


def _differs(first: Row, rest: Sequence[Row]) -> bool:
    """Is there a column of numbers, dates or truth values below a word?"""
    kinds = (widest(type_of(row[i]) for row in rest if i < len(row)) for i, cell in enumerate(first) if cell)
    return any(kind not in (None, "text") for kind in kinds)


def _known(cell: str) -> bool:
    """Are columns called so: by a program's spelling, by an everyday word, by a word for personal data?"""
    if _WRITTEN_BY_PROGRAMS.fullmatch(cell) or {w.lower() for w in _WORD.findall(cell)} & _EVERYDAY_WORDS:
        return True
    return classify_table("", [Column(cell)])[0] is not None
