"""Which ids do the texts of a run have?  Those that the dictionaries know already, and new ones for the others."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lineage.stores.sqlite.pages import Rows
from lineage.stores.sqlite.staging import Place

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Ids:
    """The dictionaries of a store; new texts are given numbers, and written, in their own order."""

    db: sqlite3.Connection

    def of_places(self, places: Sequence[Place]) -> list[int]:
        keys = [(place.text,) for place in places]
        ids, new = self._ids("place", "text = ?", keys)
        rows = ((number, places[at].source, *places[at].held, places[at].text) for number, at in new)
        self.db.executemany("INSERT INTO place (id, source, day, until, attested, text) VALUES (?,?,?,?,?,?)", rows)
        return ids

    def of_said(self, said: Sequence[tuple[str, str]]) -> Rows:
        """By the code of each (kind, text)."""
        ids, new = self._ids("said", "kind = ? AND text = ?", said)
        rows = ((number, *said[at]) for number, at in new)
        self.db.executemany("INSERT INTO said (id, kind, text) VALUES (?,?,?)", rows)
        return np.array(ids, dtype=np.int32)

    def of_nodes(self, datasets: dict[tuple[str, str], dict[str, int]], size: int) -> Rows:
        """By the code of each node, 0 for none; `datasets` gives the code of each field of each (namespace, name)."""
        names = sorted(name for name, codes in datasets.items() if any(codes.values()))
        ids, new = self._ids("dataset", "namespace = ? AND name = ?", names)
        rows = ((number, *names[at]) for number, at in new)
        self.db.executemany("INSERT INTO dataset (id, namespace, name) VALUES (?,?,?)", rows)
        fresh = {number for number, _ in new}
        nodes = np.zeros(size, dtype=np.int32)
        number = self._next("node")
        unknown: list[Key] = []
        for dataset, name in zip(ids, names, strict=True):
            known = {} if dataset in fresh else self._fields(dataset)
            for field, code in sorted(datasets[name].items()):
                node = known.get(field)
                if node is None and code:
                    node, number = number, number + 1
                    unknown.append((node, dataset, field))
                nodes[code] = node or 0
        self.db.executemany("INSERT INTO node (id, dataset, field) VALUES (?,?,?)", unknown)
        return nodes

    def _fields(self, dataset: int) -> dict[str, int]:
        return dict(self.db.execute("SELECT field, id FROM node WHERE dataset = ?", (dataset,)))

    def _ids(self, table: str, same: str, keys: Sequence[Key]) -> tuple[list[int], list[tuple[int, int]]]:
        """The id of each key, and those that are new, in the order of the keys: the id and the position of each."""
        query = f"SELECT id FROM {table} WHERE {same}"  # noqa: S608
        found = [self.db.execute(query, key).fetchone() for key in keys]
        missing = sorted((at for at, row in enumerate(found) if row is None), key=keys.__getitem__)
        new = list(enumerate(missing, self._next(table)))
        ids = [row[0] if row else 0 for row in found]
        for number, at in new:
            ids[at] = number
        return ids, new

    def _next(self, table: str) -> int:
        return int(self.db.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0])  # noqa: S608
