"""Is raw personal data stored where nobody says that it is encrypted (GDPR art. 32, PIPL art. 51)?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.model import Form
from lineage.vocabulary import is_sensitive

NAME = "unencrypted-at-rest"
SEVERITY = "medium"
PROMISE = "encrypt"
SUMMARY = "A system of ours holds raw personal data and is not known to be encrypted; high where it is sensitive."
HELP = """Encrypt what the system stores and say so (encrypted_at_rest: true on the system). Unknown counts as not
encrypted."""


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each system of ours that holds raw personal data and is not known to be encrypted."""
    for system in judgement.holdings.own_systems:
        raw = [c for c, forms in judgement.holdings.personal(system.key).items() if Form.RAW in forms]
        if raw and system.encrypted_at_rest is not True:
            sensitive = [c for c in raw if is_sensitive(c)]
            known = "it is not encrypted" if system.encrypted_at_rest is False else "nobody says that it is encrypted"
            about = f" (sensitive: {', '.join(sensitive)})" if sensitive else ""
            yield Finding(
                NAME, "high" if sensitive else SEVERITY,
                f"system {system.key} stores raw {', '.join(raw)}{about}; because {known}",
                (system.key,), source=system.key,
                ways_out=("encrypt it and enter encrypted_at_rest: true", "keep the data in a less telling form"),
                place=judgement.world.evidence(system)[0].place if judgement.world.evidence(system) else None,
            )  # fmt: skip
