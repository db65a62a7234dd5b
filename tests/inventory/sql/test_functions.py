"""What functions keep of a value, in every dialect, and what a project says of its own."""

import csv
from pathlib import Path

import pytest

from inventory import sql
from inventory.project import KEEPS
from inventory.sql import column_lineage
from lineage.carry import AGGREGATES, PSEUDONYMS, UNDOING, Code, codes
from lineage.model import FieldId, Flow

ROWS = list(csv.DictReader((Path(sql.__file__).parent / "functions.csv").open(encoding="utf-8")))


def code(call, dialect, functions=None):
    found = column_lineage(f"SELECT {call} AS v FROM s", dialect=dialect, functions=functions)
    (edge,) = [e for e in found.edges if e.type == "DIRECT" and e.source_column == "x"]
    place = FieldId("ns", "s", "x")
    return codes(Flow(place, place, edge.type, edge.subtype, edge.function, edge.masking))[0]


def test_the_table_says_of_each_function_once_what_can_be_kept():
    assert all(row["keeps"] in KEEPS for row in ROWS)
    names = [(row["dialect"], row["function"]) for row in ROWS]
    assert len(names) == len(set(names))
    assert all(name == name.lower() for pair in names for name in pair)
    assert all(row["told_as"] in {"", *AGGREGATES} for row in ROWS)


def test_the_table_and_the_label_algebra_say_the_same():
    keeps = {row["function"]: row["keeps"] for row in ROWS if row["dialect"] == "*"}
    for names, form in ((PSEUDONYMS, "pseudonymised"), (UNDOING, "undone"), (AGGREGATES, "aggregated")):
        assert {keeps.get(name) for name in names} == {form}


@pytest.mark.parametrize(
    ("dialect", "call", "arrives"),
    [
        ("postgres", "upper(x)", Code.IDENTITY),
        ("postgres", "left(x, 3)", Code.IDENTITY),
        ("postgres", "digest(x, 'sha256')", Code.HASH),
        ("postgres", "encode(hmac(x, 'k', 'sha256'), 'hex')", Code.PSEUDONYM),
        ("postgres", "anon.partial(x, 1, '*', 1)", Code.HASH),
        ("postgres", "acme.f(x)", Code.IDENTITY),
        ("mysql", "aes_encrypt(x, 'k')", Code.PSEUDONYM),
        ("mysql", "aes_decrypt(x, 'k')", Code.UNDO),
        ("tsql", "hashbytes('SHA2_256', x)", Code.HASH),
        ("tsql", "encryptbykey(key_guid('k'), x)", Code.PSEUDONYM),
        ("oracle", "standard_hash(x, 'MD5')", Code.HASH),
        ("snowflake", "sha2_hex(x)", Code.HASH),
        ("snowflake", "approx_count_distinct(x)", Code.AGGREGATE),
        ("bigquery", "farm_fingerprint(x)", Code.HASH),
        ("bigquery", "aead.encrypt(k, x, '')", Code.PSEUDONYM),
        ("databricks", "mask(x)", Code.HASH),
        ("hive", "mask_show_last_n(x, 4)", Code.HASH),
        ("trino", "xxhash64(x)", Code.HASH),
        ("clickhouse", "sipHash64(x)", Code.HASH),
        ("clickhouse", "uniqExact(x)", Code.AGGREGATE),
        ("duckdb", "md5(x)", Code.HASH),
        ("duckdb", "count(DISTINCT x)", Code.AGGREGATE),
        ("duckdb", "string_agg(x, ',')", Code.IDENTITY),
        ("duckdb", "var_pop(x)", Code.AGGREGATE),
        ("duckdb", "round(avg(x), 2)", Code.AGGREGATE),
    ],
)
def test_what_arrives_through_a_function(dialect, call, arrives):
    assert code(call, dialect) is arrives


@pytest.mark.parametrize(
    ("call", "arrives"),
    [
        ("upper(md5(x))", Code.HASH),
        ("md5(encrypt(x, 'k', 'aes'))", Code.PSEUDONYM),
        ("decrypt(encrypt(x, 'k', 'aes'), 'k', 'aes')", Code.UNDO),
        ("md5(decrypt(x, 'k', 'aes'))", Code.HASH),
        ("count(DISTINCT md5(x))", Code.AGGREGATE),
        ("max(sum(x))", Code.AGGREGATE),
    ],
)
def test_of_two_functions_the_one_that_says_what_is_left_counts(call, arrives):
    assert code(call, "postgres") is arrives


@pytest.mark.parametrize(
    ("keeps", "arrives"),
    list(zip(KEEPS, (Code.IDENTITY, Code.HASH, Code.PSEUDONYM, Code.AGGREGATE, Code.UNDO), strict=True)),
)
def test_a_project_says_what_its_own_functions_keep(keeps, arrives):
    assert code("acme(x)", "postgres", {"acme": keeps}) is arrives
    assert code("udf.acme(x)", "postgres", {"udf.acme": keeps}) is arrives


def test_what_a_project_says_comes_before_the_table():
    assert code("left(x, 3)", "postgres", {"left": "hashed"}) is Code.HASH
    assert code("md5(x)", "postgres", {"md5": "all"}) is Code.IDENTITY
