"""What an export of Sharemap holds -> the facts it was written from (JSON), or its flows and fields (CSV, GraphML).

Nothing of a file that cannot be read is quoted: a wrong path may name somebody's customer list.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

from inventory import csvfile, graphmlfile
from inventory.project import Source
from inventory.scanners import Context
from inventory.tabular import FLOW, field_facts, flow_facts
from lineage.codec import canonical, decode, encode
from lineage.errors import InvalidInput, LineageError, did_you_mean
from lineage.model import Dataset, Evidence, Fact, FieldId, Gap, Reading, ScopeComplete

_OPTIONS = ("path",)
_LARGEST = 512_000_000
_VERSION = 1
_ENDS = tuple(f"{end}_{part}" for end in ("source", "target") for part in ("namespace", "dataset", "field"))


def scan(source: Source, context: Context) -> Iterator[Reading]:
    """Read the export that `path` names, below the project's folder: .json, .csv (csv-flows) or .graphml.

    Facts keep the evidence they were exported with.  Raises InvalidInput for unknown or missing options and for
    a file of another kind; what cannot be read of the file becomes a Gap, and then nothing is retired.
    """
    for option in source.options:
        if option not in _OPTIONS:
            raise InvalidInput(f"source {source.key}: unknown option {option!r}{did_you_mean(option, _OPTIONS)}")
    place = source.options.get("path")
    if not isinstance(place, str):
        raise InvalidInput(f"source {source.key}: expected path, the file that `sharemap export` wrote")
    reader = _READERS.get(Path(place).suffix.lower())
    if reader is None:
        raise InvalidInput(f"source {source.key}: {place!r} is no {', '.join(_READERS)} file; export one of these")
    context.progress(f"{source.key}: {place}", None, None)
    whole = True
    for reading in _readings(reader, source.root / place, place):
        whole = whole and not _is_own_gap(reading, place)
        yield reading
    if whole:
        yield ScopeComplete()


def _is_own_gap(fact: Fact, place: str) -> bool:
    """A place in this file that could not be read, not one that the exporting project could not read."""
    return isinstance(fact.statement, Gap) and (fact.evidence.agent, fact.evidence.source) == ("export", place)


Reader = Callable[[Path, str], Iterator[Fact]]


def _readings(reader: Reader, path: Path, place: str) -> Iterator[Fact]:
    try:
        if not path.is_file():
            raise InvalidInput("there is no such file")
        if path.stat().st_size > _LARGEST:
            raise InvalidInput(f"it is larger than {_LARGEST // 1_000_000} MB; copy the store instead")
        for number, fact in enumerate(reader(path, place), 1):
            yield fact if _storable(fact) else _gap(place, None, f"fact {number} holds a value that is out of range")
    except (LineageError, OSError) as problem:
        reason = str(problem) if isinstance(problem, LineageError) else type(problem).__name__
        yield _gap(place, None, reason)


def _gap(place: str, line: int | None, reason: str) -> Fact:
    evidence = Evidence("export", place, line)
    return Fact(Gap(evidence.place, reason), evidence)


def _storable(fact: Fact) -> bool:
    """Can a store hold it: texts that are UTF-8, a line and a time within bounds?"""
    evidence = fact.evidence
    try:
        canonical(encode(fact)).encode("utf-8")
        _ = evidence.time and evidence.time.astimezone(UTC)
    except (UnicodeEncodeError, OverflowError):
        return False
    return evidence.line is None or 0 < evidence.line < 2**31


def _json(path: Path, place: str) -> Iterator[Fact]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_number)
    except (OSError, ValueError, RecursionError) as problem:
        raise InvalidInput(f"it is not readable as JSON in UTF-8 ({type(problem).__name__})") from None
    if (
        not isinstance(content, dict)
        or content.get("command") != "export"
        or not isinstance(content.get("facts"), list)
    ):
        raise InvalidInput("it is no export; make one with: sharemap export json")
    if content.get("version") != _VERSION:
        raise InvalidInput(f"it is of another version than {_VERSION}; export it with the Sharemap that reads it")
    for number, told in enumerate(content["facts"], 1):
        try:
            yield decode(told)
        except (LineageError, TypeError, RecursionError):
            yield _gap(place, None, f"fact {number} is not one that version {_VERSION} knows")


def _no_number(_: str) -> None:
    raise ValueError


def _csv(path: Path, place: str) -> Iterator[Fact]:
    for line, row in csvfile.read(path, (*_ENDS, *FLOW, "evidence")):
        source, target = (FieldId(*(row[name] for name in names)) for names in (_ENDS[:3], _ENDS[3:]))
        try:
            yield from flow_facts(source, target, row, Evidence("export", place, line))
        except LineageError:
            yield _gap(place, line, "the row is not one of csv-flows")


def _graphml(path: Path, place: str) -> Iterator[Fact]:
    graph = graphmlfile.read(path)
    here = Evidence("export", place)
    ends = {end for source, target, _ in graph.edges for end in (source, target)}
    nodes = {}
    for number, (key, texts) in enumerate(graph.nodes.items(), 1):
        try:
            nodes[key] = FieldId(texts["namespace"], texts["name"], texts["field"])
            if "evidence" in texts or key not in ends:
                yield from _held(nodes[key], texts, here)
        except (LineageError, KeyError):
            yield _gap(place, None, f"node {number} is not one of a GraphML export")
    for number, (source, target, texts) in enumerate(graph.edges, 1):
        try:
            yield from flow_facts(nodes[source], nodes[target], texts, here)
        except (LineageError, KeyError):
            yield _gap(place, None, f"edge {number} is not one of a GraphML export")


def _held(node: FieldId, texts: dict[str, str], here: Evidence) -> list[Fact]:
    return [Fact(Dataset(node), here)] if node.is_dataset else field_facts(node, texts, here)


_READERS: dict[str, Reader] = {".json": _json, ".csv": _csv, ".graphml": _graphml}
