"""Which scanners, checks and formats there are; the only module that knows entry points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any

from lineage.errors import InvalidInput, LineageError, did_you_mean
from lineage.findings import Rule

SCANNERS = "sharemap.scanners"
CHECKS = "sharemap.checks"
FORMATS = "sharemap.formats"
EXPORTS = "sharemap.exports"


@cache
def _registered(group: str) -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=group), key=lambda p: (p.name, p.value)):
        other = found.setdefault(point.name, point)
        if other.value != point.value:
            raise LineageError(f"{group}: {point.name!r} is registered twice, as {other.value} and {point.value}")
    return found


def names(group: str) -> tuple[str, ...]:
    """The names registered in a group, sorted."""
    return tuple(_registered(group))


def load(group: str, name: str) -> Any:
    """The registered object of that name.

    Raises InvalidInput for an unknown name, with the nearest one, and where a package it needs is missing,
    with the extra that brings it.
    """
    known = _registered(group)
    kind = group.rsplit(".", 1)[1].rstrip("s")
    if name not in known:
        raise InvalidInput(f"unknown {kind} {name!r}{did_you_mean(name, known)}; there are: {', '.join(known)}")
    try:
        return known[name].load()
    except ModuleNotFoundError as missing:
        raise InvalidInput(
            f"{kind} {name!r} needs the package {missing.name!r}: pip install 'sharemap[{name}]'"
        ) from None


def scanner(name: str) -> Callable[..., Iterator[Any]]:
    found: Callable[..., Iterator[Any]] = load(SCANNERS, name)
    return found


def checks() -> tuple[ModuleType, ...]:
    """All check modules, by name."""
    return tuple(load(CHECKS, name) for name in names(CHECKS))


def rule(module: ModuleType) -> Rule:
    """What a check module says of itself.  Raises LineageError where it does not say it."""
    try:
        return Rule(module.NAME, module.SEVERITY, module.PROMISE, module.SUMMARY, module.HELP)
    except AttributeError as missing:
        raise LineageError(f"check {module.__name__} has no {missing.name}") from None
