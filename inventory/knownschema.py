"""What does the store know of datasets and their columns, and by which spelling?  Scanners resolve names with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from inventory.naming import EXACT, completes, naming
from lineage.model import Field, FieldId, Symlink
from lineage.stores import FactStore
from lineage.symlinks import symlink_map

_TRUST = {"database": 0, "dbt": 1}
"""Whose spelling is believed: the database's own, then that of dbt, which asked it, then that of all others."""
_OTHERS = 2
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class StoreSchema:
    """The columns of every dataset in the store, read once when first asked for."""

    store: FactStore
    _found: dict[tuple[FieldId, bool], FieldId | None] = field(default_factory=dict)

    def columns(self, namespace: str, name: str) -> Mapping[str, str] | None:
        return self._columns.get(self._home(FieldId(namespace, name)))

    def datasets(self, namespace: str) -> Iterable[str]:
        return sorted(node.name for node in (*self._columns, *self._linked) if node.namespace == namespace)

    def known_as(self, node: FieldId, heard: bool = False) -> FieldId | None:
        """A dataset or column as who knows it best spells it; None where nobody knows the dataset.

        A name that differs in case only, or leaves out parts, is a known one where the rules of the place
        (inventory/naming.py) say so and only one fits.  Databases and dbt count as knowing; with `heard` everybody.
        """
        if naming(node.namespace) is EXACT:
            return None
        if (node.dataset, heard) not in self._found:
            self._found[node.dataset, heard] = self._dataset(node.dataset, heard)
        dataset = self._found[node.dataset, heard]
        if dataset is None or not node.field:
            return dataset
        return FieldId(dataset.namespace, dataset.name, self._column(dataset, node.field))

    def _dataset(self, node: FieldId, heard: bool) -> FieldId | None:
        for names in self._names[: _OTHERS + heard]:
            if (found := names.find(node)) is not None:
                return found
        return None

    def _column(self, dataset: FieldId, name: str) -> str:
        rules, known = naming(dataset.namespace), self._columns[self._home(dataset)]
        if name in known or not rules.columns:
            return name
        fitting = self._cased[self._home(dataset)].get(name.casefold(), ())
        return fitting[0] if len(fitting) == 1 else rules.folded(name) if not fitting else name

    def _home(self, dataset: FieldId) -> FieldId:
        return self._links.get(dataset, dataset)

    # -- what was read, once ------------------------------------------------------------------------------

    @cached_property
    def _links(self) -> Mapping[FieldId, FieldId]:
        return symlink_map(self.store.statements(Symlink))

    @cached_property
    def _linked(self) -> tuple[FieldId, ...]:
        """Other names of datasets whose columns are known, such as partitions."""
        return tuple(name for name, home in self._links.items() if home in self._columns and name not in self._columns)

    @cached_property
    def _told(self) -> dict[FieldId, dict[tuple[int, int, str], str]]:
        """Dataset -> (trust, position, column) -> type."""
        told: dict[FieldId, dict[tuple[int, int, str], str]] = defaultdict(dict)
        for fact in self.store.statements(Field):
            if isinstance(fact.statement, Field):
                node, trust = fact.statement.field, _TRUST.get(fact.evidence.agent, _OTHERS)
                home = self._home(node.dataset)
                told[home][trust, fact.statement.position or 0, node.field] = fact.statement.type or ""
        return told

    @cached_property
    def _columns(self) -> dict[FieldId, dict[str, str]]:
        """The order of a database's own columns first: events may tell of some only, in an order of theirs."""
        return {
            dataset: _first_of_each(naming(dataset.namespace).columns, held) for dataset, held in self._told.items()
        }

    @cached_property
    def _cased(self) -> Mapping[FieldId, Mapping[str, list[str]]]:
        """Dataset -> a column in small letters -> its spellings."""
        return {dataset: _grouped((name.casefold(), name) for name in held) for dataset, held in self._columns.items()}

    @cached_property
    def _names(self) -> tuple[_Names, ...]:
        """The datasets that each degree of trust knows."""
        trusted = [(min(held)[0], dataset) for dataset, held in self._told.items()]
        trusted += [(min(self._told[self._links[name]])[0], name) for name in self._linked]
        return tuple(_Names.of(d for trust, d in trusted if trust == degree) for degree in range(_OTHERS + 1))


@dataclass(frozen=True)
class _Names:
    """Names of datasets, to be found exactly, by another case, or by some of their parts."""

    exact: frozenset[FieldId]
    cased: Mapping[tuple[str, str], list[FieldId]]
    by_table: Mapping[tuple[str, str], list[FieldId]]

    @classmethod
    def of(cls, datasets: Iterable[FieldId]) -> _Names:
        known = [(d, _parts(d)) for d in sorted(datasets) if naming(d.namespace) is not EXACT]
        return cls(
            frozenset(d for d, _ in known),
            _grouped(((d.namespace, d.name.casefold()), d) for d, _ in known),
            _grouped(((d.namespace, parts[-1]), d) for d, parts in known),
        )

    def find(self, node: FieldId) -> FieldId | None:
        if node in self.exact:
            return node
        rules, parts = naming(node.namespace), _parts(node)
        if rules.datasets and len(cased := self.cased.get((node.namespace, node.name.casefold()), [])) == 1:
            return cased[0]
        if rules.parts is None or len(parts) >= rules.parts:
            return None
        near = self.by_table.get((node.namespace, parts[-1]), ())
        fitting = [d for d in near if len(_parts(d)) == rules.parts and completes(_parts(d), parts)]
        if len(fitting) > 1:
            usual = _cased(rules.schema or "", rules.datasets)
            fitting = [d for d in fitting if usual in _parts(d)[-2:-1]]
        return fitting[0] if len(fitting) == 1 else None


def _parts(dataset: FieldId) -> tuple[str, ...]:
    """The parts of a name, in small letters where case says nothing."""
    return tuple(_cased(dataset.name, naming(dataset.namespace).datasets).split("."))


def _cased(name: str, folds: bool) -> str:
    return name.casefold() if folds else name


def _grouped(pairs: Iterable[tuple[K, V]]) -> Mapping[K, list[V]]:
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def _first_of_each(folds: bool, held: Mapping[tuple[int, int, str], str]) -> dict[str, str]:
    """Column -> type, in order.  Where case says nothing, a spelling that is trusted less is left out."""
    columns: dict[str, str] = {}
    trusted: dict[str, int] = {}
    for (trust, _, name), kind in sorted(held.items()):
        if name not in columns and trusted.setdefault(_cased(name, folds), trust) == trust:
            columns[name] = kind
    return columns
