"""What a source of API documents says, checked; and which namespace a document's own servers speak for."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from inventory.project import Source
from lineage.errors import InvalidInput, did_you_mean

_OPTIONS = ("paths", "namespace", "collects")


@dataclass(frozen=True, slots=True)
class Settings:
    """The checked options of one source; `collects` are patterns of the operations whose clients are people."""

    key: str
    root: Path
    paths: tuple[str, ...]
    namespace: str | None
    collects: tuple[str, ...]

    def collecting(self, operation: str) -> bool:
        """Is what clients send to an operation (``POST /users``) collected from people?"""
        return any(fnmatch.fnmatchcase(operation, pattern) for pattern in self.collects)


def read_settings(source: Source) -> Settings:
    """The options of `source`.  Raises InvalidInput naming the source, the option, and what was expected."""
    for option in source.options:
        if option not in _OPTIONS:
            raise InvalidInput(f"source {source.key}: unknown option {option!r}{did_you_mean(option, _OPTIONS)}")
    paths, namespace, collects = (source.options.get(name) for name in _OPTIONS)
    if not _are_texts(paths):
        raise InvalidInput(f"source {source.key}: expected paths, a list of patterns like api/*.yaml")
    for pattern in paths:
        path = PurePosixPath(pattern)
        if not path.parts or path.is_absolute() or ".." in path.parts:
            raise InvalidInput(f"source {source.key}: paths: {pattern!r} must lie below the project's folder")
    if namespace is not None and (not isinstance(namespace, str) or not namespace):
        raise InvalidInput(f"source {source.key}: namespace: expected a name, like https://api.example")
    return Settings(source.key, source.root, tuple(paths), namespace, _collects(source, collects))


def _collects(source: Source, said: object) -> tuple[str, ...]:
    if said is None or isinstance(said, bool):
        return ("*",) if said else ()
    if not _are_texts(said):
        raise InvalidInput(
            f'source {source.key}: collects: expected true, false, or a list of operations like "POST /users"'
        )
    return tuple(said)


def _are_texts(said: object) -> TypeGuard[list[str]]:
    return isinstance(said, list) and bool(said) and all(isinstance(text, str) and text for text in said)


def server_of(content: dict[str, Any]) -> str | None:
    """The first server's URL, without user, password and query, its variables at their defaults.

    None where it is no http(s) URL with a host: a document cannot claim the datasets of a database.
    """
    servers = content.get("servers")
    server = servers[0] if isinstance(servers, list) and servers else None
    if not isinstance(server, dict) or not isinstance(url := server.get("url"), str):
        return None
    variables = server.get("variables")
    for name, said in variables.items() if isinstance(variables, dict) else ():
        if isinstance(said, dict) and isinstance(said.get("default"), str):
            url = url.replace(f"{{{name}}}", said["default"])
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        url = f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path.rstrip('/')}"
        url.encode()
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host else None
