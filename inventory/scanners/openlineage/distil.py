"""What of an event is kept until it is read: what the reader looks at, and nothing else.

Events carry error messages, environments, plans, statistics, source code and people's names.  An event that waits
on a disk has none of them: a table says which keys of which facets stay, of what shape.  What has another shape is
kept as a 0 or 1, so that the reader says of it what it would have said of the original.  Law:
``Reader.read(distilled(event, tags))`` does what ``Reader.read(event)`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from inventory.redaction import without_values
from inventory.scanners.openlineage.facets import DEEPEST, team
from inventory.scanners.openlineage.query import LONGEST_QUERY
from inventory.scanners.openlineage.shape import LONGEST_NAME
from inventory.scanners.openlineage.tags import Tags
from inventory.scanners.openlineage.transformation import MAX_DESCRIPTION, function_in

_Keep = Callable[[Any], Any]


def distilled(event: Mapping[str, Any], tags: Tags) -> dict[str, Any]:
    """The event without all that no reader looks at; `tags` says which tags mean anything."""
    kept: dict[str, Any] = _EVENT(event)
    for dataset in _datasets(kept):
        told = dataset.get("facets")
        facet = told.get("tags") if isinstance(told, dict) else None
        if isinstance(facet, dict) and isinstance(facet.get("tags"), list):
            facet["tags"] = [tag for tag in facet["tags"] if not isinstance(tag, dict) or _means_something(tag, tags)]
    return kept


def _datasets(event: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    lists = [event.get("inputs"), event.get("outputs"), [event.get("dataset")]]
    yield from (item for items in lists if isinstance(items, list) for item in items if isinstance(item, dict))


def _means_something(tag: Mapping[str, Any], tags: Tags) -> bool:
    told = [tag.get(name) for name in ("key", "value", "field")]
    if not all(item is None or isinstance(item, str) for item in told):
        return True  # the reader has something to say about it
    return bool(tags.categories(told[0] or "", told[1] or ""))


def _wrong(value: Any) -> int:
    return int(bool(value))


def _text(change: Callable[[str], str] = lambda text: text, longest: int = LONGEST_NAME) -> _Keep:
    """A text, cut where it is longer than any that is used; one that is too long stays too long."""
    return lambda value: change(value[: longest + 1]) if isinstance(value, str) else _wrong(value)


def _only(*types: type) -> _Keep:
    return lambda value: value if type(value) in types else _wrong(value)


def _number(value: Any) -> Any:
    """A whole number; of all else, something that is none."""
    return value if type(value) is int else ""


def _list(of: _Keep) -> _Keep:
    def keep(value: Any) -> Any:
        return [of(item) for item in value] if isinstance(value, list) else _wrong(value)

    return keep


def _object(keys: Mapping[str, _Keep]) -> _Keep:
    """An object with these keys only."""

    def keep(value: Any) -> Any:
        if not isinstance(value, dict):
            return _wrong(value)
        return {key: None if value[key] is None else of(value[key]) for key, of in keys.items() if key in value}

    return keep


def _map(of: _Keep) -> _Keep:
    """An object whose keys are names."""

    def keep(value: Any) -> Any:
        if not isinstance(value, dict):
            return _wrong(value)
        return {key[: LONGEST_NAME + 1]: None if item is None else of(item) for key, item in value.items()}

    return keep


def _facets(known: Mapping[str, Mapping[str, _Keep]]) -> _Keep:
    return _object({name: _object({"_deleted": _only(bool), **keys}) for name, keys in known.items()})


def _fields(depth: int = 0) -> _Keep:
    """Nested fields, to the depth that is read; what lies deeper is kept as being there."""

    def keep(value: Any) -> Any:
        if depth == DEEPEST:
            return [0] if value else []
        return _list(_object({**_FIELD, "fields": _fields(depth + 1)}))(value)

    return keep


def _function(description: str) -> str:
    """Of a description only the call it begins with, or that undoes: the rest may hold values."""
    name = function_in(description)
    return f"{name}()" if name else ""


_NAME = _text()
_IDENTIFIER = {"namespace": _NAME, "name": _NAME}
_FIELD = {"name": _NAME, "type": _NAME, "description": _text(without_values)}
_TRANSFORMATION = _object(
    {"type": _NAME, "subtype": _NAME, "masking": _only(bool), "description": _text(_function, MAX_DESCRIPTION)}
)
_INPUTS = _list(_object({**_IDENTIFIER, "type": _NAME, "field": _NAME, "transformations": _list(_TRANSFORMATION)}))
_OLDER_FIELD = {"transformationType": _NAME, "transformationDescription": _text(_function, MAX_DESCRIPTION)}
_LINEAGE = {"inputs": _INPUTS, "fields": _map(_object({"inputs": _INPUTS}))}
_COLUMN_LINEAGE = {
    "fields": _map(_object({"inputFields": _INPUTS, **_OLDER_FIELD})),
    "dataset": _INPUTS,
}
_DATASET = _object(
    {
        **_IDENTIFIER,
        "facets": _facets(
            {
                "schema": {"fields": _fields()},
                "documentation": {"description": _text(without_values)},
                "datasetType": {"datasetType": _NAME},
                "ownership": {"owners": _list(_object({"name": _text(team)}))},
                "symlinks": {"identifiers": _list(_object({**_IDENTIFIER, "type": _NAME}))},
                "tags": {"tags": _list(_object({"key": _NAME, "value": _NAME, "field": _NAME}))},
                "lifecycleStateChange": {"lifecycleStateChange": _NAME, "previousIdentifier": _object(_IDENTIFIER)},
                "columnLineage": _COLUMN_LINEAGE,
                "lineage": _LINEAGE,
            }
        ),
    }
)
_JOB_FACETS = _facets(
    {
        "sql": {"query": _text(longest=LONGEST_QUERY), "dialect": _NAME},
        "lineage": {"entries": _list(_object({**_IDENTIFIER, "type": _NAME, **_LINEAGE}))},
    }
)
_RUN_FACETS = _facets({"extractionError": {"totalTasks": _number, "failedTasks": _number}})
_EVENT = _object(
    {
        "eventType": _NAME,
        "eventTime": _NAME,
        "run": _object({"runId": _NAME, "facets": _RUN_FACETS}),
        "job": _object({**_IDENTIFIER, "facets": _JOB_FACETS}),
        "dataset": _DATASET,
        "inputs": _list(_DATASET),
        "outputs": _list(_DATASET),
    }
)
