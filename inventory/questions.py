"""Which keys does an entry of each kind have, what may stand there in words, and is an answer one of those?

Read off the models of entries.py: `sharemap add` asks by it, docs/entries.md is written from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from inventory.entries import Entries

_COMMON = ("note", "since", "until", "by")
"""What every entry may carry."""
_WORDS = {"string": "text", "boolean": "true or false", "integer": "number"}


@dataclass(frozen=True, slots=True)
class Question:
    """One key of a kind of entry; `words` say what may stand there, `listed` whether it is a list."""

    key: str
    required: bool
    words: str
    listed: bool
    annotation: Any

    def complaint(self, value: object) -> str | None:
        """What is wrong with an answer, read as YAML; None where nothing is."""
        try:
            TypeAdapter(self.annotation).validate_python(value, strict=True)
        except ValidationError as problem:
            return problem.errors(include_url=False, include_input=False)[0]["msg"].removeprefix("Value error, ")
        return None


def kinds() -> tuple[str, ...]:
    """The lists that entries may stand in."""
    return tuple(Entries.model_fields)


def questions(kind: str) -> tuple[Question, ...]:
    """The keys of a kind of entry, the required ones first, without those that every entry may carry."""
    schema = Entries.model_json_schema()
    models = schema["$defs"]
    model: type[BaseModel] = Entries.model_fields[kind].annotation.__args__[0]  # type: ignore[union-attr]
    told = models[model.__name__]
    return tuple(sorted(_questions(model, told, models), key=lambda q: not q.required))


def _questions(model: type[BaseModel], told: dict[str, Any], models: dict[str, Any]) -> Iterator[Question]:
    for key, said in told["properties"].items():
        if key not in _COMMON or (key == "by" and model.__name__ == "ReviewEntry"):
            field = model.model_fields[key]
            annotation = field.rebuild_annotation()
            required = key in told.get("required", [])
            yield Question(key, required, in_words(said, models), said.get("type") == "array", annotation)


def in_words(said: dict[str, Any], models: dict[str, Any]) -> str:
    """A JSON Schema type in a reader's words; `models` are the schema's definitions."""
    if "$ref" in said:
        model = models[said["$ref"].rsplit("/", 1)[1]]
        if "enum" in model:
            return ", ".join(model["enum"])
        return "{" + ", ".join(f"{key}:" for key in model["properties"]) + "}"
    if "enum" in said:
        return ", ".join(said["enum"])
    if "anyOf" in said:
        options = [in_words(option, models) for option in said["anyOf"] if option.get("type") != "null"]
        return " or ".join(dict.fromkeys(options))
    if said.get("type") == "array":
        return f"list of {in_words(said['items'], models)}"
    if said.get("type") == "object":
        return "{zh-Hans:, en:}"
    day = "day (2026-06-15)" if said.get("format") == "date" else None
    return str(said.get("description") or day or _WORDS.get(said.get("type", ""), "anything"))
