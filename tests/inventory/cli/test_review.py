"""`sharemap review`: answers on a terminal, answers for scripts, and what is shown."""

import pytest

from tests.inventory.review.test_review import CSV, shop  # noqa: F401 - a fixture

NASTY = "\x1b[31mphone#:\\\u202e"


def written(folder):
    return (folder.root / "inventory/classifications.yaml").read_text(encoding="utf-8")


def listed(folder):
    return folder.run("review", "--list", "--format", "json").json


def test_the_list_says_what_is_thought_why_and_whom_it_reaches(shop):  # noqa: F811
    told = shop.run("review", "--list").out
    first = told.split("crm:")[1]
    assert first.startswith("users.csv#phone")
    assert "seems to hold Phone number (user.contact.phone_number), confidence 0." in first
    assert "reaches Ad: NOT AUTHORISED" in first
    assert "(data/users.csv:1, first seen 20" in first
    assert "5 fields read" in told.splitlines()[-1]


def test_the_json_holds_the_same(shop):  # noqa: F811
    told = listed(shop)
    assert (told["version"], told["command"]) == (1, "review")
    assert told["open"][0]["reaches"] == [{"recipient": "ad", "authorized": False}]
    assert set(told["coverage"]) == {"fields", "classified", "reviewed", "open", "unclassified", "unread"}
    assert len({item["field"] for item in told["open"]}) == told["coverage"]["open"]


def test_each_question_takes_one_letter_and_answers_are_written_at_once(shop):  # noqa: F811
    answers = [
        "data protection",
        "x",
        "a",
        "c",
        "user.contact.emial",
        "user.contact.email",
        "user.contact",
        "",
        "r",
        "",
        "a quiz",
        "q",
    ]
    done = shop.run("review", stdin="\n".join(answers) + "\n")
    assert done.code == 0
    assert "one of a, c, r, s, q" in done.err
    assert "did you mean 'user.contact.email'" in done.err
    assert "that is what was inferred" in done.err
    text = written(shop)
    assert text.count("by: data protection") == 3
    assert "replaces: user.contact.email" in text
    assert "not_personal: a quiz" in text
    assert shop.run("check", "--fail-on", "never").code in (0, 3)
    assert {i["field"].split("#")[1] for i in listed(shop)["open"]}.isdisjoint({"phone", "email", "religion"})


def test_an_end_of_input_keeps_the_answers_so_far(shop):  # noqa: F811
    done = shop.run("review", "--by", "dpo", stdin="a\n")
    assert (done.code, "answers so far are kept" in done.err) == (0, True)
    assert written(shop).count("- field") == 1


def test_skipping_leaves_everything_open(shop):  # noqa: F811
    before = listed(shop)["open"]
    assert shop.run("review", "--by", "dpo", stdin="s\n" * len(before)).code == 0
    assert listed(shop)["open"] == before
    assert not (shop.root / "inventory/classifications.yaml").exists()


def test_scripts_answer_by_options(shop):  # noqa: F811
    done = shop.run(
        "review", "--accept", "crm:users.csv#phone=user.contact.phone_number", "--correct", "#email=user.contact",
        "--reject", "*religion", "--reason", "a survey", "--by", "dpo",
    )  # fmt: skip
    assert (done.code, "3 answers written to inventory/classifications.yaml" in done.err) == (0, True), done.err
    text = written(shop)
    assert text.count("note: a survey") == 2
    assert "not_personal: a survey" in text
    assert {i["field"].split("#")[1] for i in listed(shop)["open"]}.isdisjoint({"phone", "email", "religion"})


def test_a_correction_takes_the_guess_away_and_a_rejection_the_share(shop):  # noqa: F811
    assert "NOT AUTHORISED" in shop.run("who-gets", "crm:users.csv#phone").out
    shop.run("review", "--reject", "#phone", "--reason", "of the house", "--by", "dpo")
    assert "no sharing" in shop.run("who-gets", "crm:users.csv#phone").out
    explained = shop.run("explain", "crm:users.csv#phone").out
    assert "not personal: of the house" in explained


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--accept", "#phone"), "--by: say who answers"),
        (("--reject", "#phone", "--by", "dpo"), "--reject needs --reason"),
        (("--correct", "#phone", "--by", "dpo"), "write FIELD=CATEGORY"),
        (("--correct", "#phone=user.contact.emial", "--by", "dpo"), "did you mean 'user.contact.email'"),
        (("--correct", "#phone=user.contact.phone_number", "--by", "dpo"), "is what was inferred"),
        (("--accept", "#phone=user.name", "--by", "dpo"), "nothing inferred of user.name stands open"),
        (("--accept", "#nothing", "--by", "dpo"), "no field"),
        (("--accept", "#phone", "--reject", "#phone", "--reason", "x", "--by", "dpo"), "answered twice"),
        (("--list", "--format", "yaml"), "--format"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_and_nothing_is_written(shop, arguments, complaint):  # noqa: F811
    done = shop.run("review", *arguments)
    assert (done.code, complaint in done.err) == (2, True), done.err
    assert not (shop.root / "inventory/classifications.yaml").exists()


def test_hostile_names_are_shown_safely_and_answered_exactly(shop):  # noqa: F811
    shop.write("data/users.csv", CSV.replace("phone", NASTY))
    shop.write("sharemap.yaml", "sources: {files: {kind: files, paths: ['data/*.csv'], system: crm, header: true}}\n")
    shop.run("scan")
    told = shop.run("review", "--list").out
    assert "\x1b" not in told
    assert "\u202e" not in told
    before = listed(shop)["coverage"]["open"]
    shop.run("review", "--accept", "*", "--by", "dpo")
    assert (before > 0, listed(shop)["coverage"]["open"]) == (True, 0)
    assert shop.run("scan").code == 0


def test_nothing_to_ask_says_so(folder):
    assert "nothing stands open" in folder.run("review").err
    assert "0 fields read" in folder.run("review", "--list").out
