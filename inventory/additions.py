"""Writing entries: a new one joins its list, and every comment and line that was there stays."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from inventory.entryfiles import load_entries
from inventory.project import Project


def add_entry(project: Project, kind: str, entry: Mapping[str, Any]) -> str:
    """Append an entry to the list `kind` in ``inventory/KIND.yaml`` and return the place.

    Raises InvalidInput, and changes nothing, where the entries would not hold together with it.
    """
    return add_entries(project, kind, [entry])


def add_entries(project: Project, kind: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """The same for several entries: all of them, or none."""
    path = project.inventory / f"{kind}.yaml"
    text = _with_entries(path, kind, entries)
    _try_out(project, path, text)
    project.inventory.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".yaml.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
    return path.relative_to(project.root).as_posix()


def _with_entries(path: Path, kind: str, entries: Sequence[Mapping[str, Any]]) -> str:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    content = yaml.load(path.read_text(encoding="utf-8")) if path.exists() else None
    if content is None:
        content = {}
    if content.get(kind) is None:
        content[kind] = []
    content[kind].extend(dict(entry) for entry in entries)
    out = io.StringIO()
    yaml.dump(content, out)
    return out.getvalue()


def _try_out(project: Project, path: Path, text: str) -> None:
    """Check a copy of the folder with the new text in it."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        copy = root / project.inventory.relative_to(project.root)
        if project.inventory.is_dir():
            shutil.copytree(project.inventory, copy)
        copy.mkdir(parents=True, exist_ok=True)
        (copy / path.name).write_text(text, encoding="utf-8")
        load_entries(replace(project, root=root, inventory=copy))
