"""The YAML people write in inventory/ -> facts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from types import MappingProxyType
from typing import Any

from inventory.entryfiles import Written, entry_files, load_entries
from inventory.project import FILE, Project
from lineage import model
from lineage.codec import canonical
from lineage.model import Evidence, Fact, FieldId, Method, Reading, ScopeComplete, Statement
from lineage.references import split

_NOWHERE: Mapping[str, str] = MappingProxyType({})


def read_entries(project: Project, homes: Mapping[str, str] = _NOWHERE) -> Iterator[Reading]:
    """Every entry as an attested fact, then that the folder was read whole.

    `homes` are the namespaces of systems that no entry names one for, as scanners found them.  Raises InvalidInput
    listing every entry that cannot be used, each by file, line and key.
    """
    yield from _facts(load_entries(project), homes)
    yield ScopeComplete()


def digest(project: Project, homes: Mapping[str, str]) -> str:
    """The same as long as no entry, no configuration, no home of a system and no version of this program changes."""
    whole = hashlib.sha256(canonical([version("sharemap"), dict(homes)]).encode())
    for path in (project.root / FILE, *entry_files(project)):
        content = path.read_bytes()
        whole.update(f"{path.relative_to(project.root).as_posix()}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def _facts(written: tuple[Written, ...], homes: Mapping[str, str]) -> Iterator[Fact]:
    entered = {s.key: _home(s, homes) for file in written for s in file.entries.systems}
    for file in written:
        for kind, i, entry in file:
            by = None if kind == "reviews" else entry.by
            evidence = Evidence(
                "manual", file.document.path, file.document.line((kind, i)), Method.ATTESTED,
                since=entry.since, until=entry.until, by=by, note=entry.note,
            )  # fmt: skip
            for statement in _statements(kind, entry, {**homes, **entered}):
                yield Fact(statement, evidence)


def _home(system: Any, homes: Mapping[str, str]) -> str:
    """The namespace that a system's key stands for in references: its first, else the one it was found in."""
    return _claims(system)[0].namespace if system.namespaces else homes.get(system.key, f"sharemap://{system.key}")


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
        "datasets": lambda: _dataset(told, [_node(alias, homes) for alias in told.pop("aliases")]),
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
    "collections": model.Collection, "flows": model.Flow, "connections": model.Connection, "activities": model.Activity,
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


def _dataset(told: dict[str, Any], aliases: list[FieldId]) -> Iterator[Statement]:
    fields = told.pop("fields")
    yield model.Dataset(**told)
    yield from (model.Symlink(alias.dataset, told["dataset"]) for alias in aliases)
    home = told["dataset"]
    for position, name in enumerate(fields, 1):
        yield model.Field(FieldId(home.namespace, home.name, name), position=position)


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
