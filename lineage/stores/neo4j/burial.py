"""What becomes of the rows that a run staged and never finished: the next run removes them."""

from __future__ import annotations

from lineage.stores.neo4j.server import Server

_QUIET = (
    "OPTIONAL MATCH (r:Run) WHERE r.finished IS NULL AND r.beat < timestamp() - $silence WITH count(r) AS silent "
    "OPTIONAL MATCH (d:Dead) WITH silent, count(d) AS dead WHERE silent + dead > 0 RETURN dead"
)
_DEAD = "MATCH (r:Run) WHERE r.finished IS NULL AND r.beat < timestamp() - $silence SET r:Dead REMOVE r:Run"
_REMOVE_FLOWS = (
    "MATCH ()-[r:FLOWS_TO]->() WHERE r.source = $source AND r.key IS NOT NULL AND r.first = $run "
    "WITH r LIMIT 10000 DELETE r RETURN count(*)"
)
_REMOVE_FACTS = (
    "MATCH (f:Fact) WHERE f.source = $source AND f.key IS NOT NULL AND f.first = $run "
    "WITH f LIMIT 10000 DETACH DELETE f RETURN count(*)"
)


def bury(server: Server, silence: float) -> None:
    """Remove the rows of runs that were silent for so many seconds, and of those that were given up."""
    quiet = server.read(lambda tx: tx.run(_QUIET, silence=round(silence * 1000)).values())
    if not quiet:
        return
    server.write(lambda tx: tx.run(_DEAD, silence=round(silence * 1000)).consume())
    dead = server.read(
        lambda tx: tx.run("MATCH (r:Dead)-[:OF]->(s) RETURN r.token, r.id, s.key ORDER BY r.id").values()
    )
    for token, number, source in dead:
        for query in (_REMOVE_FLOWS, _REMOVE_FACTS):
            while server.write(lambda tx, q=query, n=number, s=source: tx.run(q, source=s, run=n).single()[0]):  # type: ignore[misc]
                pass
        server.write(lambda tx, t=token: tx.run("MATCH (r:Dead {token: $token}) DETACH DELETE r", token=t).consume())  # type: ignore[misc]
