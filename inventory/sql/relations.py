"""What can be selected from: tables, known or not, and what queries make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from inventory.sql.parts import Part, Parts, distinct


class Column(NamedTuple):
    """A column and what it is made of."""

    name: str
    parts: Parts


class Rest(NamedTuple):
    """Columns that come through a star under their own names: all of `relation` but those in `without`."""

    relation: Relation
    without: frozenset[str]


@dataclass(slots=True)
class Relation:
    """Something to select from.

    `columns` are surely there.  An `open` table may have others, of which only the names in use are known, and so
    may what selects a star from one (`rest`); with `together`, one column of each of `rest` makes one (a UNION).
    `anything` is what every other column is made of, where a function makes the rows.  `decided` are the parts
    that decide about every row.
    """

    name: str = ""
    columns: tuple[Column, ...] = ()
    open: bool = False
    rest: tuple[Rest, ...] = ()
    together: bool = False
    anything: Parts | None = None
    decided: Parts = ()
    _index: dict[str, Parts] | None = field(default=None, repr=False)

    def find(self, name: str) -> Parts | None:
        """The column, if it is surely there."""
        if self._index is None:
            self._index = {}
            for column in self.columns:
                self._index.setdefault(column.name.lower(), column.parts)
        return self._index.get(name.lower())

    def maybe(self, name: str) -> list[tuple[str, Parts]]:
        """The (tables, parts) that an unknown column could be."""
        if self.open:
            return [(self.name, (Part(self.name, name),))]
        found: list[tuple[str, Parts]] = []
        for relation, without in self.rest:
            if name.lower() not in without:
                sure = relation.find(name)
                found += [(relation.name, sure)] if sure is not None else relation.maybe(name)
        if self.together and found:
            return [(", ".join(table for table, _ in found), distinct(p for _, parts in found for p in parts))]
        return found

    @property
    def is_open(self) -> bool:
        return self.open or bool(self.rest)

    def shown(self) -> tuple[Column, ...]:
        """The columns that a star shows; a known part of a nested column is shown within it."""
        names = {column.name.lower() for column in self.columns}
        return tuple(c for c in self.columns if "." not in c.name or c.name.split(".")[0].lower() not in names)

    def whole(self) -> Parts:
        """All of it as one value, as ``row_to_json(t)`` takes it."""
        parts = [part for column in self.columns for part in column.parts] + list(self.anything or ())
        parts += [part for rest in self.rest for part in rest.relation.whole()]
        return distinct([*parts, Part(self.name, None)] if self.open else parts)

    def unknown(self) -> Parts:
        """What comes along of tables whose columns are not known: they as a whole."""
        parts = [part for rest in self.rest for part in rest.relation.unknown()]
        return distinct([*parts, Part(self.name, None)] if self.open else parts)

    def renamed(self, names: list[str]) -> Relation:
        """The same with other names for its first columns, as ``AS t(a, b)`` gives them."""
        if not names:
            return self
        if self.anything is not None or self.is_open:
            parts = self.whole()
            columns = tuple(Column(name, parts) for name in names)
            return Relation(self.name, columns, anything=self.anything, decided=self.decided)
        shown = self.shown()
        columns = tuple(Column(names[i], c.parts) if i < len(names) else c for i, c in enumerate(shown))
        return Relation(self.name, columns, decided=self.decided)


def table(name: str, columns: Iterable[str] | None) -> Relation:
    """A real table; without `columns` they are not known."""
    if columns is None:
        return Relation(name, open=True)
    return Relation(name, tuple(Column(c, (Part(name, c),)) for c in columns))


def united(left: Relation, right: Relation, *, by_name: bool) -> Relation:
    """What a UNION makes: the columns of both by position, as far as those are known."""
    decided = distinct(left.decided + right.decided)
    if left.is_open or right.is_open:
        columns = tuple(Column(c.name, distinct(c.parts + (right.find(c.name) or ()))) for c in left.columns)
        columns += tuple(c for c in right.columns if left.find(c.name) is None)
        rest = tuple(Rest(side, frozenset()) for side in (left, right))
        return Relation(columns=columns, rest=rest, together=True, decided=decided)
    if by_name:
        names = dict.fromkeys([c.name.lower() for c in left.columns + right.columns])
        spelled = {c.name.lower(): c.name for c in right.columns + left.columns}
        both = ((spelled[n], (left.find(n) or ()) + (right.find(n) or ())) for n in names)
        return Relation(columns=tuple(Column(n, distinct(p)) for n, p in both), decided=decided)
    others = [c.parts for c in right.columns]
    return Relation(
        columns=tuple(
            Column(c.name, distinct(c.parts + (others[i] if i < len(others) else ())))
            for i, c in enumerate(left.columns)
        ),
        decided=decided,
    )
