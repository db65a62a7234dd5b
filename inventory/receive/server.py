"""Runs the receiver until it is told to end, and then ends without losing anything.

Start: the inbox (this process alone has it), the store, the port.  End, on SIGTERM or SIGINT: no more connections,
the requests under way are answered, what they brought goes to the disk and from there into the store.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from inventory.project import Project, Source
from inventory.receive.app import MOST_IN_MEMORY, Receiver
from inventory.receive.body import Budget
from inventory.receive.committing import Committer
from inventory.receive.folder import private_folder
from inventory.receive.folding import Folding
from inventory.receive.inbox import Inbox
from inventory.receive.keys import Keys
from inventory.receive.metrics import Metrics
from inventory.receive.standing import RECEIVED
from inventory.scanners.openlineage.tags import Tags
from lineage.errors import InvalidInput
from lineage.stores import FactStore

_MOST_WAITING_BYTES = 64 * 2**20
_MOST_CONNECTIONS = 1_000
_MOST_UNANSWERED = 128
"""Connections that may wait for being taken up."""
_SECONDS_TO_END = 30
_WELL_BELOW = 0.9


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen (port 0: any that is free) and, for TLS, the files of the certificate and its key."""

    host: str = "127.0.0.1"
    port: int = 5000
    certificate: Path | None = None
    private_key: Path | None = None


def serve(
    project: Project,
    open_store: Callable[[], FactStore],
    address: Address,
    say: Callable[[str], None],
    most_waiting: int = 1_000_000,
) -> int:
    """Receive events until a signal comes, which is returned; `most_waiting` events may wait for the store.

    Raises InvalidInput for an address that cannot be used, or that others can reach while there is no key;
    StoreError where the store or the inbox cannot be opened.
    """
    folder = private_folder(project.root)
    keys = Keys(folder / "keys.json")
    known = keys.all()
    if not known and not _is_loopback(address.host):
        raise InvalidInput(
            f"others can reach {address.host}, and there is no key; make one first: sharemap key add NAME"
        )
    tags = Tags.of(Source(RECEIVED, RECEIVED, project.root, options={"tags": dict(project.received_tags)}))
    with _bound(address) as listening:
        inbox = Inbox(folder / "inbox.db")
        metrics = Metrics()
        folding = Folding(project, inbox, open_store, metrics, say)
        try:
            folding.start()
            committer = Committer(inbox, folding.wake, most_bytes=_MOST_WAITING_BYTES, most_events=most_waiting)
            metrics.gauges["sharemap_inbox_events"] = "Events that wait for the store.", lambda: inbox.waiting
            metrics.gauges["sharemap_store_failing"] = "1 while the store cannot be written.", lambda: folding.failing

            def is_well() -> bool:
                return not folding.failing and inbox.waiting < _WELL_BELOW * most_waiting

            receiver = Receiver(committer, keys if known else None, tags, metrics, is_well, Budget(MOST_IN_MEMORY))
            server = _Server(_config(receiver, address))
            listening.listen(_MOST_UNANSWERED)
            say(f"listening on {_url(listening, address)}; keys are {'asked for' if known else 'not asked for'}")
            asyncio.run(server.serve(sockets=[listening]))
            committer.stop()
            folding.stop()
            waiting = f"; {inbox.waiting} events wait for the next start" if inbox.waiting else ""
            say(f"stopped{waiting}")
            return server.signal
        finally:
            inbox.close()


class _Server(uvicorn.Server):
    """Uvicorn, which ends on a signal but does not send it again to itself: there is more to do then."""

    signal = int(signal.SIGTERM)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._ends) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _ends(self, number: int, _: object) -> None:
        self.signal, self.should_exit = number, True


def _config(receiver: Receiver, address: Address) -> uvicorn.Config:
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):  # what it logs may quote a request
        logging.getLogger(name).disabled = True
    config = uvicorn.Config(
        receiver.app(),
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_SECONDS_TO_END,
        ssl_certfile=address.certificate,
        ssl_keyfile=address.private_key,
    )
    try:
        config.load()
    except OSError as problem:  # ssl.SSLError is one
        raise InvalidInput(f"the certificate and its key cannot be used ({type(problem).__name__})") from None
    return config


def _bound(address: Address) -> socket.socket:
    """A socket that is bound to the address."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
        return listening
    except OSError as problem:
        place = f"{address.host}:{address.port}"
        raise InvalidInput(f"cannot listen on {place} ({problem}); choose others with --host and --port") from None


def _is_loopback(host: str) -> bool:
    """Can only this machine reach it?  A name must lead to loopback addresses alone."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(str(one).partition("%")[0]).is_loopback for one in found)


def _url(listening: socket.socket, address: Address) -> str:
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if address.certificate else 'http'}://{shown}:{port}"
