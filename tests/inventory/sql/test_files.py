"""Many files are read side by side, and come out in their order."""

from inventory.sql import files
from inventory.sql.files import Reader, lineages


def test_many_files_are_read_as_few_are(tmp_path, monkeypatch):
    paths = [tmp_path / f"{i:03}.sql" for i in range(files._FEW + 9)]
    for i, path in enumerate(paths):
        path.write_text(f"INSERT INTO t{i} (x) SELECT acme(c) FROM s;")
    paths[3].write_bytes("SELECT 'é'".encode("latin-1"))
    reader = Reader("postgres", functions={"acme": "hashed"})
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    found = list(lineages(paths, reader))
    assert found == [reader.file(path) for path in paths]
    assert found[3] == "not readable as UTF-8 text (UnicodeDecodeError)"
    assert found[8].edges[0].masking
