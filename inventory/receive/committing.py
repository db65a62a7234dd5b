"""Makes events durable, many with one sync of the disk: whoever waits while one is under way shares the next."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence

from inventory.receive.inbox import Inbox
from lineage.errors import LineageError, StoreError

_Waiting = tuple[Sequence[bytes], "asyncio.Future[None]"]


class Overloaded(LineageError):
    """More waits than may; the sender shall come again."""


class Committer:
    """A thread that writes to the inbox what requests bring; `kept` is called after each write.

    At most `most_bytes` wait for the disk and `most_events` in the inbox for the store.
    """

    def __init__(self, inbox: Inbox, kept: Callable[[], None], *, most_bytes: int, most_events: int) -> None:
        self._inbox, self._kept = inbox, kept
        self._most_bytes, self._most_events = most_bytes, most_events
        self._queue: list[_Waiting] = []
        self._bytes = 0
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)
        self._thread.start()

    async def keep(self, bodies: Sequence[bytes]) -> None:
        """Return when the events are on the disk.

        Raises Overloaded if too much waits, StoreError if the disk fails; nothing is kept then.
        """
        size = sum(map(len, bodies))
        done = asyncio.get_running_loop().create_future()
        with self._changed:
            if self._stopping or self._bytes + size > self._most_bytes or self._inbox.waiting >= self._most_events:
                raise Overloaded("too many events are waiting; send it again later")
            self._bytes += size
            self._queue.append((bodies, done))
            self._changed.notify()
        await done

    def stop(self) -> None:
        """Write what waits, take nothing more."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._stopping)
                batch, self._queue, self._bytes = self._queue, [], 0
            if not batch:
                return
            problem = self._write(batch)
            waiting = [done for _, done in batch]
            waiting[0].get_loop().call_soon_threadsafe(_tell, waiting, problem)

    def _write(self, batch: list[_Waiting]) -> StoreError | None:
        try:
            self._inbox.add([body for bodies, _ in batch for body in bodies])
        except StoreError as problem:
            return problem
        self._kept()
        return None


def _tell(waiting: list[asyncio.Future[None]], problem: StoreError | None) -> None:
    for done in waiting:
        if done.cancelled():
            continue
        if problem:
            done.set_exception(problem)
        else:
            done.set_result(None)
