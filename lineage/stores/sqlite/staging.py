"""What does one run read?  Every fact as numbers, and the texts that the numbers stand for, each once.

Nothing is written yet: the numbers are codes into the dictionaries of this run, and writing.py gives those their ids.
"""

from __future__ import annotations

import dataclasses
from array import array
from collections.abc import Iterable, Iterator
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from lineage.codec import KINDS, kind_of
from lineage.model import Batch, Evidence, Fact, FieldId, Reading, ScopeComplete, Statement
from lineage.ordering import distinct
from lineage.stores.rows import ENDS, Held, held, place_of, said_by
from lineage.stores.sqlite.batches import Many
from lineage.stores.sqlite.pages import LONGEST, ROW, Rows, packed

_ENDS = {kind: ENDS.get(name, ()) for name, kind in KINDS.items()}
_ATTRIBUTES = {
    kind: attrgetter("__class__", *(f.name for f in dataclasses.fields(kind) if f.name not in ends))
    for kind, ends in _ENDS.items()
}
"""Kind -> everything that a statement of it says, and that it is of this kind, but not the nodes that it names."""
_OF_EVIDENCE = attrgetter("agent", "source", "method", "time", "since", "until", "by", "note")


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


class Staged:
    """Facts of one run as numbers: codes into the texts met so far, in the order in which they were met."""

    def __init__(self) -> None:
        self.datasets: dict[tuple[str, str], dict[str, int]] = {("", ""): {"": 0}}
        """(namespace, name) -> field name -> code of the node; 0 is the code of no node."""
        self.nodes = 1
        self.said: list[tuple[str, str]] = []
        """(kind, text)"""
        self.places: list[Place] = []
        self.scopes: list[ScopeComplete] = []
        self._codes_of_said: dict[object, int] = {}
        self._codes_of_places: dict[object, int] = {}
        self._single = array("i")
        self._many = Many(self._node)

    def read(self, readings: Iterable[Reading]) -> Staged:
        """Take in what was read."""
        for reading in readings:
            match reading:
                case Fact(statement, evidence):
                    ends = _ENDS[type(statement)]
                    subject = self._node(getattr(statement, ends[0])) if ends else 0
                    object_ = self._node(getattr(statement, ends[1])) if len(ends) > 1 else 0
                    self._single.extend((subject, object_, self._said(statement), *self._place(evidence)))
                case Batch(sources, targets, like, evidence):
                    self._many.add(sources, targets, (self._said(like), *self._place(evidence)))
                case ScopeComplete():
                    self.scopes.append(reading)
        self._many.settle()
        return self

    def _node(self, node: FieldId) -> int:
        name = (node.namespace, node.name)
        known = self.datasets.get(name)
        if known is None:
            known = self.datasets[name] = {}
        code = known.get(node.field)
        if code is None:
            code = known[node.field] = self.nodes
            self.nodes += 1
        return code

    def _said(self, statement: Statement) -> int:
        kind = type(statement)
        key = _ATTRIBUTES[kind](statement)
        code = self._codes_of_said.get(key)
        if code is None:
            code = self._codes_of_said[key] = len(self.said)
            self.said.append((kind_of(statement), said_by(statement, _ENDS[kind])))
        return code

    def _place(self, evidence: Evidence) -> tuple[int, int]:
        """The line of evidence and the code of its place; a line that no page can hold stays with the place."""
        line = evidence.line or 0
        apart = 0 <= line <= LONGEST
        key = _OF_EVIDENCE(evidence) if apart else (_OF_EVIDENCE(evidence), line)
        code = self._codes_of_places.get(key)
        if code is None:
            code = self._codes_of_places[key] = len(self.places)
            self.places.append(Place(evidence.source, held(evidence), place_of(evidence, with_line=not apart)))
        return (line if apart else 0), code

    def groups(self, nodes: Rows, said: Rows) -> Iterator[Group]:
        """All facts, each once, by place and kind; `nodes` and `said` hold the ids that pages have for the codes."""
        kinds = sorted({kind for kind, _ in self.said})
        kind = np.array([kinds.index(kind) for kind, _ in self.said], dtype=np.int32)
        staged = np.concatenate([np.frombuffer(self._single, dtype=np.int32).reshape(-1, 5), *self._many.rows])
        subject, object_, code, line, place = staged.T
        rows = distinct(place, kind[code], nodes[subject], nodes[object_], said[code], line)
        page = packed(np.stack(rows[2:], axis=1))
        group = rows[0] * np.int64(len(kinds)) + rows[1]
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        for start, end in pairwise([*starts.tolist(), len(group)]):
            at, which = divmod(int(group[start]), len(kinds))
            yield Group(at, kinds[which], page[start * ROW : end * ROW])
