"""Canonical JSON of everything known."""

import json
import random

from hypothesis import given, settings

from inventory.formats import graph_json
from lineage.codec import decode, encode
from tests.exports import shop, worlds, written


def test_it_begins_with_version_and_command_and_marks_what_is_derived():
    text = written(graph_json, shop())
    content = json.loads(text)
    assert list(content)[:2] == ["version", "command"]
    assert text.startswith('{\n"version": 1,\n"command": "export",\n')
    assert [decode(record) for record in content["facts"]]
    (share,) = content["derived"]["shares"]
    assert (share["recipient"], share["authorized"], share["failed"]) == ("ad", False, ["none"])
    assert [hop["field"] for hop in share["path"]] == ["ours:users#email", "ours:copy#email", "theirs:in#email"]
    assert {row["ref"] for row in content["derived"]["labels"]} == {hop["field"] for hop in share["path"]}


@settings(deadline=None)
@given(worlds)
def test_every_fact_is_a_line_and_their_order_changes_no_byte(facts):
    text = written(graph_json, facts)
    assert written(graph_json, random.Random(1).sample(facts, len(facts))) == text
    told = [json.loads(line.rstrip(",")) for line in text.split("\n") if line.startswith('{"evidence"')]
    assert {json.dumps(t, sort_keys=True) for t in told} == {json.dumps(encode(f), sort_keys=True) for f in facts}


def test_a_world_of_which_nothing_is_known_is_json_too():
    assert json.loads(written(graph_json, []))["facts"] == []
