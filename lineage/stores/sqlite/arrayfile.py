"""Arrays of numbers in a file, mapped: what has been worked out once and need not be again.

A file is never trusted further than it can be checked: it says what it was made from, and a checksum covers every byte.
Whatever does not fit is not read, and what cannot be written is not written; all of it can be worked out again.
"""

from __future__ import annotations

import json
import mmap
import os
import time
import uuid
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_MAGIC = b"sharemap arrays 1\n"
_BLOCK = 8192
_NEAR = 32
_AN_HOUR = 3600.0
Bytes = npt.NDArray[np.uint8]
Arrays = Mapping[str, npt.NDArray[Any]]
Saying = Mapping[str, Any]
"""What a file says it was made from."""


def load(path: Path, fits: Callable[[Saying], bool]) -> Arrays | None:
    """The arrays in a file, where it is whole and what it says fits; else None."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC) + 16)
            size = int(head[len(_MAGIC) :], 16) if head.startswith(_MAGIC) else 0
            said = json.loads(file.read(size)) if 0 < size < path.stat().st_size else {}
            if not said or not fits(said["of"]):
                return None
            whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        mapped = np.frombuffer(whole, dtype=np.uint8, offset=said["start"])
        if len(mapped) != said["size"] or _sums(mapped) != said["sums"]:
            return None
        if hasattr(mmap, "MADV_DONTNEED"):
            whole.madvise(mmap.MADV_DONTNEED)  # what nobody asks for stays on the disk
        return {name: mapped[a:b].view(kind) for name, (kind, a, b) in said["arrays"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(path: Path, arrays: Arrays, of: Saying) -> None:
    """Put arrays into a file, all at once; where that cannot be, leave what is there."""
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    with suppress(OSError):
        _sweep(path)
        try:
            _write(part, arrays, of)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Remove what writers that were killed have left."""
    for part in path.parent.glob(f"{path.name}.*.part"):
        if time.time() - part.stat().st_mtime > _AN_HOUR:
            part.unlink(missing_ok=True)


def _write(part: Path, arrays: Arrays, of: Saying) -> None:
    places, end = {}, 0
    for name, values in arrays.items():
        places[name] = (values.dtype.str, end, end + values.nbytes)
        end = -(-(end + values.nbytes) // 64) * 64
    data = np.zeros(-(-max(end, 1) // _BLOCK) * _BLOCK, dtype=np.uint8)
    for name, (_, start, stop) in places.items():
        data[start:stop] = np.ascontiguousarray(arrays[name]).view(np.uint8)
    said = {"of": of, "arrays": places, "size": len(data), "sums": _sums(data)}
    start = _BLOCK * -(-(len(json.dumps(said)) + 64) // _BLOCK)
    text = json.dumps({**said, "start": start}).encode()
    head = _MAGIC + f"{len(text):016x}".encode() + text
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(head.ljust(start, b" "))
        file.write(data.data)


def _sums(data: Bytes) -> int:
    """A checksum at the speed of memory: the sums of all lines and of all columns of a table of words, and a check of
    those."""
    words = data.view(np.uint64).reshape(-1, _BLOCK // 8)
    lines, columns = np.empty(len(words), dtype=np.uint64), np.zeros(_BLOCK // 8, dtype=np.uint64)
    for start in range(0, len(words), _NEAR):  # what the processor keeps at hand is looked at twice
        part = words[start : start + _NEAR]
        part.sum(axis=1, out=lines[start : start + _NEAR])
        columns += part.sum(axis=0)
    return zlib.crc32(columns.tobytes(), zlib.crc32(lines.tobytes()))
