"""A small world that keeps every promise: our shop, an advertiser, a processor, and one authorization.

A test changes one thing in it and sees what that breaks.
"""

PARTIES = [
    {"key": "us", "name": "Us", "own": True, "country": "DE"},
    {"key": "ad", "name": "Ad", "role": "controller", "country": "DE"},
    {"key": "pr", "name": "Pr", "role": "processor", "country": "DE"},
]
SYSTEMS = [
    {"key": "crm", "operator": "us", "country": "DE", "owner": "shop team", "encrypted_at_rest": True},
    {"key": "adapi", "operator": "ad", "country": "DE"},
    {"key": "prsys", "operator": "pr", "country": "DE"},
    {"key": "drop", "country": "DE"},
]
EMAIL = {"field": "crm:users#email", "data_category": "user.contact.email", "data_subject": "customer"}
TO_AD = {
    "source": "crm:users#email", "target": "adapi:in#email", "data_use": "marketing", "encrypted_in_transit": True,
}  # fmt: skip
AUTH = {
    "key": "A1", "recipient": "ad", "role": "controller", "data_categories": ["user.contact.email"],
    "data_uses": ["marketing"], "data_subjects": ["customer"], "form": "raw", "legal_basis": "contract",
    "instrument": {"kind": "contract", "ref": "C-1"}, "countries": ["DE"], "valid_from": "2026-01-01",
}  # fmt: skip
ACTIVITY = {
    "key": "orders", "system": "crm", "data_use": "essential.service", "data_categories": ["user.contact"],
    "data_subjects": ["customer"], "legal_basis": "contract",
}  # fmt: skip
KEPT = {
    "activities": [ACTIVITY],
    "retention": [{"key": "all", "data_categories": ["*"], "period": "P2Y", "after": "erase"}],
    "erasure_routes": [{"dataset": f"crm:{name}", "method": "DELETE"} for name in ("users", "copy", "form", "a")],
    "controls": [{"key": kind, "kind": kind} for kind in ("access", "deletion", "consent-withdrawal")],
    "channels": [{"key": "dpo", "kind": "email", "address": "privacy@us.example", "answers_within": "P15D"}],
    "reviews": [{"key": "r", "interval": "P100Y", "last": "2026-01-01"}],
    "trainings": [{"key": "t", "audience": "support", "interval": "P100Y", "last": "2026-01-01"}],
}
"""What keeps the promises that are not about sharing."""


def world(*, flows=(TO_AD,), authorizations=(AUTH,), classifications=(EMAIL,), **more):
    """The entries of the world, as lists by kind; every keyword replaces a list."""
    return {
        "parties": PARTIES, "systems": SYSTEMS, "classifications": list(classifications),
        "flows": list(flows), "authorizations": list(authorizations), **KEPT, **more,
    }  # fmt: skip


def found(folder, check, *options):
    """The findings of one check in a project on 15 June 2026, unless the options name another day."""
    day = () if "--as-of" in options else ("--as-of", "2026-06-15")
    told = folder.run("check", "--format", "json", "--fail-on", "never", *day, *options)
    return [finding for finding in told.json["findings"] if finding["check"] == check]
