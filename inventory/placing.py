"""Where does belong what a scanner reads: under which spelling of its namespace, to which system?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from inventory.naming import naming
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
_AS_THEY_ARE = ("database", "export")
"""Kinds of source whose spelling of names is never changed: they know best, or are read back as they were written."""
_OF_TEXT = ("sql", "querylog")
"""Kinds of source that read SQL, where names are folded by the database and may leave out parts."""


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
    known = _Known(context, source.kind)
    for reading in (spelled(reading, context, known) for reading in readings):
        if isinstance(reading, Fact):
            reading = replace(reading, statement=_described(reading.statement))
            statement = reading.statement
            if isinstance(statement, Dataset) and _claims(source, statement.dataset.namespace, context, claimed):
                claimed.add(namespace := statement.dataset.namespace)
                owner = System(
                    source.system or source.key, namespaces=(Claim(namespace),), ours=source.kind not in _OF_MANY
                )
                yield Fact(owner, evidence)
        yield reading


@dataclass(frozen=True)
class _Known:
    """How a source of one kind may name what the store knows."""

    context: Context
    kind: str = "export"

    def __call__(self, node: FieldId) -> FieldId:
        """The dataset or column by its canonical namespace, and the spelling of who knows it best."""
        if node.namespace in self.context.aliases:
            node = replace(node, namespace=self.context.namespace(node.namespace))
        if self.kind in _AS_THEY_ARE:
            return node
        known = self.context.schema.known_as(node, heard=self.kind in _OF_TEXT)
        return known or (self._folded(node) if self.kind in _OF_TEXT else node)

    def _folded(self, node: FieldId) -> FieldId:
        rules = naming(node.namespace)
        return FieldId(node.namespace, rules.folded(node.name), rules.folded(node.field)) if rules.fold else node


def spelled(reading: Reading, context: Context, known: Callable[[FieldId], FieldId] | None = None) -> Reading:
    """What is read, with every namespace spelled as the project's aliases say, and each name as `known` says."""
    known = known or _Known(context)
    match reading:
        case Fact(statement=statement):
            return replace(reading, statement=_canonical(statement, context, known))
        case Batch(sources=sources, targets=targets):
            return replace(reading, sources=[known(node) for node in sources], targets=[known(n) for n in targets])
        case ScopeComplete():
            return reading


def _claims(source: Source, namespace: str, context: Context, claimed: set[str]) -> bool:
    """Events and exports name the datasets of many; other sources are somebody's own: the named system's, else ours.

    One that says its namespace holds nothing elsewhere: the files that its SQL reads and writes may be anybody's.
    """
    if namespace in claimed or (source.system is None and source.kind in _OF_MANY):
        return False
    said = source.options.get("namespace")
    return not isinstance(said, str) or context.namespace(said) == namespace


def _described(statement: Statement) -> Statement:
    """Descriptions come from outside and may hold anything."""
    if isinstance(statement, Dataset | Field) and statement.description:
        return replace(statement, description=without_values(statement.description))
    return statement


def _canonical(statement: Statement, context: Context, known: Callable[[FieldId], FieldId]) -> Statement:
    if isinstance(statement, System):
        claims = (replace(claim, namespace=context.namespace(claim.namespace)) for claim in statement.namespaces)
        return replace(statement, namespaces=tuple(claims))
    moved = {
        name: spelling
        for name in ("dataset", "field", "source", "target", "alias")
        if isinstance(node := getattr(statement, name, None), FieldId) and (spelling := known(node)) != node
    }
    return replace(statement, **moved) if moved else statement  # type: ignore[arg-type]
