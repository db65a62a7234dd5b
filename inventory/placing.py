"""Where does belong what a scanner reads: under which spelling of its namespace, to which system?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from inventory.project import Source
from inventory.redaction import without_values
from inventory.scanners import Context
from lineage.model import (
    Batch,
    Claim,
    Dataset,
    Evidence,
    Fact,
    Field,
    FieldId,
    Reading,
    ScopeComplete,
    Statement,
    System,
)
from lineage.stores import FactStore

CONFIGURATION = "configuration"
"""The agent of what sharemap.yaml says: whose a source is, and that one is no longer read."""
_OF_MANY = ("openlineage", "export")
"""Kinds of source that name other parties' datasets too: nothing of theirs is ours unless somebody says so."""


def claimed_by_others(store: FactStore, source: Source) -> set[str]:
    """The namespaces that another system claims: files of SQL name tables, but do not hold them."""
    if source.system is not None or source.kind == "database":
        return set()
    systems = (f.statement for f in store.statements(System) if isinstance(f.statement, System))
    return {claim.namespace for system in systems if system.key != source.key for claim in system.namespaces}


def placed(source: Source, context: Context, others: set[str], readings: Iterable[Reading]) -> Iterator[Reading]:
    """What a scanner reads, with namespaces spelled canonically, and the system that the datasets belong to.

    `others` are namespaces that are another system's already.
    """
    evidence = Evidence(CONFIGURATION, "sharemap.yaml")
    claimed = set(others)
    for reading in (spelled(reading, context) for reading in readings):
        if isinstance(reading, Fact):
            reading = replace(reading, statement=_described(reading.statement))
            statement = reading.statement
            if isinstance(statement, Dataset) and _claims(source) and statement.dataset.namespace not in claimed:
                claimed.add(namespace := statement.dataset.namespace)
                owner = System(
                    source.system or source.key, namespaces=(Claim(namespace),), ours=source.kind not in _OF_MANY
                )
                yield Fact(owner, evidence)
        yield reading


def spelled(reading: Reading, context: Context) -> Reading:
    """What is read, with every namespace spelled as the project's aliases say."""
    match reading:
        case Fact(statement=statement):
            return replace(reading, statement=_canonical(statement, context))
        case Batch(sources=sources, targets=targets):
            here, there = ([_canonical_node(node, context) for node in ends] for ends in (sources, targets))
            return replace(reading, sources=here, targets=there)
        case ScopeComplete():
            return reading


def _claims(source: Source) -> bool:
    """Events and exports name the datasets of many; other sources are somebody's own: the named system's, else
    ours."""
    return source.system is not None or source.kind not in _OF_MANY


def _described(statement: Statement) -> Statement:
    """Descriptions come from outside and may hold anything."""
    if isinstance(statement, Dataset | Field) and statement.description:
        return replace(statement, description=without_values(statement.description))
    return statement


def _canonical(statement: Statement, context: Context) -> Statement:
    if isinstance(statement, System):
        claims = (replace(claim, namespace=context.namespace(claim.namespace)) for claim in statement.namespaces)
        return replace(statement, namespaces=tuple(claims))
    moved = {
        name: _canonical_node(node, context)
        for name in ("dataset", "field", "source", "target", "alias")
        if isinstance(node := getattr(statement, name, None), FieldId) and node.namespace in context.aliases
    }
    return replace(statement, **moved) if moved else statement  # type: ignore[arg-type]


def _canonical_node(node: FieldId, context: Context) -> FieldId:
    namespace = context.namespace(node.namespace)
    return node if namespace == node.namespace else replace(node, namespace=namespace)
