"""Names are resolved with the columns the store knows, in the order of the database."""

from datetime import UTC, datetime

from inventory.knownschema import StoreSchema
from lineage.model import Evidence, Fact, Field, FieldId
from lineage.stores.sqlite import SqliteStore


def test_the_order_of_columns_is_the_database_s_own(tmp_path):
    def told(agent, *names):
        for position, name in enumerate(names, 1):
            yield Fact(Field(FieldId("n", "t", name), agent, position=position), Evidence(agent, agent))

    store = SqliteStore(tmp_path / "store.db")
    for agent, names in (("openlineage", ("phone", "id", "new")), ("database", ("id", "email", "phone"))):
        store.record(agent, agent, told(agent, *names), now=datetime.now(UTC))
    columns = StoreSchema(store).columns("n", "t")
    assert list(columns.items()) == [
        ("id", "database"), ("email", "database"), ("phone", "database"), ("new", "openlineage"),
    ]  # fmt: skip
