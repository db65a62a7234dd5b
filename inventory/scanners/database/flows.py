"""The flows that definitions hold: of views, and of generated columns."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from inventory.scanners.database.catalog import Table
from inventory.sql import Edge, column_lineage
from lineage.model import FieldId, Flow, Gap

_WORD = re.compile(r"\w+")
_SERVERS_OWN = ("pg_", "information_schema.", "mysql.", "performance_schema.", "sys.")
_GENERATED = "made"


@dataclass
class Definitions:
    """Reads the definitions among `tables`; `dataset` names a dataset by schema and table."""

    tables: Sequence[Table]
    dataset: Callable[[str, str], FieldId]
    dialect: str
    functions: Mapping[str, str] = field(default_factory=dict)
    _named: dict[str, Table] = field(init=False)
    _by_word: dict[str, list[Table]] = field(init=False)
    _schemas: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self._named = {f"{t.schema}.{t.name}": t for t in self.tables}
        self._schemas = {t.schema for t in self.tables}
        self._by_word = defaultdict(list)
        for table in self.tables:
            self._by_word[_first_word(table.name)].append(table)

    def flows(self, table: Table) -> Iterator[Flow | Gap]:
        """What flows into `table` by its definition; a Gap (without a place) for what cannot be told."""
        if table.is_view:
            yield from self._view(table)
        for column in table.columns:
            if column.formula:
                yield from self._generated(table, column.name, column.formula)

    def _view(self, view: Table) -> Iterator[Flow | Gap]:
        if not view.definition:
            yield Gap("", "the view does not show its definition; check rights")
            return
        found = column_lineage(
            view.definition, dialect=self.dialect, schema=self._schema(view), functions=self.functions
        )
        yield from (Gap("", gap.reason) for gap in found.gaps)
        names = _columns_made(view, found.edges)
        unseen: set[str] = set()
        for edge in found.edges:
            source = self._source(view, edge.source_table)
            if source is None:
                unseen.add(edge.source_table)
            else:
                yield _flow(edge, source, self._at(view), names.get(edge.target_column or "", ""))
        for name in sorted(name for name in unseen if not name.startswith(_SERVERS_OWN)):
            yield Gap("", f"it reads {name or 'a function'}, which is not among the tables that can be seen")

    def _generated(self, table: Table, column: str, formula: str) -> Iterator[Flow | Gap]:
        columns = {c.name: c.type for c in table.columns}
        query = f"SELECT {formula} AS {_GENERATED} FROM {_GENERATED}"  # noqa: S608 - read, never run
        found = column_lineage(query, dialect=self.dialect, schema={_GENERATED: columns}, functions=self.functions)
        yield from (Gap("", f"generated column: {gap.reason}") for gap in found.gaps)
        for edge in found.edges:
            yield _flow(edge, self._at(table), self._at(table), column)

    def _schema(self, view: Table) -> dict[str, dict[str, str]]:
        """The tables whose names occur in the definition, those of the view's own schema first."""
        text = view.definition or ""
        near = (t for word in dict.fromkeys(_WORD.findall(text)) for t in self._by_word.get(word, ()))
        likely = sorted((t for t in near if t.columns), key=lambda t: (t.schema != view.schema, t.schema, t.name))
        return {f"{t.schema}.{t.name}": {c.name: c.type for c in t.columns} for t in likely}

    def _source(self, view: Table, name: str) -> FieldId | None:
        """The dataset that a definition calls `name`, with its schema or, where that is the view's, without.

        None for what its schema, which was read, does not show, and for the server's own.
        """
        for full in (name, f"{view.schema}.{name}", ".".join(name.split(".")[-2:])):
            if full in self._named:
                return self._at(self._named[full])
        schema, _, table = name.partition(".")
        unread = bool(table) and schema not in self._schemas and not name.startswith(_SERVERS_OWN)
        return self.dataset(schema, table) if unread else None

    def _at(self, table: Table) -> FieldId:
        return self.dataset(table.schema, table.name)


def _flow(edge: Edge, source: FieldId, target: FieldId, column: str) -> Flow:
    return Flow(
        FieldId(source.namespace, source.name, edge.source_column or ""),
        FieldId(target.namespace, target.name, column),
        edge.type, edge.subtype, edge.function, edge.masking,
    )  # fmt: skip


def _columns_made(view: Table, edges: Iterable[Edge]) -> dict[str, str]:
    """Output name in the definition -> column of the view: by name, else by position.

    A name that is neither stays out, and its flows go to the view as a whole.
    """
    columns = {c.name.lower(): c.name for c in view.columns}
    made = list(dict.fromkeys(e.target_column for e in edges if e.target_column))
    if len(made) == len(columns) and any(name.lower() not in columns for name in made):
        return dict(zip(made, columns.values(), strict=True))
    return {name: columns[name.lower()] for name in made if name.lower() in columns}


def _first_word(name: str) -> str:
    found = _WORD.search(name)
    return found[0] if found else ""
