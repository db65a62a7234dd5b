"""What do the columns of a store look like when they need not be worked out again?  One file of arrays beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, overload

import numpy.typing as npt

from lineage.codec import canonical, record, restore
from lineage.columns import Evidences, FactColumns, Said
from lineage.model import Classification, Evidence, Field, Flow
from lineage.packed import Nodes, Texts
from lineage.stores.sqlite import arrayfile
from lineage.stores.sqlite.arrayfile import Arrays

_KEPT = 4096
"""So many values are kept once they were made."""


@dataclass(frozen=True)
class Fits:
    """What columns are of: the content of a store, by its token, on the days from `since` until before `until`."""

    token: str
    since: str
    until: str


@dataclass(frozen=True)
class Values(Sequence[Any]):
    """Values of one type as their records in JSON, read when they are asked for."""

    kind: type
    texts: Texts
    _made: dict[int, Any] = field(default_factory=dict, repr=False, compare=False)
    """Those that were asked for last."""

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, i: int) -> Any: ...
    @overload
    def __getitem__(self, i: slice) -> list[Any]: ...
    def __getitem__(self, i: int | slice) -> Any:
        if isinstance(i, slice):
            return [self[k] for k in range(*i.indices(len(self)))]
        if i not in self._made:
            if len(self._made) >= _KEPT:
                self._made.clear()
            self._made[i] = restore(self.kind, json.loads(self.texts[i]))
        return self._made[i]


def path_of(store: Path, name: str = "columns") -> Path:
    """Where the columns, or other arrays, of the store in a file are kept."""
    return store.with_name(f"{store.name}-{name}")


def load(path: Path, token: str, day: str) -> FactColumns | None:
    """The columns in a file, where it is whole and of this content and day; else None."""
    arrays = arrayfile.load(path, lambda of: of["token"] == token and of["since"] <= day < of["until"])
    try:
        return None if arrays is None else _columns(arrays)
    except KeyError:
        return None


def save(path: Path, columns: FactColumns, fits: Fits) -> None:
    """Put columns into a file, all at once; where that cannot be, leave what is there."""
    arrayfile.save(path, _arrays(columns), asdict(fits))


# -- columns as named arrays ----------------------------------------------------------------------------


def _arrays(columns: FactColumns) -> Arrays:
    nodes, evidences = columns.nodes, columns.evidences
    found: dict[str, npt.NDArray[Any]] = {
        "node.namespace": nodes.namespace, "node.dataset": nodes.dataset, "node.field": nodes.field,
        "source": columns.source, "target": columns.target, "kind": columns.kind, "evidence": columns.evidence,
        "first": columns.first,
        "evidence.like": evidences.like, "evidence.source": evidences.source, "evidence.line": evidences.line,
    }  # fmt: skip
    texts = {"namespaces": nodes.namespaces, "names": nodes.names, "fields": nodes.fields, "sources": evidences.sources}
    values = {"kinds": columns.kinds, "likes": evidences.likes}
    for name, said in (("field", columns.fields), ("classification", columns.classifications)):
        found |= {f"{name}.node": said.node, f"{name}.value": said.value, f"{name}.evidence": said.evidence}
        values[f"{name}.values"] = said.values
    texts |= {name: Texts.of(canonical(record(value)) for value in held) for name, held in values.items()}
    for name, held in texts.items():
        found |= {f"{name}.packed": held.packed, f"{name}.first": held.first}
    return found


def _columns(arrays: Arrays) -> FactColumns:
    def texts(name: str) -> Texts:
        return Texts(arrays[f"{name}.packed"], arrays[f"{name}.first"])

    def said(name: str, kind: type) -> Said[Any]:
        values = Values(kind, texts(f"{name}.values"))
        return Said(arrays[f"{name}.node"], arrays[f"{name}.value"], values, arrays[f"{name}.evidence"])

    nodes = Nodes(
        texts("namespaces"), arrays["node.namespace"], texts("names"), texts("fields"), arrays["node.dataset"],
        arrays["node.field"],
    )  # fmt: skip
    evidences = Evidences(
        Values(Evidence, texts("likes")), texts("sources"), arrays["evidence.like"], arrays["evidence.source"],
        arrays["evidence.line"],
    )  # fmt: skip
    return FactColumns(
        nodes, arrays["source"], arrays["target"], arrays["kind"], Values(Flow, texts("kinds")), arrays["evidence"],
        arrays["first"], evidences, said("field", Field), said("classification", Classification),
    )  # fmt: skip
