"""How is something said in one language: sentences, counts, days, spans of time, countries, lists, people's words?"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any
from unicodedata import bidirectional

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.units import format_unit
from markupsafe import Markup, escape

from inventory.disclosure.content import Text

_SPAN = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_UNITS = ("year", "month", "week", "day", "hour", "minute", "second")


@cache
def read_messages(code: str) -> Mapping[str, Mapping[str, Any]]:
    """The table of one language: section -> key -> message, or -> {one, other} where a number chooses."""
    return tomllib.loads(files(__package__).joinpath("messages", f"{code}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Language:
    """One language of the page; everything it returns as Markup is escaped."""

    code: str

    @property
    def messages(self) -> Mapping[str, Mapping[str, Any]]:
        return read_messages(self.code)

    @property
    def locale(self) -> Locale:
        return Locale.parse(self.messages["language"]["locale"])

    @property
    def name(self) -> str:
        return str(self.messages["language"]["name"])

    # -- sentences ------------------------------------------------------------------------------------

    def say(self, key: str, **words: object) -> Markup:
        """A message, ``section.name``, with what stands in its braces filled in.  Raises KeyError for no message."""
        section, _, name = key.partition(".")
        return Markup(self.messages[section][name]).format(**words)  # noqa: S704  (messages are ours, words escaped)

    def count(self, key: str, n: int, **words: object) -> Markup:
        """A message in the form that a number asks for; `n` is filled in too."""
        section, _, name = key.partition(".")
        forms = self.messages[section][name]
        form = forms.get(self.locale.plural_form(n), forms["other"])
        return Markup(form).format(n=n, **words)  # noqa: S704

    def has(self, key: str) -> bool:
        section, _, name = key.partition(".")
        return name in self.messages[section]

    def together(self, *sentences: object) -> Markup:
        """Sentences one after another, as the language sets them; empty ones are left out."""
        gap = self.messages["language"]["gap"]
        return Markup(gap).join(escape(s) for s in sentences if s)  # noqa: S704

    @property
    def unknown(self) -> Markup:
        """What stands where something is not known."""
        return Markup('<span class="unknown">{}</span>').format(self.say("site.unknown"))

    # -- what people wrote ----------------------------------------------------------------------------

    def told(self, text: Text) -> Markup:
        """People's words in this language, else in another one and marked as such; unknown where there are none."""
        if not text:
            return self.unknown
        language, words = self._nearest(text)
        tag = "bdi" if any(bidirectional(c) in _RIGHT_TO_LEFT for c in words) else "span"
        if language in (self.code, ""):
            return Markup("<{tag}>{words}</{tag}>").format(tag=tag, words=words)
        return Markup('<{tag} lang="{language}">{words}</{tag}>').format(tag=tag, language=language, words=words)

    def plain(self, text: Text) -> str:
        """The same without markup; empty where there are no words."""
        return self._nearest(text)[1] if text else ""

    def _nearest(self, text: Text) -> tuple[str, str]:
        return next((pair for pair in text if pair[0] == self.code), text[0])

    # -- days, spans, places, lists -------------------------------------------------------------------

    def day(self, day: date) -> Markup:
        shown = format_date(day, "long", self.locale)
        return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), shown)

    def duration(self, span: str) -> str:
        """An ISO 8601 duration in words; what is none is shown as it is."""
        found = _SPAN.fullmatch(span)
        counts = [(int(n), unit) for n, unit in zip(found.groups(), _UNITS, strict=True) if n] if found else []
        length = self.messages["language"]["durations"]
        words = [format_unit(n, f"duration-{unit}", length, locale=self.locale) for n, unit in counts]
        return format_list(words, style="unit", locale=self.locale) if words else span

    def country(self, code: str) -> str:
        """A country or area by its ISO 3166 code, as the table of countries says, else as CLDR does."""
        own = self.messages["country"].get(code)
        return str(own or self.locale.territories.get(code, code))

    def tongue(self, code: str) -> str:
        """What a language is called."""
        return str(self.locale.languages.get(code.replace("-", "_"), code))

    def listed(self, words: Iterable[object]) -> Markup:
        """Several things in one sentence: ``a, b, and c``, ``甲、乙和丙``."""
        return Markup(format_list([str(escape(word)) for word in words], locale=self.locale))  # noqa: S704


def alphabetical(name: str) -> tuple[bool, bytes, str]:
    """Sorts Latin names by letter and common Chinese ones by pinyin (the order of GB 2312); no name comes last."""
    folded = name.casefold()
    return (not name, folded.encode("gb18030", "replace"), folded)
