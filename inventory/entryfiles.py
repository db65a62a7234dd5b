"""Which entries stand in the files of inventory/, and is anything wrong with them, each or between them?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inventory.escaping import printable
from inventory.project import Project
from lineage.errors import InvalidInput, did_you_mean
from lineage.references import split

if TYPE_CHECKING:
    from inventory.entries import Entries, Entry
    from inventory.yamlfile import Document

_SHOWN_ERRORS = 20


@dataclass(frozen=True)
class Written:
    """One file's entries, checked, with the document they stand in."""

    document: Document
    entries: Entries

    def __iter__(self) -> Iterator[tuple[str, int, Entry]]:
        """(list, position in it, entry), in the order of the lists."""
        for kind, entries in self.entries:
            for i, entry in enumerate(entries):
                yield kind, i, entry


def entry_files(project: Project) -> list[Path]:
    if not project.inventory.is_dir():
        return []
    return sorted(p for p in project.inventory.rglob("*.y*ml") if p.suffix in (".yaml", ".yml") and p.is_file())


def load_entries(project: Project) -> tuple[Written, ...]:
    """All files of the inventory folder, checked one by one and against each other."""
    problems: list[str] = []
    written = []
    for path in entry_files(project):
        found = _load(path, path.relative_to(project.root).as_posix(), problems)
        written += [found] if found else []
    if not problems:
        problems += _crossed(written, _Known.of(written, project))
    if problems:
        more = [f"... and {len(problems) - _SHOWN_ERRORS} more"] if len(problems) > _SHOWN_ERRORS else []
        raise InvalidInput("\n".join(problems[:_SHOWN_ERRORS] + more))
    return tuple(written)


def _load(path: Path, shown: str, problems: list[str]) -> Written | None:
    from pydantic import ValidationError

    from inventory.entries import Entries
    from inventory.yamlfile import load

    try:
        document = load(path, shown)
        content = {k: v for k, v in (document.content or {}).items() if v is not None}
        return Written(document, Entries.model_validate(content))
    except ValidationError as invalid:
        problems += [_worded(document, error) for error in invalid.errors(include_url=False)]
    except InvalidInput as problem:
        problems.append(str(problem))
    except AttributeError:
        problems.append(f"{shown}:1: expected lists of entries under keys like parties: or systems:")
    return None


def _worded(document: Document, error: Any) -> str:
    at = tuple(error["loc"])
    where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in at).lstrip(".")
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = f"unknown key{did_you_mean(str(at[-1]), _keys_at(at[:-1]))}"
    elif error["type"] == "missing":
        message = "this key is required"
    elif isinstance(error["input"], str) and error["type"] in ("literal_error", "enum"):
        words = [w.strip("' ") for w in error["ctx"]["expected"].replace(" or ", ", ").split(",")]
        message = f"{error['msg']}, found {printable(error['input'], 60)!r}{did_you_mean(error['input'], words)}"
    return f"{document.path}:{document.line(at)}: {where}: {message}"


def _keys_at(at: tuple[Any, ...]) -> list[str]:
    from inventory.entries import Entries

    schema = Entries.model_json_schema()
    node: Any = schema
    for part in at:
        node = node["items"] if isinstance(part, int) else node.get("properties", {}).get(part, {})
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
    return list(node.get("properties", {}))


@dataclass(frozen=True)
class _Known:
    """The keys that entries may name: systems (entered, or of a source), parties with their aliases and groups."""

    systems: set[str]
    parties: set[str]

    @classmethod
    def of(cls, written: list[Written], project: Project) -> _Known:
        entered = {s.key for w in written for s in w.entries.systems}
        of_sources = {name for s in project.sources for name in (s.key, s.system) if name}
        parties = {name for w in written for p in w.entries.parties for name in (p.key, *p.aliases, *p.groups)}
        return cls(entered | of_sources, parties)


def _crossed(written: list[Written], known: _Known) -> Iterator[str]:
    """What is wrong between entries: the same key twice, systems and parties that nobody entered."""
    seen: dict[tuple[str, str], str] = {}
    for file in written:
        for kind, i, entry in file:
            where = f"{file.document.path}:{file.document.line((kind, i))}"
            key = getattr(entry, "key", None)
            if key and (first := seen.setdefault((kind, key), where)) != where:
                yield f"{where}: {kind}[{i}].key: {key!r} is entered twice, first at {first}"
            for name, problem in _unknown(entry, known):
                yield f"{where}: {kind}[{i}].{name}: {problem}"


def _unknown(entry: Entry, known: _Known) -> Iterator[tuple[str, str]]:
    """(key, what is wrong) of every party, system and reference of an entry that is not known."""
    for name in ("operator", "recipient", "sender", "recipients"):
        for party in _several(getattr(entry, name, None)):
            if party not in known.parties:
                yield name, f"no party {printable(party, 60)!r}{did_you_mean(party, known.parties)}"
    for name in ("system", "systems", "from_system", "to_system"):
        for system in _several(getattr(entry, name, None)):
            if system not in known.systems:
                yield name, f"no system {printable(system, 60)!r}{did_you_mean(system, known.systems)}"
    for name in ("source", "target", "field", "dataset"):
        if isinstance(reference := getattr(entry, name, None), str) and (problem := _dangling(reference, known)):
            yield name, problem


def _several(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []


def _dangling(reference: str, known: _Known) -> str | None:
    try:
        system, _, _ = split(reference)
    except InvalidInput as problem:
        return str(problem)
    if system in known.systems or "://" in system:
        return None
    return f"no system {printable(system, 60)!r}{did_you_mean(system, known.systems)}"
