"""The labelled graph of docs/neo4j.md as a ZIP of CSV files for `neo4j-admin database import full`.

Beside the files of nodes and relationships it holds `import.args` (the arguments that name them), `schema.cypher`
(the constraints, for afterwards) and `README.txt`.  Cannot say: runs and history.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any

from inventory.labelled import LabelledGraph, labelled
from inventory.report import Report
from lineage.property_graph import unique

BINARY = True
"""`write` wants a file of bytes."""
_ARRAY = "\x1f"
"""What separates the texts of a list: a character that no text of the graph has, for it would be spelled out."""
_ARGUMENTS = ("--array-delimiter=U+001F", "--bad-tolerance=0", "--id-type=string")
_README = """Import into a new, empty database, from the folder these files are in:

    neo4j-admin database import full neo4j --overwrite-destination @import.args

start the server, and make the constraints:

    cypher-shell -f schema.cypher

What the labels, types and properties mean: docs/neo4j.md of Sharemap.
"""


def write(report: Report, out: IO[bytes]) -> None:
    """Write the archive; equal facts, day and moment make equal bytes."""
    graph = labelled(report)
    arguments = list(_ARGUMENTS)
    with zipfile.ZipFile(out, "w") as archive:
        for option, name, columns, rows in _tables(graph):
            arguments.append(f"--{option}={name}")
            with _text(archive, name) as file:
                _write(columns, rows, file)
        for name, text in (
            ("import.args", "\n".join(arguments) + "\n"),
            ("schema.cypher", "".join(f"{c};\n" for c in graph.constraints())),
            ("README.txt", _README),
        ):
            with _text(archive, name) as file:
                file.write(text)


Table = tuple[str, str, Sequence[str], Iterable[Sequence[Any]]]


def _tables(graph: LabelledGraph) -> Iterator[Table]:
    """(option and what it is of, file, heading, rows) of each table."""
    for labels, nodes in graph.nodes.items():
        names = _columns(nodes.values())
        heading = [f"{unique(labels[0])}:ID({labels[0]})", *(f"{n}:{t}" for n, t in names.items())]
        rows = ([key, *map(told.get, names)] for key, told in nodes.items())
        yield f"nodes={':'.join(labels)}", f"nodes-{'-'.join(labels)}.csv", heading, rows
    for (type, start, end), edges in graph.edges.items():
        names = _columns(told for _, _, told in edges)
        heading = [f":START_ID({start})", f":END_ID({end})", *(f"{n}:{t}" for n, t in names.items())]
        rows = ([a, b, *map(told.get, names)] for a, b, told in edges)
        yield f"relationships={type}", f"relationships-{start}-{type}-{end}.csv", heading, rows


def _columns(properties: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Name -> type of all properties that occur, sorted."""
    types: dict[str, str] = {}
    for told in properties:
        for name, value in told.items():
            if name not in types or types[name] == "long":
                types[name] = _type(value)
    return dict(sorted(types.items()))


def _type(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case int():
            return "long"
        case float():
            return "double"
        case list() | tuple():
            return "string[]"
        case _:
            return "string"


def _write(columns: Iterable[str], rows: Iterable[Sequence[Any]], out: IO[str]) -> None:
    out.write(",".join(columns) + "\n")
    for row in rows:
        out.write(",".join(map(_cell, row)) + "\n")


def _cell(value: Any) -> str:
    """A cell: quoted if there is something in it, also an empty text; bare and empty if there is nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case list() | tuple():
            return _quoted(_ARRAY.join(value))
        case _:
            return _quoted(str(value))


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


@contextmanager
def _text(archive: zipfile.ZipFile, name: str) -> Iterator[IO[str]]:
    """A file of the archive, of no particular time, so that equal graphs make equal archives."""
    about = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    about.compress_type = zipfile.ZIP_DEFLATED
    about.external_attr = 0o644 << 16
    with archive.open(about, "w", force_zip64=True) as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
        yield text
