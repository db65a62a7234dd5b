"""Who is the server, who are we there, and what do its refusals mean; the only module that knows the driver."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from lineage.errors import InvalidInput, StoreError, did_you_mean

if TYPE_CHECKING:
    from neo4j import ManagedTransaction

USER, PASSWORD, CREDENTIALS = "SHAREMAP_NEO4J_USER", "SHAREMAP_NEO4J_PASSWORD", "SHAREMAP_NEO4J_CREDENTIALS"
_OPTIONS = ("database", "timeout")
_CONNECT_SECONDS = 15.0
_OURS = ("Neo.ClientError.Statement.SyntaxError", "Neo.ClientError.Statement.ParameterMissing")
"""What only a fault of this program can bring about."""
_FETCH = 20_000
_EXISTS = "AlreadyExists"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store is: `url` without user, password and options; `timeout` is how long an answer is tried for, in
    seconds."""

    url: str
    database: str | None = None
    timeout: float = 120.0
    credentials: tuple[str, str] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, text: str, environment: Mapping[str, str] = os.environ) -> Address:
        """The address that a URL and the environment give.

        Raises InvalidInput, which never tells a user or password, where either cannot be used.
        """
        try:
            parts = urlsplit(text)
            host, port = parts.hostname, parts.port
            options = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        except ValueError as problem:
            raise InvalidInput(
                f"the store's URL cannot be read ({type(problem).__name__}); write it like neo4j://host:7687"
            ) from None
        if not host or parts.path not in ("", "/") or parts.fragment:
            raise InvalidInput(f"{parts.scheme}:// needs a host and nothing behind it: {parts.scheme}://host:7687")
        told = {}
        for name, value in options:
            if name not in _OPTIONS or not value:
                raise InvalidInput(
                    f"{name!r} cannot be said in the URL of a store{did_you_mean(name, _OPTIONS)}; "
                    "there are: ?database=NAME, ?timeout=SECONDS"
                )
            told[name] = value
        at = f"[{host}]" if ":" in host else host
        url = f"{parts.scheme}://{at}:{port or 7687}"
        given = (parts.username, parts.password or "") if parts.username else None
        return cls(url, told.get("database"), _seconds(told.get("timeout")), given or _credentials(environment))

    def __str__(self) -> str:
        return f"{self.url}{f' (database {self.database})' if self.database else ''}"


def _seconds(text: str | None) -> float:
    try:
        seconds = float(text) if text else 120.0
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise InvalidInput("?timeout= needs a number of seconds above 0")
    return seconds


def _credentials(environment: Mapping[str, str]) -> tuple[str, str] | None:
    if PASSWORD in environment:
        return environment.get(USER, "neo4j"), environment[PASSWORD]
    if CREDENTIALS not in environment:
        return None
    path = Path(environment[CREDENTIALS])
    try:
        user, separator, password = path.read_text(encoding="utf-8").strip().partition(":")
    except (OSError, UnicodeDecodeError):
        raise InvalidInput(f"{CREDENTIALS}: {path} cannot be read") from None
    if not separator or "\n" in user:
        raise InvalidInput(f"{CREDENTIALS}: {path} should be one line, USER:PASSWORD")
    return user, password


class Server:
    """A connection to one database of a server: whole transactions, tried again where the server says that helps."""

    def __init__(self, address: Address) -> None:
        """Connect.  Raises StoreError, which says what to do, where that fails."""
        try:
            import neo4j
        except ModuleNotFoundError:
            raise InvalidInput("a store in Neo4j needs the package 'neo4j': pip install 'sharemap[neo4j]'") from None
        self.address = address
        with self._told():
            self._driver = neo4j.GraphDatabase.driver(
                address.url,
                auth=address.credentials,
                connection_timeout=min(_CONNECT_SECONDS, address.timeout),
                connection_acquisition_timeout=address.timeout,
                max_transaction_retry_time=address.timeout,
                notifications_min_severity="OFF",
                user_agent="sharemap",
            )
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()
        try:
            self._greet()
        except BaseException:
            self._driver.close()
            raise

    def _greet(self) -> None:
        with self._told():
            agent = self._driver.get_server_info().agent
            version = agent.partition("/")[2]
            if version.split(".")[0].isdigit() and int(version.split(".")[0]) < 5:
                raise StoreError(f"{self.address}: Neo4j {version} is too old; Sharemap needs Neo4j 5 or newer")
            with self._session("READ") as session:
                session.run("RETURN 1").consume()

    def _session(self, access: str) -> Any:
        return self._driver.session(
            database=self.address.database,
            default_access_mode=access,
            bookmark_manager=self._bookmarks,
            fetch_size=_FETCH,
        )

    def read(self, work: Callable[[ManagedTransaction], T]) -> T:
        """What `work` reads in one transaction, by a reader where there are several servers."""
        with self._told(), self._session("READ") as session:
            answer: T = self._done(session.execute_read, work)
            return answer

    def write(self, work: Callable[[ManagedTransaction], T]) -> T:
        """Let `work` write in one transaction; it may be called again, so it must bear to have been done already."""
        with self._told(), self._session("WRITE") as session:
            answer: T = self._done(session.execute_write, work)
            return answer

    def _done(
        self, execute: Callable[[Callable[[ManagedTransaction], T]], T], work: Callable[[ManagedTransaction], T]
    ) -> T:
        """Where the connection is lost while the server commits nobody knows whether it did, so that the driver gives
        up; work that bears to be done twice is done again."""
        from neo4j.exceptions import IncompleteCommit

        until = time.monotonic() + self.address.timeout
        while True:
            try:
                return execute(work)
            except IncompleteCommit:
                if time.monotonic() > until:
                    raise

    def change_schema(self, statements: Iterable[str]) -> None:
        """Make constraints, or indexes, that are made only where they are not there.

        While another makes the same one, the server says of it that it exists instead of passing it over: once that
        one is done it is passed over, so it is asked for again.
        """
        from neo4j.exceptions import ClientError

        def change(tx: ManagedTransaction) -> None:
            for statement in statements:
                tx.run(statement).consume()

        for seconds in (0.2, 1.0, 5.0, None):
            try:
                with self._told(), self._session("WRITE") as session:
                    session.execute_write(change)
                return
            except StoreError as refused:
                known = isinstance(refused.__context__, ClientError) and _EXISTS in str(refused.__context__.code)
                if seconds is None or not known:
                    raise
                time.sleep(seconds)

    def close(self) -> None:
        self._driver.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell what the driver raises in words that say what to do."""
        from neo4j.exceptions import DriverError, Neo4jError

        try:
            yield
        except (DriverError, Neo4jError, OSError, UnicodeEncodeError, ValueError) as problem:
            if str(getattr(problem, "code", "")) in _OURS:
                raise
            raise StoreError(f"{self.address}: {_advice(problem)}") from None


def _advice(problem: Exception) -> str:
    from neo4j import exceptions as known

    code, text = str(getattr(problem, "code", "") or ""), str(problem)
    match problem:
        case known.Neo4jError() if "RateLimit" in code:
            return f"too many wrong passwords; wait a minute, then set {USER} and {PASSWORD} to the right ones"
        case known.AuthError():
            return (
                f"the server does not accept this user and password; set {USER} and {PASSWORD}, "
                f"or {CREDENTIALS} to a file with USER:PASSWORD"
            )
        case known.Forbidden():
            return f"the user may not do this ({code}); give it the right to read, write and make indexes"
        case known.Neo4jError() if "DatabaseNotFound" in code or "DatabaseUnavailable" in code:
            return "there is no such database, or it is stopped; SHOW DATABASES lists them, ?database=NAME names one"
        case known.Neo4jError() if "MemoryPool" in code or "OutOfMemory" in code:
            return f"the server's memory does not suffice ({code}); raise server.memory.heap.max_size"
        case known.UnsupportedServerProduct():
            return "this is no Neo4j server of version 5 or newer"
        case known.DriverError() | OSError() if "HTTP" in text:
            return "this port speaks HTTP; give the Bolt port, which is 7687 unless somebody moved it"
        case known.DriverError() | OSError() if "SSL" in text or "handshake" in text.lower():
            return (
                "no protected connection can be made; leave out +s where the server has no certificate, and check "
                "that this is the Bolt port of Neo4j 5 or newer"
            )
        case known.ConfigurationError():
            return f"the driver refuses this address ({type(problem).__name__})"
        case known.DriverError() | OSError():
            return "cannot be reached; check that the server runs, and its host and Bolt port (usually 7687)"
        case UnicodeEncodeError() | ValueError():
            return f"something that was read cannot be written ({type(problem).__name__})"
        case _:
            return f"the server refuses ({code or type(problem).__name__}); see its logs/debug.log"
