"""The YAML people write in inventory/ -> facts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inventory.escaping import printable
from inventory.project import FILE, Project
from lineage import model
from lineage.errors import InvalidInput, did_you_mean
from lineage.model import Evidence, Fact, FieldId, Method, Reading, ScopeComplete, Statement
from lineage.references import split

if TYPE_CHECKING:
    from inventory.entries import Entries
    from inventory.yamlfile import Document

_SHOWN_ERRORS = 20


@dataclass(frozen=True)
class Written:
    """One file's entries, checked, with the document they stand in."""

    document: Document
    entries: Entries


def read_entries(project: Project) -> Iterator[Reading]:
    """Every entry as an attested fact, then that the folder was read whole.

    Raises InvalidInput listing every entry that cannot be used, each by file, line and key.
    """
    yield from _facts(load_entries(project))
    yield ScopeComplete()


def digest(project: Project) -> str:
    """The same as long as no entry, no configuration and no version of this program changes."""
    whole = hashlib.sha256(version("sharemap").encode())
    for path in (project.root / FILE, *_files(project)):
        content = path.read_bytes()
        whole.update(f"{path.relative_to(project.root).as_posix()}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def _files(project: Project) -> list[Path]:
    if not project.inventory.is_dir():
        return []
    return sorted(p for p in project.inventory.rglob("*.y*ml") if p.suffix in (".yaml", ".yml") and p.is_file())


def load_entries(project: Project) -> tuple[Written, ...]:
    """All files of the inventory folder, checked one by one and against each other."""
    problems: list[str] = []
    written = []
    for path in _files(project):
        found = _load(path, path.relative_to(project.root).as_posix(), problems)
        written += [found] if found else []
    if not problems:
        problems += _crossed(written, project)
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


def _crossed(written: list[Written], project: Project) -> list[str]:
    """What is wrong between entries: the same key twice, systems and parties that nobody entered."""
    problems = []
    systems, parties = _names(written, project)
    seen: dict[tuple[str, str], str] = {}
    for file in written:
        for kind, entries in file.entries:
            for i, entry in enumerate(entries):
                where = f"{file.document.path}:{file.document.line((kind, i))}"
                key = getattr(entry, "key", None)
                if key and (first := seen.setdefault((kind, key), where)) != where:
                    problems.append(f"{where}: {kind}[{i}].key: {key!r} is entered twice, first at {first}")
                for name in ("operator", "recipient", "sender"):
                    party = getattr(entry, name, None)
                    if party and party not in parties:
                        problems.append(
                            f"{where}: {kind}[{i}].{name}: no party {party!r}{did_you_mean(party, parties)}"
                        )
                for name in ("source", "target", "field", "dataset"):
                    reference = getattr(entry, name, None)
                    if isinstance(reference, str):
                        problems += _checked(f"{where}: {kind}[{i}].{name}", reference, systems)
    return problems


def _names(written: list[Written], project: Project) -> tuple[set[str], set[str]]:
    systems = {s.key for w in written for s in w.entries.systems} | {s.system for s in project.sources if s.system}
    parties = {name for w in written for p in w.entries.parties for name in (p.key, *p.aliases, *p.groups)}
    return systems | {s.key for s in project.sources}, parties


def _checked(where: str, reference: str, systems: set[str]) -> list[str]:
    try:
        system, _, _ = split(reference)
    except InvalidInput as problem:
        return [f"{where}: {problem}"]
    if system in systems or "://" in system:
        return []
    return [f"{where}: no system {printable(system, 60)!r}{did_you_mean(system, systems)}"]


def _facts(written: tuple[Written, ...]) -> Iterator[Fact]:
    homes = {
        system.key: _claims(system)[0].namespace if system.namespaces else f"sharemap://{system.key}"
        for file in written
        for system in file.entries.systems
    }
    for file in written:
        for kind, entries in file.entries:
            for i, entry in enumerate(entries):
                by = None if kind == "reviews" else entry.by
                evidence = Evidence(
                    "manual", file.document.path, file.document.line((kind, i)), Method.ATTESTED,
                    since=entry.since, until=entry.until, by=by, note=entry.note,
                )  # fmt: skip
                for statement in _statements(kind, entry, homes):
                    yield Fact(statement, evidence)


def _statements(kind: str, entry: Any, homes: dict[str, str]) -> Iterator[Statement]:
    told = {name: getattr(entry, name) for name in type(entry).model_fields if name not in ("note", "since", "until")}
    if kind != "reviews":
        told.pop("by")
    for name in ("source", "target", "field", "dataset"):
        if name in told:
            told[name] = _node(told[name], homes)
    told = {name: tuple(v) if isinstance(v, list) else v for name, v in told.items()}
    if isinstance(text := told.get(_WORDED.get(kind, "")), dict):
        told[_WORDED[kind]] = text.get("en") or next(iter(text.values()), "")
        told["wording"] = _texts(text)
    special: dict[str, Callable[[], Iterator[Statement]]] = {
        "datasets": lambda: _dataset(told),
        "systems": lambda: iter([model.System(**{**told, "namespaces": _claims(entry)})]),
        "authorizations": lambda: iter([_authorization(told)]),
        "controls": lambda: iter(
            [model.Control(**{**told, "where": _texts(told["where"]), "name": _texts(told["name"])})]
        ),
        "assessments": lambda: iter([_assessment(told)]),
    }
    if kind in special:
        yield from special[kind]()
    else:
        yield _PLAIN[kind](**told)


_PLAIN: dict[str, Any] = {
    "parties": model.Party, "classifications": model.Classification, "consents": model.Consent,
    "collections": model.Collection, "flows": model.Flow, "activities": model.Activity,
    "retention": model.Retention, "erasure_routes": model.ErasureRoute, "reviews": model.Review,
    "trainings": model.Training, "channels": model.Channel, "suppressions": model.Suppression,
}  # fmt: skip


_WORDED = {
    "parties": "legal_name", "consents": "text", "collections": "point", "flows": "trigger", "activities": "necessity",
    "retention": "rule", "reviews": "outcome", "trainings": "audience",
}  # fmt: skip
"""The key of each kind of entry that may be written as {zh-Hans: ..., en: ...}."""


def _node(reference: Any, homes: dict[str, str]) -> FieldId:
    if not isinstance(reference, str):
        return FieldId(reference.namespace, reference.dataset, reference.field)
    system, dataset, name = split(reference)
    return FieldId(system if "://" in system else homes.get(system, f"sharemap://{system}"), dataset, name)


def _claims(system: Any) -> tuple[model.Claim, ...]:
    return tuple(
        model.Claim(claim) if isinstance(claim, str) else model.Claim(claim.namespace, claim.prefix)
        for claim in system.namespaces
    )


def _dataset(told: dict[str, Any]) -> Iterator[Statement]:
    fields = told.pop("fields")
    yield model.Dataset(**told)
    home = told["dataset"]
    for name in fields:
        yield model.Field(FieldId(home.namespace, home.name, name))


def _authorization(told: dict[str, Any]) -> model.Authorization:
    instrument = told.pop("instrument")
    return model.Authorization(**told, instrument=model.Instrument(instrument.kind, instrument.ref))


def _assessment(told: dict[str, Any]) -> model.Assessment:
    covers = told.pop("covers")
    return model.Assessment(**told, recipients=tuple(covers.recipients), data_categories=tuple(covers.data_categories))


def _texts(text: str | dict[str, str]) -> tuple[tuple[str, str], ...]:
    if isinstance(text, str):
        return (("", text),) if text else ()
    return tuple(sorted(text.items()))
