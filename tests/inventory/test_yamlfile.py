"""YAML is read with the line of every key, and nothing that could expand, make objects or hide."""

import pytest

from inventory.yamlfile import load
from lineage.errors import InvalidInput


def document(tmp_path, text):
    path = tmp_path / "x.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(path, "x.yaml")


def test_every_key_has_its_line(tmp_path):
    found = document(tmp_path, "a:\n  - {b: 1}\n  - b: 2\nc: yes\n")
    assert found.content == {"a": [{"b": 1}, {"b": 2}], "c": "yes"}
    assert [found.line(at) for at in (("a",), ("a", 1), ("a", 1, "b"), ("c",), ("nowhere",))] == [1, 3, 3, 4, 1]


def test_a_character_in_two_halves_is_put_together_and_half_a_one_is_refused(tmp_path):
    assert document(tmp_path, '{"a": "\\ud83d\\ude00"}').content == {"a": "\U0001f600"}
    with pytest.raises(InvalidInput, match="half a character"):
        document(tmp_path, '{"a": "\\ud83d"}')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x 1\nb: *x", r"x.yaml:1: anchors"),
        ("a: !!python/name:os 1", r"x.yaml:1: tags"),
        ("a: 1\na: 2", r"x.yaml:2"),
        ("a: [", r"x.yaml:"),
        (b"a: \xff", "UTF-8"),
        ("[" * 50 + "]" * 50, "nested deeper"),
    ],
)
def test_tricks_and_breakage_are_refused_by_place(tmp_path, text, message):
    with pytest.raises(InvalidInput, match=message):
        document(tmp_path, text)
