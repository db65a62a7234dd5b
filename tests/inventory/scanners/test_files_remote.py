"""Files behind URLs are read as those of the project are, in memory; no credential is taken from a URL, or told."""

import gzip
import io
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import Request, urlopen

import boto3
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from moto.server import ThreadedMotoServer

from inventory.project import Source
from inventory.scanners import Context
from inventory.scanners.files import scan
from inventory.scanners.files.remote import base_of
from lineage.errors import InvalidInput
from lineage.model import Classification, Field, Gap, ScopeComplete

PEOPLE = "user_name,email,phone\nRowena Canary,file.canary@leak.example,13910000042\n"


class Quiet(SimpleHTTPRequestHandler):
    """Python's own server of a folder, which gives no parts of a file, without its log."""

    def log_message(self, *_):
        pass


@pytest.fixture
def served(tmp_path):
    """A folder, and the URL under which it is served."""
    folder = tmp_path / "served"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def read(root, *paths, **options):
    return list(scan(Source("lake", "files", root, options={"paths": list(paths), **options}), Context()))


def statements(readings, kind):
    return [r.statement for r in readings if not isinstance(r, ScopeComplete) and isinstance(r.statement, kind)]


def names(readings):
    return sorted({(f.field.namespace, f.field.name, f.field.field) for f in statements(readings, Field)})


def test_every_kind_of_file_is_read_behind_a_url(tmp_path, served):
    folder, url = served
    (folder / "people.csv.gz").write_bytes(gzip.compress(PEOPLE.encode()))
    (folder / "visits.jsonl").write_text('{"visitor": {"ip": "203.0.113.9"}}\n{"visitor": {"ip": "203.0.113.8"}}\n')
    pq.write_table(pa.table({"birth_date": ["1988-03-04"]}), folder / "births.parquet")
    book = openpyxl.Workbook()
    book.active.append(["home_phone", "created_at"])
    book.save(folder / "book.xlsx")
    found = read(
        tmp_path, *(f"{url}/{name}" for name in ("people.csv.gz", "visits.jsonl", "births.parquet", "book.xlsx"))
    )
    assert not statements(found, Gap)
    assert names(found) == sorted(
        (url, *dataset)
        for dataset in [
            ("births.parquet", "birth_date"),
            ("book.xlsx/Sheet", "created_at"),
            ("book.xlsx/Sheet", "home_phone"),
            ("people.csv.gz", "email"),
            ("people.csv.gz", "phone"),
            ("people.csv.gz", "user_name"),
            ("visits.jsonl", "visitor.ip"),
        ]
    )
    assert isinstance(found[-1], ScopeComplete)


def test_a_pattern_is_matched_against_what_the_server_lists(tmp_path, served):
    folder, url = served
    (folder / "exports").mkdir()
    for day in ("2026-01-01", "2026-01-02"):
        (folder / "exports" / f"people-{day}.csv").write_text(PEOPLE)
    (folder / "exports" / "secret.txt").write_text("file.canary@leak.example")
    found = read(tmp_path, f"{url}/exports/*.csv")
    assert {name for _, name, _ in names(found)} == {"exports/people-*.csv"}


def test_values_are_looked_at_where_a_sample_is_asked_for_and_stay_nowhere(tmp_path, served):
    folder, url = served
    addresses = "".join(f"canary{i}.x@leak.example\n" for i in range(40))
    (folder / "list.csv").write_text("c1\n" + addresses)
    found = read(tmp_path, f"{url}/list.csv", sample=100, header=True)
    (told,) = statements(found, Classification)
    assert told.data_category == "user.contact.email"
    assert "canary" not in repr(found)
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["list.csv"]


def test_what_cannot_be_had_is_a_gap_and_retires_nothing(tmp_path, served):
    _, url = served
    (gap,) = statements(read(tmp_path, f"{url}/gone.csv"), Gap)
    assert "cannot be read" in gap.reason
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("no_proxy", "*")
        found = read(tmp_path, "http://127.0.0.1:9/folder/*.csv")
    assert "could not be told" in statements(found, Gap)[0].reason
    assert not [r for r in found if isinstance(r, ScopeComplete)]


def test_a_file_that_a_server_gives_only_whole_may_not_be_endless(tmp_path, served, monkeypatch):
    folder, url = served
    monkeypatch.setattr("inventory.scanners.files.remote._WITHOUT_RANGES", 1000)
    pq.write_table(pa.table({"a": list(range(5000))}), folder / "large.parquet")
    found = read(tmp_path, f"{url}/large.parquet")
    assert all(isinstance(r, ScopeComplete) or isinstance(r.statement, Gap) for r in found)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://jane:hunter2@lake.example/a.csv", "credential"),
        ("s3://AKIAX:hunter2@bucket/a.csv", "credential"),
        ("https://lake.example/a.csv?sig=hunter2", "query"),
        ("ftp://hunter2.example/a.csv", "no such scheme"),
        ("zip://x.csv::https://hunter2.example/a.zip", "no such scheme"),
        ("https://lake.example/../hunter2.csv", "expected scheme"),
    ],
)
def test_urls_with_secrets_or_of_other_kinds_are_refused_without_quoting_them(tmp_path, url, told):
    with pytest.raises(InvalidInput, match=told) as refused:
        read(tmp_path, url)
    assert "hunter2" not in str(refused.value)


def test_one_source_reads_one_host():
    assert base_of("lake", ("s3://bucket/a/*.csv", "s3://bucket/b.csv")) == "s3://bucket"
    assert base_of("lake", ("abfss://box@store.dfs.example/a.csv",)) == "abfss://box@store.dfs.example"
    with pytest.raises(InvalidInput, match="one host"):
        base_of("lake", ("s3://bucket/a.csv", "s3://other/a.csv"))


def test_a_service_whose_package_is_missing_says_which(tmp_path):
    with pytest.raises(InvalidInput, match="gcsfs"):
        read(tmp_path, "gs://bucket/*.csv")


def test_urls_and_files_are_two_sources(tmp_path):
    with pytest.raises(InvalidInput, match="two sources"):
        read(tmp_path, "data/*.csv", "https://lake.example/a.csv")


KEYS = {"AWS_ACCESS_KEY_ID": "canary-key", "AWS_SECRET_ACCESS_KEY": "canary-secret", "AWS_DEFAULT_REGION": "eu-west-1"}


@pytest.fixture(scope="module")
def store():
    """The URL of an object store that runs here."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(store, monkeypatch):
    """A client of it with an empty bucket `fjord-exports`; keys are in the environment alone."""
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": store}.items():
        monkeypatch.setenv(name, value)
    urlopen(Request(f"{store}/moto-api/reset", method="POST")).close()
    client = boto3.client("s3")
    client.create_bucket(Bucket="fjord-exports", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return client


def test_an_object_store_is_read_by_patterns_of_its_keys(tmp_path, bucket):
    rows = io.BytesIO()
    pq.write_table(pa.table({"birth_date": ["1988-03-04"], "sku": ["A-1"]}), rows)
    for key, content in {
        "crm/people.csv": PEOPLE.encode(),
        "crm/old/births.parquet": rows.getvalue(),
        "crm/<b>&\u202e.jsonl": b'{"visitor": {"ip": "203.0.113.9"}}\n',
        "crm/readme.bin": b"\0\1",
        "other/people.csv": PEOPLE.encode(),
    }.items():
        bucket.put_object(Bucket="fjord-exports", Key=key, Body=content)
    found = read(tmp_path, "s3://fjord-exports/crm/**/*.*[vtl]")
    assert not statements(found, Gap)
    assert names(found) == sorted(
        ("s3://fjord-exports", *dataset)
        for dataset in [
            ("crm/old/births.parquet", "birth_date"),
            ("crm/old/births.parquet", "sku"),
            ("crm/people.csv", "email"),
            ("crm/people.csv", "phone"),
            ("crm/people.csv", "user_name"),
            ("crm/<b>&\u202e.jsonl", "visitor.ip"),
        ]
    )
    assert {c.data_category for c in statements(found, Classification)} >= {
        "user.contact.email",
        "user.account.username",
    }
    assert not any(secret in repr(found) for secret in ("Rowena", "canary-key", "canary-secret", "13910000042"))


@pytest.mark.parametrize(
    "path", ["s3://no-such-bucket/*.csv", "s3://fjord-exports/gone.csv", "s3://no-such-bucket/gone.csv"]
)
def test_what_an_object_store_does_not_give_is_a_gap_that_tells_no_key(tmp_path, bucket, path):
    found = read(tmp_path, path)
    assert not names(found)
    assert len(statements(found, Gap)) == 1
    assert not any(secret in repr(found) for secret in ("canary-key", "canary-secret", "127.0.0.1"))


def test_an_object_store_that_cannot_be_reached_is_a_gap(tmp_path, bucket, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    gaps = statements(read(tmp_path, "s3://fjord-exports/*.csv"), Gap)
    assert "EndpointConnectionError" in gaps[0].reason
    assert "canary" not in repr(gaps)
