"""An activity that rests on no legal basis is found."""

from tests.world import ACTIVITY, found, world


def test_an_activity_needs_a_basis(folder):
    baseless = {k: v for k, v in ACTIVITY.items() if k != "legal_basis"}
    folder.entries(**world(activities=[baseless]))
    (finding,) = found(folder, "collection-without-basis")
    assert finding["severity"] == "high"
    assert "orders" in finding["message"]
    assert finding["place"].startswith("inventory/world.yaml:")


def test_one_with_a_basis_is_fine(folder):
    folder.entries(**world())
    assert not found(folder, "collection-without-basis")
