"""Files of SQL -> the flows their statements make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from inventory.project import Source
from inventory.redaction import is_value, without_values
from inventory.scanners import Context
from inventory.sql import Edge, Lineage, column_lineage
from inventory.sql.files import Reader, lineages
from lineage.errors import InvalidInput, did_you_mean
from lineage.model import Dataset, Evidence, Fact, FieldId, Flow, Gap, Reading, ScopeComplete

__all__ = ["column_lineage", "scan"]
_OPTIONS = ("paths", "dialect", "default_database", "default_schema", "namespace")


def scan(source: Source, context: Context) -> Iterator[Reading]:
    """Read the files that `paths` (patterns below the project) name.

    Options: `paths`, `namespace` (of the tables named), `dialect`, `default_database`, `default_schema`.
    Raises InvalidInput for unknown or missing options.
    """
    for option in source.options:
        if option not in _OPTIONS:
            raise InvalidInput(f"source {source.key}: unknown option {option!r}{did_you_mean(option, _OPTIONS)}")
    patterns, namespace = source.options.get("paths"), source.options.get("namespace")
    if not isinstance(patterns, list) or not isinstance(namespace, str):
        raise InvalidInput(f"source {source.key}: expected paths (a list of patterns) and namespace")
    namespace = context.namespace(namespace)
    files = sorted({path for pattern in patterns for path in source.root.glob(str(pattern)) if path.is_file()})
    if not files:
        yield Fact(Gap(source.key, "its paths name no file"), Evidence("sql", source.key))
    schema = {name: dict(context.schema.columns(namespace, name) or {}) for name in context.schema.datasets(namespace)}
    options = {name: str(v) if (v := source.options.get(name)) else None for name in _OPTIONS[1:4]}
    reader = Reader(schema=schema, functions=context.functions, **options)
    names = {name.lower(): name for name in schema}
    unread = []
    for number, (path, found) in enumerate(zip(files, lineages(files, reader), strict=True), 1):
        place = path.relative_to(source.root).as_posix()
        context.progress(f"{source.key}: {place}", number, len(files))
        if isinstance(found, str):
            unread.append(place)
            yield Fact(Gap(place, found), Evidence("sql", place))
        else:
            yield from _file(place, found, _Places(context, namespace, names))
    if files:
        yield ScopeComplete(unread=tuple(unread))


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the tables are that statements name: in the source's namespace, but for files elsewhere."""

    context: Context
    namespace: str
    names: Mapping[str, str]

    def field(self, table: str, column: str | None) -> FieldId:
        scheme, elsewhere, path = table.partition("://")
        if elsewhere:
            host, _, path = path.partition("/")
            return FieldId(self.context.namespace(f"{scheme}://{host}"), path or "/", column or "")
        return FieldId(self.namespace, self.names.get(table.lower(), table), column or "")


def _file(place: str, found: Lineage, places: _Places) -> Iterator[Fact]:
    for edge in found.edges:
        if not (edge.target_table and edge.source_table):
            continue
        if any(map(is_value, (edge.source_column, edge.target_column))):
            reason = "a quoted text stands where a column should; name the dialect of the file"
            yield Fact(Gap(f"{place}:{edge.line}", reason), Evidence("sql", place, edge.line))
        else:
            yield from _flow(edge, place, places)
    for gap in found.gaps:
        yield Fact(Gap(f"{place}:{gap.line}", without_values(gap.reason)), Evidence("sql", place, gap.line))


def _flow(edge: Edge, place: str, places: _Places) -> Iterator[Fact]:
    evidence = Evidence("sql", place, edge.line)
    job = Path(place).as_posix() if edge.source_column else None  # a star is all that is known: never left out
    source = places.field(edge.source_table, edge.source_column)
    target = places.field(edge.target_table, edge.target_column)
    yield Fact(Dataset(target.dataset), evidence)
    yield Fact(Flow(source, target, edge.type, edge.subtype, edge.function, edge.masking, job=job), evidence)
