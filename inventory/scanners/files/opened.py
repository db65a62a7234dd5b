"""A file that a reader may open, wherever it lies: below the project, or behind a URL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass(frozen=True, slots=True)
class File:
    """Its own name, its path with ``/`` below the folder that all are told from, and how its bytes are opened.

    `refused` says why it may not be opened, where it may not.
    """

    name: str
    path: str
    open: Callable[[], IO[bytes]]
    refused: str = ""


def local(path: Path, root: Path, folder: str) -> File:
    """The file at `path`, which lies below `folder` of the project's `root`."""
    outside = not path.resolve().is_relative_to(root.resolve())
    return File(
        path.name,
        path.relative_to(root / folder).as_posix(),
        lambda: path.open("rb"),
        "it is a link that leads out of the project's folder" if outside else "",
    )
