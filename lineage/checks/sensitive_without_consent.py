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
    world, nodes = judgement.world, judgement.graph.nodes
    rounds = {}
    for kind in ("separate", "guardian"):
        scopes = {c.key for c in world.consents if c.kind == kind}
        gated = {c.field for c in world.collections if c.consent in scopes}
        origins = [o for o in judgement.labels.origins if nodes[o[0]] not in gated]
        rounds[kind] = judgement.labels.ungated(scopes, origins)
    return rounds


def _held(judgement: Judgement, labels: Labels, activity: Activity) -> list[tuple[str, FieldId]]:
    """The sensitive categories an activity declares, each with the first field of its system that holds it."""
    found: dict[str, FieldId] = {}
    nodes = judgement.graph.nodes
    holding = {int(i) for held in labels.reach.held for i in np.flatnonzero(held[: len(nodes)])}
    for i in sorted(holding):
        systems = {s.key for s in judgement.world.systems_of(nodes[i]) if judgement.holdings.is_ours(s.key)}
        for row in labels.rows(i) if systems else ():
            if is_sensitive(row.data_category) and declares(activity, systems, row.data_category):
                found.setdefault(row.data_category, nodes[i])
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
