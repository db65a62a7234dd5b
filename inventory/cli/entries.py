"""`sharemap add`: record a manual entry, by prompt or from a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inventory.cli.app import Session, say
from inventory.escaping import printable
from lineage.errors import InvalidInput, did_you_mean

if TYPE_CHECKING:
    from inventory.questions import Question

KINDS = {
    "party": "parties", "system": "systems", "dataset": "datasets", "classification": "classifications",
    "consent": "consents", "collection": "collections", "flow": "flows", "connection": "connections",
    "authorization": "authorizations", "activity": "activities", "retention": "retention",
    "erasure-route": "erasure_routes", "control": "controls",
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
    """Ask for the keys of an entry one by one, again where an answer cannot be; an empty one leaves the key out."""
    from inventory.questions import questions

    entry: dict[str, Any] = {}
    for question in questions(kind):
        while True:
            hint = question.words if question.required else f"{question.words}; optional"
            answer = typer.prompt(f"{question.key} ({hint})", default="", show_default=False, err=True)
            if not answer and not question.required:
                break
            value, complaint = _understood(question, answer)
            if complaint is None:
                entry[question.key] = value
                break
            say(f"  {printable(complaint, 300)}")
    return entry


def _understood(question: Question, answer: str) -> tuple[Any, str | None]:
    """(an answer read as YAML, what is wrong with it); a list may be typed without its brackets."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    typed = f"[{answer}]" if question.listed and not answer.startswith("[") else answer
    try:
        value = YAML(typ="safe", pure=True).load(typed)
    except YAMLError:
        return None, f"not YAML: {typed!r}"
    return value, question.complaint(value)


def register(app: typer.Typer) -> None:
    app.command()(add)
