"""Names that are linked are one dataset, read by the name that is no alias."""

from hypothesis import given
from hypothesis import strategies as st

from lineage.model import Evidence, Fact, FieldId, Symlink
from lineage.symlinks import symlink_map

HERE = Evidence("test", "here")
CATALOG, BUCKET, OTHER = (
    FieldId("hive://m", "exports"),
    FieldId("s3://partner", "exports"),
    FieldId("glue://g", "exports"),
)


def facts(*statements):
    return [Fact(statement, HERE) for statement in statements]


def test_a_name_is_read_as_the_one_that_is_no_alias():
    assert symlink_map(facts(Symlink(BUCKET, CATALOG))) == {BUCKET: CATALOG}


def test_all_names_of_one_place_are_one_dataset():
    links = symlink_map(facts(Symlink(BUCKET, CATALOG), Symlink(BUCKET, OTHER)))
    assert links == {BUCKET: OTHER, CATALOG: OTHER}


def test_a_ring_is_read_as_its_smallest_name():
    links = symlink_map(facts(Symlink(BUCKET, CATALOG), Symlink(CATALOG, BUCKET)))
    assert links == {BUCKET: CATALOG}


names = st.sampled_from([FieldId("n", c) for c in "abcde"])


@given(st.lists(st.builds(Symlink, names, names)), st.randoms())
def test_order_changes_nothing_and_linked_names_are_one(links, chance):
    shuffled = links * 2
    chance.shuffle(shuffled)
    home = symlink_map(facts(*links))
    assert home == symlink_map(facts(*shuffled))
    assert all(home.get(link.alias, link.alias) == home.get(link.dataset, link.dataset) for link in links)
    assert not set(home.values()) & set(home)
