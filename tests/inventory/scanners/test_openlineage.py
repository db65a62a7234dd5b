"""Events written by OpenLineage's own client are read: what they say, once, and nothing they should not have said."""

import gzip
import itertools
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import (
    DatasetEvent,
    InputDataset,
    Job,
    JobEvent,
    OutputDataset,
    Run,
    RunEvent,
    RunState,
    StaticDataset,
)
from openlineage.client.facet_v2 import (
    column_lineage_dataset,
    dataset_type_dataset,
    datasource_dataset,
    documentation_dataset,
    error_message_run,
    extraction_error_run,
    lifecycle_state_change_dataset,
    lineage,
    ownership_dataset,
    schema_dataset,
    sql_job,
    symlinks_dataset,
    tags_dataset,
)
from openlineage.client.serde import Serde
from openlineage.client.transport.file import FileConfig, FileTransport

from inventory.project import OwnWords, Source
from inventory.scanners import Context
from inventory.scanners.openlineage import scan
from lineage.errors import InvalidInput
from lineage.model import Classification, Dataset, Field, FieldId, Flow, Form, Gap, Method, Symlink
from tests.project import Folder

POSTGRES = "postgres://db.example:5432"
USERS, ORDERS = FieldId(POSTGRES, "shop.public.users"), FieldId(POSTGRES, "shop.public.orders")
MART = FieldId("s3://lake", "mart/customers")
RUN = "01933f6e-0000-7000-8000-000000000001"
EARLY, LATE = "2026-03-01T08:00:00Z", "2026-03-02T08:00:00Z"
EARLY_TIME = datetime(2026, 3, 1, 8, tzinfo=UTC)
CANARY = ("canary.person@leak.example", "13912345678", "s3cr3t-Passw0rd")


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def write(folder, *events, name="events/spark.jsonl"):
    """The events as the client's file transport writes them."""
    path = folder.write(name, "")
    client = OpenLineageClient(transport=FileTransport(FileConfig(str(path), append=True)))
    for event in events:
        client.emit(event)
    return path


def read(folder, *paths, context=None, **options):
    source = Source("events", "openlineage", folder.root, None, {"paths": list(paths or ["events/*"]), **options})
    return list(scan(source, context or Context()))


def said(facts, kind):
    return [fact.statement for fact in facts if isinstance(fact.statement, kind)]


def timed(facts):
    return [(fact.statement, fact.evidence.time) for fact in facts]


def run(*, state=RunState.COMPLETE, time=EARLY, run_id=RUN, job="reco", inputs=(USERS,), outputs=(), facets=None):
    return RunEvent(
        eventTime=time,
        eventType=state,
        run=Run(run_id),
        job=Job("spark", job, facets=facets or {}),
        inputs=[InputDataset(i.namespace, i.name) if isinstance(i, FieldId) else i for i in inputs],
        outputs=[OutputDataset(o.namespace, o.name) if isinstance(o, FieldId) else o for o in outputs],
    )


def dataset(node, kind=OutputDataset, **facets):
    return kind(node.namespace, node.name, facets=facets)


def schema(*names):
    made = [schema_dataset.SchemaDatasetFacetFields(n, "text") if isinstance(n, str) else n for n in names]
    return schema_dataset.SchemaDatasetFacet(made)


def column(node, field, *transformations):
    return column_lineage_dataset.InputField(node.namespace, node.name, field, list(transformations))


def columns(dataset=(), **fields):
    made = {name: column_lineage_dataset.Fields(inputs) for name, inputs in fields.items()}
    return column_lineage_dataset.ColumnLineageDatasetFacet(made, list(dataset))


def at(node, field):
    return FieldId(node.namespace, node.name, field)


how = column_lineage_dataset.Transformation


# -- what becomes of what ------------------------------------------------------------------------------


def test_a_dataset_is_read_with_its_fields_and_the_parts_of_structures(folder):
    address = schema_dataset.SchemaDatasetFacetFields(
        "address", "struct", "where it goes", fields=[schema_dataset.SchemaDatasetFacetFields("street", "text")]
    )
    event = DatasetEvent(
        eventTime=EARLY,
        dataset=dataset(
            USERS,
            StaticDataset,
            schema=schema("email", address),
            documentation=documentation_dataset.DocumentationDatasetFacet("All customers"),
            datasetType=dataset_type_dataset.DatasetTypeDatasetFacet("TABLE"),
        ),
    )
    write(folder, event)
    facts = read(folder)
    assert said(facts, Dataset) == [Dataset(USERS, "table", "All customers")]
    assert said(facts, Field) == [
        Field(at(USERS, "address"), "struct", "where it goes", position=2),
        Field(at(USERS, "address.street"), "text", position=3),
        Field(at(USERS, "email"), "text", position=1),
    ]
    assert said(facts, Flow) == [Flow(at(USERS, "address.street"), at(USERS, "address"), "DIRECT", "IDENTITY")]
    assert {(f.evidence.place, f.evidence.time) for f in facts} == {("events/spark.jsonl", EARLY_TIME)}


def test_names_of_fields_are_classified_as_those_of_a_database_are(folder):
    write(folder, run(inputs=[dataset(USERS, InputDataset, schema=schema("email", "email_sha256", "is_active"))]))
    guesses = [f for f in read(folder) if isinstance(f.statement, Classification)]
    assert {(f.statement.field.field, f.statement.data_category, f.statement.form) for f in guesses} == {
        ("email", "user.contact.email", Form.RAW),
        ("email_sha256", "user.contact.email", Form.HASHED),
    }
    assert {f.evidence.method for f in guesses} == {Method.INFERRED}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (how("DIRECT", "IDENTITY", "", False), ("DIRECT", "IDENTITY", None, False)),
        (how("DIRECT", "TRANSFORMATION", "sha256(email)", True), ("DIRECT", "TRANSFORMATION", "sha256", True)),
        (how("DIRECT", "TRANSFORMATION", "HMAC(email, 'k)ey(')", True), ("DIRECT", "TRANSFORMATION", "hmac", True)),
        (how("DIRECT", "TRANSFORMATION", "md5(email) || phone"), ("DIRECT", "TRANSFORMATION", None, False)),
        (how("DIRECT", "TRANSFORMATION", "md5(email)"), ("DIRECT", "TRANSFORMATION", "md5", True)),
        (how("DIRECT", "TRANSFORMATION", "md5(email)", False), ("DIRECT", "TRANSFORMATION", "md5", False)),
        (how("DIRECT", "TRANSFORMATION", "lower(decrypt(x))"), ("DIRECT", "TRANSFORMATION", "decrypt", False)),
        (how("DIRECT", "AGGREGATION", "count(email)", True), ("DIRECT", "AGGREGATION", "count", True)),
        (how("DIRECT", "AGGREGATION"), ("DIRECT", "AGGREGATION", None, False)),
        (how("DIRECT", "said by canary.person@leak.example"), ("DIRECT", None, None, False)),
        (
            how("INDIRECT", "CONDITIONAL", "x = '13912345678'"),
            ("INDIRECT", "CONDITIONAL", None, False),
        ),
        (how("INDIRECT", "NEW_KIND"), ("INDIRECT", None, None, False)),
        (how("SIDEWAYS", "JOIN"), ("DIRECT", None, None, False)),
    ],
)
def test_a_transformation_is_read_and_its_description_is_not_kept(folder, told, expected):
    write(folder, run(outputs=[dataset(MART, columnLineage=columns(e=[column(USERS, "email", told)]))]))
    (flow,) = said(read(folder), Flow)
    assert flow == Flow(at(USERS, "email"), at(MART, "e"), *expected, job="spark/reco")


@pytest.mark.parametrize(
    ("kind", "description", "expected"),
    [
        ("IDENTITY", "email", ("DIRECT", "IDENTITY", None, False)),
        ("MASKED", "sha256(email)", ("DIRECT", "TRANSFORMATION", "sha256", True)),
        ("MASKED", "my own hash", ("DIRECT", "TRANSFORMATION", None, True)),
        (None, None, ("DIRECT", None, None, False)),
    ],
)
def test_the_older_kinds_of_transformation_are_read(folder, kind, description, expected):
    fields = {"e": column_lineage_dataset.Fields([column(USERS, "email")], description, kind)}
    write(folder, run(outputs=[dataset(MART, columnLineage=column_lineage_dataset.ColumnLineageDatasetFacet(fields))]))
    (flow,) = said(read(folder), Flow)
    assert flow == Flow(at(USERS, "email"), at(MART, "e"), *expected, job="spark/reco")


def test_ways_of_one_input_are_parallel_and_what_decides_over_rows_is_of_the_whole_dataset(folder):
    both = [column(USERS, "email", how("DIRECT", "IDENTITY"), how("INDIRECT", "CONDITIONAL"))]
    deciding = [column(ORDERS, "total", how("INDIRECT", "FILTER")), column(ORDERS, "id")]
    write(folder, run(outputs=[dataset(MART, columnLineage=columns(deciding, e=both))]))
    assert set(said(read(folder), Flow)) == {
        Flow(at(USERS, "email"), at(MART, "e"), "DIRECT", "IDENTITY", job="spark/reco"),
        Flow(at(USERS, "email"), at(MART, "e"), "INDIRECT", "CONDITIONAL", job="spark/reco"),
        Flow(at(ORDERS, "total"), MART, "INDIRECT", "FILTER", job="spark/reco"),
        Flow(at(ORDERS, "id"), MART, "INDIRECT", job="spark/reco"),
    }


def test_the_lineage_facet_of_datasets_and_jobs_is_read(folder):
    user = lineage.LineageDatasetInput(USERS.namespace, USERS.name, "DATASET")
    email = lineage.LineageDatasetInput(USERS.namespace, USERS.name, "DATASET", "email")
    told = lineage.LineageDatasetFacet(inputs=[user], fields={"e": lineage.LineageFieldEntry([email])})
    entry = lineage.LineageDatasetEntry(ORDERS.namespace, ORDERS.name, "DATASET", inputs=[user])
    facets = {"lineage": lineage.LineageJobFacet([entry])}
    write(folder, run(inputs=[USERS, MART], outputs=[dataset(MART, lineage=told), ORDERS], facets=facets))
    assert set(said(read(folder), Flow)) == {
        Flow(USERS, MART, job="spark/reco"),
        Flow(at(USERS, "email"), at(MART, "e"), job="spark/reco"),
        Flow(USERS, ORDERS, job="spark/reco"),  # not from MART: the job says what goes into ORDERS
    }


def test_tags_that_name_a_category_classify_and_others_do_not(folder):
    tag = tags_dataset.TagsDatasetFacetFields
    tags = [
        tag("data_category", "user.contact.email", field="e"),
        tag("pii", "Phone", field="p"),
        tag("user.name", "true", field="n"),
        tag("pii", "false", field="no"),
        tag("user.name", "false", field="no"),
        tag("audience", "user", field="no"),
        tag("owner", CANARY[0], field="no"),
        tag("category", "user.financial"),
    ]
    write(folder, run(inputs=[], outputs=[dataset(MART, tags=tags_dataset.TagsDatasetFacet(tags))]))
    tagged = said(read(folder, tags={"pii.phone": "user.contact.phone_number"}), Classification)
    assert {(c.field.field, c.data_category) for c in tagged} == {
        ("e", "user.contact.email"),
        ("p", "user.contact.phone_number"),
        ("n", "user.name"),
        ("", "user.financial"),
    }


@pytest.mark.parametrize(
    ("identifiers", "expected"),
    [
        ([("hive://m", "shop.users", "TABLE")], [Symlink(MART, FieldId("hive://m", "shop.users"))]),
        ([("s3://other", "users", "LOCATION")], [Symlink(FieldId("s3://other", "users"), MART)]),
        (
            [("hive://m", "shop.users", "TABLE"), ("glue://g", "users", "TABLE"), ("s3://other", "u", "LOCATION")],
            [
                Symlink(FieldId("hive://m", "shop.users"), FieldId("glue://g", "users")),
                Symlink(MART, FieldId("glue://g", "users")),
                Symlink(FieldId("s3://other", "u"), FieldId("glue://g", "users")),
            ],
        ),
    ],
)
def test_a_symlink_leads_to_the_name_that_databases_know(folder, identifiers, expected):
    facet = symlinks_dataset.SymlinksDatasetFacet([symlinks_dataset.Identifier(*i) for i in identifiers])
    write(folder, run(inputs=[dataset(MART, InputDataset, symlinks=facet)]))
    assert sorted(said(read(folder), Symlink), key=repr) == sorted(expected, key=repr)


def test_a_renamed_dataset_holds_what_it_held(folder):
    change = lifecycle_state_change_dataset
    facet = change.LifecycleStateChangeDatasetFacet(
        change.LifecycleStateChange.RENAME, change.PreviousIdentifier(name=USERS.name, namespace=USERS.namespace)
    )
    write(folder, run(inputs=[], outputs=[dataset(ORDERS, lifecycleStateChange=facet)]))
    assert said(read(folder), Flow) == [Flow(USERS, ORDERS, "DIRECT", "IDENTITY")]


def test_the_events_of_the_java_client_are_read(folder):
    folder.write("events/java.jsonl", (Path(__file__).parent / "events" / "java-client.jsonl").read_text("utf-8"))
    facts = read(folder)
    features, job = FieldId("s3://lake", "features/users"), "spark/features.daily"
    assert said(facts, Gap) == []
    assert said(facts, Symlink) == [Symlink(features, FieldId("hive://metastore.example:9083", "reco.users"))]
    assert said(facts, Flow) == [
        Flow(at(USERS, "city"), features, "INDIRECT", "FILTER", job=job),
        Flow(at(USERS, "email"), at(features, "email_hash"), "DIRECT", "TRANSFORMATION", masking=True, job=job),
    ]
    assert said(facts, Field) == [
        Field(at(USERS, "city"), "string", position=2),
        Field(at(USERS, "email"), "string", "login", position=1),
    ]
    assert min(f.evidence.time for f in facts) == datetime(2026, 3, 1, 8, 0, 0, 123456, tzinfo=UTC)


# -- runs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [RunState.COMPLETE, RunState.FAIL, RunState.ABORT])
def test_the_events_of_a_run_are_put_together_however_it_ended(folder, end):
    write(folder, run(state=RunState.START), run(state=end, time=LATE, inputs=[], outputs=[MART]))
    (flow,) = [f for f in read(folder) if isinstance(f.statement, Flow)]
    assert flow.statement == Flow(USERS, MART, job="spark/reco")
    assert flow.evidence.time == EARLY_TIME


def test_two_runs_of_a_job_are_not_mixed(folder):
    other = RUN[:-1] + "2"
    write(folder, run(outputs=[MART]), run(run_id=other, inputs=[ORDERS], outputs=[FieldId("s3://lake", "orders")]))
    assert {(f.source, f.target) for f in said(read(folder), Flow)} == {
        (USERS, MART),
        (ORDERS, FieldId("s3://lake", "orders")),
    }


def test_a_job_event_tells_the_flows_of_its_datasets(folder):
    event = JobEvent(
        eventTime=EARLY,
        job=Job("airflow", "copy"),
        inputs=[InputDataset(USERS.namespace, USERS.name)],
        outputs=[OutputDataset(MART.namespace, MART.name)],
    )
    write(folder, event)
    assert said(read(folder), Flow) == [Flow(USERS, MART, job="airflow/copy")]


def sql_run(query, **more):
    users = dataset(USERS, InputDataset, schema=schema("id", "email"))
    return run(inputs=[users, *more.pop("also", ())], outputs=[MART], facets={"sql": sql_job.SQLJobFacet(query)})


def test_sql_of_a_job_tells_the_columns_that_its_events_do_not(folder):
    write(folder, sql_run("SELECT id, sha256(email) AS e FROM public.users WHERE id > 7"))
    facts = [f for f in read(folder) if isinstance(f.statement, Flow)]
    assert {(f.statement, f.evidence.method) for f in facts} == {
        (Flow(USERS, MART, job="spark/reco"), Method.OBSERVED),
        (Flow(at(USERS, "id"), at(MART, "id"), "DIRECT", "IDENTITY", job="spark/reco"), Method.INFERRED),
        (
            Flow(at(USERS, "email"), at(MART, "e"), "DIRECT", "TRANSFORMATION", "sha256", True, job="spark/reco"),
            Method.INFERRED,
        ),
        (Flow(at(USERS, "id"), MART, "INDIRECT", "FILTER", job="spark/reco"), Method.INFERRED),
    }


def test_functions_of_the_project_are_known_to_the_sql_of_a_job(folder):
    write(folder, sql_run("SELECT acme_token(email) AS e FROM users"))
    known = Context(functions={"acme_token": "pseudonymised"})
    kept = [(f.function, f.masking) for f in said(read(folder, context=known), Flow) if f.source.field]
    assert kept == [("pseudonymise", True)]


@pytest.mark.parametrize(
    "event",
    [
        sql_run("SELECT id FROM public.users", also=[ORDERS]),
        sql_run("SELECT u.id, x.name FROM public.users u, elsewhere x"),
        sql_run("MUMBLE MUMBLE"),
        sql_run("SELECT * FROM public.orders", also=[ORDERS]),
    ],
)
def test_sql_that_misses_something_does_not_stand_in_for_whole_datasets(folder, event):
    write(folder, event)
    assert all(flow.source.is_dataset for flow in said(read(folder), Flow))


def test_sql_is_not_asked_where_the_events_tell_the_columns(folder):
    told = dataset(MART, columnLineage=columns(e=[column(USERS, "email", how("DIRECT", "IDENTITY"))]))
    write(folder, sql_run("SELECT id, email FROM users"), run(time=LATE, outputs=[told]))
    (flow,) = said(read(folder), Flow)
    assert flow.target == at(MART, "e")


# -- repetition ----------------------------------------------------------------------------------------


def test_a_thousand_equal_events_make_one_fact_each_with_the_earliest_time(folder):
    output = dataset(MART, schema=schema("e"), columnLineage=columns(e=[column(USERS, "email")]))
    once = folder.root / "once"
    write(Folder(once), run(outputs=[output]))
    for day in (3, 2, 1):
        events = [run(time=f"2026-03-0{day}T08:{m:02}:00Z", outputs=[output]) for m in range(50)]
        write(folder, *events, name=f"events/day-{day}.jsonl")
    few = read(Folder(once))
    many = read(folder)
    assert [f.statement for f in many] == [f.statement for f in few]
    assert {(f.evidence.source, f.evidence.time) for f in many} == {("events/day-1.jsonl", EARLY_TIME)}


def _events():
    fields = columns(
        [column(ORDERS, "id", how("INDIRECT", "JOIN"))], e=[column(USERS, "email", how("DIRECT", "IDENTITY"))]
    )
    link = symlinks_dataset.SymlinksDatasetFacet([symlinks_dataset.Identifier("hive://m", "customers", "TABLE")])
    yield run(state=RunState.START, inputs=[dataset(USERS, InputDataset, schema=schema("id", "email"))])
    yield run(time=LATE, inputs=[], outputs=[dataset(MART, columnLineage=fields, symlinks=link)])
    yield sql_run("SELECT id, email FROM users")
    yield run(time=LATE, inputs=[dataset(USERS, InputDataset, schema=schema("email", "id"))], outputs=[ORDERS])
    yield run(run_id=RUN[:-1] + "2", job="other", outputs=[ORDERS], facets={"sql": sql_job.SQLJobFacet("SELECT 1")})


EVENTS = [Serde.to_json(event) for event in _events()]


@settings(max_examples=40, deadline=None)
@given(st.permutations(EVENTS * 2), st.lists(st.integers(0, 9), min_size=2, max_size=2))
def test_order_and_repetition_of_events_change_nothing(tmp_path_factory, events, cuts):
    plain = Folder(tmp_path_factory.mktemp("plain"))
    plain.write("events/all.jsonl", "\n".join(EVENTS))
    mixed = Folder(tmp_path_factory.mktemp("mixed"))
    mixed.write("events/all.jsonl", "\n".join(events))
    assert read(mixed) == read(plain)
    cut = Folder(tmp_path_factory.mktemp("cut"))
    for number, (start, end) in enumerate(itertools.pairwise([0, *sorted(cuts), 10])):
        cut.write(f"events/{number}.jsonl", "\n".join(events[start:end]))
    assert timed(read(cut)) == timed(read(plain))


def test_a_second_scan_adds_nothing_and_a_file_that_went_takes_nothing_back(folder):
    folder.write("sharemap.yaml", "sources: {ev: {kind: openlineage, paths: ['events/*.jsonl']}}\n")
    path = write(folder, *_events())
    assert folder.run("scan").code == 0
    before = folder.run("trace", "*", "--format", "json").out
    folder.run("scan")
    with sqlite3.connect(folder.root / ".sharemap" / "store.db") as db:
        assert [added for (added,) in db.execute("SELECT added FROM run WHERE agent = 'openlineage'")][1] == 0
    path.unlink()
    assert folder.run("scan").code == 3
    assert folder.run("trace", "*", "--format", "json").out == before


# -- files ---------------------------------------------------------------------------------------------


def layouts():
    texts = [json.dumps(json.loads(e)) for e in EVENTS]
    pretty = [json.dumps(json.loads(e), indent=2) for e in EVENTS]
    yield "e.jsonl", "\n".join(texts)
    yield "e.ndjson", "\ufeff\n" + "\r\n\r\n".join(texts)
    yield "lines.json", "\n".join(texts)
    yield "array.json", json.dumps([json.loads(t) for t in texts], indent=1)
    yield "flat-array.json", f"[{','.join(texts)}]"
    yield "pretty.json", "\n".join(pretty)


@pytest.mark.parametrize(("name", "text"), list(layouts()))
@pytest.mark.parametrize("packed", [False, True])
def test_every_layout_of_a_file_says_the_same(tmp_path, name, text, packed):
    plain = Folder(tmp_path / "plain")
    plain.write("events/e.jsonl", "\n".join(EVENTS))
    other = Folder(tmp_path / "other")
    path = other.write(f"events/{name}", text)
    if packed:
        path.unlink()
        path.with_name(f"{name}.gz").write_bytes(gzip.compress(text.encode()))
    assert [(f.statement, f.evidence.time) for f in read(other)] == [
        (f.statement, f.evidence.time) for f in read(plain)
    ]


GOOD = Serde.to_json(run(run_id=RUN[:-1] + "9", outputs=[MART])).encode()
BAD = {
    b"{": "no JSON",
    b'{"eventTime": }': "no JSON",
    b"[1, 2]": "no JSON object",
    b"\xff\xfe": "not UTF-8",
    b'{"a": 1, "a": 2}': "same key twice",
    b'{"a":' * 100_000: "nested too deeply",
    b'{"x": 1}': "neither a job nor a dataset",
    b"7" * 5_000: "no JSON",
    b'{"eventTime": "2026-03-01T08:00:00Z", "job": {"name": "' + b"://:" * 10_000 + b'"}}': "longer than 20000",
}


@pytest.mark.parametrize(("line", "reason"), list(BAD.items()))
def test_a_line_that_cannot_be_read_is_a_gap_and_the_rest_is_read(folder, line, reason):
    path = folder.write("events/e.jsonl", "")
    path.write_bytes(b"\n".join([GOOD, line, GOOD]))
    facts = read(folder)
    (gap,) = said(facts, Gap)
    assert gap.source == "events/e.jsonl:2"
    assert reason in gap.reason
    assert said(facts, Flow) == [Flow(USERS, MART, job="spark/reco")]


def test_an_event_that_is_too_large_is_a_gap(folder, monkeypatch):
    monkeypatch.setattr("inventory.scanners.openlineage.files.MAX_EVENT", 2**20)
    path = folder.write("events/e.jsonl", "")
    path.write_bytes(b"\n".join([b'{"x": "' + b"y" * 3 * 2**20 + b'"}', GOOD]))
    facts = read(folder)
    assert said(facts, Gap) == [Gap("events/e.jsonl:1", "the event is larger than 1 MiB")]
    assert said(facts, Flow)


def test_of_very_many_bad_lines_the_first_are_told_and_the_rest_are_counted(folder):
    folder.write("events/e.jsonl", "x\n" * 100)
    gaps = said(read(folder), Gap)
    assert len(gaps) == 21
    assert gaps[-1] == Gap("events/e.jsonl", "80 more events in it could not be read as a whole")


def test_a_broken_archive_and_a_strange_ending_are_gaps(folder):
    folder.write("events/e.jsonl.gz", "").write_bytes(gzip.compress(GOOD * 1000)[:60])
    folder.write("events/readme.txt", "hello")
    assert sorted(g.source for g in said(read(folder), Gap)) == ["events/e.jsonl.gz:1", "events/readme.txt:1"]
    assert said(read(folder, "nothing/*"), Gap) == [Gap("events", "its paths name no file")]


def test_a_time_that_cannot_be_is_a_gap_and_hides_nothing(folder):
    events = [
        {**json.loads(GOOD), "eventTime": t} for t in ("9999-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "soon")
    ]
    folder.write("events/e.jsonl", "\n".join(map(json.dumps, events)))
    facts = read(folder)
    assert [g.reason for g in said(facts, Gap)] == ["eventTime lies in the future", *["eventTime is no time"] * 2]
    assert [f.evidence.time for f in facts if isinstance(f.statement, Flow)] == [None]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_piece_of_an_event_can_make_the_scanner_fail(tmp_path_factory, data):
    event = json.loads(data.draw(st.sampled_from(EVENTS)))
    *above, last = data.draw(st.sampled_from([p for p in places(event) if p]))
    inner = event
    for key in above:
        inner = inner[key]
    inner[last] = data.draw(anything)
    folder = Folder(tmp_path_factory.mktemp("any"))
    folder.write("events/e.jsonl", json.dumps(event) + "\n" + GOOD.decode())
    assert Flow(USERS, MART, job="spark/reco") in said(read(folder), Flow)


@pytest.mark.parametrize(
    "name", ["a\"'<script>\n\x1b[31m=cmd", "\u202egnp", "nul\x00l", "x" * 10_000, "\ud800", "javascript:x"]
)
def test_nasty_names_go_through_the_store(folder, name):
    folder.write("sharemap.yaml", "sources: {ev: {kind: openlineage, paths: ['events/*.jsonl']}}\n")
    output = {"namespace": "s3://lake", "name": name, "facets": {"schema": {"fields": [{"name": name, "type": name}]}}}
    folder.write("events/e.jsonl", json.dumps({**json.loads(GOOD), "outputs": [output]}))
    assert folder.run("scan").code == 0
    done = folder.run("trace", "*")
    assert done.code == 0
    assert "\x1b" not in done.out


def test_what_may_hold_values_or_credentials_stays_in_the_event(folder):
    folder.write("sharemap.yaml", "sources: {ev: {kind: openlineage, paths: ['events/*.jsonl']}}\n")
    place = FieldId(f"postgres://u:{CANARY[2]}@db.example:5432?password={CANARY[2]}", "shop.public.users")
    output = dataset(
        MART,
        dataSource=datasource_dataset.DatasourceDatasetFacet("db", f"postgres://u:{CANARY[2]}@db.example"),
        ownership=ownership_dataset.OwnershipDatasetFacet([ownership_dataset.Owner(CANARY[0])]),
        columnLineage=columns(e=[column(place, "email", how("DIRECT", "TRANSFORMATION", f"f('{CANARY[1]}')"))]),
    )
    event = run(
        job=f"jdbc:mysql://u:{CANARY[2]}@db.example/x",
        inputs=[place],
        outputs=[output],
        facets={"sql": sql_job.SQLJobFacet(f"SELECT email FROM users WHERE email = '{CANARY[0]}'")},
    )
    event.run.facets = {
        "errorMessage": error_message_run.ErrorMessageRunFacet(f"duplicate {CANARY[0]}", "java", CANARY[1])
    }
    write(folder, event)
    folder.write(
        "events/bad.jsonl", f'{{"eventTime": "{CANARY[0]}", "job": {{"name": {{"x": "{CANARY[2]}"}}}}, "{CANARY[1]}\n'
    )
    done = [folder.run(*c) for c in (("scan",), ("check", "--format", "json"), ("trace", "*", "--format", "json"))]
    text = "".join(d.out + d.err for d in done).encode()
    text += b"".join(p.read_bytes() for p in (folder.root / ".sharemap").iterdir())
    assert [secret for secret in CANARY if secret.encode() in text] == []


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("postgres://db:5432", "postgres://db:5432"),
        ("postgres://u:p@db:5432", "postgres://db:5432"),
        ("postgres://u:p/w@s@db:5432/x", "postgres://db:5432/x"),
        ("https://token@api.example/a", "https://api.example/a"),
        ("abfss://container@account.example", "abfss://container@account.example"),
        ("abfss://c@a.example https://u:p@h", "abfss://c@a.example https://h"),
        ("mssql://db:1433;databaseName=d;password=p", "mssql://db:1433"),
        ("https://h/p?X-Signature=s", "https://h/p"),
        ("oracle:thin:scott/tiger@//db:1521", "oracle:thin://db:1521"),
        ("arn:aws:glue:eu:1", "arn:aws:glue:eu:1"),
        ("file", "file"),
    ],
)
def test_credentials_are_taken_out_of_names(folder, told, expected):
    write(folder, run(inputs=[FieldId(told, "x")]))
    (found,) = said(read(folder), Dataset)
    assert found.dataset.namespace == expected


# -- one node ------------------------------------------------------------------------------------------


def reached(branches):
    for branch in branches:
        yield branch["field"]
        yield from reached(branch["onward"])


def test_a_table_seen_by_database_sql_and_events_is_one_node(folder):
    folder.write(
        "sharemap.yaml",
        f"""
aliases: {{"postgresql://db.example": "{POSTGRES}"}}
sources:
  shop: {{kind: database, url: "sqlite:///shop.db", namespace: "{POSTGRES}", system: shop}}
  etl: {{kind: sql, paths: ["*.sql"], namespace: "postgresql://db.example", dialect: sqlite, system: shop}}
  spark: {{kind: openlineage, paths: ["events/*.jsonl"]}}
""",
    )
    with sqlite3.connect(folder.root / "shop.db") as db:
        db.executescript("CREATE TABLE customers (id INT, email TEXT); CREATE TABLE audience (mail TEXT);")
    folder.write("ads.sql", "INSERT INTO audience (mail) SELECT email FROM customers;")
    customers, audience = FieldId("postgresql://db.example", "customers"), FieldId("s3://lake", "warehouse/audience")
    link = symlinks_dataset.SymlinksDatasetFacet(
        [symlinks_dataset.Identifier("postgresql://db.example", "audience", "TABLE")]
    )
    features = FieldId("s3://lake", "features")
    export = FieldId("https://vendor.example", "upload")
    write(
        folder,
        run(inputs=[customers], outputs=[dataset(features, columnLineage=columns(m=[column(customers, "email")]))]),
        run(
            job="export",
            inputs=[dataset(audience, InputDataset, symlinks=link)],
            outputs=[dataset(export, columnLineage=columns(to=[column(audience, "mail")]))],
        ),
    )
    assert folder.run("scan").code == 0
    told = folder.run("trace", "shop:customers#email", "--format", "json").json
    (journey,) = told["journeys"]
    assert sorted(reached(journey["downstream"])) == [
        "https://vendor.example:upload#to",
        "s3://lake:features#m",
        "shop:audience#mail",
    ]
    by_place = folder.run("trace", "s3://lake:warehouse/audience#mail")
    assert folder.run("trace", "shop:audience#mail").out == by_place.out


# -- options -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pahts": ["x"]}, "unknown option 'pahts' .did you mean 'paths'"),
        ({"paths": []}, "expected paths"),
        ({"paths": "events/*.json"}, "expected paths"),
        ({"paths": ["../x.json"]}, "must lie below the project's folder"),
        ({"paths": ["/etc/x.json"]}, "must lie below the project's folder"),
        ({"tags": ["pii"]}, "expected tags as"),
        ({"tags": {"pii": "user.contact.emial"}}, "did you mean 'user.contact.email'"),
        ({"tags": {"pii": ["user"]}}, "tags: pii"),
    ],
)
def test_options_that_cannot_be_used_are_refused(folder, options, message):
    source = Source("ev", "openlineage", folder.root, None, {"paths": ["e/*.json"], **options})
    with pytest.raises(InvalidInput, match=message):
        list(scan(source, Context()))


def test_words_of_the_project_are_known_in_schemas_too(folder):
    write(folder, run(outputs=[dataset(MART, schema=schema("courriel"))]))
    source = Source("jobs", "openlineage", folder.root, options={"paths": ["events/*"]})
    context = Context(own_words=OwnWords((("user.contact.email", ("courriel",)),)))
    (found,) = said(list(scan(source, context)), Classification)
    assert found.data_category == "user.contact.email"


# -- what ends, who answers, what could not be extracted ------------------------------------------------


def change(kind, previous=None):
    before = previous and lifecycle_state_change_dataset.PreviousIdentifier(previous.name, previous.namespace)
    state = lifecycle_state_change_dataset.LifecycleStateChange[kind]
    return lifecycle_state_change_dataset.LifecycleStateChangeDatasetFacet(state, before)


def last_days(facts):
    return {(f.statement.dataset.name, f.evidence.until) for f in facts if isinstance(f.statement, Dataset)}


def test_a_dropped_dataset_ends_with_its_fields_and_its_flows_stay(folder):
    full = dataset(MART, schema=schema("e"), columnLineage=columns(e=[column(USERS, "email")]))
    dropped = run(
        time=LATE, run_id=RUN[:-1] + "2", inputs=[], outputs=[dataset(MART, lifecycleStateChange=change("DROP"))]
    )
    write(folder, dropped, run(outputs=[full]))
    facts = read(folder)
    day = datetime.fromisoformat(LATE).date()
    assert last_days(facts) == {(MART.name, day), (USERS.name, None)}
    assert [f.evidence.until for f in facts if isinstance(f.statement, Field)] == [day]
    assert [f.evidence.until for f in facts if isinstance(f.statement, Flow)] == [None]
    write(folder, run(time="2026-03-03T08:00:00Z", run_id=RUN[:-1] + "3", outputs=[MART]), name="events/later.jsonl")
    assert last_days(read(folder)) == {(MART.name, None), (USERS.name, None)}


def test_a_renamed_dataset_ends_under_its_old_name(folder):
    renamed = dataset(ORDERS, lifecycleStateChange=change("RENAME", MART))
    write(folder, run(outputs=[MART]), run(time=LATE, run_id=RUN[:-1] + "2", inputs=[], outputs=[renamed]))
    assert (MART.name, datetime.fromisoformat(LATE).date()) in last_days(read(folder))


def test_owners_are_kept_where_they_are_no_persons(folder):
    names = ("user:jane", "Jane Canary", "team:jane@leak.example", "team: data ", "Application:shop", "team:")
    owners = [ownership_dataset.Owner(name) for name in names]
    told = dataset(USERS, InputDataset, ownership=ownership_dataset.OwnershipDatasetFacet(owners))
    write(folder, run(inputs=[told]))
    assert [d.owner for d in said(read(folder), Dataset)] == ["application:shop, team:data"]


def test_a_run_that_could_not_be_extracted_is_a_gap_until_a_later_one_could(folder):
    error = extraction_error_run.Error(CANARY[0], CANARY[0], f"SELECT '{CANARY[0]}'", 1)
    broken = run()
    broken.run.facets["extractionError"] = extraction_error_run.ExtractionErrorRunFacet(2, 1, [error])
    write(folder, broken, run(job="other", time=LATE))
    assert said(read(folder), Gap) == [
        Gap("spark/reco", "its events say that lineage could not be extracted (1 of 2 tasks)")
    ]
    write(folder, run(time=LATE, run_id=RUN[:-1] + "2"), name="events/later.jsonl")
    assert said(read(folder), Gap) == []
