"""What do the columns of a store look like when they need not be worked out again?  One file beside it, mapped.

The file is never trusted further than it can be checked: it says which content of which store it was made from and
for which days it holds, and a checksum covers every byte.  Whatever does not fit is not read, and what cannot be
written is not written; the store itself says all of it again.
"""

from __future__ import annotations

import json
import os
import time
import uuid
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from lineage.codec import canonical, record, restore
from lineage.columns import Evidences, FactColumns, Said
from lineage.model import Classification, Evidence, Field, Flow
from lineage.packed import Nodes, Texts

_MAGIC = b"sharemap columns 1\n"
_BLOCK = 8192
_AN_HOUR = 3600.0
_KEPT = 4096
"""So many values are kept once they were made."""
Bytes = npt.NDArray[np.uint8]
Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Fits:
    """What columns are of: the content of a store, by its token, on the days from `since` until before `until`."""

    token: str
    since: str
    until: str


@dataclass(frozen=True)
class Values(Sequence[Any]):
    """Values of one type as their records in JSON, read when they are asked for."""

    kind: type
    texts: Texts
    _made: dict[int, Any] = field(default_factory=dict, repr=False, compare=False)
    """Those that were asked for last."""

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, i: int) -> Any: ...
    @overload
    def __getitem__(self, i: slice) -> list[Any]: ...
    def __getitem__(self, i: int | slice) -> Any:
        if isinstance(i, slice):
            return [self[k] for k in range(*i.indices(len(self)))]
        if i not in self._made:
            if len(self._made) >= _KEPT:
                self._made.clear()
            self._made[i] = restore(self.kind, json.loads(self.texts[i]))
        return self._made[i]


def path_of(store: Path) -> Path:
    """Where the columns of the store in a file are kept."""
    return store.with_name(f"{store.name}-columns")


def load(path: Path, token: str, day: str) -> FactColumns | None:
    """The columns in a file, where it is whole and of this content and day; else None."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC) + 16)
            size = int(head[len(_MAGIC) :], 16) if head.startswith(_MAGIC) else 0
            said = json.loads(file.read(size)) if 0 < size < path.stat().st_size else {}
        if said.get("token") != token or not said["since"] <= day < said["until"]:
            return None
        mapped = np.memmap(path, dtype=np.uint8, mode="r", offset=said["start"], shape=(said["size"],)).view(np.ndarray)
        if said["start"] + said["size"] != path.stat().st_size or _sums(mapped) != said["sums"]:
            return None
        return _columns({name: mapped[a:b].view(kind) for name, (kind, a, b) in said["arrays"].items()})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(path: Path, columns: FactColumns, fits: Fits) -> None:
    """Put columns into a file, all at once; where that cannot be, leave what is there."""
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    with suppress(OSError):
        _sweep(path)
        try:
            _write(part, _arrays(columns), fits)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Remove what writers that were killed have left."""
    for part in path.parent.glob(f"{path.name}.*.part"):
        if time.time() - part.stat().st_mtime > _AN_HOUR:
            part.unlink(missing_ok=True)


def _write(part: Path, arrays: Arrays, fits: Fits) -> None:
    places, end = {}, 0
    for name, values in arrays.items():
        places[name] = (values.dtype.str, end, end + values.nbytes)
        end = -(-(end + values.nbytes) // 64) * 64
    data = np.zeros(-(-max(end, 1) // _BLOCK) * _BLOCK, dtype=np.uint8)
    for name, (_, start, stop) in places.items():
        data[start:stop] = np.ascontiguousarray(arrays[name]).view(np.uint8)
    said = {"token": fits.token, "since": fits.since, "until": fits.until, "arrays": places, "size": len(data),
            "sums": _sums(data), "start": _BLOCK}  # fmt: skip
    text = json.dumps(said).encode()
    head = _MAGIC + f"{len(text):016x}".encode() + text
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(head.ljust(_BLOCK, b" "))
        file.write(data.data)


def _sums(data: Bytes) -> int:
    """A checksum at the speed of memory: the sums of all lines and of all columns of a table of words, and a check of
    those."""
    words = data.view(np.uint64).reshape(-1, _BLOCK // 8)
    lines, columns = words.sum(axis=1), words.sum(axis=0)
    return zlib.crc32(columns.tobytes(), zlib.crc32(lines.tobytes()))


# -- columns as named arrays ----------------------------------------------------------------------------


def _arrays(columns: FactColumns) -> Arrays:
    nodes, evidences = columns.nodes, columns.evidences
    found: dict[str, npt.NDArray[Any]] = {
        "node.namespace": nodes.namespace, "node.dataset": nodes.dataset, "node.field": nodes.field,
        "source": columns.source, "target": columns.target, "kind": columns.kind, "evidence": columns.evidence,
        "evidence.like": evidences.like, "evidence.source": evidences.source, "evidence.line": evidences.line,
    }  # fmt: skip
    texts = {"namespaces": nodes.namespaces, "names": nodes.names, "fields": nodes.fields, "sources": evidences.sources}
    values = {"kinds": columns.kinds, "likes": evidences.likes}
    for name, said in (("field", columns.fields), ("classification", columns.classifications)):
        found |= {f"{name}.node": said.node, f"{name}.value": said.value, f"{name}.evidence": said.evidence}
        values[f"{name}.values"] = said.values
    texts |= {name: Texts.of(canonical(record(value)) for value in held) for name, held in values.items()}
    for name, held in texts.items():
        found |= {f"{name}.packed": held.packed, f"{name}.first": held.first}
    return found


def _columns(arrays: Arrays) -> FactColumns:
    def texts(name: str) -> Texts:
        return Texts(arrays[f"{name}.packed"], arrays[f"{name}.first"])

    def said(name: str, kind: type) -> Said[Any]:
        values = Values(kind, texts(f"{name}.values"))
        return Said(arrays[f"{name}.node"], arrays[f"{name}.value"], values, arrays[f"{name}.evidence"])

    nodes = Nodes(
        texts("namespaces"), arrays["node.namespace"], texts("names"), texts("fields"), arrays["node.dataset"],
        arrays["node.field"],
    )  # fmt: skip
    evidences = Evidences(
        Values(Evidence, texts("likes")), texts("sources"), arrays["evidence.like"], arrays["evidence.source"],
        arrays["evidence.line"],
    )  # fmt: skip
    return FactColumns(
        nodes, arrays["source"], arrays["target"], arrays["kind"], Values(Flow, texts("kinds")), arrays["evidence"],
        evidences, said("field", Field), said("classification", Classification),
    )  # fmt: skip
