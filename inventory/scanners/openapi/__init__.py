"""Documents of APIs (OpenAPI 3, JSON Schema) -> what is sent to each operation and what it answers, as datasets.

Examples, defaults and enumerations are never read: they may be somebody's data.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from inventory.project import OwnWords, Source
from inventory.redaction import without_values
from inventory.scanners import Context
from inventory.scanners.openapi.document import Document, read_document
from inventory.scanners.openapi.hints import Held, column_of, held
from inventory.scanners.openapi.messages import Message, Place, messages, schemas
from inventory.scanners.openapi.references import References
from inventory.scanners.openapi.settings import Settings, read_settings, server_of
from lineage.errors import InvalidInput, LineageError
from lineage.model import (
    Classification,
    Collection,
    Dataset,
    Evidence,
    Fact,
    Field,
    FieldId,
    Gap,
    Method,
    Reading,
    ScopeComplete,
    Statement,
)

_AGENT = "openapi"
_MOST_GAPS = 20


def scan(source: Source, context: Context) -> Iterator[Reading]:
    """Read the documents that `paths` (patterns below the project) name.

    Options: `paths`, `namespace`, `collects` (docs/scanners/openapi.md).  Raises InvalidInput for an option that
    cannot be used; what cannot be read is a Gap.
    """
    settings = read_settings(source)
    paths = sorted({p for pattern in settings.paths for p in source.root.glob(pattern) if p.is_file()})
    if not paths:
        yield Fact(Gap(source.key, "its paths name no file"), Evidence(_AGENT, source.key))
        return
    unread = []
    for number, path in enumerate(paths, 1):
        place = path.relative_to(source.root).as_posix()
        context.progress(f"{source.key}: {place}", number, len(paths))
        try:
            document = _document(path, place, settings)
        except LineageError as problem:
            unread.append(place)
            where, reason = _parted(str(problem), place)
            yield Fact(Gap(where, reason), Evidence(_AGENT, place))
            continue
        yield from _file(document, place, settings, context.own_words)
    yield ScopeComplete(unread=tuple(unread))


def _document(path: Path, place: str, settings: Settings) -> Document:
    if not path.resolve().is_relative_to(settings.root.resolve()):
        raise InvalidInput(f"{place}: it is a link that leads out of the project's folder")
    document = read_document(path, place)
    if not isinstance(document.content, dict):
        raise InvalidInput(f"{place}: expected an object of OpenAPI or JSON Schema")
    if "swagger" in document.content:
        raise InvalidInput(f"{place}: it is Swagger 2; convert it to OpenAPI 3")
    return document


def _parted(text: str, place: str) -> tuple[str, str]:
    """(place with its line, reason) of a complaint that names the place first."""
    rest = text.removeprefix(place)
    line, _, reason = rest.removeprefix(":").partition(":")
    return (f"{place}:{line}", reason.strip()) if line.isdigit() else (place, rest.lstrip(": "))


def _file(document: Document, place: str, settings: Settings, own: OwnWords) -> Iterator[Fact]:
    """What one document says; its problems are told up to a number."""
    references = References(document)
    is_api = "openapi" in document.content or "paths" in document.content
    stem = PurePosixPath(place).name.split(".")[0]
    told = list(messages(references)) if is_api else []
    told = told or list(schemas(references, stem))
    namespace = settings.namespace or (server_of(document.content) if is_api else None) or f"file://{place}"
    problems: list[tuple[int | None, str]] = []
    for message in told:
        if message.places:
            yield from _message(message, namespace, place, settings, problems, own)
        if message.cut:
            problems.append((message.line, message.cut))
    if not any(message.places for message in told):
        problems.append((None, "it has no operation or schema with a field"))
    problems += sorted(references.problems.items(), key=lambda p: p[0] or 0)
    problems = list(dict.fromkeys(problems))
    for line, reason in problems[:_MOST_GAPS]:
        evidence = Evidence(_AGENT, place, line)
        yield Fact(Gap(evidence.place, reason), evidence)
    if len(problems) > _MOST_GAPS:
        yield Fact(
            Gap(place, f"{len(problems) - _MOST_GAPS} more places in it could not be read"), Evidence(_AGENT, place)
        )


def _message(
    message: Message,
    namespace: str,
    place: str,
    settings: Settings,
    problems: list[tuple[int | None, str]],
    own: OwnWords,
) -> Iterator[Fact]:
    node = FieldId(namespace, _storable(message.name))
    yield Fact(Dataset(node, "api", _storable(message.summary)[:1000] or None), Evidence(_AGENT, place, message.line))
    columns = [column_of(p.called, p.said) for p in message.places]
    verdicts = held(message.table, columns, [p.said for p in message.places], own)
    collecting = message.sent and settings.collecting(message.operation)
    point = without_values(_storable(message.summary.strip().split("\n")[0])) or _storable(message.operation)
    for position, (seen, (holds, wrong)) in enumerate(zip(message.places, verdicts, strict=True), 1):
        at = FieldId(node.namespace, node.name, _storable(seen.name))
        evidence = Evidence(_AGENT, place, seen.said.line or message.line)
        yield Fact(_field(at, seen, position), evidence)
        if collecting:
            yield Fact(Collection(at, point, seen.said.required), evidence)
        for one in holds:
            method = Method.OBSERVED if one.hinted else Method.INFERRED
            yield Fact(_classification(at, one), Evidence(_AGENT, place, evidence.line, method))
        problems += [(evidence.line, reason) for reason in wrong]


def _field(at: FieldId, seen: Place, position: int) -> Statement:
    kind, shape = seen.said.type, seen.said.text("format")[:60]
    told = f"{kind} ({_storable(shape)})" if kind and shape else kind or _storable(shape)
    description = _storable(seen.said.text("description"))[:1000]
    return Field(at, _storable(told) or None, description or None, seen.said.required, position)


def _classification(at: FieldId, one: Held) -> Classification:
    return Classification(at, one.category, one.subject, one.form, one.confidence, one.rules)


def _storable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
