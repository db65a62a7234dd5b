"""What does a request's body say?  Read as it comes, unpacked, and never more of it than may be.

Nothing that is raised here quotes the body.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from inventory.receive.committing import Overloaded
from inventory.scanners.openlineage.files import Unread, parsed
from lineage.errors import LineageError

MAX_PACKED = 16 * 2**20
"""Bytes that a body may have as it is sent."""
MAX_BODY = 64 * 2**20
"""Bytes that it may have unpacked."""
SECONDS = 60.0
"""How long a sender may take for it."""
_CHUNK = 2**20


class Refusal(LineageError):
    """A request that is not taken: an HTTP status and why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass
class Budget:
    """How many bytes of bodies may be in memory at once, over all requests."""

    most: int
    used: int = 0

    @contextmanager
    def share(self) -> Any:
        """A function that takes bytes until the end of the block; it raises Overloaded where none are left."""
        mine = 0

        def take(size: int) -> None:
            nonlocal mine
            if self.used + size > self.most:
                raise Overloaded("too much is being received; send it again later")
            self.used += size
            mine += size

        try:
            yield take
        finally:
            self.used -= mine


async def read_body(chunks: AsyncIterator[bytes], encoding: str, take: Any) -> bytes:
    """The whole body, unpacked.

    Raises Refusal: 408 where it takes too long, 413 where it is too large (packed or unpacked), 415 for an encoding
    that is not known, 400 where it is no gzip; Overloaded where `take` finds no room.
    """
    packed = encoding.strip().lower() in ("gzip", "x-gzip")
    if not packed and encoding.strip().lower() not in ("", "identity"):
        raise Refusal(415, "the Content-Encoding is not known; send gzip or none")
    unpacking = _Unpacking() if packed else None
    body, received = bytearray(), 0
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in chunks:
                received += len(chunk)
                if received > MAX_PACKED:
                    raise Refusal(413, f"the body is larger than {MAX_PACKED // 2**20} MiB")
                for piece in unpacking.pieces(chunk) if unpacking else (chunk,):
                    take(len(piece))
                    body += piece
                    if len(body) > MAX_BODY:
                        raise Refusal(413, f"the body is larger than {MAX_BODY // 2**20} MiB when it is unpacked")
    except TimeoutError:
        raise Refusal(408, f"the body did not come within {SECONDS:.0f} seconds") from None
    if unpacking and not unpacking.whole:
        raise Refusal(400, "the body is no whole gzip")
    return bytes(body)


class _Unpacking:
    """Unpacks gzip, of one member or several, a piece at a time: what is not asked for is not unpacked."""

    def __init__(self) -> None:
        self._one = zlib.decompressobj(wbits=31)
        self._begun = False

    @property
    def whole(self) -> bool:
        return self._one.eof or not self._begun

    def pieces(self, data: bytes) -> Any:
        try:
            while data:
                if self._one.eof:
                    self._one = zlib.decompressobj(wbits=31)
                self._begun = True
                if piece := self._one.decompress(data, _CHUNK):
                    yield piece
                data = self._one.unused_data if self._one.eof else self._one.unconsumed_tail
        except zlib.error:
            raise Refusal(400, "the body is no gzip") from None


def json_of(body: bytes) -> Any:
    """The JSON value of a body.  Raises Refusal (400) where it is none."""
    found = parsed(body)
    if isinstance(found, Unread):
        raise Refusal(400, found.reason)
    return found
