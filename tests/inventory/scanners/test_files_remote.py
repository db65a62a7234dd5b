"""Files behind URLs are read as those of the project are, in memory; no credential is taken from a URL, or told."""

import gzip
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

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
    pytest.importorskip("fsspec")
    with pytest.raises(InvalidInput, match="s3fs"):
        read(tmp_path, "s3://bucket/*.csv")


def test_urls_and_files_are_two_sources(tmp_path):
    with pytest.raises(InvalidInput, match="two sources"):
        read(tmp_path, "data/*.csv", "https://lake.example/a.csv")
