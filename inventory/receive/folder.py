"""Where the receiver keeps its inbox and keys: a folder that only its owner can look into."""

from __future__ import annotations

from pathlib import Path

from lineage.errors import StoreError

FOLDER = ".sharemap"


def private_folder(root: Path) -> Path:
    """``.sharemap`` below the project's folder; made, and kept out of Git, when it is not there.

    Raises StoreError where it cannot be made.
    """
    folder = root / FOLDER
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True, mode=0o700)
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError as problem:
        raise StoreError(f"{folder}: cannot be made ({type(problem).__name__}); check its rights") from None
    return folder
