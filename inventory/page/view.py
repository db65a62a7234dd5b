"""What does one page of one language need to know of the disclosure: names, order, the answer in one line?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from inventory.disclosure.content import Body, Disclosure, Handover, Item, Keeping, Recipient
from inventory.disclosure.words import clean
from inventory.page.language import Language, alphabetical

_STATES = {True: "yes", False: "no", None: "unknown"}
_TELLING = ("consent", "objection", "law", "emergency")
"""Conditions that are told in the line of the answer; the others are told in the card."""


@dataclass(frozen=True)
class View:
    """A disclosure in one language; `title` is what the site is called, `homes` where each item's card is."""

    disclosure: Disclosure
    language: Language
    title: str | None
    homes: Mapping[str, str]

    @property
    def site(self) -> str:
        return (
            clean(self.title)
            or self.language.plain(self.disclosure.operators[0].name)
            or str(self.language.say("site.unknown"))
        )

    @cached_property
    def recipients(self) -> tuple[Recipient, ...]:
        """All recipients from A to Z."""
        plain = self.language.plain
        return tuple(sorted(self.disclosure.recipients, key=lambda r: (alphabetical(plain(r.body.name)), r.body.id)))

    @cached_property
    def bodies(self) -> dict[str, Body]:
        return {recipient.body.id: recipient.body for recipient in self.disclosure.recipients}

    @cached_property
    def items(self) -> dict[str, Item]:
        return {item.id: item for item in self.disclosure.items}

    def handovers(self, item: Item) -> list[Handover]:
        """What happens with an item: what we do first, then what others pass on, each from A to Z."""
        return sorted(item.handovers, key=lambda h: (h.passed_on_by is not None, self._place(h.recipient), h.id))

    def _place(self, recipient: str) -> tuple[bool, bytes, str]:
        return alphabetical(self.language.plain(self.bodies[recipient].name))

    # -- sentences ------------------------------------------------------------------------------------

    def answer(self, item: Item) -> Markup:
        """Who gets it and on which condition, in one line."""
        who: dict[str, list[str]] = {}
        for handover in self.handovers(item):
            who.setdefault(handover.recipient, []).append(handover.condition)
        if not who:
            return self.language.say("item.none")
        told = [self._with_condition(self.bodies[key], conditions) for key, conditions in who.items()]
        return self.language.count("item.given", len(told), who=self.language.listed(told))

    def _with_condition(self, body: Body, conditions: Iterable[str]) -> Markup:
        name, said = self.language.told(body.name), set(conditions)
        if len(said) == 1 and (only := said.pop()) in _TELLING:
            return self.language.say("language.aside", words=name, aside=self.language.say(f"condition.{only}"))
        if "consent" in said:
            return self.language.say("language.aside", words=name, aside=self.language.say("item.partly"))
        return name

    def about(self, section: str, handover: Handover, key: str) -> Markup:
        """A message on a handover; in the words for what others pass on, where they do and the words differ."""
        theirs = f"{section}.{key}_giver"
        if handover.passed_on_by and self.language.has(theirs):
            return self.language.say(theirs)
        return self.language.say(f"{section}.{key}")

    def basis(self, handover: Handover) -> Markup:
        """The legal basis; a processor's is that of the one it works for."""
        if handover.basis and self.language.has(f"basis.{handover.basis}"):
            return self.language.say(f"basis.{handover.basis}")
        return self.about("basis", handover, "entrusted") if handover.role == "processor" else self.language.unknown

    def method(self, handover: Handover) -> Markup:
        """How it gets there, and whether it is encrypted on the way where somebody sends it."""
        how = self.about("method", handover, handover.method)
        if handover.method in ("direct", "published"):
            return how
        return self.language.say("language.pair", a=how, b=self.state("encrypted", handover.encrypted))

    def kept(self, keeping: Keeping | None) -> Markup:
        """How long, by which rule, and what happens then."""
        if keeping is None:
            return self.language.unknown
        span = self.language.duration(keeping.period) if keeping.period else ""
        rule = self.language.told(keeping.rule) if keeping.rule else Markup()
        first = self.language.say("kept.unless", period=span, rule=rule) if span and rule else span or rule
        after = f"kept.after_{keeping.after}"
        if not keeping.after or not self.language.has(after):
            return Markup("{}").format(first)
        return self.language.say("language.pair", a=first, b=self.language.say(after))

    def state(self, section: str, known: bool | None) -> Markup:
        """``yes``, ``no`` or ``unknown`` of a section of messages."""
        return self.language.say(f"{section}.{_STATES[known]}")

    # -- counts ---------------------------------------------------------------------------------------

    @property
    def on_consent(self) -> int:
        """Items that go to somebody only with consent."""
        return sum(any(h.condition == "consent" for h in item.handovers) for item in self.disclosure.items)

    @property
    def abroad(self) -> int:
        """Recipients that get something outside the area of the sender's law."""
        return len({h.recipient for h in self.disclosure.handovers if h.transfers})

    def known_by(self, how: str) -> int:
        """Handovers that are ``verified``, ``declared`` or under ``review``."""
        return sum(handover.provenance.how == how for handover in self.disclosure.handovers)
