"""What is collected must reach a use that somebody declared."""

from tests.world import ACTIVITY, TO_AD, found, world

POINT = {"field": "crm:form#email", "point": "sign-up form"}
LABEL = {"field": "crm:form#email", "data_category": "user.contact.email", "data_subject": "customer"}
ONLY_COLLECTING = {**ACTIVITY, "key": "form", "data_use": "collect"}
ONWARD = {"source": "crm:form#email", "target": "shop:users#email"}
SHOP = {"key": "shop", "operator": "us", "country": "DE"}


def entries(**more):
    given = world(collections=[POINT], classifications=[LABEL], activities=[ONLY_COLLECTING], **more)
    return {**given, "systems": [*given["systems"], SHOP]}


def test_a_field_that_is_only_collected_is_unneeded(folder):
    folder.entries(**entries(flows=[]))
    (finding,) = found(folder, "unneeded-collection")
    assert finding["source"] == "crm:form#email"
    assert not found(folder, "undeclared-collection")


def test_one_that_reaches_a_declared_use_is_needed(folder):
    using = {**ACTIVITY, "key": "use", "system": "shop"}
    folder.entries(**{**entries(flows=[ONWARD]), "activities": [ONLY_COLLECTING, using]})
    assert not found(folder, "unneeded-collection")
    folder.entries(**{**entries(flows=[TO_AD]), "activities": [ONLY_COLLECTING, using]})
    assert len(found(folder, "unneeded-collection")) == 1


def test_what_is_not_declared_at_all_is_another_checks(folder):
    folder.entries(**{**entries(flows=[]), "activities": []})
    assert not found(folder, "unneeded-collection")
    assert len(found(folder, "undeclared-collection")) == 1
