"""Which files lie behind a URL (https://, s3://, gs://, abfs:// ...), and their bytes; the only door to fsspec.

Bytes are read into memory as readers ask for them, and no copy is written.  Credentials come from where the library
of each service looks for them (environment, profile, role of the machine): a URL that carries one is refused.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import SplitResult, unquote, urlsplit

from inventory.scanners.files.opened import File
from lineage.errors import InvalidInput, did_you_mean

_CONNECTING, _READING = 10, 60
"""Seconds until an answer begins, and until it has ended."""
_WITHOUT_RANGES = 2**26
"""Bytes of a file that are read at once where a server gives no parts of it."""
_BLOCK = 2**20
_WILD = frozenset("*?[")
_SERVICES: Mapping[str, tuple[str, str]] = {
    "http": ("aiohttp", "files-remote"), "https": ("aiohttp", "files-remote"), "s3": ("s3fs", ""), "gs": ("gcsfs", ""),
    "gcs": ("gcsfs", ""), "abfs": ("adlfs", ""), "abfss": ("adlfs", ""), "az": ("adlfs", ""),
}  # fmt: skip
"""The schemes that are opened: the package each needs, and the extra that brings it."""


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A URL of which nobody can tell what lies behind it, and the kind of the problem; its text may quote secrets."""

    url: str
    problem: str


def is_url(pattern: str) -> bool:
    """Does a pattern name a place outside of the project?"""
    return "://" in pattern


def base_of(key: str, patterns: tuple[str, ...]) -> str:
    """Scheme and host of URLs: ``s3://bucket``, below which their files are told by their paths.

    Raises InvalidInput where they are on several hosts, of a scheme that is not opened, or carry a credential.
    """
    found = {_checked(key, pattern) for pattern in patterns}
    if len(found) > 1:
        raise InvalidInput(f"source {key}: paths: one source reads one host or bucket; write a source for each")
    return found.pop()


def _checked(key: str, pattern: str) -> str:
    parts = urlsplit(pattern)
    told = f"source {key}: paths: {parts.scheme}://..."
    if parts.scheme not in _SERVICES:
        raise InvalidInput(f"{told}: no such scheme is opened{did_you_mean(parts.scheme, _SERVICES)}; it may be "
                           f"{', '.join(sorted(_SERVICES))}")  # fmt: skip
    if parts.scheme in ("abfs", "abfss") and parts.password is None and parts.username:
        parts = parts._replace(netloc=parts.netloc.split("@", 1)[0])  # container@account
    if "@" in parts.netloc:
        raise InvalidInput(f"{told}: a URL with a credential is refused; leave it to the environment")
    if parts.query and (parts.scheme in ("http", "https") or "=" in parts.query):
        raise InvalidInput(f"{told}: a URL with a query is refused, as keys stand there; leave them to the environment")
    if not parts.netloc or "::" in pattern or ".." in parts.path.split("/"):
        raise InvalidInput(f"{told}: expected scheme://host/path, without :: and ..")
    return f"{parts.scheme}://{urlsplit(pattern).netloc}"


def files_behind(key: str, patterns: tuple[str, ...], most: int) -> Iterator[File | Unlisted]:
    """The files that URLs with ``*``, ``?``, ``**`` name, by their paths; more than `most` are not asked for.

    Raises InvalidInput where a package is missing.
    """
    seen: dict[str, File] = {}
    for pattern in patterns:
        try:
            system = _system(key, urlsplit(pattern))
            for path in _listed(system, pattern)[: most + 1]:
                below = _below(path, urlsplit(pattern))
                if below:
                    seen.setdefault(below, File(below.rsplit("/", 1)[-1], below, _opening(system, path)))
        except InvalidInput:
            raise
        except Exception as problem:  # each service's library raises what it likes
            yield Unlisted(pattern, type(problem).__name__)
    yield from (seen[path] for path in sorted(seen))


def _system(key: str, parts: SplitResult) -> Any:
    package, extra = _SERVICES[parts.scheme]
    way_out = f"pip install 'sharemap[{extra}]'" if extra else f"pip install 'sharemap[files-remote]' {package}"
    try:
        from fsspec import filesystem  # type: ignore[import-untyped]

        return filesystem(parts.scheme, **_options(parts))
    except ImportError:
        raise InvalidInput(f"source {key}: reading {parts.scheme}:// needs {package}: {way_out}") from None


def _options(parts: SplitResult) -> dict[str, Any]:
    """Timeouts, in the words of each library."""
    told: dict[str, Any] = {"skip_instance_cache": True}
    if parts.scheme in ("http", "https"):
        from aiohttp import ClientTimeout

        limit = ClientTimeout(sock_connect=_CONNECTING, sock_read=_READING, total=_READING)
        return {**told, "client_kwargs": {"timeout": limit}}
    if parts.scheme == "s3":
        return {**told, "config_kwargs": {"connect_timeout": _CONNECTING, "read_timeout": _READING}}
    if parts.scheme in ("abfs", "abfss", "az"):
        account = parts.netloc.partition("@")[2].split(".")[0]
        named = {"account_name": account} if account else {}
        return {**told, **named, "connection_timeout": _CONNECTING, "read_timeout": _READING}
    return {**told, "timeout": _READING}


def _listed(system: Any, pattern: str) -> list[str]:
    if not _WILD & set(pattern):
        return [pattern]
    return sorted(path for path in system.glob(pattern) if not path.endswith("/"))


def _below(path: str, parts: SplitResult) -> str:
    """The path below the host or bucket, without what a hostile listing adds: other hosts, a query."""
    if is_url(path):
        told = urlsplit(path)
        return unquote(told.path).lstrip("/") if (told.scheme, told.netloc) == (parts.scheme, parts.netloc) else ""
    bucket = parts.netloc.partition("@")[0]
    return path.removeprefix(f"{bucket}/")


def _opening(system: Any, path: str) -> Any:
    def opened() -> IO[bytes]:
        file: IO[bytes] = system.open(path, "rb", block_size=_BLOCK)
        try:
            file.seek(-1, io.SEEK_END)
            file.read(1)
            file.seek(0)
        except ValueError:  # how fsspec says that a server gives a file only from front to end, or an empty one
            file.close()
        else:
            return file
        with system.open(path, "rb", block_size=0) as whole:
            content = whole.read(_WITHOUT_RANGES + 1)
        if len(content) > _WITHOUT_RANGES:
            raise OSError("too large for a server that gives no parts of it")
        return io.BytesIO(content)

    return opened
