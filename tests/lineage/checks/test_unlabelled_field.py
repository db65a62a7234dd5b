"""What crosses to others was looked at by somebody."""

from tests.world import TO_AD, found, world

PLAIN = {**TO_AD, "source": "crm:users#flags", "target": "adapi:in#flags"}
MORE = {**TO_AD, "source": "crm:users#more", "target": "adapi:in#more"}


def test_one_finding_a_dataset(folder):
    folder.entries(**world(flows=[TO_AD, PLAIN, MORE]))
    (finding,) = found(folder, "unlabelled-field")
    assert finding["source"] == "crm:users"
    assert "flags, more" in finding["message"]


def test_a_reason_why_it_is_not_personal_settles_it(folder):
    labels = [*world()["classifications"], {"field": "crm:users#flags", "not_personal": "feature switches only"}]
    folder.entries(**world(flows=[TO_AD, PLAIN], classifications=labels))
    assert not found(folder, "unlabelled-field")


def test_what_personal_data_flows_into_is_labelled(folder):
    inside = {"source": "crm:users#email", "target": "crm:users#flags"}
    folder.entries(**world(flows=[inside, PLAIN]))
    assert not found(folder, "unlabelled-field")


def test_a_collection_point_in_anothers_system_is_looked_at_too(folder):
    point = {"field": "adapi:sdk#x", "point": "checkout"}
    folder.entries(**world(collections=[point]))
    assert [f["source"] for f in found(folder, "unlabelled-field")] == ["adapi:sdk"]
    labels = [*world()["classifications"], {"field": "adapi:sdk#x", "not_personal": "a colour"}]
    folder.entries(**world(collections=[point], classifications=labels))
    assert not found(folder, "unlabelled-field")
