"""What Snowflake's ACCESS_HISTORY says of columns: which were written, and from which, without any SQL.

https://docs.snowflake.com/en/sql-reference/account-usage/access_history: `objects_modified` holds the columns that a
query wrote, each with its `directSources` and `baseSources`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from inventory.naming import located
from inventory.scanners.querylog.rows import Row, Unreadable, nested, rows
from lineage.model import FieldId, Flow

_NO_DATA = frozenset(["function", "procedure", "policy", "tag"])


def history(path: Path, namespace: str) -> Iterator[Flow]:
    """The flows of each row.  Raises Unreadable where the file is no ACCESS_HISTORY."""
    for line, row in rows(path):
        if "objects_modified" not in row:
            raise Unreadable("no ACCESS_HISTORY: it has no column objects_modified", line)
        for written in _objects(nested(row, "objects_modified")):
            yield from _into(written, row, namespace)


def _into(written: Mapping[str, Any], row: Row, namespace: str) -> Iterator[Flow]:
    columns = [(column, tuple(_sources(column, namespace))) for column in _objects(written.get("columns"))]
    for target in _datasets(written, namespace):
        for column, sources in columns:
            name = _text(column, "columnName")
            yield from (Flow(source, FieldId(target.namespace, target.name, name)) for source in sources if name)
        if not any(sources for _, sources in columns):
            accessed = _objects(nested(row, "direct_objects_accessed"))
            read = {source for told in accessed for source in _datasets(told, namespace)}
            yield from (Flow(source, target) for source in sorted(read - {target}))


def _sources(column: Mapping[str, Any], namespace: str) -> Iterator[FieldId]:
    for source in _objects(column.get("directSources")) or _objects(column.get("baseSources")):
        for dataset in _datasets(source, namespace):
            yield FieldId(dataset.namespace, dataset.name, _text(source, "columnName"))


def _datasets(told: Mapping[str, Any], namespace: str) -> Iterator[FieldId]:
    """A table, view or stage: where its files lie, if that is told, else by its name."""
    if _text(told, "objectDomain").lower() in _NO_DATA:
        return
    said = told.get("locations")
    places = (
        [at for place in said if isinstance(place, str) and (at := located(place))] if isinstance(said, list) else []
    )
    if places:
        yield from (FieldId(*at) for at in places)
    elif name := _text(told, "objectName"):
        yield FieldId(namespace, name)


def _objects(told: Any) -> list[Mapping[str, Any]]:
    return [item for item in told if isinstance(item, Mapping)] if isinstance(told, list) else []


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value.replace('"', "") if isinstance(value, str) else ""
