"""Where the data of a script goes: edges into tables, and what its temporary tables and variables hold meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from inventory.sql.parts import Part, Parts, distinct
from inventory.sql.relations import Column, Relation
from inventory.sql.scope import Reading


class Move(NamedTuple):
    """A part that goes into a column of a target; of a column None, into the target as a whole."""

    part: Part
    target: str
    column: str | None
    line: int


@dataclass
class Targets:
    """Collects what statements move.  A temporary table that is read in the script is not a target: what it held
    is stitched to where it goes on to."""

    reading: Reading
    moves: list[Move] = field(default_factory=list)
    line: int = 1
    in_block: bool = False
    _temporary: set[str] = field(default_factory=set)
    _pending: dict[str, list[Move]] = field(default_factory=dict)

    def columns(self, name: str) -> Sequence[str] | None:
        """The columns of a target in order, as the script or the schema tells them."""
        key = name.lower()
        if key in self._temporary and key in self.reading.made:
            held = self.reading.made[key]
            return [c.name for c in held.columns] if held.columns and not held.is_open else None
        return self.reading.columns(name)

    def temporary(self, name: str) -> None:
        self.forget(name)
        self._temporary.add(name.lower())

    def declare(self, name: str, columns: Sequence[str]) -> None:
        """A table is made, empty."""
        if name.lower().startswith(("#", "@")):
            self._temporary.add(name.lower())
        if name.lower() in self._temporary:
            self.reading.made[name.lower()] = Relation(columns=tuple(Column(c, ()) for c in columns))
        else:
            self.reading.told[name.lower()] = tuple(columns)

    def create(self, name: str, names: Sequence[str], made: Relation) -> None:
        """A table or view is made of a query."""
        shown = [*names, *(c.name for c in made.columns[len(names) :])] if not made.is_open else []
        if shown and "*" not in shown and name.lower() not in self._temporary:
            self.reading.told[name.lower()] = tuple(shown)
        self.write(name, names, made)

    def write(self, name: str, names: Sequence[str], made: Relation) -> None:
        """Rows go into a table: by position into `names`, else each column into the one of its own name."""
        for position, column in enumerate(made.columns):
            self.put(name, _into(column, position, names, made), column.parts)
        self.put(name, None, [*made.unknown(), *made.decided])
        if name.lower() in self._temporary and (made.rest or made.open):
            key = name.lower()
            held = self.reading.made.get(key) or Relation()
            self.reading.made[key] = Relation(columns=held.columns, rest=(*held.rest, *made.rest), decided=held.decided)

    def put(self, name: str, column: str | None, parts: Iterable[Part]) -> None:
        """Parts go into one column, or (None) the table as a whole."""
        key = name.lower()
        moves = [Move(part, name, column, self.line) for part in parts]
        if key not in self._temporary:
            self.moves += moves
            return
        self._pending.setdefault(key, []).extend(moves)
        self._hold(key, column, tuple(m.part for m in moves))

    def _hold(self, key: str, column: str | None, parts: Parts) -> None:
        held = self.reading.made.get(key) or Relation()
        columns, decided = list(held.columns), held.decided
        if column is None:
            direct = tuple(p for p in parts if p.type == "DIRECT" and p.column is not None)
            columns = [Column(c.name, distinct(c.parts + direct)) for c in columns] if direct else columns
            decided = distinct(decided + tuple(p for p in parts if p.type != "DIRECT"))
        else:
            at = next((i for i, c in enumerate(columns) if c.name.lower() == column.lower()), None)
            if at is None:
                columns.append(Column(column, parts))
            else:
                columns[at] = Column(columns[at].name, distinct(columns[at].parts + parts))
        self.reading.made[key] = Relation(columns=tuple(columns), rest=held.rest, decided=decided)

    def end_statement(self) -> None:
        """What was read of temporary tables has found its way: their own edges are not needed."""
        for key in self.reading.used:
            self._pending.pop(key, None)
        self.reading.used.clear()

    def assign(self, holders: Sequence[str], made: Relation) -> None:
        """SELECT ... INTO variables."""
        for holder, column in zip(holders, made.columns, strict=False):
            self.variable(holder, distinct([*column.parts, *made.decided]))
        if len(holders) == 1 and len(made.columns) != 1:
            self.reading.records[holders[0].lower()] = made

    def variable(self, name: str, parts: Parts) -> None:
        key = name.lower().lstrip("@:")
        self.reading.variables[key] = distinct([*self.reading.variables.get(key, ()), *parts])

    def forget(self, name: str) -> None:
        """A table is dropped: what comes later under its name is another."""
        key = name.lower()
        self.moves += self._pending.pop(key, [])
        self._temporary.discard(key)
        self.reading.made.pop(key, None)
        self.reading.told.pop(key, None)

    def rename(self, old: str, new: str) -> None:
        """ALTER TABLE old RENAME TO new: what went into the one is in the other."""
        full = new if "." in new or "." not in old else f"{old.rsplit('.', 1)[0]}.{new}"
        if not self._moved({old.lower(): full}):
            self.put(full, None, (Part(old, None),))

    def swap(self, one: str, other: str) -> None:
        if not self._moved({one.lower(): other, other.lower(): one}):
            self.put(one, None, (Part(other, None),))
            self.put(other, None, (Part(one, None),))

    def _moved(self, names: dict[str, str]) -> bool:
        """Gives targets other names; were there any?"""
        found = False
        for i, move in enumerate(self.moves):
            if move.target.lower() in names:
                self.moves[i] = move._replace(target=names[move.target.lower()])
                found = True
        held = {new.lower(): columns for old, new in names.items() if (columns := self.reading.told.pop(old, None))}
        self.reading.told.update(held)
        return found

    def all_moves(self) -> list[Move]:
        """Also into temporary tables that nothing reads."""
        self.end_statement()
        return [*self.moves, *(move for moves in self._pending.values() for move in moves)]


def _into(column: Column, position: int, names: Sequence[str], made: Relation) -> str | None:
    if column.name == "*":
        return None
    if made.is_open and names:
        return next((n for n in names if n.lower() == column.name.lower()), None)
    return names[position] if position < len(names) else column.name
