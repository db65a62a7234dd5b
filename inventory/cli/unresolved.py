"""`sharemap unresolved`: datasets that are probably one, and the alias that would join them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from inventory.cli.app import Output, Session, StoreOption, output, say
from inventory.escaping import printable
from lineage.errors import InvalidInput, did_you_mean

if TYPE_CHECKING:
    from inventory.unresolved import Near, Unresolved
    from lineage.model import FieldId

_KINDS = {
    "namespace": "same names in two namespaces",
    "case": "differs in case only",
    "parts": "leaves out, or adds, parts of the name",
}
_FEW = 3


def unresolved(
    format: Annotated[str, typer.Option("--format", "-f", metavar="FORMAT", help="text or json.")] = "text",
    out: Output = None,
    store: StoreOption = None,
) -> int:
    """Datasets that are probably one, with the alias to add.

    Exit code 1 if there are any, 3 if nothing was read.
    """
    from inventory.unresolved import unresolved as near_duplicates

    if format not in ("text", "json"):
        raise InvalidInput(f"--format: {format!r} is none of text, json{did_you_mean(format, ('text', 'json'))}")
    session = Session(store)
    found = near_duplicates(session.judgement.graph)
    with output(out) as stream:
        if format == "json":
            json.dump(_record(session, found), stream, ensure_ascii=False, indent=1)
            stream.write("\n")
        elif found.near:
            (_table if stream.isatty() else _lines)(found, stream)
            print("", *_to_add(session, found.near), sep="\n", file=stream)
    if not found.datasets:
        say("nothing was read; run: sharemap scan")
        return 3
    if format == "text":
        _summary(found)
    return 1 if found.near else 0


def _summary(found: Unresolved) -> None:
    shards = f"; {found.shards} names stand in very many namespaces and were left out" if found.shards else ""
    say(f"{found.datasets} datasets, {len(found.near)} near-duplicates{shards}")


def _lines(found: Unresolved, stream: IO[str]) -> None:
    for near in found.near:
        print("\t".join(_cells(near)), file=stream)


def _table(found: Unresolved, stream: IO[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("what", "is probably", "because", "seen in", show_lines=True)
    for near in found.near:
        _, alias, home, why, places = _cells(near)
        table.add_row(Text(alias), Text(home), Text(why), Text(places))
    Console(file=stream).print(table)


def _cells(near: Near) -> tuple[str, str, str, str, str]:
    places = f"{', '.join(near.alias_places)} | {', '.join(near.home_places)}"
    told = (near.kind, _name(near.alias), _name(near.home), _why(near), places)
    kind, alias, home, why, seen = (printable(text) for text in told)
    return kind, alias, home, why, seen


def _name(node: FieldId) -> str:
    return f"{node.namespace}:{node.name}" if node.name else node.namespace


def _why(near: Near) -> str:
    said = [_KINDS[near.kind]]
    if near.names:
        some = ", ".join(near.names[:_FEW]) + (" ..." if len(near.names) > _FEW else "")
        said.append(f"{len(near.names)} of {near.of_names} names ({some})")
    said.append(f"{near.columns} of {near.of_columns} columns" if near.of_columns else "columns not known")
    if near.candidates:
        said.append(f"or {', '.join(map(_name, near.candidates))}")
    return "; ".join(said)


# -- what to add ------------------------------------------------------------------------------------------


def _to_add(session: Session, found: tuple[Near, ...]) -> Iterator[str]:
    """The YAML that would join them, for each file that it belongs in."""
    spaces = [near for near in found if near.kind == "namespace"]
    if spaces:
        yield "# sharemap.yaml, then: sharemap scan"
        yield "aliases:"
        yield from (f"  {_quoted(near.alias.namespace)}: {_quoted(near.home.namespace)}" for near in spaces)
    datasets: dict[FieldId, list[FieldId]] = {}
    for near in found:
        if near.kind != "namespace":
            datasets.setdefault(near.home, []).append(near.alias)
    if datasets:
        yield f"# {session.project.inventory.name}/aliases.yaml"
        yield "datasets:"
    for home in sorted(datasets):
        yield f"  - dataset: {_reference(home)}"
        yield "    aliases:"
        yield from (f"      - {_reference(alias)}" for alias in sorted(datasets[home]))


def _reference(node: FieldId) -> str:
    return f"{{namespace: {_quoted(node.namespace)}, dataset: {_quoted(node.name)}}}"


def _quoted(text: str) -> str:
    """A text in double quotes, which mean the same in YAML and JSON."""
    return json.dumps(text, ensure_ascii=printable(text, len(text) + 1) != text)


def _record(session: Session, found: Unresolved) -> dict[str, Any]:
    return {
        "version": 1,
        "command": "unresolved",
        "datasets": found.datasets,
        "shards": found.shards,
        "near": [
            {
                "kind": near.kind,
                "alias": _node(near.alias),
                "dataset": _node(near.home),
                "names": list(near.names),
                "of_names": near.of_names,
                "columns": near.columns,
                "of_columns": near.of_columns,
                "candidates": [_node(node) for node in near.candidates],
                "evidence": {"alias": list(near.alias_places), "dataset": list(near.home_places)},
                "add": "\n".join(_to_add(session, (near,))),
            }
            for near in found.near
        ],
    }


def _node(node: FieldId) -> dict[str, str]:
    return {"namespace": node.namespace, **({"dataset": node.name} if node.name else {})}


def register(app: typer.Typer) -> None:
    app.command()(unresolved)
