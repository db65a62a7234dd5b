"""Can people see, delete and stop what is held about them (GDPR art. 7, 15, 17, PIPL art. 15, 45, 47)?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.world import World

NAME = "missing-control"
SEVERITY = "medium"
PROMISE = "control"
SUMMARY = "A system of ours holds personal data that people cannot see, delete, or withdraw their consent for."
HELP = """For every system of ours that holds personal data there must be a control of kind access (or copy) and one of
kind deletion (or account-closing); where consent is asked for, one that stops it: consent-withdrawal, objection or
personalisation-off. A control without systems holds for all."""

NEEDED = {
    "access": ("access", "copy", "portability"),
    "deletion": ("deletion", "account-closing"),
    "consent-withdrawal": ("consent-withdrawal", "objection", "personalisation-off"),
}
"""What is needed -> the kinds of control that give it."""
_WHAT = {
    "access": "see what is held about them",
    "deletion": "delete it",
    "consent-withdrawal": "withdraw the consent it rests on",
}


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each kind of control that is needed and that some systems lack."""
    own = [system.key for system in judgement.holdings.own_systems]
    asking = _asking(judgement.world)
    for needed, kinds in NEEDED.items():
        wanting = own if needed != "consent-withdrawal" else [key for key in own if key in asking]
        given = [c for c in judgement.world.controls if c.kind in kinds]
        lacking = [key for key in wanting if not any(not c.systems or key in c.systems for c in given)]
        if lacking:
            yield Finding(
                NAME, SEVERITY,
                f"people cannot {_WHAT[needed]} in {', '.join(lacking)}; because no control of kind "
                f"{' or '.join(kinds)} is entered for it",
                (needed, *lacking), source=lacking[0] if len(lacking) == 1 else None,
                ways_out=(f"offer one and enter it: sharemap add control, kind {kinds[0]}",),
            )  # fmt: skip


def _asking(world: World) -> set[str]:
    """The systems in which something rests on consent: a collection, an activity, or an authorised share."""
    fields = [c.field for c in world.collections if c.consent]
    systems = {s.key for field in fields for s in world.systems_of(field)}
    return systems | {a.system for a in world.activities if a.legal_basis == "consent" and a.system}
