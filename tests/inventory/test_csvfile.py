"""Tables that spreadsheets open without calculating, and that read back as they were."""

import csv
import io
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inventory import csvfile
from lineage.errors import InvalidInput
from tests.exports import NASTY

TEXTS = st.text(st.sampled_from("'\" =+-@;,\t\r\n\x00\uff1da")) | st.sampled_from(NASTY)
LIVE = re.compile("[\"' ]*[-=+@\uff1d\uff0b\uff0d\uff20]")


@settings(deadline=None)
@given(TEXTS)
@example("'=1")
@example("a;'=1")
def test_a_cell_reads_back_as_it_was(text):
    assert csvfile.uncell(csvfile.cell(text)) == text


@pytest.mark.parametrize("separator", [",", ";"])
@settings(deadline=None)
@given(row=st.lists(TEXTS, min_size=1, max_size=3))
def test_no_cell_is_a_formula_whatever_a_spreadsheet_separates_by(separator, row):
    out = io.StringIO(newline="")
    csvfile.write([f"c{i}" for i in range(len(row))], [row], out)
    for cells in csv.reader(io.StringIO(out.getvalue().lstrip("\ufeff"), newline=""), delimiter=separator):
        for content in cells:
            shown = content.lstrip("\r\n")  # a cell torn at a semicolon may begin with the end of our own line
            assert shown.startswith("'") or not LIVE.match(shown)


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4))
def test_a_table_reads_back_row_by_row_each_on_one_line(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    with open(path, "w", encoding="utf-8", newline="") as out:
        csvfile.write(["a", "b"], rows, out)
    assert [tuple(row.values()) for _, row in csvfile.read(path, ["b", "a"])] == rows
    content = path.read_bytes()
    assert content.startswith("\ufeff".encode())
    assert content.count(b"\n") == content.count(b"\r\n") == len(rows) + 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "does not name the columns a"),
        (b"b\r\nJane\r\n", "does not name the columns a"),
        (b"a,a\r\n1,2\r\n", "names a column twice"),
        (b"a\r\n1,2\r\n", "line 2 has another number of cells"),
        (b"a\r\n\xff\r\n", "not readable as CSV in UTF-8"),
        (b'a\r\n"1\r\n', "not readable as CSV in UTF-8"),
        (b'a\r\n"1"2\r\n', "not readable as CSV in UTF-8"),
    ],
)
def test_what_is_no_such_table_is_refused_without_being_quoted(tmp_path, content, message):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=message) as refused:
        list(csvfile.read(path, ["a"]))
    assert "Jane" not in str(refused.value)
