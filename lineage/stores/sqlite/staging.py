"""What does one run read?  Every fact as numbers, and the texts that the numbers stand for, each once.

Nothing is written yet: the numbers are codes into the dictionaries of this run, and writing.py gives those their ids.
"""

from __future__ import annotations

import dataclasses
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lineage.codec import KINDS, kind_of
from lineage.model import Batch, Evidence, Fact, FieldId, Reading, ScopeComplete, Statement
from lineage.ordering import distinct
from lineage.packed import Picked
from lineage.stores.rows import ENDS, Held, held, place_of, said_by
from lineage.stores.sqlite.pages import LONGEST, ROW, Rows, packed

_ENDS = {kind: ENDS.get(name, ()) for name, kind in KINDS.items()}
_ATTRIBUTES = {
    kind: attrgetter(*(field.name for field in dataclasses.fields(kind) if field.name not in ends))
    for kind, ends in _ENDS.items()
    if len(dataclasses.fields(kind)) > len(ends)
}
"""Kind -> everything that a statement of it says, but the nodes that it names."""
_OF_EVIDENCE = attrgetter("agent", "source", "method", "time", "since", "until", "by", "note")
_MANY = 1_000_000
_ALL: tuple[FieldId, ...] = ()
"""What nodes that are codes already are picked from."""


class Place(NamedTuple):
    """A place of evidence: its source, when what it says holds, and all of it as text."""

    source: str
    held: Held
    text: str


class Group(NamedTuple):
    """What one place says of one kind of thing: the code of the place, and the page of the facts."""

    place: int
    kind: str
    page: bytes


class Known(dict[FieldId, int]):
    """Node -> its code, given to it when it is first asked for; 0 is the code of no node."""

    def __init__(self) -> None:
        self.datasets: dict[tuple[str, str], dict[str, int]] = {}
        """(namespace, name) -> field name -> the code."""
        self[FieldId("", "")] = 0

    def __missing__(self, node: FieldId) -> int:
        code = self[node] = self.datasets.setdefault((node.namespace, node.name), {})[node.field] = len(self)
        return code


class Staged:
    """Facts of one run as numbers: codes into the texts met so far, in the order in which they were met."""

    def __init__(self) -> None:
        self.nodes = Known()
        self.said: list[tuple[str, str]] = []
        """(kind, text)"""
        self.places: list[Place] = []
        self.scopes: list[ScopeComplete] = []
        self._codes_of_said: dict[tuple[object, ...], int] = {}
        self._codes_of_places: dict[tuple[object, ...], int] = {}
        self._tables: dict[int, tuple[Sequence[FieldId], Rows]] = {}
        self._single = array("i")
        self._many: list[Rows] = []
        self._sources: list[Picked] = []
        self._targets: list[Picked] = []
        self._others: list[tuple[int, int, int, int]] = []
        self._waiting = 0

    def read(self, readings: Iterable[Reading]) -> Staged:
        """Take in what was read."""
        for reading in readings:
            match reading:
                case Fact(statement, evidence):
                    self._take(statement, evidence)
                case Batch():
                    self._take_many(reading)
                case ScopeComplete():
                    self.scopes.append(reading)
        self._settle()
        return self

    def _take(self, statement: Statement, evidence: Evidence) -> None:
        ends = _ENDS[type(statement)]
        subject = self.nodes[getattr(statement, ends[0])] if ends else 0
        object_ = self.nodes[getattr(statement, ends[1])] if len(ends) > 1 else 0
        self._single.extend((subject, object_, self._said(statement), *self._place(evidence)))

    def _take_many(self, batch: Batch) -> None:
        sources, targets = self._picked(batch.sources), self._picked(batch.targets)
        size = len(sources.at)
        if size != len(targets.at):
            raise ValueError(f"a batch of {size} sources and {len(targets.at)} targets")
        self._sources.append(sources)
        self._targets.append(targets)
        self._others.append((size, self._said(batch.like), *self._place(batch.evidence)))
        self._waiting += size
        if self._waiting >= _MANY:
            self._settle()

    def _picked(self, nodes: Sequence[FieldId]) -> Picked:
        """Nodes as picked from many: those of a list are picked from all that are known."""
        if isinstance(nodes, Picked):
            return nodes
        return Picked(_ALL, np.fromiter(map(self.nodes.__getitem__, nodes), dtype=np.int32, count=len(nodes)))

    def _settle(self) -> None:
        """Make rows of the batches that wait for it."""
        if self._others:
            size, *others = np.array(self._others, dtype=np.int32).T
            ends = self._codes(self._sources), self._codes(self._targets)
            self._many.append(np.stack((*ends, *(np.repeat(column, size) for column in others)), axis=1))
        self._sources, self._targets, self._others, self._waiting = [], [], [], 0

    def _codes(self, picked: Iterable[Picked]) -> Rows:
        """The codes of all nodes that were picked."""
        codes = []
        for _, some in groupby(picked, key=lambda one: id(one.nodes)):
            first, *more = some
            at = np.concatenate([first.at, *(one.at for one in more)])
            if first.nodes is not _ALL:
                table = self._table(first.nodes)
                for missing in at[table[at] < 0].tolist():
                    table[missing] = self.nodes[first.nodes[missing]]
                at = table[at]
            codes.append(at)
        return np.concatenate(codes)

    def _table(self, nodes: Sequence[FieldId]) -> npt.NDArray[np.int32]:
        """The codes of nodes that many batches pick from, -1 where one was not met; the nodes are held on to, so that
        no others can take their identity."""
        if id(nodes) not in self._tables:
            self._tables[id(nodes)] = nodes, np.full(len(nodes), -1, dtype=np.int32)
        return self._tables[id(nodes)][1]

    def _said(self, statement: Statement) -> int:
        kind = type(statement)
        key = (kind, _ATTRIBUTES[kind](statement) if kind in _ATTRIBUTES else ())
        code = self._codes_of_said.get(key)
        if code is None:
            code = self._codes_of_said[key] = len(self.said)
            self.said.append((kind_of(statement), said_by(statement, _ENDS[kind])))
        return code

    def _place(self, evidence: Evidence) -> tuple[int, int]:
        """The line of evidence and the code of its place; a line that no page can hold stays with the place."""
        line = evidence.line or 0
        apart = 0 <= line <= LONGEST
        key = (_OF_EVIDENCE(evidence), 0 if apart else line)
        code = self._codes_of_places.get(key)
        if code is None:
            code = self._codes_of_places[key] = len(self.places)
            self.places.append(Place(evidence.source, held(evidence), place_of(evidence, with_line=not apart)))
        return (line if apart else 0), code

    def groups(self, nodes: Rows, said: Rows) -> Iterator[Group]:
        """All facts, each once, by place and kind; `nodes` and `said` hold the ids that pages have for the codes."""
        kinds = sorted({kind for kind, _ in self.said})
        kind = np.array([kinds.index(kind) for kind, _ in self.said], dtype=np.int32)
        staged = np.concatenate([np.frombuffer(self._single, dtype=np.int32).reshape(-1, 5), *self._many])
        subject, object_, code, line, place = staged.T
        rows = distinct(place, kind[code], nodes[subject], nodes[object_], said[code], line)
        page = packed(np.stack(rows[2:], axis=1))
        group = rows[0] * np.int64(len(kinds)) + rows[1]
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        for start, end in pairwise([*starts.tolist(), len(group)]):
            at, which = divmod(int(group[start]), len(kinds))
            yield Group(at, kinds[which], page[start * ROW : end * ROW])
