"""A small world: our shop, an advertiser, and one authorization between them."""

PARTIES = [
    {"key": "us", "name": "Us", "own": True, "country": "DE"},
    {"key": "ad", "name": "Ad", "role": "controller", "country": "DE"},
    {"key": "pr", "name": "Pr", "role": "processor", "country": "DE"},
]
SYSTEMS = [
    {"key": "crm", "operator": "us", "country": "DE"},
    {"key": "adapi", "operator": "ad", "country": "DE"},
    {"key": "prsys", "operator": "pr", "country": "DE"},
    {"key": "drop", "country": "DE"},
]
EMAIL = {"field": "crm:users#email", "data_category": "user.contact.email", "data_subject": "customer"}
TO_AD = {"source": "crm:users#email", "target": "adapi:in#email", "data_use": "marketing"}
AUTH = {
    "key": "A1", "recipient": "ad", "role": "controller", "data_categories": ["user.contact.email"],
    "data_uses": ["marketing"], "data_subjects": ["customer"], "form": "raw", "legal_basis": "contract",
    "instrument": {"kind": "contract", "ref": "C-1"}, "countries": ["DE"], "valid_from": "2026-01-01",
}  # fmt: skip


def world(*, flows=(TO_AD,), authorizations=(AUTH,), classifications=(EMAIL,), **more):
    return {
        "parties": PARTIES, "systems": SYSTEMS, "classifications": list(classifications),
        "flows": list(flows), "authorizations": list(authorizations), **more,
    }  # fmt: skip
