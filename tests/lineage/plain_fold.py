"""What a graph says, folded one fact at a time into dictionaries: the plain way that the columns must agree with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from lineage.belief import effective_classifications, evidence_order, resolve
from lineage.model import Classification, Collection, Dataset, Fact, Field, FieldId, Flow, Party, Symlink, System
from lineage.symlinks import follow, symlink_map

NOWHERE = FieldId("", "")


def folded(facts: Iterable[Fact]):
    """Nodes, flows with their evidence, what else is said, conflicts, fields and classifications; all in order."""
    facts = list(facts)
    links = symlink_map(f for f in facts if isinstance(f.statement, Symlink))
    said = defaultdict(set)
    for fact in facts:
        said[follow(fact.statement, links)].add(fact.evidence)
    flows = without_known_coarse({s: e for s, e in said.items() if isinstance(s, Flow)})
    rows = sorted(flows, key=lambda f: (f.source, f.target, repr(replace(f, source=NOWHERE, target=NOWHERE))))
    others = sorted((s for s in said if not isinstance(s, Flow)), key=lambda s: (type(s).__name__, repr(s)))
    told = {s: tuple(sorted(said[s], key=evidence_order)) for s in others}
    conflicts = []

    def resolved(kind, key):
        return dict(resolve(key, {s: told[s] for s in others if isinstance(s, kind)}, conflicts))

    for kind, key in ((Party, "key"), (System, "key"), (Dataset, "dataset")):
        resolved(kind, key)
    fields = resolved(Field, "field")
    classified = effective_classifications([s for s in others if isinstance(s, Classification)], told)
    collected = {s.field for s in others if isinstance(s, Collection)}
    nodes = {end for f in flows for end in (f.source, f.target)} | set(fields) | set(classified) | collected
    return (
        sorted(nodes),
        [(f, tuple(sorted(flows[f], key=repr))) for f in rows],
        told,
        tuple(sorted(conflicts, key=lambda c: (c.subject, c.attribute))),
        fields,
        classified,
    )


def without_known_coarse(flows):
    known = set()
    for f in flows:
        if f.job and f.type == "DIRECT" and f.source.field and f.target.field:
            known |= {(f.job, f.source.dataset, f.target), (f.job, f.source.dataset, f.target.dataset)}
    return {
        f: e
        for f, e in flows.items()
        if f.source.field or f.type != "DIRECT" or (f.job, f.source, f.target) not in known
    }
