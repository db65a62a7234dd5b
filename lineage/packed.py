"""How are very many names held without an object each?  Packed end to end, and nodes as codes into them.

A value is made when somebody asks for it, so that a million fields cost their bytes and every array may lie in a
mapped file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from lineage.model import FieldId

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Texts(Sequence[str]):
    """Texts as their bytes in UTF-8, end to end: text i is ``packed[first[i]:first[i + 1]]``."""

    packed: npt.NDArray[np.uint8]
    first: Longs

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        coded = [text.encode("utf-8", "surrogatepass") for text in texts]
        first = np.concatenate(([0], np.cumsum([len(text) for text in coded], dtype=np.int64)))
        return cls(np.frombuffer(b"".join(coded), dtype=np.uint8), first.astype(np.int64))

    def __len__(self) -> int:
        return len(self.first) - 1

    @overload
    def __getitem__(self, i: int) -> str: ...
    @overload
    def __getitem__(self, i: slice) -> list[str]: ...
    def __getitem__(self, i: int | slice) -> str | list[str]:
        if isinstance(i, slice):
            return [self[k] for k in range(*i.indices(len(self)))]
        at, ends = i if i >= 0 else range(len(self))[i], self._ends
        return self._bytes[ends[at] : ends[at + 1]].decode("utf-8", "surrogatepass")

    def place(self, wanted: str, start: int = 0, stop: int | None = None) -> int | None:
        """The position of a text among the ordered ones from `start` to before `stop`; None where it is not there.

        UTF-8 is ordered as the characters are, so that bytes are compared and no text is made.
        """
        coded, packed, first = wanted.encode("utf-8", "surrogatepass"), self._bytes, self._ends
        low, high = start, len(self) if stop is None else stop
        while low < high:
            middle = (low + high) // 2
            if packed[first[middle] : first[middle + 1]] < coded:
                low = middle + 1
            else:
                high = middle
        found = low < (len(self) if stop is None else stop) and packed[first[low] : first[low + 1]] == coded
        return low if found else None

    @cached_property
    def _bytes(self) -> bytes:
        return self.packed.tobytes()

    @cached_property
    def _ends(self) -> list[int]:
        ends: list[int] = self.first.tolist()
        return ends

    def __iter__(self) -> Iterator[str]:
        whole, ends = self.packed.tobytes(), self.first.tolist()
        for start, end in pairwise(ends):
            yield whole[start:end].decode("utf-8", "surrogatepass")


@dataclass(frozen=True, eq=False)
class Nodes(Sequence[FieldId]):
    """Fields and whole datasets, each once, in the order of FieldId; a field's name is empty for the whole.

    Node i is in the dataset `dataset[i]`, under the name `fields[field[i]]`; dataset d is called `names[d]` in the
    namespace `namespaces[namespace[d]]`.  Datasets, namespaces and `fields` are each once and in order too.
    """

    namespaces: Texts
    namespace: Ints
    names: Texts
    fields: Texts
    dataset: Ints
    field: Ints

    @classmethod
    def of(cls, nodes: Iterable[FieldId]) -> Nodes:
        """Pack nodes, given in any order and however often."""
        known = sorted(set(nodes))
        datasets = sorted({node.dataset for node in known})
        at, fields = codes(datasets), sorted({node.field for node in known})
        named = codes(fields)
        return cls(
            *of_datasets(datasets), Texts.of(fields),
            np.array([at[node.dataset] for node in known], dtype=np.int32),
            np.array([named[node.field] for node in known], dtype=np.int32),
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.dataset)

    @overload
    def __getitem__(self, i: int) -> FieldId: ...
    @overload
    def __getitem__(self, i: slice) -> list[FieldId]: ...
    def __getitem__(self, i: int | slice) -> FieldId | list[FieldId]:
        if isinstance(i, slice):
            return [self[k] for k in range(*i.indices(len(self)))]
        whole = self.datasets[self.dataset[i]]
        return FieldId(whole.namespace, whole.name, self.fields[self.field[i]])

    def __iter__(self) -> Iterator[FieldId]:
        datasets, fields = list(self.datasets), list(self.fields)
        for dataset, field in zip(self.dataset.tolist(), self.field.tolist(), strict=True):
            whole = datasets[dataset]
            yield FieldId(whole.namespace, whole.name, fields[field])

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Sequence)
            and len(self) == len(other)
            and all(a == b for a, b in zip(self, other, strict=True))
        )

    __hash__ = None  # type: ignore[assignment]

    def __contains__(self, node: object) -> bool:
        return isinstance(node, FieldId) and self.place(node) is not None

    @cached_property
    def datasets(self) -> Datasets:
        return Datasets(self.namespaces, self.namespace, self.names)

    @cached_property
    def first(self) -> Longs:
        """Where the nodes of each dataset begin: those of d are ``first[d]:first[d + 1]``, the whole before fields."""
        return np.searchsorted(self.dataset, np.arange(len(self.names) + 1))

    @cached_property
    def whole(self) -> npt.NDArray[np.bool_]:
        """Which nodes are whole datasets?"""
        nameless = len(self.fields) > 0 and self.fields[0] == ""
        return self.field == 0 if nameless else np.zeros(len(self), dtype=bool)

    def fields_in(self, dataset: int) -> range:
        """The positions of the fields of a dataset, by its own position."""
        first, last = int(self.first[dataset]), int(self.first[dataset + 1])
        return range(first + (first < last and bool(self.whole[first])), last)

    def place(self, node: FieldId) -> int | None:
        """The position of a node; None where it is not here."""
        at, name = self.datasets.place(node), self.fields.place(node.field)
        if at is None or name is None:
            return None
        first, last = int(self.first[at]), int(self.first[at + 1])
        i = first + int(np.searchsorted(self.field[first:last], np.int32(name)))
        return i if i < last and int(self.field[i]) == name else None

    def kept(self, chosen: npt.NDArray[np.bool_]) -> tuple[Nodes, Ints]:
        """Only the chosen ones, and the new position of each old one that is among them."""
        if chosen.all():
            return self, np.arange(len(self), dtype=np.int32)
        fewer = replace(self, dataset=self.dataset[chosen], field=self.field[chosen])
        return fewer, (np.cumsum(chosen) - 1).astype(np.int32)

    def joined(self, more: Iterable[FieldId]) -> tuple[Nodes, Ints]:
        """These and some more, and the new position of each old one."""
        new = sorted({node for node in more if node not in self})
        if not new:
            return self, np.arange(len(self), dtype=np.int32)
        both, at = self._with_names([*self.datasets], new)
        return both, at[: len(self)]

    def moved(self, homes: Mapping[FieldId, FieldId]) -> tuple[Nodes, Ints]:
        """The same with some datasets read as others, and the new position of each old one."""
        return self._with_names([homes.get(dataset, dataset) for dataset in self.datasets], [])

    def _with_names(self, named: list[FieldId], more: Sequence[FieldId]) -> tuple[Nodes, Ints]:
        """The nodes with their datasets called as in `named`, and some more; then the new position of each."""
        datasets = sorted({*named, *(node.dataset for node in more)})
        fields = sorted({*self.fields, *(node.field for node in more)})
        at, called = codes(datasets), codes(fields)
        renamed = np.array([at[dataset] for dataset in named], dtype=np.int64)
        recalled = np.array([called[name] for name in self.fields], dtype=np.int64)
        old = renamed[self.dataset] << 32 | recalled[self.field] if len(self) else np.zeros(0, dtype=np.int64)
        new = np.array([at[node.dataset] << 32 | called[node.field] for node in more], dtype=np.int64)
        pairs, place = np.unique(np.concatenate([old, new]), return_inverse=True)
        found = Nodes(
            *of_datasets(datasets), Texts.of(fields),
            (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32),
        )  # fmt: skip
        return found, place.reshape(-1).astype(np.int32)


@dataclass(frozen=True, eq=False)
class Datasets(Sequence[FieldId]):
    """The datasets of some nodes, in order."""

    namespaces: Texts
    namespace: Ints
    names: Texts

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, i: int) -> FieldId: ...
    @overload
    def __getitem__(self, i: slice) -> list[FieldId]: ...
    def __getitem__(self, i: int | slice) -> FieldId | list[FieldId]:
        if isinstance(i, slice):
            return [self[k] for k in range(*i.indices(len(self)))]
        return FieldId(self.namespaces[int(self.namespace[i])], self.names[int(i)])

    def __iter__(self) -> Iterator[FieldId]:
        namespaces = list(self.namespaces)
        for namespace, name in zip(self.namespace.tolist(), self.names, strict=True):
            yield FieldId(namespaces[namespace], name)

    def place(self, node: FieldId) -> int | None:
        """The position of a node's dataset; None where it is not here."""
        space = self.namespaces.place(node.namespace)
        if space is None:
            return None
        first, last = np.searchsorted(self.namespace, np.array((space, space + 1), dtype=np.int32)).tolist()
        return self.names.place(node.name, first, last)


@dataclass(frozen=True, eq=False)
class Picked(Sequence[FieldId]):
    """Some of many nodes, in any order and however often: the i-th is ``nodes[at[i]]``.

    Batches that share one `nodes` are told apart by numbers alone.
    """

    nodes: Sequence[FieldId]
    at: npt.NDArray[np.integer]

    def __len__(self) -> int:
        return len(self.at)

    @overload
    def __getitem__(self, i: int) -> FieldId: ...
    @overload
    def __getitem__(self, i: slice) -> list[FieldId]: ...
    def __getitem__(self, i: int | slice) -> FieldId | list[FieldId]:
        if isinstance(i, slice):
            return [self.nodes[k] for k in self.at[i].tolist()]
        return self.nodes[int(self.at[i])]

    def __iter__(self) -> Iterator[FieldId]:
        return (self.nodes[k] for k in self.at.tolist())


def codes(values: Iterable[Any]) -> dict[Any, int]:
    """The position of each of some distinct values."""
    return {value: i for i, value in enumerate(values)}


def ranks(keys: Sequence[Any]) -> Longs:
    """The place of each key among all of them in order; equal ones have one place."""
    at = codes(sorted(set(keys)))
    return np.array([at[key] for key in keys], dtype=np.int64)


def of_datasets(datasets: Sequence[FieldId]) -> tuple[Texts, Ints, Texts]:
    """Datasets, each once and in order, packed: their namespaces, the namespace of each, the name of each."""
    namespaces = sorted({dataset.namespace for dataset in datasets})
    at = codes(namespaces)
    namespace = np.array([at[dataset.namespace] for dataset in datasets], dtype=np.int32)
    return Texts.of(namespaces), namespace, Texts.of(dataset.name for dataset in datasets)
