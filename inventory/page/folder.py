"""How do pages get into a folder so that nobody meets it half new, and nothing of anybody else's is touched?

Pages are written into a folder beside it first, then each is moved into its place; if one move fails, all are undone.
A list of what was written stands among the pages: what it names and is not written again is stale and goes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from inventory.page.render import Page
from lineage.errors import InvalidInput

LIST = ".sharemap-pages.json"
"""The name of the list of what was written."""
_PAGE = re.compile(r"([A-Za-z-]+/)?[a-z0-9_-]+\.html")


def digest_of(pages: Iterable[Page]) -> str:
    """One fingerprint of all pages: their paths and their bytes."""
    whole = hashlib.sha256()
    for page in sorted(pages, key=lambda p: p.path):
        whole.update(f"{page.path}\n{hashlib.sha256(page.html.encode()).hexdigest()}\n".encode())
    return whole.hexdigest()


def put(pages: Sequence[Page], folder: Path) -> tuple[str, ...]:
    """Put the pages into a folder, which is made if need be; the paths of stale pages that were removed.

    Raises InvalidInput where a page would overwrite a file that was not written here, or the folder cannot be used.
    """
    try:
        before = _listed(folder)
        _refuse_foreign(pages, folder, before)
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.resolve().parent) as beside:
            staged, aside = Path(beside, "new"), Path(beside, "old")
            _stage(pages, staged)
            stale = sorted(before - {page.path for page in pages})
            _swap(sorted([page.path for page in pages] + [LIST], key=_last), stale, staged, folder, aside)
        _drop_empty(folder, stale)
        return tuple(stale)
    except OSError as problem:
        raise InvalidInput(f"{folder}: cannot be written ({problem}); nothing there was changed") from None


def _listed(folder: Path) -> set[str]:
    """The pages that were written here before, as the list says; none where there is no list to be believed."""
    try:
        said = json.loads((folder / LIST).read_text(encoding="utf-8"))
        return {path for path in said["pages"] if isinstance(path, str) and _PAGE.fullmatch(path)}
    except (OSError, ValueError, TypeError, KeyError):
        return set()


def _refuse_foreign(pages: Sequence[Page], folder: Path, before: set[str]) -> None:
    for page in pages:
        if page.path not in before and os.path.lexists(folder / page.path):
            raise InvalidInput(
                f"{folder / page.path} is there and was not written by sharemap publish; "
                "move it away, or choose another folder with -o"
            )


def _stage(pages: Sequence[Page], staged: Path) -> None:
    for page in pages:
        path = staged / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.html, encoding="utf-8", newline="")
    listed = {"version": 1, "pages": sorted(page.path for page in pages)}
    (staged / LIST).write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")


def _last(path: str) -> tuple[bool, bool, str]:
    """Pages of items first, the ones that link to them next, the list last."""
    return (path == LIST, path.endswith("index.html"), path)


def _swap(new: Sequence[str], stale: Sequence[str], staged: Path, folder: Path, aside: Path) -> None:
    """Move the new into place and the stale away; if a move fails, put everything back as it was."""
    done: list[str] = []
    try:
        for path in [*new, *stale]:
            (aside / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            if (folder / path).is_file():
                shutil.copy2(folder / path, aside / path)
            done.append(path)
            if path in stale:
                (folder / path).unlink(missing_ok=True)
            else:
                (staged / path).replace(folder / path)
    except OSError:
        for path in done:
            _put_back(path, folder, aside)
        raise


def _put_back(path: str, folder: Path, aside: Path) -> None:
    if (aside / path).is_file():
        (aside / path).replace(folder / path)
    elif (folder / path).is_file():
        (folder / path).unlink()


def _drop_empty(folder: Path, stale: Sequence[str]) -> None:
    for parent in {(folder / path).parent for path in stale} - {folder}:
        if parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()
