"""What does one check derive, as nodes and relationships of the property graph?

The model is docs/decisions/neo4j-model.md: findings and shares with their ends and witnesses, who operates what,
which dataset belongs to which system, and what is held where.  The Neo4j store and the exports for Neo4j both show
a check this way.  Nodes come before the relationships that need them, everything in a decided order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.model import ALL, FieldId
from lineage.propagate import Label
from lineage.property_graph import data_key, data_properties, digest, exact, short
from lineage.share import Share
from lineage.spelling import spelled
from lineage.vocabulary import is_sensitive
from lineage.vocabulary import label as name_of


class Node(NamedTuple):
    """A node by the first of its labels and the key that is unique there (of a Finding: its fingerprint).

    `Data`, `Party`, `System` and `Category` nodes may be there already, as they belong to the record too; the
    properties are then added to theirs.  All others are new with each check.
    """

    labels: tuple[str, ...]
    key: str
    properties: Mapping[str, Any]


class Edge(NamedTuple):
    """A relationship between two nodes, each by its first label and key."""

    type: str
    start: tuple[str, str]
    end: tuple[str, str]
    properties: Mapping[str, Any] = {}


CHECK = ("Check", "last")


@dataclass(frozen=True)
class CheckLayer:
    """The layer of one judgement and its findings."""

    judgement: Judgement
    findings: Sequence[Finding]

    def nodes(self) -> Iterator[Node]:
        judgement = self.judgement
        yield Node(
            ("Check",),
            CHECK[1],
            {
                "day": judgement.day.isoformat(),
                "known_at": judgement.known_at.isoformat(),
                "rule_set": judgement.rule_set,
                "findings": len(self.findings),
                "shares": len(judgement.shares),
                "title": judgement.day.isoformat(),
            },
        )
        yield from (Node(("Finding",), f.fingerprint, _finding(f)) for f in self._findings)
        yield from (Node(("Share",), key, _share(share)) for key, share in self._shares.items())
        yield from self._parties()
        yield from self._systems()
        yield from self._categories()
        yield from (data_node(node) for node in sorted(self._datasets | self._touched))

    def edges(self) -> Iterator[Edge]:
        for finding in self._findings:
            yield Edge("FOUND", CHECK, ("Finding", finding.fingerprint))
            yield from self._of_finding(finding)
        for key, share in self._shares.items():
            yield Edge("SAW", CHECK, ("Share", key))
            yield from self._of_share(key, share)
        world = self.judgement.world
        for dataset in sorted(self._datasets):
            for system in world.systems_of(dataset):
                yield Edge("IN", _data(dataset), ("System", short(system.key)))
        for key in sorted(world.systems):
            for operator in world.operators.get(key, ()):
                yield Edge("OPERATED_BY", ("System", short(key)), ("Party", short(operator)))
        yield from self._holdings()

    @cached_property
    def _findings(self) -> tuple[Finding, ...]:
        """Each once; a check that repeats itself shows once."""
        return tuple({finding.fingerprint: finding for finding in self.findings}.values())

    @cached_property
    def _shares(self) -> dict[str, Share]:
        return {share_key(share): share for share in self.judgement.shares}

    @cached_property
    def _datasets(self) -> set[FieldId]:
        return {node.dataset for node in self.judgement.graph.nodes} | set(self.judgement.world.datasets)

    @cached_property
    def _held(self) -> dict[int, list[Label]]:
        """Position of each field and whole dataset that holds personal data -> what it holds."""
        rows = ((i, self.judgement.labels.rows(i)) for i in range(len(self.judgement.graph.nodes)))
        return {i: held for i, held in rows if held}

    @cached_property
    def _by_ref(self) -> dict[str, FieldId]:
        """The nodes of the graph and its datasets by their printed references."""
        world = self.judgement.world
        return {world.ref(node): node for node in sorted(self._datasets | set(self.judgement.graph.nodes))}

    @cached_property
    def _touched(self) -> set[FieldId]:
        """Everything that a relationship of the layer ends at."""
        nodes = self.judgement.graph.nodes
        printed = {r for f in self._findings for r in (f.source, f.target, *(hop.field for hop in f.path)) if r}
        return (
            {nodes[i] for i in self._held}
            | {self._by_ref[ref] for ref in printed if ref in self._by_ref}
            | {end for share in self._shares.values() for end in (share.source, share.target)}
        )

    def _parties(self) -> Iterator[Node]:
        world = self.judgement.world
        said = {key for s in self._shares.values() for key in (s.sender, s.recipient) if key}
        operators = {key for keys in world.operators.values() for key in keys}
        found = {f.recipient for f in self._findings if f.recipient}
        for key in sorted({*world.parties, *said, *operators, *found}):
            party = world.party(key)
            told = {
                "name": spelled(world.party_name(key)),
                "country": _text(party.country if party else None),
                "role": _text(party.role if party else None),
                "own": world.is_own(key),
            }
            yield Node(("Party",), short(key), _known({**told, "title": short(key)}))

    def _systems(self) -> Iterator[Node]:
        for key, system in sorted(self.judgement.world.systems.items()):
            told = {
                "name": _text(system.name),
                "country": _text(system.country),
                "owner": _text(system.owner),
                "encrypted_at_rest": system.encrypted_at_rest,
                "ours": self.judgement.holdings.is_ours(key),
            }
            yield Node(("System",), short(key), _known({**told, "title": short(key)}))

    def _categories(self) -> Iterator[Node]:
        """Every category that is held somewhere or shared."""
        held = {label.data_category for rows in self._held.values() for label in rows}
        for key in sorted(held | {share.data_category for share in self._shares.values()}):
            told = {"name": spelled(name_of(key, "en")), "name_zh": spelled(name_of(key, "zh-Hans"))}
            yield Node(("Category",), short(key), {**told, "sensitive": is_sensitive(key), "title": short(key)})

    def _of_finding(self, finding: Finding) -> Iterator[Edge]:
        start = ("Finding", finding.fingerprint)
        for step, hop in enumerate(finding.path, 1):
            if hop.field in self._by_ref:
                told = {"step": step, "action": spelled(hop.action), "evidence": spelled(hop.evidence)}
                yield Edge("WITNESS", start, _data(self._by_ref[hop.field]), told)
        for type, ref in (("SOURCE", finding.source), ("TARGET", finding.target)):
            if ref in self._by_ref:
                yield Edge(type, start, _data(self._by_ref[ref]))
            elif ref in self.judgement.world.systems:
                yield Edge(type, start, ("System", short(ref)))
        if finding.recipient:
            yield Edge("RECIPIENT", start, ("Party", short(finding.recipient)))

    def _of_share(self, key: str, share: Share) -> Iterator[Edge]:
        start = ("Share", key)
        yield Edge("SOURCE", start, _data(share.source))
        yield Edge("TARGET", start, _data(share.target))
        yield Edge("OF", start, ("Category", short(share.data_category)))
        for type, party in (("SENDER", share.sender), ("RECIPIENT", share.recipient)):
            if party:
                yield Edge(type, start, ("Party", short(party)))

    def _holdings(self) -> Iterator[Edge]:
        held = [(i, label) for i, rows in self._held.items() for label in rows]
        hops = self.judgement.labels.reach.levels_of(held)
        nodes = {i: _data(self.judgement.graph.nodes[i]) for i in self._held}
        for (i, label), count in zip(held, hops, strict=True):
            told = {"subject": spelled(label.data_subject or ALL), "form": label.form.value, "hops": count}
            yield Edge("HOLDS", nodes[i], ("Category", short(label.data_category)), told)


def share_key(share: Share) -> str:
    """The key of a share's node: a digest of all that makes it another share."""
    said = (
        share.sender, share.recipient, share.data_category, share.data_subject, share.form.value, share.data_use,
        share.countries, share.point, share.coarse, share.flow,
        (share.source.namespace, share.source.name, share.source.field),
        (share.target.namespace, share.target.name, share.target.field),
    )  # fmt: skip
    return digest("share", exact(said))


def data_node(node: FieldId) -> Node:
    """The node of a field or dataset."""
    return Node(("Data", "Field" if node.field else "Dataset"), data_key(node), data_properties(node))


def _data(node: FieldId) -> tuple[str, str]:
    return ("Data", data_key(node))


def _finding(finding: Finding) -> dict[str, Any]:
    return _known(
        {
            "check": finding.check,
            "severity": finding.severity,
            "message": spelled(finding.message),
            "place": _text(finding.place),
            "ways_out": [spelled(way) for way in finding.ways_out],
            "suppressed": _text(finding.suppressed.reason if finding.suppressed else None),
            "title": finding.check,
        }
    )


def _share(share: Share) -> dict[str, Any]:
    return _known(
        {
            "data_category": spelled(share.data_category),
            "data_subject": spelled(share.data_subject or ALL),
            "form": share.form.value,
            "data_use": _text(share.data_use),
            "countries": [spelled(country or "unknown") for country in share.countries],
            "coarse": share.coarse,
            "point": _text(share.point),
            "authorized": share.authorized,
            "authorization": _text(share.authorization),
            "failed": list(share.failed),
            "title": short(f"{share.data_category} -> {share.recipient or 'unknown'}"),
        }
    )


def _text(value: str | None) -> str | None:
    return spelled(value) if value else None


def _known(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value is not None and value != []}
