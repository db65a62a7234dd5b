"""`sharemap add`: entries by prompt, from a file, from a pipe."""

import pytest

from inventory.cli.entries import KINDS
from inventory.questions import kinds, questions
from tests.world import world


def written(folder, kind):
    return (folder.root / "inventory" / f"{kind}.yaml").read_text(encoding="utf-8")


def test_it_asks_for_each_key_and_again_where_an_answer_cannot_be(folder):
    folder.entries(**world())
    answers = ["ads", "seperate", "separate", "{zh-Hans: 同意, en: I agree}"]
    done = folder.run("add", "consent", stdin="\n".join(answers) + "\n")
    assert done.code == 0
    assert "kind (general, separate, written, guardian)" in done.err
    assert "Input should be" in done.err
    assert "kind: separate" in written(folder, "consents")
    assert "zh-Hans: 同意" in written(folder, "consents")
    assert folder.run("scan").code == 0


def test_an_empty_answer_leaves_an_optional_key_out_and_lists_need_no_brackets(folder):
    answers = ["c1", "deletion", "", "", "", ""]
    folder.entries(**world())
    assert folder.run("add", "control", stdin="\n".join(answers) + "\n").code == 0
    assert written(folder, "controls") == "controls:\n  - key: c1\n    kind: deletion\n"
    answers = ["r1", "user.name, user.contact", "crm", "", "P1Y", "", "erase"]
    assert folder.run("add", "retention", stdin="\n".join(answers) + "\n").code == 0
    assert "user.contact" in written(folder, "retention")


def test_a_pipe_and_a_file_will_do(folder):
    assert folder.run("add", "party", "--from", "-", stdin="{key: us, own: true}").code == 0
    folder.write("adloom.yaml", "key: adloom\nrole: controller\n")
    assert folder.run("add", "party", "--from", "adloom.yaml").code == 0
    assert "adloom" in written(folder, "parties")


def test_an_unknown_kind_is_refused_with_the_nearest(folder):
    done = folder.run("add", "partie")
    assert done.code == 2
    assert "did you mean 'party'" in done.err


def test_an_interrupted_prompt_writes_nothing(folder):
    assert folder.run("add", "party", stdin="us\n").code == 130
    assert not (folder.root / "inventory" / "parties.yaml").exists()


def test_every_list_but_suppressions_can_be_added_to():
    assert set(KINDS.values()) | {"suppressions"} == set(kinds())


@pytest.mark.parametrize("kind", kinds())
def test_required_keys_are_asked_first(kind):
    asked = [question.required for question in questions(kind)]
    assert asked == sorted(asked, reverse=True)
