"""What a source of files says, checked; and the folder that its names are told from."""

from __future__ import annotations

import codecs
import fnmatch
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from inventory.project import Source
from inventory.scanners.files.remote import base_of, is_url
from lineage.errors import InvalidInput, did_you_mean

OPTIONS = ("paths", "exclude", "namespace", "encoding", "delimiter", "header", "columns", "sample")
MOST_ROWS = 10_000
"""More rows of a file than these are never sampled."""
_WILD = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Settings:
    """The checked options of one source; `folder` is the one below the project that all its paths lie in.

    Where they are URLs, it is their scheme and host or bucket.
    """

    key: str
    root: Path
    paths: tuple[str, ...]
    exclude: tuple[str, ...]
    folder: str
    namespace: str
    encoding: str | None
    delimiter: str | None
    header: bool | None
    columns: tuple[str, ...]
    sample: int = 0
    """How many rows of each file to classify by their values; 0: none."""

    @property
    def remote(self) -> bool:
        """Do the files lie behind URLs?"""
        return is_url(self.folder)

    def place(self, name: str) -> str:
        """A name below the folder as a place below the project."""
        return f"{self.folder}/{name}" if self.folder else name

    def wants(self, path: str) -> bool:
        """Is a path below the folder not excluded, nor hidden by a ``.`` or ``_`` in front, as tools mark their own?"""
        if any(part.startswith((".", "_")) for part in path.split("/")):
            return False
        return not any(fnmatch.fnmatchcase(name, e) for name in (path, path.rsplit("/", 1)[-1]) for e in self.exclude)


def read_settings(source: Source, sample: int | None = None) -> Settings:
    """The options of `source`; `sample` counts where it does not say how many rows.

    Raises InvalidInput naming the source, the option, and what was expected.
    """
    for option in source.options:
        if option not in OPTIONS:
            raise InvalidInput(f"source {source.key}: unknown option {option!r}{did_you_mean(option, OPTIONS)}")
    paths = _texts(source, "paths", "patterns, like data/*.csv")
    if not paths:
        raise InvalidInput(f"source {source.key}: expected paths, a list of patterns like data/*.csv")
    remote = [pattern for pattern in paths if is_url(pattern)]
    if remote and len(remote) < len(paths):
        raise InvalidInput(f"source {source.key}: paths: URLs and files of the project are read by two sources")
    for pattern in () if remote else paths:
        path = PurePosixPath(pattern)
        if not path.parts or path.is_absolute() or ".." in path.parts:
            raise InvalidInput(f"source {source.key}: paths: {pattern!r} must lie below the project's folder")
    folder = base_of(source.key, paths) if remote else _folder(paths)
    header = source.options.get("header")
    if header is not None and not isinstance(header, bool):
        raise _wrong(source, "header", "true (the first row names the columns) or false")
    return Settings(
        source.key, source.root, paths, _texts(source, "exclude", "patterns of files, like tmp-*"), folder,
        _text(source, "namespace", "a name, like s3://bucket") or (folder if remote else f"file://{folder or '.'}"),
        _encoding(source), _delimiter(source), header, _texts(source, "columns", "names, in the order of the columns"),
        _sample(source, sample),
    )  # fmt: skip


def _folder(paths: tuple[str, ...]) -> str:
    """The longest folder that all patterns lie in, whatever they match."""
    fixed = []
    for pattern in paths:
        parts = PurePosixPath(pattern).parts[:-1]
        wild = next((i for i, part in enumerate(parts) if _WILD & set(part)), len(parts))
        fixed.append(parts[:wild])
    common = fixed[0]
    for parts in fixed[1:]:
        same = next((i for i, (a, b) in enumerate(zip(common, parts, strict=False)) if a != b), None)
        common = common[: min(len(common), len(parts)) if same is None else same]
    return "/".join(common)


def _wrong(source: Source, option: str, expected: str) -> InvalidInput:
    return InvalidInput(f"source {source.key}: {option}: expected {expected}")


def _text(source: Source, option: str, expected: str) -> str | None:
    said = source.options.get(option)
    if said is not None and (not isinstance(said, str) or not said):
        raise _wrong(source, option, expected)
    return said


def _texts(source: Source, option: str, expected: str) -> tuple[str, ...]:
    said = source.options.get(option)
    if said is None:
        return ()
    if not isinstance(said, list) or not said or not all(isinstance(text, str) and text for text in said):
        raise _wrong(source, option, f"a list of {expected}")
    return tuple(said)


def _encoding(source: Source) -> str | None:
    said = _text(source, "encoding", "a name, like gb18030")
    if said is None:
        return None
    try:
        known = codecs.lookup(said)
        "".encode(known.name)
    except (LookupError, ValueError):
        raise _wrong(source, "encoding", "the name of one, like utf-8, gb18030 or latin-1") from None
    return known.name


def _sample(source: Source, asked: int | None) -> int:
    said = source.options.get("sample")
    if said is not None and (type(said) is not int or not 0 <= said <= MOST_ROWS):
        raise _wrong(source, "sample", f"a number of rows up to {MOST_ROWS}; 0 for none")
    return (asked or 0) if said is None else said


def _delimiter(source: Source) -> str | None:
    said = _text(source, "delimiter", 'one character, like ";"')
    if said is not None and (len(said) != 1 or said in '"\r\n\0'):
        raise _wrong(source, "delimiter", 'one character, like ";"')
    return said
