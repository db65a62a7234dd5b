"""How does a store hand over very many facts?  As columns: codes into nodes and into dictionaries of what is said.

Nothing here holds one Python object a node, a flow or a place of evidence (lineage/packed.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, overload

import numpy as np

from lineage.model import Classification, Evidence, Fact, Field, FieldId, Flow, Statement
from lineage.ordering import distinct, first_of_each, order
from lineage.packed import Ints, Longs, Nodes, Texts, codes, ranks

NOWHERE = FieldId("", "")
COLUMNAR = (Flow, Field, Classification)
"""The kinds of statements that there are very many of."""
S = TypeVar("S", Field, Classification)


@dataclass(frozen=True, eq=False)
class Evidences(Sequence[Evidence]):
    """Places of evidence, each once, in the order of their repr (of two with one agent and source, "10" before "2").

    Evidence i is `likes[like[i]]` at `sources[source[i]]`, line `line[i]` (0: none is known).
    """

    likes: Sequence[Evidence]
    sources: Texts
    like: Ints
    source: Ints
    line: Longs

    @classmethod
    def of(cls, places: Sequence[tuple[Evidence, str]], place: Longs, line: Longs) -> tuple[Evidences, Ints]:
        """Pack the lines `line` of `places`, one entry a row; then each row's code.

        A place is evidence of no source and no line, and its source.
        """
        lines = np.sort(line)
        lines = lines[first_of_each(lines)]
        line_at = np.searchsorted(lines, line)
        at = order(place, line_at)
        new = first_of_each(place[at], line_at[at])
        code = np.empty(len(at), dtype=np.int32)
        code[at] = np.cumsum(new) - 1
        place, line_at = place[at][new], line_at[at][new]
        by_place = {id(like): like for like, _ in places}
        likes, sources = sorted(set(by_place.values()), key=repr), sorted({source for _, source in places})
        liked, named = codes(likes), codes(sources)
        coded = {key: liked[like] for key, like in by_place.items()}
        like = np.array([coded[id(like)] for like, _ in places], dtype=np.int32)
        source = np.array([named[source] for _, source in places], dtype=np.int32)
        tail = ranks([repr(replace(like, agent="")) for like in likes])[like]
        agents = [repr(like.agent) for like in likes]
        head = ranks([f"{agents[coded[id(like)]]}, {source!r}" for like, source in places])
        text = ranks([str(n or None) for n in lines.tolist()])
        printed = order(head[place], text[line_at], tail[place])
        back = np.empty(len(printed), dtype=np.int32)
        back[printed] = np.arange(len(printed), dtype=np.int32)
        place, line_at = place[printed], line_at[printed]
        return cls(likes, Texts.of(sources), like[place], source[place], lines[line_at]), back[code]

    @classmethod
    def packed(cls, every: Iterable[Evidence]) -> tuple[Evidences, Ints]:
        """Pack evidence, given in any order and however often; then the code of each."""
        likes: dict[Evidence, Evidence] = {}
        places: dict[tuple[int, str], int] = {}
        told, place, line = [], [], []
        for evidence in every:
            like = replace(evidence, source="", line=None)
            like = likes.setdefault(like, like)
            key = id(like), evidence.source
            if key not in places:
                places[key] = len(places)
                told.append((like, evidence.source))
            place.append(places[key])
            line.append(evidence.line or 0)
        return cls.of(told, np.array(place, dtype=np.int64), np.array(line, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.like)

    @overload
    def __getitem__(self, i: int) -> Evidence: ...
    @overload
    def __getitem__(self, i: slice) -> list[Evidence]: ...
    def __getitem__(self, i: int | slice) -> Evidence | list[Evidence]:
        if isinstance(i, slice):
            return [self[k] for k in range(*i.indices(len(self)))]
        like: Evidence = self.likes[int(self.like[i])]
        return replace(like, source=self.sources[int(self.source[i])], line=int(self.line[i]) or None)

    def place(self, i: int) -> str:
        """The place of one of them, as `Evidence.place` has it, without an object."""
        source, line = self.sources[int(self.source[i])], int(self.line[i])
        return f"{source}:{line}" if line else source


@dataclass(frozen=True, eq=False)
class Said(Generic[S]):
    """Statements about one node each: `node` says `values[value]` by `evidence`; a value's own field is nowhere.

    Rows are each once and ordered by node, value, evidence; values are distinct and ordered by their repr.
    """

    node: Ints
    value: Ints
    values: Sequence[S]
    evidence: Ints


@dataclass(frozen=True, eq=False)
class FactColumns:
    """All flows, fields and classifications that a store knows: codes into `nodes`, `kinds` and `evidences`.

    Flows are rows of equal length, each once, ordered by source, target, kind, evidence: one flow has a row for each
    place of evidence, flow i those at ``first[i]:first[i + 1]``.  `kinds` are distinct flows from nowhere to nowhere,
    ordered by their repr.  `nodes` are all that the three speak of.
    """

    nodes: Nodes
    source: Ints
    target: Ints
    kind: Ints
    kinds: Sequence[Flow]
    evidence: Ints
    first: Ints
    evidences: Evidences
    fields: Said[Field]
    classifications: Said[Classification]

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> FactColumns:
        """Pack the flows, fields and classifications among some facts, given in any order and however often."""
        flows: list[tuple[Flow, Evidence]] = []
        fields: list[tuple[Field, Evidence]] = []
        classified: list[tuple[Classification, Evidence]] = []
        for fact in facts:
            match fact.statement:
                case Flow() as flow:
                    flows.append((flow, fact.evidence))
                case Field() as field:
                    fields.append((field, fact.evidence))
                case Classification() as classification:
                    classified.append((classification, fact.evidence))
                case _:
                    pass
        about = [*(said.field for said, _ in fields), *(said.field for said, _ in classified)]
        nodes = Nodes.of([*(end for flow, _ in flows for end in (flow.source, flow.target)), *about])
        evidences, code = Evidences.packed([evidence for _, evidence in (*flows, *fields, *classified)])
        by_flow, by_field, by_class = np.split(code, [len(flows), len(flows) + len(fields)])
        at = codes(nodes)
        source, target = ([at[getattr(flow, end)] for flow, _ in flows] for end in ("source", "target"))
        kinds, kind = _dictionary([replace(flow, source=NOWHERE, target=NOWHERE) for flow, _ in flows])
        rows = distinct(_ints(source), _ints(target), _ints(kind), by_flow)
        return cls(
            nodes, rows[0], rows[1], rows[2], kinds, rows[3], flows_at(*rows[:3]), evidences,
            _said([said for said, _ in fields], at, by_field), _said([said for said, _ in classified], at, by_class),
        )  # fmt: skip


def flows_at(source: Ints, target: Ints, kind: Ints) -> Ints:
    """Where among ordered rows those of each flow begin, and at last how many rows there are."""
    return np.flatnonzero(np.append(first_of_each(source, target, kind), True)).astype(np.int32)


@dataclass(frozen=True)
class Known:
    """All that is known, as of one moment: what there is very much of as columns, the other statements by kind.

    Those of a kind may be looked through again and again, and need not be made before that.
    """

    columns: FactColumns
    others: Mapping[type[Statement], Iterable[Fact]]

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> Known:
        """What some facts say, given in any order and however often."""
        facts = list(facts)
        return cls(FactColumns.of(facts), by_kind(f for f in facts if not isinstance(f.statement, COLUMNAR)))


def by_kind(facts: Iterable[Fact]) -> dict[type[Statement], list[Fact]]:
    """Facts by the kind of what they state."""
    found: dict[type[Statement], list[Fact]] = defaultdict(list)
    for fact in facts:
        found[type(fact.statement)].append(fact)
    return dict(found)


def _said(statements: Sequence[S], at: Mapping[FieldId, int], evidence: Ints) -> Said[S]:
    values, value = _dictionary([replace(said, field=NOWHERE) for said in statements])
    rows = distinct(_ints([at[said.field] for said in statements]), _ints(value), evidence)
    return Said(rows[0], rows[1], values, rows[2])


def _dictionary(values: Sequence[Any]) -> tuple[list[Any], list[int]]:
    distinct = sorted(set(values), key=repr)
    at = codes(distinct)
    return distinct, [at[value] for value in values]


def _ints(numbers: Sequence[int]) -> Ints:
    return np.array(numbers, dtype=np.int32)
