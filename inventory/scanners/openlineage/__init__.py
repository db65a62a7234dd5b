"""Files of OpenLineage events -> the datasets, fields, tags and flows that they tell.

What becomes of what is written down in docs/scanners/openlineage.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from inventory.project import Source
from inventory.scanners import Context
from inventory.scanners.openlineage.event import Reader
from inventory.scanners.openlineage.files import Event, Unread, read_events
from inventory.scanners.openlineage.ledger import AGENT
from inventory.scanners.openlineage.tags import Tags
from lineage.errors import InvalidInput, did_you_mean
from lineage.model import Evidence, Fact, FieldId, Gap

_OPTIONS = ("paths", "tags")
_MOST_GAPS = 20


def scan(source: Source, context: Context) -> Iterator[Fact]:
    """Read the files of events that `paths` (patterns below the project) name.

    Options: `paths`, `tags` (tag -> data category).  Raises InvalidInput for unknown, missing or unusable
    options; what cannot be read is a Gap.  Nothing is ever retired: events tell what happened, not all there is.
    """
    for option in source.options:
        if option not in _OPTIONS:
            raise InvalidInput(f"source {source.key}: unknown option {option!r}{did_you_mean(option, _OPTIONS)}")
    reader = Reader(Tags.of(source), datetime.now(UTC), context.own_words, context.functions)
    files = _files(source)
    if not files:
        yield Fact(Gap(source.key, "its paths name no file"), Evidence(AGENT, source.key))
    for number, path in enumerate(files, 1):
        place = path.relative_to(source.root).as_posix()
        context.progress(f"{source.key}: {place}", number, len(files))
        yield from _gaps(place, _read(path, place, reader))

    def columns_of(dataset: FieldId) -> Mapping[str, str]:
        return context.schema.columns(context.namespace(dataset.namespace), dataset.name) or {}

    yield from reader.facts(columns_of)


def _files(source: Source) -> list[Path]:
    patterns = source.options.get("paths")
    if not isinstance(patterns, list) or not patterns:
        raise InvalidInput(f"source {source.key}: expected paths, a list of patterns like events/*.jsonl")
    for pattern in patterns:
        path = PurePosixPath(str(pattern))
        if not path.parts or path.is_absolute() or ".." in path.parts:
            raise InvalidInput(f"source {source.key}: paths: {str(pattern)!r} must lie below the project's folder")
    return sorted({path for pattern in patterns for path in source.root.glob(str(pattern)) if path.is_file()})


def _read(path: Path, place: str, reader: Reader) -> Iterator[Unread]:
    """Give the events of a file to the reader; yields what could not be read."""
    for found in read_events(path):
        match found:
            case Unread():
                yield found
            case Event(line, content):
                if problems := reader.read(content, place):
                    yield Unread(line, "; ".join(problems))


def _gaps(place: str, unread: Iterator[Unread]) -> Iterator[Fact]:
    """A gap for each line that could not be read; of very many, the first, and the number of the rest."""
    more = 0
    for number, found in enumerate(unread):
        if number < _MOST_GAPS:
            yield Fact(Gap(f"{place}:{found.line}", found.reason), Evidence(AGENT, place, found.line))
        else:
            more += 1
    if more:
        yield Fact(Gap(place, f"{more} more events in it could not be read as a whole"), Evidence(AGENT, place))
