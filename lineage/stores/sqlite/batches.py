"""How do batches of flows become rows?  Their ends are looked up many batches at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from lineage.model import FieldId
from lineage.packed import Picked
from lineage.stores.sqlite.pages import Rows

_MANY = 1_000_000
_NONE: tuple[FieldId, ...] = ()


class Many:
    """Rows of five codes: source, target, and three that a batch has but once; `code` gives the code of a node."""

    def __init__(self, code: Callable[[FieldId], int]) -> None:
        self._code = code
        self._nodes: Sequence[FieldId] = _NONE
        self._tables: dict[int, tuple[Sequence[FieldId], npt.NDArray[np.int32]]] = {}
        self._ends: list[npt.NDArray[np.integer]] = []
        self._others: list[tuple[int, ...]] = []
        self._waiting = 0
        self.rows: list[Rows] = []

    def add(self, sources: Sequence[FieldId], targets: Sequence[FieldId], others: tuple[int, int, int]) -> None:
        """Take in a batch.  Raises ValueError where it has not as many targets as sources."""
        size = len(sources)
        if size != len(targets):
            raise ValueError(f"a batch of {size} sources and {len(targets)} targets")
        if isinstance(sources, Picked) and isinstance(targets, Picked) and sources.nodes is targets.nodes:
            self._take(sources.nodes, sources.at, targets.at)
        else:
            self._take(_NONE, self._codes(sources), self._codes(targets))
        self._others.append((size, *others))
        self._waiting += size

    def _codes(self, nodes: Sequence[FieldId]) -> npt.NDArray[np.int32]:
        return np.fromiter(map(self._code, nodes), dtype=np.int32, count=len(nodes))

    def _take(self, nodes: Sequence[FieldId], *ends: npt.NDArray[np.integer]) -> None:
        """Let both ends, as positions in `nodes` or, where these are none, as codes, wait until they are many."""
        if nodes is not self._nodes or self._waiting >= _MANY:
            self.settle()
            self._nodes = nodes
        self._ends += ends

    def settle(self) -> None:
        """Make rows of what waits; then `rows` has all."""
        if not self._others:
            return
        sources, targets = np.concatenate(self._ends[::2]), np.concatenate(self._ends[1::2])
        if self._nodes is not _NONE:
            table = self._table(self._nodes)
            picked = np.zeros(len(table), dtype=bool)
            picked[sources] = picked[targets] = True
            for at in np.flatnonzero(picked & (table < 0)).tolist():
                table[at] = self._code(self._nodes[at])
            sources, targets = table[sources], table[targets]
        size, *others = np.array(self._others, dtype=np.int32).T
        columns = (sources, targets, *(np.repeat(column, size) for column in others))
        self.rows.append(np.stack(columns, axis=1).astype(np.int32, copy=False))
        self._ends, self._others, self._waiting = [], [], 0

    def _table(self, nodes: Sequence[FieldId]) -> npt.NDArray[np.int32]:
        """The codes of nodes that many batches pick from, -1 where one was not met; the nodes are held on to, so that
        no others can take their identity."""
        if id(nodes) not in self._tables:
            self._tables[id(nodes)] = nodes, np.full(len(nodes), -1, dtype=np.int32)
        return self._tables[id(nodes)][1]
