"""Which flows does one logged statement make, between datasets named as the server does?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from inventory.naming import located, naming
from inventory.redaction import is_value, without_values
from inventory.scanners import Context
from inventory.scanners.querylog.settings import Settings
from inventory.scanners.querylog.statements import LONGEST, Logged
from inventory.sql import Edge, column_lineage
from lineage.model import FieldId, Flow, Gap

_WORD = re.compile(r"\w+")
_IN_A_SCHEMA = re.compile(r"\w")
"""Stages, files of the server and variables begin otherwise."""


@dataclass
class Statements:
    """Reads statements with the columns that the store knows."""

    settings: Settings
    context: Context
    namespace: str = field(init=False)
    _by_table: Mapping[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.namespace = self.context.namespace(self.settings.namespace)
        by_table = defaultdict(list)
        for name in self.context.schema.datasets(self.namespace):
            by_table[name.rpartition(".")[2].casefold()].append(name)
        self._by_table = by_table

    def flows(self, said: Logged, job: str) -> Iterator[Flow | Gap]:
        """The flows of a statement; a Gap (its place still to be told) for what in it cannot be read.

        Where the log says itself what was read and written, that counts for what the statement does not tell.
        """
        if len(said.text) > LONGEST:
            yield Gap("", f"a statement of more than {LONGEST} characters")
            return
        names = _Names(self, said)
        found = column_lineage(
            said.text, dialect=self.settings.dialect, schema=self._schema(said), functions=self.context.functions
        )
        unread = [Gap("", without_values(gap.reason)) for gap in found.gaps]
        made = []
        for edge in found.edges:
            target = names.dataset(edge.target_table or said.target)
            source = names.dataset(edge.source_table)
            if target is None or source is None:
                continue
            if any(map(is_value, (edge.source_column, edge.target_column))):
                unread.append(Gap("", "a quoted text stands where a column should; is the dialect right?"))
            else:
                made.append(_flow(edge, source, target, job))
        yield from made
        yield from dict.fromkeys(unread)
        if said.target and (unread or not found.edges):
            told = {flow.source.dataset for flow in made}
            read = (FieldId(self.namespace, name) for name in said.sources if name != said.target)
            yield from (Flow(n, FieldId(self.namespace, said.target), job=job) for n in read if n not in told)

    def _schema(self, said: Logged) -> dict[str, Mapping[str, str]]:
        """The tables whose names occur in a statement: those of its own database and schema first."""
        words = {word.casefold() for word in _WORD.findall(said.text)}
        names = sorted(name for word in words for name in self._by_table.get(word, ()))
        home = (said.database.casefold(), (said.schema or naming(self.namespace).schema or "").casefold())

        def distance(name: str) -> tuple[bool, bool, str]:
            parts = name.casefold().split(".")
            return home[0] not in parts[:-1], home[1] not in parts[:-1], name

        return {name: self.context.schema.columns(self.namespace, name) or {} for name in sorted(names, key=distance)}


@dataclass(frozen=True, slots=True)
class _Names:
    """What a statement calls tables, in the database and schema that it ran in."""

    statements: Statements
    said: Logged

    def dataset(self, table: str) -> FieldId | None:
        """The dataset of that name: one that is known, else by the database and schema of the statement."""
        if not table:
            return None
        if (at := located(table)) is not None:
            return FieldId(*at)
        settings, namespace = self.statements.settings, self.statements.namespace
        if not _IN_A_SCHEMA.match(table):
            return FieldId(namespace, table)
        database, schema = self.said.database or settings.database, self.said.schema or settings.schema
        rules, parts = naming(namespace), table.split(".")
        missing = (rules.parts or len(parts)) - len(parts)
        if missing > 0:
            near = [database, schema][:missing] if missing < 2 else [database, schema]
            known = self.statements.context.schema.known_as(
                FieldId(namespace, ".".join((*filter(None, near), *parts))), heard=True
            )
            if known is not None:
                return known
            if missing > 1 or rules.parts == 2:
                near = [database, schema or rules.schema or ""][: max(missing, 1)]
            parts = [*filter(None, near), *parts]
        return FieldId(namespace, ".".join(parts))


def _flow(edge: Edge, source: FieldId, target: FieldId, job: str) -> Flow:
    return Flow(
        FieldId(source.namespace, source.name, edge.source_column or ""),
        FieldId(target.namespace, target.name, edge.target_column or ""),
        edge.type, edge.subtype, edge.function, edge.masking, job=job if edge.source_column else None,
    )  # fmt: skip
