"""How are the facts of one page packed, and which of them are not in another?

A page is rows of (subject, object, said, line), four little-endian 32-bit numbers each, every row once and in order.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int32]
LONGEST = 2**31 - 1
"""The largest number that a row can hold."""
_WIDTH = 4
_NUMBER = np.dtype("<i4")
ROW = _WIDTH * _NUMBER.itemsize
"""Bytes of one packed fact."""


def packed(rows: npt.NDArray[np.signedinteger]) -> bytes:
    """Rows, which are in order and each once, as bytes."""
    return np.ascontiguousarray(rows, dtype=_NUMBER).tobytes()


def unpacked(pages: Iterable[bytes]) -> Rows:
    """The rows of some pages, one after the other."""
    return np.frombuffer(b"".join(pages), dtype=_NUMBER).reshape(-1, _WIDTH)


def count(page: bytes) -> int:
    return len(page) // ROW


def rows_of(page: bytes) -> list[bytes]:
    """Each fact of a page, packed."""
    return [page[at : at + ROW] for at in range(0, len(page), ROW)]


def without(page: bytes, others: Container[bytes]) -> bytes:
    """The facts of a page that are not among others."""
    return b"".join(row for row in rows_of(page) if row not in others)
