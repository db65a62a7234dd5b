"""Files of data: what their headings, keys and schemas name becomes fields; no value of theirs goes anywhere."""

import csv
import gzip
import io
import json
import string
from datetime import date, datetime

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from inventory.project import OwnWords, Source
from inventory.scanners import Context
from inventory.scanners.files import scan
from inventory.scanners.files.guess import type_of
from inventory.scanners.files.naming import home_of, shown
from inventory.scanners.files.shape import like_a_value, wider, widest
from lineage.errors import InvalidInput
from lineage.model import Classification, Dataset, Field, Gap, Method, ScopeComplete

CANARIES = ("file.canary@leak.example", "13910000042", "Rowena Canary", "6217000010001234567", "1988-03-04")
PEOPLE = "user_name,email,phone\nRowena Canary,file.canary@leak.example,13910000042\n"


def put(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def read(root, files=(), **options):
    put(root, dict(files))
    return list(scan(Source("files", "files", root, options={"paths": ["data/**/*"], **options}), Context()))


def statements(readings, kind):
    return [r.statement for r in readings if not isinstance(r, ScopeComplete) and isinstance(r.statement, kind)]


def fields(readings):
    return [(f.field.name, f.field.field, f.type) for f in statements(readings, Field)]


def names(readings):
    return [name for _, name, _ in fields(readings)]


def facts_at(readings, name):
    facts = (r for r in readings if not isinstance(r, ScopeComplete) and isinstance(r.statement, Field))
    return [fact.evidence.place for fact in facts if fact.statement.field.field == name]


def gaps(readings):
    return [(g.source, g.reason) for g in statements(readings, Gap)]


def workbook(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet(schema):
    out = io.BytesIO()
    pq.write_table(schema.empty_table(), out)
    return out.getvalue()


# -- what becomes of what -----------------------------------------------------------------------------


def test_the_heading_of_a_csv_becomes_fields_with_coarse_types_and_what_they_seem_to_hold(tmp_path):
    readings = read(tmp_path, {"data/users.csv": "id,email,born,paid,ok,note\n1,a@b.example,1988-03-04,1.5,true,x\n"})
    assert [f[2] for f in fields(readings)] == ["integer", "text", "date", "number", "boolean", "text"]
    (dataset,) = statements(readings, Dataset)
    assert (dataset.dataset.namespace, dataset.dataset.name, dataset.kind) == ("file://data", "users.csv", "file")
    guessed = {c.field.field: c.data_category for c in statements(readings, Classification)}
    assert guessed["email"] == "user.contact.email"
    (guess,) = [r for r in readings if not isinstance(r, ScopeComplete) and isinstance(r.statement, Classification)
                and r.statement.field.field == "email"]  # fmt: skip
    assert (guess.evidence.method, guess.evidence.place) == (Method.INFERRED, "data/users.csv:1")
    assert readings[-1] == ScopeComplete()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_shows_in_the_first_line(tmp_path, delimiter):
    text = delimiter.join(["id", "email"]) + "\n" + delimiter.join(["1", "x"]) + "\n"
    assert names(read(tmp_path, {"data/a.csv": text})) == ["id", "email"]


def test_the_line_by_which_excel_says_its_delimiter_is_no_heading(tmp_path):
    readings = read(tmp_path, {"data/a.csv": "sep=;\r\nid;e,mail\r\n1;x\r\n"})
    assert names(readings) == ["id", "e,mail"]
    assert facts_at(readings, "id") == ["data/a.csv:2"]


def test_a_tsv_is_separated_by_tabs_and_a_delimiter_can_be_said(tmp_path):
    assert names(read(tmp_path, {"data/a.tsv": "id\te,mail\n1\tx\n"})) == ["id", "e,mail"]
    (tmp_path / "data/a.tsv").unlink()
    assert names(read(tmp_path, {"data/b.csv": "id:email\n1:x\n"}, delimiter=":")) == ["id", "email"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_chinese_is_read_in_every_encoding_that_excel_writes(tmp_path, encoding):
    readings = read(tmp_path, {"data/会员.csv": "编号,姓名,手机号\n1,张三,13910000042\n".encode(encoding)})
    assert names(readings) == ["编号", "姓名", "手机号"]
    assert {c.data_category for c in statements(readings, Classification)} >= {"user.name", "user.contact.phone_number"}
    assert not gaps(readings)


def test_western_bytes_are_never_taken_for_chinese_and_are_read_once_said(tmp_path):
    content = {"data/a.csv": "id;Straße\n1;Jäger\n".encode("latin-1")}
    assert "say its encoding" in gaps(read(tmp_path, content))[0][1]
    assert names(read(tmp_path, content, encoding="latin-1")) == ["id", "Straße"]
    assert "is not ascii text" in gaps(read(tmp_path, content, encoding="ascii"))[0][1]


def test_lines_of_json_are_paths(tmp_path):
    rows = [
        {"id": 1, "address": {"street": "x", "geo": {"lat": 1.5}}, "items": [{"sku": "1", "tags": ["a"]}]},
        {"id": 2.5, "email": None, "at": "2026-01-01T00:00:00Z", "ok": True, "none": {}},
    ]
    readings = read(tmp_path, {"data/orders.jsonl": "\n".join(map(json.dumps, rows))})
    assert [(name, kind) for _, name, kind in fields(readings)] == [
        ("id", "number"), ("address.street", "text"), ("address.geo.lat", "number"), ("items[].sku", "text"),
        ("items[].tags[]", "text"), ("email", None), ("at", "timestamp"), ("ok", "boolean"), ("none", "object"),
    ]  # fmt: skip
    assert not gaps(readings)


@pytest.mark.parametrize(
    "content", ['[{"a": {"b": 1}}, {"c": 2}]', '{"a": {"b": 1}, "c": 2}', '{"a":{"b":1}}\n{"c":2}']
)
def test_json_may_be_an_array_an_object_or_lines(tmp_path, content):
    assert names(read(tmp_path, {"data/x.json": content})) == ["a.b", "c"]


def test_keys_that_are_values_are_a_map(tmp_path):
    by_mail = {"by": {"file.canary@leak.example": {"n": 1}, "13910000042": {"n": 2}}}
    by_name = {"who": {f"Rowena Canary {chr(97 + i % 26)}{i}": {"n": i} for i in range(150)}}
    readings = read(tmp_path, {"data/a.json": json.dumps({**by_mail, **by_name})})
    assert names(readings) == ["by.{}.n", "who.{}.n"]


def test_packed_files_are_read_as_if_they_were_not(tmp_path):
    readings = read(tmp_path, {"data/a.csv.gz": gzip.compress(b"id,email\n1,x\n"),
                               "data/b.jsonl.gz": gzip.compress(b'{"email": 1}\n')})  # fmt: skip
    assert names(readings) == ["id", "email", "email"]


def test_the_schema_of_parquet_is_enough(tmp_path):
    schema = pa.schema([
        ("email", pa.string()), ("address", pa.struct([("street", pa.string())])),
        ("items", pa.list_(pa.struct([("sku", pa.int64())]))), ("by", pa.map_(pa.string(), pa.float64())),
    ])  # fmt: skip
    readings = read(tmp_path, {"data/users.parquet": parquet(schema)})
    assert [(name, kind) for _, name, kind in fields(readings)] == [
        ("email", "string"), ("address.street", "string"), ("items[].sku", "int64"), ("by.{}", "double"),
    ]  # fmt: skip


def test_each_sheet_of_a_workbook_is_a_dataset_hidden_ones_too(tmp_path):
    content = workbook(
        客户=[[], ["编号", "姓名", "生日"], [1, "张三", date(1988, 3, 4)]],
        log=[["id", "created_at"], [1, datetime(2026, 1, 1, 8)]], empty=[],
    )  # fmt: skip
    readings = read(tmp_path, {"data/book.xlsx": content})
    assert fields(readings) == [
        ("book.xlsx/log", "id", "integer"), ("book.xlsx/log", "created_at", "timestamp"),
        ("book.xlsx/客户", "编号", "integer"), ("book.xlsx/客户", "姓名", "text"), ("book.xlsx/客户", "生日", "date"),
    ]  # fmt: skip
    assert [r.evidence.line for r in readings[:-1] if isinstance(r.statement, Field)] == [1, 1, 2, 2, 2]


# -- which dataset -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "name", "table"),
    [
        ("orders-2026-01-01.csv", "orders-*.csv", "orders"),
        ("orders_20260101T120000.csv.gz", "orders_*.csv.gz", "orders"),
        ("2026/01/02/orders.csv", "*/orders.csv", "orders"),
        ("orders/dt=2026-01-01/region=cn/part-0001.parquet", "orders", "orders"),
        ("orders.parquet/part-00000-0c1b3c1e-1111-2222-3333-444455556666.c000.parquet", "orders.parquet", "orders"),
        ("export_part3.csv", "export_part*.csv", "export_part"),
        ("iso3166.csv", "iso3166.csv", "iso3166"),
        ("users_v2.csv", "users_v2.csv", "users_v2"),
        ("用户2026-01-01.csv", "用户*.csv", "用户"),
        ("jane@x.example.csv", "*.csv", ""),
        ("calls/139-1000-0005.csv", "calls/*.csv", ""),
    ],
)
def test_what_varies_in_a_path_is_taken_out(path, name, table):
    assert (home_of(path).name, home_of(path).table) == (name, table)


def test_dated_files_and_partitions_are_one_dataset_with_the_fields_of_all(tmp_path):
    readings = read(tmp_path, {
        "data/orders-2026-01-01.csv": "id,email\n1,x\n", "data/orders-2026-01-02.csv": "id,phone\n1.5,1\n",
        "data/visits/day=2026-01-01/user=file.canary@leak.example/part-0.jsonl": '{"url": "x"}\n',
    })  # fmt: skip
    assert fields(readings) == [
        ("orders-*.csv", "id", "number"), ("orders-*.csv", "email", "text"), ("orders-*.csv", "phone", "integer"),
        ("visits", "url", "text"), ("visits", "day", "text"), ("visits", "user", "text"),
    ]  # fmt: skip
    assert "canary" not in repr(readings)


@given(
    st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y_%m_%d", "%Y-%m"]),
)
def test_every_day_gives_the_same_dataset(day, pattern):
    assert home_of(f"sales/orders-{day.strftime(pattern)}.csv").name == "sales/orders-*.csv"


@given(st.lists(st.text(min_size=1, max_size=20).filter(lambda s: "/" not in s), min_size=1, max_size=4))
def test_every_path_has_a_name_that_can_be_stored_and_the_pattern_is_its_own(parts):
    name = home_of("/".join(parts)).name
    assert name.encode()
    assert shown("/".join(parts)).encode()


def test_the_namespace_is_the_folder_that_all_paths_lie_in_unless_one_is_said(tmp_path):
    put(tmp_path, {"data/a/x.csv": "id,email\n1,x\n", "data/b/y.csv": "id,email\n1,x\n"})
    readings = read(tmp_path, paths=["data/a/*.csv", "data/b/y.csv"])
    assert {(d.dataset.namespace, d.dataset.name) for d in statements(readings, Dataset)} == {
        ("file://data", "a/x.csv"), ("file://data", "b/y.csv"),
    }  # fmt: skip
    (dataset,) = statements(read(tmp_path, paths=["data/a/x.csv"], namespace="s3://lake"), Dataset)
    assert (dataset.dataset.namespace, dataset.dataset.name) == ("s3://lake", "x.csv")


# -- headings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "first",
    ["Rowena,Canary,Berlin", "file.canary@leak.example,x,y", "13910000042,a,b", "1,2,3", "id,id,id", "张三,北京,女"],
)
def test_a_first_row_that_may_be_data_names_nothing(tmp_path, first):
    readings = read(tmp_path, {"data/people.csv": f"{first}\nJane,Doe,Rome\n"})
    assert names(readings) == ["column_1", "column_2", "column_3"]
    assert "say header: true" in gaps(readings)[0][1]
    assert not any(word in repr(readings) for word in ("Rowena", "canary", "1391", "张三", "Jane"))


def test_people_can_say_whether_there_is_a_heading_and_what_columns_are_called(tmp_path):
    files = {"data/people.csv": "Vorname,Ort\nJane,Rome\n"}
    assert names(read(tmp_path, files, header=True)) == ["Vorname", "Ort"]
    assert (names(read(tmp_path, files, header=False)), gaps(read(tmp_path, files, header=False))) == (
        ["column_1", "column_2"], [],
    )  # fmt: skip
    assert names(read(tmp_path, files, columns=["given_name", "city"])) == ["given_name", "city"]


def test_even_a_heading_that_was_said_names_no_address(tmp_path):
    readings = read(tmp_path, {"data/people.csv": "file.canary@leak.example,email\nx,y\n"}, header=True)
    assert names(readings) == ["column_1", "email"]
    assert "looks like a value" in gaps(readings)[0][1]


def test_cells_beyond_the_heading_are_fields_too(tmp_path):
    readings = read(tmp_path, {"data/people.csv": "id,email\n1,x,extra\n"})
    assert names(readings) == ["id", "email", "column_3"]
    assert "rows have up to 3 cells, 2 are named" in gaps(readings)[0][1]


HEADINGS = st.lists(
    st.text(string.ascii_lowercase, min_size=1, max_size=8).map(lambda s: f"{s}_x"), min_size=1, max_size=6, unique=True
)
CELLS = st.text(min_size=0, max_size=20).filter(
    lambda s: "\0" not in s and not any(0xD800 <= ord(c) < 0xE000 for c in s)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(HEADINGS, st.lists(st.lists(CELLS, min_size=6, max_size=6), max_size=5))
def test_whatever_the_cells_hold_the_heading_is_read_back(tmp_path, heading, rows):
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(heading)
    table.writerows(row[: len(heading)] for row in rows)
    readings = read(tmp_path, {"data/t.csv": out.getvalue()}, delimiter=",")
    assert names(readings) == heading


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3), max_leaves=12,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(st.lists(st.dictionaries(st.text(max_size=6), JSON, max_size=4), max_size=4))
@example([{"": {"": 1}}])
def test_whatever_json_holds_every_field_has_a_name_that_can_be_stored(tmp_path, rows):
    readings = read(tmp_path, {"data/t.json": json.dumps(rows)})
    assert all(name and name.encode() for name in names(readings))
    assert len(set(names(readings))) == len(names(readings))


KINDS = st.sampled_from([None, "boolean", "integer", "number", "date", "timestamp", "text"])


@given(KINDS, KINDS, KINDS)
def test_the_wider_type_does_not_depend_on_the_order(a, b, c):
    assert wider(a, b) == wider(b, a)
    assert wider(a, wider(b, c)) == wider(wider(a, b), c) == widest([c, b, a])


@pytest.mark.parametrize(
    ("text", "kind"),
    [("", None), (" 1 ", "integer"), ("-1.5", "number"), ("1e9", "number"), ("0123", "text"), ("0", "integer"),
     ("2026-01-01", "date"), ("2026年1月2日", "date"), ("2026-01-01 08:00", "timestamp"), ("TRUE", "boolean"),
     ("Jane", "text"), ("9" * 5000, "text")],
)  # fmt: skip
def test_types_are_told_in_coarse_words(text, kind):
    assert type_of(text) == kind


@pytest.mark.parametrize("name", ["a@b.example", "139-1000-0042", "x" * 201, "0c1b3c1e-1111-2222-3333-444455556666"])
def test_what_looks_like_a_value_is_no_name(name):
    assert like_a_value(name)


# -- hostile and broken files ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", "", "empty"),
        ("a.csv", b"id,x\n1,\x00\n", "NUL"),
        ("a.csv", b"\xff\xfe\x00", "not utf-16 text"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\xf8\xf9", "not UTF-8"),
        ("a.csv", 'id,email\n1,"never closed\n', "a quote is not closed"),
        ("a.csv", ",".join(f"c_{i}" for i in range(2500)) + "\n", "more than 2000 columns"),
        ("a.csv", b"x" * (2**20 + 5), "first line is longer"),
        ("a.csv.gz", b"no gzip", "cannot be read"),
        ("a.csv.gz", gzip.compress(b"id,email\n" * 99)[:-20], "cannot be read"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.json", '{"a": ' * 40 + "1" + "}" * 40, "deeper than 20"),
        ("a.json", "Rowena Canary", "no JSON"),
        ("a.json", "3", "expected an object"),
        ("a.json", "[]", "no object"),
        ("a.json", '{"n": ' + "9" * 5000 + "}", "no JSON"),
        ("a.jsonl", '{"a": 1}\n{"b": \n[1]\n', "no JSON"),
        ("a.parquet", b"PAR1 nothing PAR1", "not readable as Parquet"),
        ("a.xlsx", b"PK nothing", "not readable as an Excel workbook"),
        ("a.xls", b"\xd0\xcf", "its name ends in none of"),
        ("a.txt", "x", "its name ends in none of"),
    ],
)
def test_what_cannot_be_read_is_a_gap_with_its_place_and_nothing_there_is_retired(tmp_path, name, content, reason):
    readings = read(tmp_path, {f"data/{name}": content, "data/good.csv": "id,email\n1,x\n"})
    assert [place.split(":")[0] for place, said in gaps(readings) if reason in said] == [f"data/{name}"], gaps(readings)
    assert "good.csv" in {name for name, _, _ in fields(readings)}
    assert readings[-1] == ScopeComplete(unread=(f"data/{name}",))
    assert "canary" not in repr(readings).lower()


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (2**28 + 1))
    readings = read(
        tmp_path, {"data/a.xlsx": out.getvalue(), "data/b.csv.gz": gzip.compress(b"id,email\n" + b"1,x\n" * 2**23)}
    )
    assert [reason for _, reason in gaps(readings)] == ["unpacked it is larger than 256 MiB; save its sheets as CSV"]
    assert names(readings) == ["id", "email"]


def test_an_entity_bomb_in_a_workbook_is_a_gap(tmp_path):
    import zipfile

    content, bomb = workbook(a=[["id"]]), io.BytesIO()
    entities = '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
    )
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(bomb, "w") as new:
        for item in old.namelist():
            text = old.read(item)
            is_sheet = item == "xl/worksheets/sheet1.xml"
            new.writestr(item, f"<?xml version='1.0'?>{entities}]><worksheet>&j;</worksheet>" if is_sheet else text)
    assert "not readable as an Excel" in gaps(read(tmp_path, {"data/a.xlsx": bomb.getvalue()}))[0][1]


def test_a_link_out_of_the_project_is_not_followed(tmp_path):
    put(tmp_path, {"outside.csv": PEOPLE, "project/data/in.csv": "id,email\n1,x\n"})
    (tmp_path / "project/data/link.csv").symlink_to(tmp_path / "outside.csv")
    readings = read(tmp_path / "project")
    assert gaps(readings) == [("data/link.csv", "it is a link that leads out of the project's folder")]
    assert names(readings) == ["id", "email"]


def test_hostile_names_stay_texts(tmp_path):
    nasty = ["=cmd|' /C calc'!A0", "</script><b>", "\x1b[31mred", "a\u202eb", "a#b:c\\", "x" * 90]
    out = io.StringIO()
    csv.writer(out).writerow(["id", "user_id", "created_at", "order_id", "is_ok", "user_name", *nasty])
    readings = read(tmp_path, {"data/a#b:c.csv": out.getvalue()}, header=True)
    assert names(readings)[6:] == nasty


def test_what_tools_hide_is_left_out_and_people_can_exclude_more(tmp_path):
    files = {
        "data/_SUCCESS": "",
        "data/.x.crc": "",
        "data/_tmp/a.csv": "id\n",
        "data/a.csv": "id,email\n",
        "data/b.csv": "id\n",
    }
    readings = read(tmp_path, files, exclude=["b.*"])
    assert (names(readings), gaps(readings)) == (["id", "email"], [])


def test_no_file_at_all_is_a_gap_and_retires_nothing(tmp_path):
    assert gaps(read(tmp_path)) == [("files", "its paths name no file")]
    assert not any(isinstance(r, ScopeComplete) for r in read(tmp_path))


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"path": ["x"]}, "unknown option 'path' (did you mean 'paths'?)"),
        ({"paths": "data/*"}, "paths"), ({"paths": []}, "paths"), ({"paths": ["../x"]}, "below the project"),
        ({"paths": ["/etc/*"]}, "below the project"), ({"encoding": "utf-99"}, "encoding"),
        ({"encoding": "base64"}, "encoding"), ({"delimiter": ",,"}, "delimiter"), ({"header": "yes"}, "header"),
        ({"columns": [1]}, "columns"), ({"namespace": ""}, "namespace"),
    ],
)  # fmt: skip
def test_an_option_that_cannot_be_used_is_named(tmp_path, options, complaint):
    with pytest.raises(InvalidInput, match="source files") as raised:
        read(tmp_path, **options)
    assert complaint in str(raised.value)


# -- in a project ----------------------------------------------------------------------------------------


def test_no_value_of_a_file_is_in_the_store_or_in_what_is_printed(folder):
    row = dict(
        zip(("user_name", "email", "card", "born"), (CANARIES[2], CANARIES[0], CANARIES[3], CANARIES[4]), strict=True)
    )
    put(folder.root, {
        "data/a.csv": PEOPLE, "data/headless.csv": PEOPLE.split("\n", 1)[1], "data/b.json": json.dumps([row]),
        "data/c.json": json.dumps({CANARIES[0]: {CANARIES[1]: 1}}), "data/broken.json": f'[{{"{CANARIES[0]}": ',
        "data/book.xlsx": workbook(s=[list(row), list(row.values())]),
        f"data/{CANARIES[0]}.csv": PEOPLE, f"data/day=1/user={CANARIES[1]}/x.csv": "id,\x00",
    })  # fmt: skip
    folder.write("sharemap.yaml", "sources: {files: {kind: files, paths: ['data/**/*'], system: lake}}\n")
    runs = [folder.run(*c) for c in (("scan",), ("check", "--format", "json"), ("export", "json"), ("explain", "*"))]
    assert runs[0].code == 3
    written = b"".join(p.read_bytes() for p in (folder.root / ".sharemap").iterdir())
    told = "".join(r.out + r.err for r in runs)
    assert [c for c in CANARIES if c in told or c.encode() in written] == []
    assert "lake:a.csv#email" in told


def test_a_rescan_that_saw_the_same_adds_nothing_and_a_file_that_is_gone_is_retired(folder):
    put(folder.root, {"data/a-2026-01-01.csv": "id,email\n1,x\n", "data/b.csv": "id,phone\n1,2\n"})
    folder.write("sharemap.yaml", "sources: {files: {kind: files, paths: ['data/*.csv']}}\n")
    assert folder.run("scan").code == 0
    put(folder.root, {"data/a-2026-01-02.csv": "id,email\n2,y\n"})
    assert " 0 new, 0 gone" in folder.run("scan").err.split("files", 1)[1]
    (folder.root / "data/b.csv").unlink()
    folder.run("scan")
    assert "b.csv" not in folder.run("export", "csv-fields").out
    assert "a-*.csv" in folder.run("export", "csv-fields").out


# -- values, where they are asked for --------------------------------------------------------------------------

MAILS = [f"somebody{i}.canary@leak.example" for i in range(30)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "\n".join(f"{m},x{i}" for i, m in enumerate(MAILS))),
        ("a.csv.gz", gzip.compress("\n".join(f"{m},x{i}" for i, m in enumerate(MAILS)).encode())),
        ("a.jsonl", "\n".join(json.dumps({"column_1": m}) for m in MAILS)),
        ("a.json", json.dumps([{"in": {"column_1": m}} for m in MAILS])),
    ],
)
def test_a_sample_tells_what_a_column_holds_whose_name_tells_nothing(tmp_path, name, content):
    files = {f"data/{name}": content}
    assert statements(read(tmp_path, files), Classification) == []
    readings = read(tmp_path, files, sample=25)
    assert [c.data_category for c in statements(readings, Classification)] == ["user.contact.email"]
    assert "canary" not in repr(readings)


def test_a_sample_of_parquet_and_of_a_workbook_too(tmp_path):
    table, out = pa.table({"in": [{"zzz": m} for m in MAILS]}), io.BytesIO()
    pq.write_table(table, out)
    content = workbook(s=[["id", "zzz_q"], *([i, m] for i, m in enumerate(MAILS))])
    readings = read(tmp_path, {"data/a.parquet": out.getvalue(), "data/b.xlsx": content}, sample=25)
    held = {c.field.field: c.data_category for c in statements(readings, Classification)}
    assert (held["in.zzz"], held["zzz_q"]) == ("user.contact.email", "user.contact.email")
    assert "canary" not in repr(readings)


def test_the_sample_of_the_scan_counts_where_the_source_says_none(tmp_path):
    put(tmp_path, {"data/a.jsonl": "\n".join(json.dumps({"column_1": m}) for m in MAILS)})
    for said, asked, found in ((None, 25, 1), (0, 25, 0), (None, None, 0), (25, None, 1)):
        options = {"paths": ["data/*"], **({} if said is None else {"sample": said})}
        readings = list(scan(Source("files", "files", tmp_path, options=options), Context(sample=asked)))
        assert len(statements(readings, Classification)) == found


def test_words_of_the_project_count(tmp_path):
    put(tmp_path, {"data/a.csv": "id,zzz_mark\n1,x\n"})
    own = OwnWords(words=(("user.name", ("zzz mark",)),))
    readings = list(scan(Source("files", "files", tmp_path, options={"paths": ["data/*"]}), Context(own_words=own)))
    assert [c.field.field for c in statements(readings, Classification) if c.data_category == "user.name"] == [
        "zzz_mark"
    ]


@pytest.mark.parametrize("sample", [-1, 10_001, True, "5"])
def test_a_sample_that_is_no_number_of_rows_is_refused(tmp_path, sample):
    with pytest.raises(InvalidInput, match="sample: expected a number of rows"):
        read(tmp_path, sample=sample)
