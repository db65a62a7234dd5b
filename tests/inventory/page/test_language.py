"""Both languages say the same things, each in its own way."""

import re
from datetime import date

import pytest

from inventory.page.language import Language, alphabetical, read_messages

ZH, EN = Language("zh-Hans"), Language("en")


def flat(code):
    return {
        f"{section}.{key}": message for section, table in read_messages(code).items() for key, message in table.items()
    }


def test_the_tables_have_the_same_keys_and_braces():
    zh, en = flat("zh-Hans"), flat("en")
    assert list(zh) == list(en)
    for key in zh:
        many = [m["other"] if isinstance(m, dict) else m for m in (zh[key], en[key])]
        assert len({frozenset(re.findall(r"\{\w+\}", message)) for message in many}) == 1, key


def test_each_table_has_a_form_for_every_number():
    for language in (ZH, EN):
        for key, message in flat(language.code).items():
            if isinstance(message, dict):
                assert set(message) == set(language.locale.plural_form.tags) | {"other"}, key


@pytest.mark.parametrize(
    ("span", "zh", "en"),
    [
        ("P30D", "30天", "30 days"),
        ("P1Y6M", "1年6个月", "1 year, 6 months"),
        ("P1M", "1个月", "1 month"),
        ("PT48H", "48小时", "48 hours"),
        ("P2W", "2周", "2 weeks"),
        ("for ever", "for ever", "for ever"),
    ],
)
def test_spans_of_time_are_words(span, zh, en):
    assert (ZH.duration(span), EN.duration(span)) == (zh, en)


def test_days_countries_and_lists_follow_the_language():
    assert "2026年6月15日" in ZH.day(date(2026, 6, 15))
    assert EN.day(date(2026, 6, 15)) == '<time datetime="2026-06-15">June 15, 2026</time>'
    assert (ZH.country("DE"), EN.country("DE"), EN.country("EEA")) == ("德国", "Germany", "European Economic Area")
    assert (ZH.listed("甲乙丙"), EN.listed("abc")) == ("甲、乙和丙", "a, b, and c")
    assert EN.count("lead.abroad", 1) != EN.count("lead.abroad", 2)
    assert EN.tongue("zh-Hans") == "Simplified Chinese"
    assert EN.tongue("<i>") == "<i>"


def test_lists_and_sentences_escape_what_they_are_given():
    assert EN.listed(["<b>", "{0}"]) == "&lt;b&gt; and {0}"
    assert EN.say("row.what") == "What"
    assert "&lt;" in EN.say("language.quote", words="<")
    assert EN.together("a.", "", None, "b.") == "a. b."
    assert ZH.together("甲。", "乙。") == "甲。乙。"


def test_words_of_people_fall_back_to_the_other_language_and_say_so():
    assert ZH.told((("en", "desk"), ("zh-Hans", "前台"))) == "<span>前台</span>"
    assert ZH.told((("en", "desk"),)) == '<span lang="en">desk</span>'
    assert "尚未确定" in ZH.told(())


def test_names_stand_from_a_to_z_and_by_pinyin():
    names = ["中信", "Zebra", "阿里", "adam", "", "北辰"]
    assert sorted(names, key=alphabetical) == ["adam", "Zebra", "阿里", "北辰", "中信", ""]
