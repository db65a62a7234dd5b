"""Which constraints and indexes the graph has, and of which version of the model it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.errors import StoreError
from lineage.stores.neo4j.server import Server

if TYPE_CHECKING:
    from neo4j import ManagedTransaction

VERSION = 1
_UNIQUE = (
    ("Data", "key"), ("Party", "key"), ("System", "key"), ("Category", "key"), ("Evidence", "key"), ("FlowKind", "key"),
    ("Source", "key"), ("Run", "id"), ("Run", "token"), ("Store", "key"),
    ("Check", "key"), ("Finding", "fingerprint"), ("Share", "key"),
)  # fmt: skip
_INDEXED = (("Data", "title"), ("Fact", "kind"), ("Fact", "title"), ("Finding", "check"))
CONSTRAINTS = tuple(
    f"CREATE CONSTRAINT IF NOT EXISTS FOR (n:{label}) REQUIRE n.{name} IS UNIQUE" for label, name in _UNIQUE
)
INDEXES = (
    *(f"CREATE INDEX IF NOT EXISTS FOR (n:{label}) ON (n.{name})" for label, name in _INDEXED),
    "CREATE INDEX IF NOT EXISTS FOR (n:Fact) ON (n.source, n.key)",
    "CREATE INDEX IF NOT EXISTS FOR ()-[r:FLOWS_TO]-() ON (r.source, r.key)",
)


def version_of(server: Server) -> int:
    """The version of the model in a database; 0 where there is none yet.

    Raises StoreError where a newer Sharemap wrote it.
    """

    def read(tx: ManagedTransaction) -> int:
        found = tx.run("MATCH (s:Store {key: 'store'}) RETURN s.version").single()
        return int(found[0]) if found else 0

    version = server.read(read)
    if version > VERSION:
        raise StoreError(
            f"{server.address}: written by a newer Sharemap (store version {version}, this one knows {VERSION}); "
            "upgrade sharemap"
        )
    return version


def prepare(server: Server) -> None:
    """Make what is missing, and wait until it can be used."""
    if version_of(server) == VERSION:
        return
    server.change_schema(CONSTRAINTS)
    server.change_schema(INDEXES)
    server.read(lambda tx: tx.run("CALL db.awaitIndexes(120)").consume())
    server.write(
        lambda tx: tx.run(
            "MERGE (s:Store {key: 'store'}) ON CREATE SET s.runs = 0 SET s.version = $version", version=VERSION
        ).consume()
    )
