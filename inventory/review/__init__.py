"""What was inferred and nobody has answered yet, the most consequential first, and what an answer writes."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inventory.review.history import Guess, History, change_of
from inventory.review.reach import Reached, reached
from lineage.errors import InvalidInput
from lineage.judgement import Judgement
from lineage.model import Classification, FieldId, Form, Gap, Method
from lineage.references import split
from lineage.stores import FactStore
from lineage.vocabulary import CATEGORIES, check_key, covers, is_sensitive
from lineage.world import World


@dataclass(frozen=True, slots=True)
class Item:
    """One guess to be answered: a category that a field is thought to hold, and why that matters.

    `reaches` says which recipients it comes to, `change` is ``new`` or ``changed`` since the last answer.
    """

    field: FieldId
    ref: str
    data_category: str
    data_subject: str | None = None
    form: Form = Form.RAW
    confidence: float | None = None
    rules: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    reaches: Reached = dataclasses.field(default_factory=dict)
    change: str | None = None
    first_seen: datetime | None = None

    @property
    def sensitive(self) -> bool:
        return is_sensitive(self.data_category)

    @property
    def unauthorized(self) -> bool:
        return not all(self.reaches.values())

    @property
    def order(self) -> tuple[object, ...]:
        """What must be looked at first: unauthorised, else shared at all, sensitive, by how many, the least sure."""
        return (
            not self.unauthorized, not self.reaches, not self.sensitive, -len(self.reaches),
            self.confidence if self.confidence is not None else 1.0, self.ref, self.data_category,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Review:
    """The guesses that stand open, in order, and how much of everything they are."""

    items: tuple[Item, ...]
    fields: int
    classified: int
    reviewed: int
    unread: int

    @property
    def coverage(self) -> dict[str, int]:
        """Fields read; of these classified, answered by people, and waiting; places that could not be read."""
        waiting = len({item.field for item in self.items})
        told = {"fields": self.fields, "classified": self.classified, "reviewed": self.reviewed, "open": waiting}
        return {**told, "unclassified": self.fields - self.classified, "unread": self.unread}


def to_review(judgement: Judgement, store: FactStore) -> Review:
    """Every inferred classification that no entry accepts, corrects or rejects."""
    world = judgement.world
    fields = set(world.fields)
    answered = {c.field for c in _said(world, Method.ATTESTED)}
    waiting = _open(world)
    reaches = reached(judgement, waiting)
    history = History(store, judgement.known_at, world.symlinks)
    seen, since = history.first_seen(waiting), history.last_answer()
    known = history.fields_at(since) if since else frozenset()
    items = [
        _item(
            world,
            guess,
            group,
            reaches.get(guess, {}),
            seen.get(guess),
            change_of(guess, seen.get(guess), since, known),
        )
        for guess, group in waiting.items()
    ]
    classified = sum(node in world.classifications for node in fields)
    gaps = sum(isinstance(statement, Gap) for statement in world.said)
    return Review(
        tuple(sorted(items, key=lambda item: item.order)), len(fields), classified, len(fields & answered), gaps
    )


def _said(world: World, method: Method) -> list[Classification]:
    """The classifications that something of this method speaks for."""
    every = (s for s in world.said if isinstance(s, Classification))
    return [c for c in every if any(e.method is method for e in world.evidence(c))]


def _open(world: World) -> dict[Guess, list[Classification]]:
    """The guesses that count and that nobody answered, with all statements that make them."""
    rejected = {c.field for c in _said(world, Method.ATTESTED) if c.not_personal}
    certain = {
        (c.field, category)
        for c in (*_said(world, Method.ATTESTED), *_said(world, Method.OBSERVED))
        for category in (c.data_category, c.replaces)
        if category
    }
    waiting: dict[Guess, list[Classification]] = defaultdict(list)
    for c in _said(world, Method.INFERRED):
        if c.data_category and c.field.field and c.field not in rejected and (c.field, c.data_category) not in certain:
            waiting[c.field, c.data_category].append(c)
    return waiting


def _item(
    world: World, guess: Guess, group: list[Classification], reaches: Reached, seen: datetime | None, change: str | None
) -> Item:
    surest = max(group, key=lambda c: (c.confidence or 0.0, repr(c)))
    places = tuple(dict.fromkeys(e.place for c in group for e in world.evidence(c)))
    return Item(
        guess[0], world.ref(guess[0]), guess[1], surest.data_subject, surest.form, surest.confidence,
        tuple(dict.fromkeys(rule for c in group for rule in c.rules)), places,
        dict(sorted(reaches.items(), key=lambda r: (r[1], r[0] or ""))), change, seen,
    )  # fmt: skip


# -- answers ------------------------------------------------------------------------------------------


def accepted(world: World, item: Item, by: str, note: str | None = None) -> dict[str, Any]:
    """The entry that says the guess is right."""
    return {**_about(world, item), "data_category": item.data_category, **_more(item), **_signed(by, note)}


def corrected(world: World, item: Item, category: str, by: str, note: str | None = None) -> dict[str, Any]:
    """The entry that says what the field holds instead.

    Raises InvalidInput for an unknown category, or the one that was guessed.
    """
    check_key("data category", category)
    if category == item.data_category:
        raise InvalidInput(f"{category} is what was inferred for {item.ref}; accept it")
    told = {"data_category": category, "replaces": item.data_category}
    return {**_about(world, item), **told, **_more(item), **_signed(by, note)}


def rejected(world: World, item: Item, reason: str, by: str) -> dict[str, Any]:
    """The entry that says the field holds nothing personal, and why."""
    if not reason.strip():
        raise InvalidInput(f"{item.ref}: say why it holds nothing personal")
    return {**_about(world, item), "not_personal": reason.strip(), **_signed(by, None)}


def suggestions(category: str) -> tuple[str, ...]:
    """What a wrong guess may have been meant for: the category above it, and those beside and below it."""
    above = category.rpartition(".")[0]
    near = [key for key in CATEGORIES if key != category and (key.rpartition(".")[0] == above or covers(category, key))]
    return tuple(([above] if above in CATEGORIES else []) + sorted(near))


def _more(item: Item) -> dict[str, str]:
    """Whom it is about and in which form, where that is not what an entry means without it."""
    subject = {"data_subject": item.data_subject} if item.data_subject else {}
    return {**subject, **({"form": item.form.value} if item.form is not Form.RAW else {})}


def _signed(by: str, note: str | None) -> dict[str, str]:
    return {"by": by, **({"note": note} if note else {})}


def _about(world: World, item: Item) -> dict[str, Any]:
    """The field as an entry names it: by its reference where that can be read in one way only."""
    node = item.field
    try:
        system, dataset, name = split(item.ref)
    except InvalidInput:
        system, dataset, name = "", "", ""
    known = world.systems.get(system)
    namespace = system if "://" in system else known.first_namespace if known and len(known.namespaces) < 2 else None
    if (namespace, dataset, name) == (node.namespace, node.name, node.field):
        return {"field": item.ref}
    return {"field": {"namespace": node.namespace, "dataset": node.name, "field": node.field}}


def chosen(items: Iterable[Item], fields: set[FieldId], category: str | None = None) -> tuple[Item, ...]:
    """The open guesses about some fields; only those of one category where it is said."""
    return tuple(i for i in items if i.field in fields and (category is None or i.data_category == category))
