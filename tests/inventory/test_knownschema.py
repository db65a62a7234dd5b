"""Names are resolved with the columns the store knows, in the order of the database."""

from datetime import UTC, datetime

from inventory.knownschema import StoreSchema
from lineage.model import Evidence, Fact, Field, FieldId, Symlink
from lineage.stores.sqlite import SqliteStore

HOME = "snowflake://acme"


def known(tmp_path, *told):
    """A schema of (agent, name, column) as a store holds it."""
    store = SqliteStore(tmp_path / "store.db")
    for agent, name, column in told:
        fact = Fact(Field(FieldId(HOME, name, column)), Evidence(agent, agent))
        store.record(f"{agent}{name}{column}", agent, [fact], now=datetime.now(UTC))
    return StoreSchema(store)


def test_the_database_s_spelling_wins_over_dbt_s_and_that_over_hearsay(tmp_path):
    schema = known(
        tmp_path,
        ("openlineage", "db.s.users", "email"),
        ("dbt", "DB.S.USERS", "EMAIL"),
        ("database", "DB.s.users", "Email"),
    )
    for name in ("db.s.users", "DB.S.USERS", "DB.s.users", "Db.S.Users"):
        assert schema.known_as(FieldId(HOME, name, "eMAIL")) == FieldId(HOME, "DB.s.users", "Email")


def test_hearsay_counts_only_where_it_is_asked_for(tmp_path):
    schema = known(tmp_path, ("openlineage", "DB.S.USERS", "EMAIL"))
    node = FieldId(HOME, "users", "email")
    assert schema.known_as(node) is None
    assert schema.known_as(node, heard=True) == FieldId(HOME, "DB.S.USERS", "EMAIL")


def test_what_could_be_two_is_not_guessed_and_the_usual_schema_is_no_guess(tmp_path):
    schema = known(tmp_path, *(("database", name, "ID") for name in ("A.S.T", "A.U.T", "A.X.V", "A.PUBLIC.V")))
    assert schema.known_as(FieldId(HOME, "T")) is None
    assert schema.known_as(FieldId(HOME, "u.t")) == FieldId(HOME, "A.U.T")
    assert schema.known_as(FieldId(HOME, "v")) == FieldId(HOME, "A.PUBLIC.V")
    assert schema.known_as(FieldId("s3://bucket", "t")) is None


def test_a_column_nobody_knows_is_folded_as_the_database_does(tmp_path):
    schema = known(tmp_path, ("database", "A.S.T", "ID"))
    assert schema.known_as(FieldId(HOME, "t", "other")) == FieldId(HOME, "A.S.T", "OTHER")


def test_another_name_of_a_table_has_its_columns(tmp_path):
    schema = known(tmp_path, ("database", "A.S.T", "ID"))
    link = Fact(Symlink(FieldId(HOME, "A.S.PART"), FieldId(HOME, "A.S.T")), Evidence("database", "x"))
    schema.store.record("links", "database", [link], now=datetime.now(UTC))
    assert list(schema.columns(HOME, "A.S.PART")) == ["ID"]
    assert list(schema.datasets(HOME)) == ["A.S.PART", "A.S.T"]


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
