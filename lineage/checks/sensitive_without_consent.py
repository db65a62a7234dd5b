"""Is sensitive data that rests on consent held without a separate consent (PIPL art. 29, GDPR art. 9(2)(a))?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lineage.declarations import declares
from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.labels import Labels
from lineage.model import Activity, FieldId
from lineage.vocabulary import covers, is_sensitive, label, sensitive_sources

NAME = "sensitive-without-consent"
SEVERITY = "high"
PROMISE = "collect"
SUMMARY = "Sensitive data is processed on consent, and a way into the system passes no separate consent."
HELP = """An activity whose basis is consent holds a sensitive category. Every way from where the data begins to the
activity's system must pass a consent of kind separate (of kind guardian for children's data): the consent of the
collection point, or of a flow on the way. One way round is enough for a finding."""


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each activity and sensitive category that comes in round every separate consent."""
    world = judgement.world
    activities = [a for a in world.activities if a.legal_basis == "consent"]
    for kind, round_ in _rounds(judgement).items() if activities else ():
        for activity in activities:
            for category, field in _held(judgement, round_, activity):
                if (kind == "guardian") == covers("user.childrens", category):
                    yield _finding(judgement, activity, category, field, kind)


def _rounds(judgement: Judgement) -> dict[str, Labels]:
    """Kind of consent -> the labels that come round every gate of that kind."""
    world, origins = judgement.world, judgement.labels.origins
    rounds = {}
    for kind in ("separate", "guardian"):
        scopes = {c.key for c in world.consents if c.kind == kind}
        gated = [judgement.graph.index[c.field] for c in world.collections if c.consent in scopes]
        rounds[kind] = judgement.labels.ungated(scopes, origins.where(~np.isin(origins.node, gated)))
    return rounds


def _held(judgement: Judgement, labels: Labels, activity: Activity) -> list[tuple[str, FieldId]]:
    """The sensitive categories an activity declares, each with the first field of its system that holds it."""
    found: dict[str, FieldId] = {}
    graph, holdings = judgement.graph, judgement.holdings
    systems = [{key for key in place.keys if holdings.is_ours(key)} for place in graph.places.all]
    for code, (category, _, _) in enumerate(labels.alphabet.every):
        if is_sensitive(category):
            held = labels.reach.held[code // 64][: len(graph.nodes)] >> np.uint64(code % 64) & np.uint64(1)
            declared = np.array([bool(keys) and declares(activity, keys, category) for keys in systems], dtype=bool)
            fields = np.flatnonzero((held != 0) & declared[graph.places.of_node])
            if len(fields):
                found[category] = min(graph.nodes[int(fields[0])], found.get(category, graph.nodes[int(fields[0])]))
    return sorted(found.items())


def _finding(judgement: Judgement, activity: Activity, category: str, field: FieldId, kind: str) -> Finding:
    world, ref = judgement.world, judgement.world.ref(field)
    law = ", ".join(sensitive_sources(category))
    return Finding(
        NAME, SEVERITY,
        f"activity {activity.key} processes {label(category)} ({category}, sensitive by {law}) on consent; because "
        f"{ref} gets it by a way that no {kind} consent gates",
        (activity.key, category), source=ref,
        ways_out=(
            f"ask for it apart: a consent of kind {kind}, named by the collection point or the flow",
            "do without this data",
        ),
        place=world.evidence(activity)[0].place,
    )  # fmt: skip
