"""`sharemap add`: record a manual entry, by prompt or from a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from inventory.cli.app import Session, say
from lineage.errors import InvalidInput, did_you_mean

KINDS = {
    "party": "parties", "system": "systems", "dataset": "datasets", "classification": "classifications",
    "consent": "consents", "collection": "collections", "flow": "flows", "connection": "connections",
    "authorization": "authorizations",
    "activity": "activities", "retention": "retention", "erasure-route": "erasure_routes", "control": "controls",
    "assessment": "assessments", "review": "reviews", "training": "trainings", "channel": "channels",
}  # fmt: skip


def add(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=", ".join(KINDS))],
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="YAML of one entry; - is stdin.")
    ] = None,
) -> int:
    """Record a manual entry, by prompt or from a file.

    The entry joins inventory/KIND.yaml; comments that are there are kept, and nothing is written that would not hold.
    """
    from inventory.additions import add_entry

    if kind not in KINDS:
        raise InvalidInput(f"unknown kind of entry {kind!r}{did_you_mean(kind, KINDS)}; there are: {', '.join(KINDS)}")
    project = Session().project
    entry = _asked(KINDS[kind]) if source is None else _given(source)
    say(f"written to {add_entry(project, KINDS[kind], entry)}")
    return 0


def _given(source: Path) -> dict[str, Any]:
    import tempfile

    from inventory.yamlfile import load

    if str(source) == "-":
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as copy:
            copy.write(sys.stdin.read())
            copy.flush()
            content = load(Path(copy.name), "standard input").content
    else:
        content = load(source, str(source)).content
    if not isinstance(content, dict):
        raise InvalidInput(f"{source}: expected the keys and values of one entry")
    return content


def _asked(kind: str) -> dict[str, Any]:
    """Ask for the keys of an entry one by one; an empty answer leaves an optional one out."""
    from ruamel.yaml import YAML

    from inventory.entries import Entries

    schema = Entries.model_json_schema()
    name = schema["properties"][kind]["items"]["$ref"].rsplit("/", 1)[1]
    model = schema["$defs"][name]
    required = model.get("required", [])
    entry: dict[str, Any] = {}
    for key in [*required, *(k for k in model["properties"] if k not in required)]:
        answer = typer.prompt(key if key in required else f"{key} (optional)", default="", show_default=False, err=True)
        if answer:
            listed = model["properties"][key].get("type") == "array"
            parsed = YAML(typ="safe", pure=True).load(
                f"[{answer}]" if listed and not answer.startswith("[") else answer
            )
            entry[key] = parsed
    return entry


def register(app: typer.Typer) -> None:
    app.command()(add)
