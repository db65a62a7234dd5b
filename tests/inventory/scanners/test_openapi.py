"""Documents of APIs: what clients send and get becomes fields with their lines, hints and formats are believed as far
as they go, and nothing outside the document, no example and no ring is followed.
"""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from inventory.project import Source
from inventory.scanners import Context
from inventory.scanners.openapi import scan
from lineage.errors import InvalidInput
from lineage.model import Classification, Collection, Dataset, Field, Gap, Method, ScopeComplete

CANARIES = ("api.canary@leak.example", "13910000077", "c4nary-Api-Passw0rd")
DOCUMENT = """\
openapi: 3.1.0
servers:
  - url: https://user:c4nary-Api-Passw0rd@{region}.api.example:8443/v1/?token=c4nary-Api-Passw0rd
    variables: {region: {default: eu}}
paths:
  /users/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      - $ref: "#/components/parameters/Trace"
    patch:
      summary: Change a user (ask api.canary@leak.example)
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/User"}
      responses:
        "200":
          headers: {X-Remaining: {schema: {type: integer}}}
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/User"}}}}
        default: {$ref: "#/components/responses/Problem"}
components:
  parameters:
    Trace: {name: email, in: query, schema: {type: string}, example: api.canary@leak.example}
  responses:
    Problem: {content: {application/json: {schema: {properties: {message: {type: string}}}}}}
  schemas:
    User:
      type: object
      required: [email, address]
      properties:
        id: {type: string, readOnly: true}
        email: {type: string, format: email, default: api.canary@leak.example, description: "like 13910000077"}
        password: {type: string, writeOnly: true}
        born: {type: string, format: date, enum: ["1988-03-04"]}
        address:
          required: [street]
          properties: {street: {type: string}, city: {type: [string, "null"]}}
        friends: {type: array, items: {$ref: "#/components/schemas/User"}}
        extra: {additionalProperties: {type: string}}
        13910000077: {type: string}
"""


def read(root, content, name="api.yaml", **options):
    path = root / "api" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")
    return list(scan(Source("api", "openapi", root, options={"paths": [f"api/{name}"], **options}), Context()))


def facts(readings, kind):
    return [r for r in readings if not isinstance(r, ScopeComplete) and isinstance(r.statement, kind)]


def names(readings, dataset=None):
    return [f.statement.field.field for f in facts(readings, Field) if dataset in (None, f.statement.field.name)]


def gaps(readings):
    return [(g.statement.source, g.statement.reason) for g in facts(readings, Gap)]


def classified(readings):
    return {
        (c.statement.field.field, c.statement.data_category, c.evidence.method) for c in facts(readings, Classification)
    }


def operation(**said):
    return {"openapi": "3.0.3", "paths": {"/things": {"post": said}}}


def body(schema, **more):
    return operation(requestBody={"content": {"application/json": {"schema": schema}}}, **more)


# -- what becomes of what --------------------------------------------------------------------------------


def test_requests_and_responses_are_datasets_of_the_server(tmp_path):
    readings = read(tmp_path, DOCUMENT)
    assert [(d.statement.dataset.namespace, d.statement.dataset.name) for d in facts(readings, Dataset)] == [
        ("https://eu.api.example:8443/v1", "PATCH /users/{id}"),
        ("https://eu.api.example:8443/v1", "PATCH /users/{id} response"),
    ]
    assert names(readings, "PATCH /users/{id}") == [
        "path.id", "query.email", "email", "password", "born", "address.street", "address.city", "friends[]",
        "extra.{}", "{}",
    ]  # fmt: skip
    assert names(readings, "PATCH /users/{id} response") == [
        "header.X-Remaining", "[].id", "[].email", "[].born", "[].address.street", "[].address.city", "[].friends[]",
        "[].extra.{}", "[].{}", "message",
    ]  # fmt: skip
    assert (gaps(readings), readings[-1]) == ([], ScopeComplete())


def test_each_field_has_the_line_of_its_property_and_is_required_only_if_all_above_it_are(tmp_path):
    fields = {f.statement.field.field: f for f in facts(read(tmp_path, DOCUMENT), Field)}
    lines = DOCUMENT.splitlines()
    assert lines[fields["email"].evidence.line - 1].lstrip().startswith("email:")
    assert lines[fields["address.city"].evidence.line - 1].lstrip().startswith("properties: {street:")
    required = {name for name, f in fields.items() if f.statement.required}
    assert required >= {"path.id", "email", "address.street"}
    assert not required & {"address.city", "born", "query.email", "extra.{}"}
    assert fields["email"].statement.type == "string (email)"


def test_json_has_the_same_fields_at_lines_of_its_own(tmp_path):
    content = YAML(typ="safe", pure=True).load(DOCUMENT)
    content["components"]["schemas"]["User"]["properties"] = {
        str(k): v for k, v in content["components"]["schemas"]["User"]["properties"].items()
    }
    readings = read(tmp_path, content, "api.json")
    assert names(readings) == names(read(tmp_path, DOCUMENT))
    lines = (tmp_path / "api/api.json").read_text().splitlines()
    (email,) = [f for f in facts(readings, Field) if f.statement.field.field == "email"]
    assert '"email": {' in lines[email.evidence.line - 1]


def test_what_clients_send_is_collected_only_where_the_configuration_says_so(tmp_path):
    assert facts(read(tmp_path, DOCUMENT), Collection) == []
    assert facts(read(tmp_path, DOCUMENT, collects=["POST *"]), Collection) == []
    for collects in (True, ["PATCH /users/*"]):
        points = facts(read(tmp_path, DOCUMENT, collects=collects), Collection)
        assert {p.statement.field.name for p in points} == {"PATCH /users/{id}"}
        assert {p.statement.point for p in points} == {"Change a user (ask …)"}
        assert {p.statement.field.field for p in points if p.statement.required} == {
            "path.id",
            "email",
            "address.street",
        }


def test_a_point_without_a_summary_is_called_by_its_operation(tmp_path):
    (point,) = facts(read(tmp_path, body({"properties": {"x": {}}}), collects=True), Collection)
    assert point.statement.point == "POST /things"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"x-data-category": "user.behavior"}, ("user.behavior", Method.OBSERVED)),
        ({"x-pii": True}, ("user", Method.OBSERVED)),
        ({"x-pii": True, "format": "email"}, ("user.contact.email", Method.OBSERVED)),
        ({"x-pii": "user.name"}, ("user.name", Method.OBSERVED)),
        ({"x-pii": False, "format": "ipv4"}, ("user.device.ip_address", Method.INFERRED)),
        ({"format": "email"}, ("user.contact.email", Method.INFERRED)),
        ({"format": "date"}, None),
    ],
)
def test_a_hint_is_observed_a_format_inferred(tmp_path, said, expected):
    found = classified(read(tmp_path, body({"properties": {"zzz": {"type": "string", **said}}})))
    assert found == ({("zzz", *expected)} if expected else set())


def test_names_are_inferred_as_those_of_a_table_called_like_the_schema(tmp_path):
    found = classified(read(tmp_path, DOCUMENT))
    assert ("email", "user.contact.email", Method.INFERRED) in found
    assert ("[].email", "user.contact.email", Method.INFERRED) in found


@pytest.mark.parametrize(
    ("path", "schema", "category"),
    [
        ("/x", "CreateUserRequest", "user.name"),
        ("/x", "UserDto", "user.name"),
        ("/signup", None, "user.name"),
        ("/users/{id}", None, "user.name"),
        ("/x", "ProductResponse", None),
        ("/products", None, None),
    ],
)
def test_names_tell_by_what_the_schema_or_the_path_is_about(tmp_path, path, schema, category):
    shape = {"properties": {"name": {"type": "string"}}}
    content = {"openapi": "3.0.0", "components": {"schemas": {schema or "x": shape}}}
    sent = {"$ref": f"#/components/schemas/{schema}"} if schema else shape
    content["paths"] = {path: {"post": {"requestBody": {"content": {"a/b": {"schema": sent}}}}}}
    assert {found for _, found, _ in classified(read(tmp_path, content))} == ({category} if category else set())


def test_a_hint_that_is_none_is_a_gap_with_the_nearest(tmp_path):
    readings = read(
        tmp_path, body({"properties": {"zzz": {"x-data-category": "user.contact.emial", "x-data-subject": 3}}})
    )
    assert [reason for _, reason in gaps(readings)] == [
        "x-data-subject is no data subject", "x-data-category is no data category (did you mean 'user.contact.email'?)",
    ]  # fmt: skip


def test_a_subject_that_is_hinted_counts(tmp_path):
    said = {"email": {"x-data-category": "user.contact.email", "x-data-subject": "employee"}}
    (only,) = facts(read(tmp_path, body({"properties": said})), Classification)
    assert only.statement.data_subject == "employee"


@pytest.mark.parametrize("key", ["allOf", "anyOf", "oneOf"])
def test_joined_schemas_have_the_fields_of_all(tmp_path, key):
    schema = {key: [{"properties": {"a": {}}}, {"properties": {"b": {}}}], "then": {"properties": {"c": {}}}}
    assert names(read(tmp_path, body(schema))) == ["a", "b", "c"]


def test_a_json_schema_is_a_dataset_and_so_is_each_of_its_definitions_where_it_has_no_fields(tmp_path):
    readings = read(tmp_path, {"title": "User", "properties": {"email": {}}}, "user.schema.json")
    (dataset,) = facts(readings, Dataset)
    assert (dataset.statement.dataset.namespace, dataset.statement.dataset.name) == (
        "file://api/user.schema.json",
        "user",
    )
    shared = {"openapi": "3.0.0", "components": {"schemas": {"A": {"properties": {"x": {}}}, "B": {"type": "string"}}}}
    assert [f.statement.field.name for f in facts(read(tmp_path, shared, "b.json"), Field)] == ["A"]
    assert names(read(tmp_path, {"$defs": {"A": {"properties": {"x": {}}}}}, "c.json")) == ["x"]


def test_webhooks_are_messages_too(tmp_path):
    hook = {"post": {"requestBody": {"content": {"a/b": {"schema": {"properties": {"email": {}}}}}}}}
    readings = read(tmp_path, {"openapi": "3.1.0", "webhooks": {"signedUp": hook}})
    assert [d.statement.dataset.name for d in facts(readings, Dataset)] == ["webhook POST signedUp"]


@pytest.mark.parametrize(
    "url", ["postgres://db.example:5432", "/v1", "https://[bad", "https://h:x/", 3, "https://\ud800/"]
)
def test_a_server_that_is_no_place_of_http_claims_nothing(tmp_path, url):
    content = {**body({"properties": {"x": {}}}), "servers": [{"url": url}]}
    assert facts(read(tmp_path, content, "a.json"), Dataset)[0].statement.dataset.namespace == "file://api/a.json"
    (dataset,) = facts(read(tmp_path, content, "a.json", namespace="https://n.example"), Dataset)
    assert dataset.statement.dataset.namespace == "https://n.example"


# -- hostile and broken documents -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"properties": {"x": {"$ref": "https://evil.example/x.json"}}}, "leads out of the document"),
        ({"properties": {"x": {"$ref": "file:///etc/passwd"}}}, "leads out of the document"),
        ({"properties": {"x": {"$ref": "#/nowhere/9"}}}, "leads to nothing"),
        ({"properties": {"x": {"$ref": "#/openapi"}}}, "leads to what is no object"),
    ],
)
def test_a_reference_that_cannot_be_followed_is_a_gap_and_the_field_stays(tmp_path, schema, reason):
    readings = read(tmp_path, body(schema), "a.json")
    assert names(readings) == ["x"]
    ((place, told),) = gaps(readings)
    assert reason in told
    assert place.startswith("api/a.json:")


def test_rings_of_references_end(tmp_path):
    to = "#/components/schemas/"
    ring = {
        "a": {"$ref": f"{to}b"},
        "b": {"$ref": f"{to}a"},
        "self": {"allOf": [{"$ref": f"{to}self"}], "properties": {"up": {"$ref": f"{to}self"}}},
    }
    asked = body({"properties": {"x": {"$ref": f"{to}a"}, "y": {"$ref": f"{to}self"}}})
    assert names(read(tmp_path, {**asked, "components": {"schemas": ring}})) == ["x", "y.up"]


def test_schemas_that_unfold_without_end_are_cut_and_that_is_said(tmp_path):
    wide = {
        f"s{i}": {"properties": {f"p{j}": {"$ref": f"#/components/schemas/s{i + 1}"} for j in range(10)}}
        for i in range(11)
    }
    content = {
        **body({"$ref": "#/components/schemas/s0"}),
        "components": {"schemas": {**wide, "s11": {"type": "string"}}},
    }
    readings = read(tmp_path, content, "a.json")
    assert len(names(readings)) <= 2000
    assert "not all fields are told" in gaps(readings)[0][1]
    deep = {"type": "string"}
    for _ in range(30):
        deep = {"properties": {"d": deep}}
    assert "nested deeper than 12" in gaps(read(tmp_path, body(deep), "b.json"))[0][1]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.yaml", "a: [", "expected"),
        ("a.yaml", "a: &x 1\nb: *x\n", "anchors and aliases"),
        ("a.yaml", "a: !!python/object:os.system x\n", "tags are not allowed"),
        ("a.yaml", "[1]", "expected an object"),
        ("a.yaml", "just api.canary@leak.example", "expected an object"),
        ("a.json", "{", "not JSON"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.json", '{"a": ' * 5_000, "nested too deeply"),
        ("a.json", '{"swagger": "2.0"}', "convert it to OpenAPI 3"),
        ("a.json", '{"n": ' + "9" * 5000 + "}", "not JSON"),
    ],
)
def test_a_document_that_cannot_be_read_is_a_gap_that_quotes_nothing_and_retires_nothing(
    tmp_path, name, content, reason
):
    readings = read(tmp_path, content, name)
    ((place, told),) = gaps(readings)
    assert (place.split(":")[0], reason in told) == (f"api/{name}", True), told
    assert readings[-1] == ScopeComplete(unread=(f"api/{name}",))
    assert "canary" not in repr(readings)


def test_a_document_without_fields_says_so(tmp_path):
    assert gaps(read(tmp_path, {"openapi": "3.0.0", "paths": {}}, "a.json")) == [
        ("api/a.json", "it has no operation or schema with a field")
    ]


def test_a_link_out_of_the_project_is_not_followed(tmp_path):
    (tmp_path / "out.json").write_text(json.dumps(body({"properties": {"x": {}}})))
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "a.json").symlink_to(tmp_path / "out.json")
    readings = list(scan(Source("api", "openapi", tmp_path / "p", options={"paths": ["*"]}), Context()))
    assert gaps(readings) == [("a.json", "it is a link that leads out of the project's folder")]


def test_no_file_at_all_is_a_gap_and_retires_nothing(tmp_path):
    readings = list(scan(Source("api", "openapi", tmp_path, options={"paths": ["*.yaml"]}), Context()))
    assert gaps(readings) == [("api", "its paths name no file")]
    assert len(readings) == 1


WORDS = st.sampled_from(
    [
        "openapi",
        "paths",
        "/x",
        "post",
        "get",
        "parameters",
        "requestBody",
        "responses",
        "content",
        "schema",
        "properties",
        "items",
        "allOf",
        "$ref",
        "required",
        "type",
        "x-pii",
        "x-data-category",
        "format",
        "components",
        "schemas",
        "servers",
        "url",
        "name",
        "in",
        "webhooks",
        "200",
        "a/b",
        "",
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | WORDS
    | st.sampled_from(["#/paths", "#/paths/~1x", "#", "query", "string", "\ud800", "3.1.0"])
)
MUDDLES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=25
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(st.dictionaries(WORDS, MUDDLES, max_size=5))
def test_no_muddle_makes_it_fall_and_every_name_can_be_stored(tmp_path, content):
    for reading in read(tmp_path, content, "m.json"):
        assert repr(reading).encode()
        if not isinstance(reading, ScopeComplete) and isinstance(reading.statement, Field | Dataset | Collection):
            assert reading.statement
            json.dumps(str(reading.statement), ensure_ascii=False).encode()
    assert all(names(read(tmp_path, content, "m.json")))


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"path": ["x"]}, "unknown option 'path' (did you mean 'paths'?)"), ({"paths": "x"}, "paths"),
        ({"paths": ["/x"]}, "below the project"), ({"namespace": 3}, "namespace"), ({"collects": "yes"}, "collects"),
        ({"collects": []}, "collects"),
    ],
)  # fmt: skip
def test_an_option_that_cannot_be_used_is_named(tmp_path, options, complaint):
    with pytest.raises(InvalidInput, match="source api") as raised:
        read(tmp_path, "{}", **options)
    assert complaint in str(raised.value)


# -- in a project -------------------------------------------------------------------------------------------


def test_no_value_of_a_document_is_in_the_store_or_in_what_is_printed(folder):
    folder.write("api/api.yaml", DOCUMENT)
    folder.write("sharemap.yaml", "sources: {api: {kind: openapi, paths: ['api/*'], collects: true, system: shop}}\n")
    runs = [folder.run(*c) for c in (("scan",), ("check", "--format", "json"), ("export", "json"), ("explain", "*"))]
    assert runs[0].code == 0, runs[0].err
    written = b"".join(p.read_bytes() for p in (folder.root / ".sharemap").iterdir())
    told = "".join(r.out + r.err for r in runs)
    assert [c for c in (*CANARIES, "1988-03-04") if c in told or c.encode() in written] == []
    assert "shop:PATCH /users/{id}#email" in told
    assert "undeclared-collection" in runs[1].out
    folder.run("scan")
    assert " 0 new, 0 gone" in folder.run("scan").err.split("api", 1)[1]
