"""What is said of single fields: how they are described and classified, and by which evidence?

Statements about fields are as many as the fields.  They stay columns; a value is made for whoever asks for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from lineage.belief import Conflict, effective_classifications, evidence_order, resolve
from lineage.columns import Evidences, FactColumns, Said
from lineage.model import Classification, Evidence, Field, FieldId
from lineage.ordering import each_once, first_of_each
from lineage.packed import Ints, Nodes

S = TypeVar("S", Field, Classification)


@dataclass(frozen=True, eq=False)
class Statements(Generic[S]):
    """All statements of one kind about fields, each once: statement i says `values[value[i]]` of `nodes[node[i]]`."""

    nodes: Nodes
    said: Said[S]
    evidences: Evidences

    @cached_property
    def first(self) -> npt.NDArray[np.int64]:
        """The first of the rows of each statement: one row for each piece of evidence."""
        return np.flatnonzero(first_of_each(self.said.node, self.said.value))

    @cached_property
    def node(self) -> Ints:
        return self.said.node[self.first]

    @cached_property
    def value(self) -> Ints:
        return self.said.value[self.first]

    def statement(self, i: int) -> S:
        return replace(self.said.values[int(self.value[i])], field=self.nodes[int(self.node[i])])

    def evidence(self, i: int) -> tuple[Evidence, ...]:
        """Everything that speaks for a statement, in a fixed order."""
        last = int(self.first[i + 1]) if i + 1 < len(self.first) else len(self.said.node)
        codes = self.said.evidence[int(self.first[i]) : last].tolist()
        return tuple(sorted((self.evidences[code] for code in codes), key=evidence_order))

    def about(self, node: FieldId) -> dict[S, tuple[Evidence, ...]]:
        """The statements about one node with their evidence, in order."""
        place = self.nodes.place(node)
        return {} if place is None else self.about_place(place)

    def about_place(self, place: int) -> dict[S, tuple[Evidence, ...]]:
        """The same by the position of the node."""
        start, end = self.rows(place)
        return {self.statement(i): self.evidence(i) for i in range(start, end)}

    def rows(self, place: int) -> tuple[int, int]:
        """The first of the statements about a node, and the one after its last."""
        wanted = np.array((place, place + 1), dtype=self.node.dtype)  # of another type, all of them would be copied
        start, end = np.searchsorted(self.node, wanted).tolist()
        return start, end

    def items(self) -> Iterator[tuple[S, tuple[Evidence, ...]]]:
        """All of them with their evidence, in order."""
        return ((self.statement(i), self.evidence(i)) for i in range(len(self.first)))


@dataclass(frozen=True, eq=False)
class Fields(Mapping[FieldId, Field]):
    """Field -> what is known of it: of several statements about one, what is believed."""

    told: Statements[Field]

    @classmethod
    def of(cls, columns: FactColumns) -> Fields:
        return cls(Statements(columns.nodes, columns.fields, columns.evidences))

    def __getitem__(self, node: FieldId) -> Field:
        said = self.told.about(node)
        for _, field in resolve("field", said, []):
            return field
        raise KeyError(node)

    def __iter__(self) -> Iterator[FieldId]:
        return (self.told.nodes[place] for place in each_once(self.told.node).tolist())

    def __len__(self) -> int:
        return len(each_once(self.told.node))

    def conflicts(self) -> list[Conflict]:
        """Where statements about one field disagree, in order of the fields."""
        found: list[Conflict] = []
        for place in self._disputed:
            said = self.told.about_place(place)
            list(resolve("field", said, found))
        return found

    @property
    def _disputed(self) -> list[int]:
        """Positions of the fields of which two statements tell different things (docs/semantics.md: all but type and
        position, which every source tells in its own way)."""
        several = np.flatnonzero(np.diff(self.told.node, append=-1) == 0)
        if not len(several):
            return []
        disputed: set[int] = set()
        for attribute in ("description", "required"):
            texts = [getattr(value, attribute) for value in self.told.said.values]
            known = {text: i for i, text in enumerate(sorted({t for t in texts if t not in (None, "")}, key=repr))}
            code = np.array([known.get(text, -1) for text in texts], dtype=np.int64)[self.told.value]
            telling = code >= 0
            node, code = self.told.node[telling], code[telling]
            starts = np.flatnonzero(np.diff(node, prepend=-1))
            if len(starts):
                differ = np.minimum.reduceat(code, starts) != np.maximum.reduceat(code, starts)
                disputed.update(node[starts[differ]].tolist())
        return sorted(disputed)


@dataclass(frozen=True, eq=False)
class Classifications(Mapping[FieldId, tuple[Classification, ...]]):
    """Field -> the classifications of it that count; empty where a person silenced them all."""

    told: Statements[Classification]

    @classmethod
    def of(cls, columns: FactColumns) -> Classifications:
        return cls(Statements(columns.nodes, columns.classifications, columns.evidences))

    def __getitem__(self, node: FieldId) -> tuple[Classification, ...]:
        place = self.told.nodes.place(node)
        if place is None or not self.told.about_place(place):
            raise KeyError(node)
        return tuple(self.at(place))

    def at(self, place: int) -> dict[Classification, tuple[Evidence, ...]]:
        """Those that count of the field at a position, each with all that speaks for it; in order."""
        said = self.told.about_place(place)
        if len(said) == 1:  # a statement is silenced by others only
            return said
        counting = effective_classifications(list(said), said).get(self.told.nodes[place], ())
        return {statement: said[statement] for statement in counting}

    def __iter__(self) -> Iterator[FieldId]:
        return (self.told.nodes[place] for place in each_once(self.told.node).tolist())

    def __len__(self) -> int:
        return len(each_once(self.told.node))

    @cached_property
    def counting(self) -> npt.NDArray[np.intp]:
        """Positions in `told` of the statements that count, in order; the only ones looked at one by one are those
        about a field of which somebody says that it is not personal, or corrects what was said."""
        told = self.told
        special = np.array([bool(v.not_personal or v.replaces) for v in told.said.values], dtype=bool)
        kept = np.ones(len(told.node), dtype=bool)
        for place in each_once(told.node[special[told.value]]).tolist() if special.any() else ():
            said = told.about_place(place)
            counts = effective_classifications(list(said), said)[told.nodes[place]]
            kept[slice(*told.rows(place))] = [statement in counts for statement in said]
        return np.flatnonzero(kept)
