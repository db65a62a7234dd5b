"""What does the store know of datasets and their columns?  The schema that scanners resolve names with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from lineage.model import Field
from lineage.stores import FactStore


@dataclass(frozen=True)
class StoreSchema:
    """The columns of every dataset in the store, read once when first asked for."""

    store: FactStore

    @cached_property
    def _columns(self) -> dict[tuple[str, str], dict[str, str]]:
        """The order of a database's own columns first: events may tell of some only, in an order of theirs."""
        tables: dict[tuple[str, str], dict[tuple[bool, int, str], str]] = {}
        for fact in self.store.statements(Field):
            if isinstance(fact.statement, Field):
                node = fact.statement.field
                place = fact.evidence.agent != "database", fact.statement.position or 0, node.field
                tables.setdefault((node.namespace, node.name), {})[place] = fact.statement.type or ""
        return {table: _first_of_each_name(held) for table, held in tables.items()}

    def columns(self, namespace: str, name: str) -> Mapping[str, str] | None:
        return self._columns.get((namespace, name))

    def datasets(self, namespace: str) -> Iterable[str]:
        return sorted(name for ns, name in self._columns if ns == namespace)


def _first_of_each_name(held: Mapping[tuple[bool, int, str], str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for (_, _, name), kind in sorted(held.items()):
        columns.setdefault(name, kind)
    return columns
