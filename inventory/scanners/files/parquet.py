"""The columns of a Parquet file, by its schema alone; values are read only where a sample is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from inventory.scanners.files.opened import File
from inventory.scanners.files.records import values_of
from inventory.scanners.files.settings import Settings
from inventory.scanners.files.shape import MOST_FIELDS, Found, Seen, Shape, Unread, storable
from lineage.errors import InvalidInput

_DEEPEST = 20


def read_parquet(file: File, settings: Settings) -> Iterator[Found]:
    """The one dataset of a file; parts of structures as ``address.street``, of lists as ``items[].sku``.

    Raises InvalidInput where pyarrow is not installed.
    """
    try:
        from pyarrow.parquet import ParquetFile
    except ModuleNotFoundError:
        raise InvalidInput(f"source {settings.key}: Parquet needs pyarrow: pip install 'sharemap[files]'") from None
    try:
        with file.open() as opened, ParquetFile(opened) as table:
            fields = [seen for field in table.schema_arrow for seen in _fields(storable(field.name), field.type, 0)]
            values = _values(table, settings.sample) if settings.sample else {}
    except Exception as problem:  # broken files make pyarrow raise what they like
        yield Unread(f"the file is not readable as Parquet ({type(problem).__name__})", whole=True)
        return
    if len(fields) > MOST_FIELDS:
        yield Unread(f"it has more than {MOST_FIELDS} columns; the others are left out")
    if fields:
        yield Shape(tuple(replace(seen, values=values.get(seen.name, ())) for seen in fields[:MOST_FIELDS]))
    else:
        yield Unread("it has no column", whole=True)


def _values(file: Any, sample: int) -> dict[str, tuple[str, ...]]:
    """Up to `sample` values at each path, of the first rows."""
    rows = next(file.iter_batches(batch_size=sample), None)
    return values_of(rows.to_pylist(), sample) if rows is not None else {}


def _fields(path: str, kind: Any, depth: int) -> Iterator[Seen]:
    from pyarrow import types

    path = path or "''"
    if depth < _DEEPEST and types.is_struct(kind) and kind.num_fields:
        for i in range(kind.num_fields):
            inner = kind.field(i)
            yield from _fields(f"{path}.{storable(inner.name)}", inner.type, depth + 1)
    elif depth < _DEEPEST and (types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)):
        yield from _fields(f"{path}[]", kind.value_type, depth + 1)
    elif depth < _DEEPEST and types.is_map(kind):
        yield from _fields(f"{path}.{{}}", kind.item_type, depth + 1)
    else:
        yield Seen(path, str(kind)[:200])
