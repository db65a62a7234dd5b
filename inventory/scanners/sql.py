"""Files of SQL -> the flows their statements make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from inventory.project import Source
from inventory.redaction import without_values
from inventory.scanners import Context
from inventory.sql import Edge, column_lineage
from lineage.errors import InvalidInput, did_you_mean
from lineage.model import Dataset, Evidence, Fact, FieldId, Flow, Gap, Reading, ScopeComplete

__all__ = ["column_lineage", "scan"]
_OPTIONS = ("paths", "dialect", "namespace", "default_database", "default_schema")


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
    unread = []
    for number, path in enumerate(files, 1):
        place = path.relative_to(source.root).as_posix()
        context.progress(f"{source.key}: {place}", number, len(files))
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as problem:
            unread.append(place)
            yield Fact(Gap(place, f"not readable as UTF-8 text ({type(problem).__name__})"), Evidence("sql", place))
            continue
        yield from _file(source, place, text, namespace, schema)
    if files:
        yield ScopeComplete(unread=tuple(unread))


def _file(source: Source, place: str, text: str, namespace: str, schema: dict[str, dict[str, str]]) -> Iterator[Fact]:
    options = {name: source.options.get(name) for name in ("dialect", "default_database", "default_schema")}
    dialect, database, default = (str(v) if v else None for v in options.values())
    found = column_lineage(text, dialect=dialect, schema=schema, default_database=database, default_schema=default)
    names = {name.lower(): name for name in schema}
    for edge in found.edges:
        if not (edge.target_table and edge.source_table):
            continue
        if any(map(_is_value, (edge.source_column, edge.target_column))):
            reason = "a quoted text stands where a column should; name the dialect of the file"
            yield Fact(Gap(f"{place}:{edge.line}", reason), Evidence("sql", place, edge.line))
        else:
            yield from _flow(edge, place, namespace, names)
    for gap in found.gaps:
        yield Fact(Gap(f"{place}:{gap.line}", without_values(gap.reason)), Evidence("sql", place, gap.line))


def _is_value(column: str | None) -> bool:
    """Is a column's name somebody's data?  Some dialects quote texts as others quote names."""
    if column is None or re.fullmatch(r"\w*[^\W\d]\w*", column):
        return False
    return without_values(column) != column


def _flow(edge: Edge, place: str, namespace: str, names: dict[str, str]) -> Iterator[Fact]:
    evidence = Evidence("sql", place, edge.line)
    job = Path(place).as_posix() if edge.source_column else None  # a star is all that is known: never left out
    source, target = (names.get(t.lower(), t) for t in (edge.source_table, edge.target_table))
    yield Fact(Dataset(FieldId(namespace, target)), evidence)
    yield Fact(
        Flow(
            FieldId(namespace, source, edge.source_column or ""), FieldId(namespace, target, edge.target_column or ""),
            edge.type, edge.subtype, edge.function, edge.masking, job=job,
        ),
        evidence,
    )  # fmt: skip
