"""What a dbt project's manifest and catalog tell: a real one built by dbt, and those of every version it has had."""

from __future__ import annotations

import json
import shutil

import pytest

from inventory.project import Source
from inventory.scanners import Context
from inventory.scanners.dbt import scan
from lineage.errors import InvalidInput
from lineage.model import Classification, Dataset, Fact, Field, Flow, Gap, Method, ScopeComplete
from tests.dbt.stored import catalog, manifest

HOME = "postgres://db.example:5432"
COLUMNS = {"customers": {"id": "integer", "mail": "text"}, "users": {"id": "integer", "email": "text"}}
CANARIES = ("canary", "Olga")


class Read:
    """One scan, by short names: datasets without what all their names begin with."""

    def __init__(self, readings):
        self.readings = list(readings)
        self.text = repr(self.readings)

    def of(self, kind):
        return [r.statement for r in self.readings if isinstance(r, Fact) and isinstance(r.statement, kind)]

    @property
    def flows(self):
        return {
            (f"{f.source.name.rpartition('.')[2]}#{f.source.field}", f"{f.target.name.rpartition('.')[2]}"
             f"#{f.target.field}", f.subtype, f.function)
            for f in self.of(Flow)
            if f.type == "DIRECT"
        }  # fmt: skip

    @property
    def classified(self):
        facts = [r for r in self.readings if isinstance(r, Fact) and isinstance(r.statement, Classification)]
        return {
            (f.statement.field.name.rpartition(".")[2], f.statement.field.field, f.statement.data_category)
            for f in facts
            if f.evidence.method is Method.OBSERVED
        }

    @property
    def gaps(self):
        return {g.source: g.reason for g in self.of(Gap)}

    @property
    def complete(self):
        return [r for r in self.readings if isinstance(r, ScopeComplete)]


def read(folder, told, columns=COLUMNS, context=None, **options):
    (folder / "manifest.json").write_text(told if isinstance(told, str) else json.dumps(told))
    if columns is not None:
        (folder / "catalog.json").write_text(json.dumps(columns if "nodes" in columns else catalog(columns)))
    options = {"manifest": "manifest.json", "namespace": HOME, **options}
    return Read(scan(Source("models", "dbt", folder, options=options), context or Context()))


# -- a real project -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(dbt_target, tmp_path_factory):
    folder = tmp_path_factory.mktemp("read")
    shutil.copytree(dbt_target, folder / "target")
    rules = [
        {"tag": "pii-mail", "data_category": "user.contact.email"},
        {"meta": "privacy.holds", "value": "health", "data_category": "user.health_and_medical"},
    ]
    options = {"manifest": "target/manifest.json", "namespace": "duckdb://shop.duckdb", "classify": rules}
    return Read(scan(Source("models", "dbt", folder, options=options), Context()))


def test_models_sources_seeds_and_snapshots_are_datasets_and_ephemeral_models_are_not(built):
    kinds = {d.dataset.name: d.kind for d in built.of(Dataset)}
    assert kinds == {
        "shop.main.audience": "table", "shop.main.countries": "table", "shop.main.customers": "table",
        "shop.main.orders": "table", "shop.main.stg_users": "view", "shop.main.users": "table",
        "shop.main.users_history": "table",
    }  # fmt: skip
    assert built.gaps == {}
    assert built.complete == [ScopeComplete()]


def test_columns_have_the_types_of_the_catalog_and_the_descriptions_of_the_project(built):
    fields = {(f.field.name, f.field.field): f for f in built.of(Field)}
    mail = fields["shop.main.customers", "mail"]
    assert (mail.type, mail.description, mail.position) == ("VARCHAR", "where we write to", 2)
    assert ("shop.main.users_history", "dbt_scd_id") in fields


def test_flows_go_through_ephemeral_models_stars_and_snapshots(built):
    assert {f for f in built.flows if f[1].startswith(("customers", "audience"))} == {
        ("stg_users#user_id", "customers#user_id", "IDENTITY", None),
        ("stg_users#email", "customers#mail", "IDENTITY", None),
        ("stg_users#tel", "customers#tel_hash", "TRANSFORMATION", "md5"),
        ("countries#country", "customers#country", "IDENTITY", None),
        ("orders#id", "customers#orders", "AGGREGATION", "count"),
        *((f"customers#{c}", f"audience#{c}", "IDENTITY", None)
          for c in ("user_id", "mail", "tel_hash", "country", "orders")),
    }  # fmt: skip
    assert ("users#tel", "users_history#tel", "IDENTITY", None) in built.flows


def test_tags_and_meta_say_what_columns_hold(built):
    assert built.classified == {
        ("customers", "mail", "user.contact.email"),
        ("customers", "country", "user.location"),
        ("orders", "note", "user.health_and_medical"),
    }


def test_an_exposure_is_a_flow_to_where_its_address_says_and_claims_nothing(built):
    shown = {(f.source.name, f.target.namespace, f.target.name) for f in built.of(Flow) if "expo" in (f.job or "")}
    assert shown == {
        ("shop.main.audience", "https://audiences.adloom.example", "weekly_audience"),
        ("shop.main.stg_users", "dbt://shop/exposures", "board_report"),
        ("shop.main.orders", "dbt://shop/exposures", "board_report"),
    }
    assert not [d for d in built.of(Dataset) if d.dataset.namespace != "duckdb://shop.duckdb"]
    assert not [canary for canary in CANARIES if canary in built.text]


# -- every version ------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["v7", "v8", "v9", "v10", "v11", "v12", "v20"])
def test_every_version_of_the_manifest_tells_the_same(tmp_path, version):
    found = read(
        tmp_path, manifest(version), classify=[{"meta": "privacy.holds", "data_category": "user.contact.email"}]
    )
    assert found.gaps == {}
    assert found.flows == {
        ("users#id", "customers#id", "IDENTITY", None),
        ("users#email", "customers#mail", "IDENTITY", None),
        ("customers#", "report#", None, None),
    }
    assert found.classified == {("customers", "mail", "user.contact.email")}
    assert {f.target.namespace for f in found.of(Flow)} == {HOME, "https://bi.example"}
    assert not [canary for canary in CANARIES if canary in found.text]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (json.dumps(manifest("v6")), "version v6 are not known, only v7"),
        (json.dumps(manifest("v13")), "version v13 are not known"),
        ("{}", "no manifest of dbt"),
        ("[]", "no manifest of dbt"),
        ('{"x": canary@leak.example', "no JSON"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_what_is_no_known_manifest_is_a_gap_and_retires_nothing(tmp_path, text, reason):
    found = read(tmp_path, text)
    assert reason in found.gaps["manifest.json"]
    assert "canary" not in found.text
    assert len(found.readings) == 1


def test_a_manifest_that_is_not_there_is_a_gap(tmp_path):
    options = {"manifest": "m.json", "namespace": HOME}
    assert Read(scan(Source("d", "dbt", tmp_path, options=options), Context())).gaps == {
        "m.json": "there is no such file"
    }


@pytest.mark.parametrize("nasty", [None, 7, "x", [], [None], {"a": None}, {"a": {"b": []}}])
def test_a_manifest_of_any_shape_is_read_as_far_as_it_goes(tmp_path, nasty):
    whole = manifest("v12")
    for group in ("nodes", "sources", "exposures", "metrics"):
        read(tmp_path, {**whole, group: nasty}, {"nodes": nasty if isinstance(nasty, dict) else {}})
    for key in whole["nodes"]["model.shop.customers"]:
        if key != "resource_type":
            read(tmp_path, manifest("v12", **{key: nasty}))


# -- missing pieces -----------------------------------------------------------------------------------


def test_without_a_catalog_what_the_project_names_is_known_and_nothing_is_retired(tmp_path):
    found = read(tmp_path, manifest("v12"), None)
    assert "run dbt docs generate" in found.gaps["catalog.json"]
    assert ("users#email", "customers#mail", "IDENTITY", None) in found.flows
    assert found.complete == []


def test_what_is_not_in_the_catalog_is_a_gap(tmp_path):
    found = read(tmp_path, manifest("v12"), {"users": COLUMNS["users"]})
    assert found.gaps == {
        "shop/models/customers.sql": "model.shop.customers is not in the catalog: build it, then run dbt docs generate"
    }


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ({"compiled_code": None}, "not compiled"),
        ({"language": "python", "compiled_code": "def model(dbt, session): ..."}, "a python model"),
        ({"compiled_code": "selec from where '4canary@leak.example'"}, ""),
    ],
)
def test_a_model_whose_code_cannot_be_read_takes_all_that_it_needs(tmp_path, model, reason):
    found = read(tmp_path, manifest("v12", **model))
    assert reason in found.gaps["shop/models/customers.sql"]
    assert ("users#", "customers#", None, None) in found.flows
    assert "canary" not in found.text
    assert found.complete == [ScopeComplete(unread=("shop/models/customers.sql",) if "compiled" in reason else ())]


def test_an_adapter_nobody_knows_asks_for_the_dialect(tmp_path):
    assert "say dialect" in read(tmp_path, manifest("v12", "unheard")).gaps["manifest.json"]
    assert read(tmp_path, manifest("v12", "unheard"), dialect="postgres").gaps == {}


@pytest.mark.parametrize("hook", [{"sql": "copy x to 's3://canary'"}, "{{ unload('canary') }} insert into a select 1"])
def test_a_hook_that_moves_data_is_a_gap(tmp_path, hook):
    config = {"materialized": "table", "post-hook": [hook, {"sql": "create index on x (y)"}]}
    assert read(tmp_path, manifest("v12", config={**config, "post-hook": config["post-hook"][1:]})).gaps == {}
    found = read(tmp_path, manifest("v12", config=config))
    assert "a hook that moves data" in found.gaps["shop/models/customers.sql"]
    assert "canary" not in found.text
    operation = {"resource_type": "operation", "name": "shop-on-run-end-0", "package_name": "shop"}
    told = manifest("v12")
    told["nodes"]["operation.shop.x"] = {
        **operation,
        "original_file_path": "dbt_project.yml",
        "raw_code": "copy x to y",
    }
    assert "end of a run" in read(tmp_path, told).gaps["shop/dbt_project.yml"]


def test_an_external_model_is_written_where_it_says(tmp_path):
    config = {"materialized": "external", "location": "s3://adloom-inbox/kora/customers.parquet"}
    found = read(tmp_path, manifest("v12", config=config))
    assert ("s3://adloom-inbox", "kora/customers.parquet") in {
        (f.target.namespace, f.target.name) for f in found.of(Flow)
    }


# -- names --------------------------------------------------------------------------------------------


def test_names_are_spelled_as_the_catalog_does_and_unquoted_ones_are_folded_without_it(tmp_path):
    told = manifest(
        "v12",
        "snowflake",
        relation_name="shop.public.customers",
        compiled_code="select email as mail from shop.public.users",
    )
    told["sources"]["source.shop.crm.users"]["relation_name"] = "shop.public.users"
    upper = catalog({"CUSTOMERS": {"MAIL": "TEXT"}, "USERS": {"EMAIL": "TEXT"}}, ("SHOP", "PUBLIC"))
    for columns in (upper, None):
        (tmp_path / "catalog.json").unlink(missing_ok=True)
        found = read(tmp_path, told, columns, namespace="snowflake://acme")
        assert ("USERS#EMAIL", "CUSTOMERS#MAIL", "IDENTITY", None) in found.flows
        assert {d.dataset.name for d in found.of(Dataset)} == {"SHOP.PUBLIC.CUSTOMERS", "SHOP.PUBLIC.USERS"}


def test_a_table_named_by_hand_lies_beside_the_model(tmp_path):
    found = read(tmp_path, manifest("v12", compiled_code="select mail from raw.clicks"))
    (flow,) = [f for f in found.of(Flow) if f.target.field == "mail"]
    assert flow.source.name == "shop.raw.clicks"


def test_where_names_have_two_parts_the_database_is_left_out(tmp_path):
    found = read(tmp_path, manifest("v12", "mysql"), namespace="mysql://db.example:3306")
    assert {d.dataset.name for d in found.of(Dataset)} == {"public.customers", "public.users"}


# -- options ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"manifst": "x"}, "did you mean 'manifest'"),
        ({"manifest": "../x.json"}, "below the project's folder"),
        ({"manifest": "/x.json"}, "below the project's folder"),
        ({"namespace": None}, "expected namespace"),
        ({"dialect": 7}, "dialect"),
        ({"classify": {"tag": "x"}}, "a list of rules"),
        ({"classify": ["x"]}, "rule 1: expected keys"),
        ({"classify": [{"tga": "x"}]}, "did you mean 'tag'"),
        ({"classify": [{"tag": "x"}]}, "needs a data_category"),
        ({"classify": [{"data_category": "user"}]}, "expected a tag, or a key of meta"),
        ({"classify": [{"tag": "x", "data_category": "user.contact.emial"}]}, "did you mean 'user.contact.email'"),
        ({"classify": [{"meta": "x", "form": "hashd"}]}, "did you mean 'hashed'"),
    ],
)
def test_wrong_options_are_refused_with_the_way_out(tmp_path, options, message):
    with pytest.raises(InvalidInput, match="source models: ") as refused:
        read(tmp_path, manifest("v12"), **options)
    assert message in str(refused.value)


def test_a_value_of_meta_may_name_the_category_and_a_denied_one_says_nothing(tmp_path):
    for holds, expected in (("user.name", {"user.name"}), (False, set()), (["user.name", "no"], {"user.name"})):
        told = manifest("v12")
        column = told["nodes"]["model.shop.customers"]["columns"]["mail"]
        column["meta"], column["tags"] = {"privacy": {"holds": holds}}, []
        found = read(tmp_path, told, classify=[{"meta": "privacy.holds", "form": "hashed"}])
        assert {c.data_category for c in found.of(Classification) if c.form == "hashed"} == expected
