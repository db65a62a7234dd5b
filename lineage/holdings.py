"""What personal data does each system and each dataset hold, and which systems are ours?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from lineage.labels import Labels
from lineage.model import FieldId, Form, System
from lineage.propagate import Label
from lineage.world import World


@dataclass(frozen=True)
class Holdings:
    """The labels of one graph, gathered by where they lie."""

    labels: Labels

    @property
    def world(self) -> World:
        return self.labels.graph.world

    @cached_property
    def by_dataset(self) -> Mapping[FieldId, frozenset[Label]]:
        """Dataset -> the labels that any of its fields holds; datasets that hold none are left out."""
        held: dict[FieldId, set[Label]] = {}
        for i, node in enumerate(self.labels.graph.nodes):
            if rows := self.labels.rows(i):
                held.setdefault(node.dataset, set()).update(rows)
        return {dataset: frozenset(rows) for dataset, rows in sorted(held.items())}

    @cached_property
    def by_system(self) -> Mapping[str, frozenset[Label]]:
        """System key -> the labels that any of its datasets holds; systems that hold none are left out."""
        held: dict[str, set[Label]] = {}
        for dataset, rows in self.by_dataset.items():
            for system in self.world.systems_of(dataset):
                held.setdefault(system.key, set()).update(rows)
        return {key: frozenset(rows) for key, rows in sorted(held.items())}

    @cached_property
    def own_systems(self) -> tuple[System, ...]:
        """The systems that we operate and that hold personal data about single people, by key."""
        return tuple(
            self.world.systems[key]
            for key, rows in self.by_system.items()
            if self.is_ours(key) and any(row.form is not Form.AGGREGATED for row in rows)
        )

    def is_ours(self, system: str) -> bool:
        """Is one of the operators of a system ours?"""
        return any(map(self.world.is_own, self.world.operators.get(system, ())))

    def personal(self, system: str) -> dict[str, set[Form]]:
        """Category -> the forms in which a system holds it about single people (aggregates left out)."""
        forms: dict[str, set[Form]] = {}
        for row in sorted(self.by_system.get(system, ())):
            if row.form is not Form.AGGREGATED:
                forms.setdefault(row.data_category, set()).add(row.form)
        return forms

    def countries(self, system: str) -> tuple[str, ...]:
        """Where a system stands: its own country, else those of its operators; sorted, empty if unknown."""
        country = self.world.systems[system].country
        if country:
            return (country,)
        operators = self.world.operators.get(system, ())
        return tuple(sorted({c for op in operators for c in self.world.party_countries(op)}))
