"""`sharemap review`: accept, correct or reject what was inferred, the most consequential first."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from inventory.cli.app import Output, Session, StoreOption, output, say
from inventory.escaping import coloured, printable
from lineage.errors import InvalidInput, did_you_mean

if TYPE_CHECKING:
    from inventory.review import Item, Review
    from lineage.world import World

_KEYS = "[a]ccept, [c]orrect, [r]eject, [s]kip, [q]uit"
_SUGGESTED = 12


def review(
    list_: Annotated[bool, typer.Option("--list", help="Only show what stands open.")] = False,
    accept: Annotated[
        list[str] | None, typer.Option(metavar="FIELD[=CATEGORY]", help="It holds what was inferred.")
    ] = None,
    correct: Annotated[list[str] | None, typer.Option(metavar="FIELD=CATEGORY", help="It holds this instead.")] = None,
    reject: Annotated[
        list[str] | None, typer.Option(metavar="FIELD", help="It holds nothing personal; needs --reason.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why; kept with the answer.")] = None,
    by: Annotated[str | None, typer.Option(help="Who answers: a name or role; kept with the answer.")] = None,
    format: Annotated[str, typer.Option("--format", "-f", metavar="FORMAT", help="Of --list: text or json.")] = "text",
    out: Output = None,
    store: StoreOption = None,
) -> int:
    """Answer what was inferred, most consequential first.

    Asks one by one, or takes answers by --accept, --correct and --reject. They become manual entries in
    inventory/classifications.yaml; what was answered is not asked again.
    """
    from inventory.review import to_review

    if format not in ("text", "json"):
        raise InvalidInput(f"--format: {format!r} is none of text, json{did_you_mean(format, ('text', 'json'))}")
    session = Session(store)
    asked = to_review(session.judgement, session.store)
    if accept or correct or reject:
        given = _Given(session, asked, by or "", reason)
        given.take(accept or [], correct or [], reject or [])
    elif list_ or format == "json" or out is not None:
        _list(session.judgement.world, asked, format, out)
    else:
        _ask(session, asked, by)
    return 0


# -- showing ------------------------------------------------------------------------------------------


def _list(world: World, asked: Review, format: str, out: Path | None) -> None:
    with output(out) as stream:
        if format == "json":
            told = {"version": 1, "command": "review", "coverage": asked.coverage}
            json.dump({**told, "open": [_record(item) for item in asked.items]}, stream, ensure_ascii=False, indent=1)
            stream.write("\n")
        else:
            for item in asked.items:
                _show(world, item, stream)
            print(_covered(asked), file=stream)


def _record(item: Item) -> dict[str, Any]:
    return {
        "field": item.ref,
        "data_category": item.data_category,
        "data_subject": item.data_subject,
        "form": item.form.value,
        "sensitive": item.sensitive,
        "confidence": item.confidence,
        "rules": list(item.rules),
        "evidence": list(item.places),
        "reaches": [{"recipient": who, "authorized": fine} for who, fine in item.reaches.items()],
        "change": item.change,
        "first_seen": item.first_seen.isoformat() if item.first_seen else None,
    }


def _show(world: World, item: Item, stream: IO[str]) -> None:
    from lineage.vocabulary import label

    change = f"  {coloured(item.change, '33', stream)}" if item.change else ""
    print(coloured(printable(item.ref), "1", stream) + change, file=stream)
    sure = f", confidence {item.confidence:.2f}" if item.confidence is not None else ""
    sensitive = f", {coloured('sensitive', '1;31', stream)}" if item.sensitive else ""
    print(
        f"  seems to hold {printable(label(item.data_category))} ({item.data_category}){sensitive}{sure}", file=stream
    )
    for recipient, fine in item.reaches.items():
        verdict = "authorised" if fine else coloured("NOT AUTHORISED", "1;31", stream)
        print(f"  reaches {printable(world.party_name(recipient))}: {verdict}", file=stream)
    since = f", first seen {item.first_seen:%Y-%m-%d}" if item.first_seen else ""
    why = ", ".join(item.rules) or "no rule is told"
    print(f"  because {printable(why)} ({printable(', '.join(item.places))}{since})", file=stream)


def _covered(asked: Review) -> str:
    told = asked.coverage
    return (
        f"{told['fields']} fields read, {told['classified']} classified, {told['reviewed']} answered by people, "
        f"{told['open']} open, {told['unread']} places could not be read"
    )


# -- answers that are given -----------------------------------------------------------------------------


class _Given:
    """Answers of options, all of them written or none."""

    def __init__(self, session: Session, asked: Review, by: str, reason: str | None) -> None:
        if not by.strip():
            raise InvalidInput("--by: say who answers, a name or a role")
        self._session, self._asked, self._by, self._reason = session, asked, by, reason
        self._world = session.judgement.world
        self._entries: dict[tuple[str, str], dict[str, Any]] = {}

    def take(self, accept: list[str], correct: list[str], reject: list[str]) -> None:
        from inventory.review import accepted, corrected, rejected

        for text in accept:
            field, category = _parted(text)
            for item in self._items(field, category):
                self._answer(item, accepted(self._world, item, self._by, self._reason))
        for text in correct:
            field, category = _parted(text)
            if category is None:
                raise InvalidInput(f"--correct {text}: write FIELD=CATEGORY, what it holds instead")
            for item in self._items(field, None):
                self._answer(item, corrected(self._world, item, category, self._by, self._reason))
        for text in reject:
            if not self._reason:
                raise InvalidInput("--reject needs --reason: why do these fields hold nothing personal?")
            for item in self._items(text, None):
                self._answer(item, rejected(self._world, item, self._reason, self._by))
        say(f"{len(self._entries)} answers written to {_written(self._session, list(self._entries.values()))}")

    def _items(self, text: str, category: str | None) -> tuple[Item, ...]:
        """The open guesses about the one field among them that ends so, else about all that `queries.find` names."""
        from inventory.review import chosen
        from lineage.queries import find

        ending = {item.field for item in self._asked.items if _ends(item.ref, text)}
        nodes = self._session.judgement.graph.nodes
        named = ending if len(ending) == 1 else {nodes[i] for i in find(self._session.judgement, text)}
        found = chosen(self._asked.items, named, category)
        if not found:
            what = f" of {category}" if category else ""
            raise InvalidInput(f"nothing inferred{what} stands open for {text!r}; see sharemap review --list")
        return found

    def _answer(self, item: Item, entry: dict[str, Any]) -> None:
        key = (item.ref, "" if "not_personal" in entry else item.data_category)
        if self._entries.setdefault(key, entry) != entry or any(
            ref == item.ref and (other == "") != (key[1] == "") for ref, other in self._entries
        ):
            raise InvalidInput(f"{item.ref} is answered twice, and differently")


def _ends(ref: str, text: str) -> bool:
    """Is `text` the reference, or an ending of it that begins at one of its joints?"""
    joints = tuple(":.#/")
    return (
        bool(text) and ref.endswith(text) and (ref == text or text[0] in joints or ref[: -len(text)].endswith(joints))
    )


def _parted(text: str) -> tuple[str, str | None]:
    """FIELD and CATEGORY of ``FIELD=CATEGORY``; a ``=`` that no category follows belongs to the field."""
    from lineage.vocabulary import CATEGORIES, check_key

    field, equals, category = text.rpartition("=")
    if not equals:
        return text, None
    if category in CATEGORIES:
        return field, category
    if category.startswith(("user", "system")):
        check_key("data category", category)
    return text, None


def _written(session: Session, entries: list[dict[str, Any]]) -> str:
    from inventory.additions import add_entries

    return add_entries(session.project, "classifications", entries)


# -- answers that are asked for -------------------------------------------------------------------------


def _ask(session: Session, asked: Review, by: str | None) -> None:
    """One after the other; each answer is written at once, and an end of input is the same as `q`."""
    from inventory.review import accepted, corrected, rejected

    world = session.judgement.world
    say(_covered(asked))
    rejected_fields = set()
    try:
        by = by or (_prompted("answers are kept with your name or role; it is") if asked.items else "")
        for number, item in enumerate(asked.items, 1):
            if item.field in rejected_fields:
                continue
            say(f"\n{number}/{len(asked.items)}")
            _show(world, item, sys.stderr)
            match _key():
                case "a":
                    _written(session, [accepted(world, item, by)])
                case "c":
                    category = _category(item)
                    note = typer.prompt("why (optional)", default="", show_default=False, err=True)
                    _written(session, [corrected(world, item, category, by, note or None)])
                case "r":
                    _written(session, [rejected(world, item, _prompted("why is it not personal"), by)])
                    rejected_fields.add(item.field)
                case "q":
                    break
    except typer.Abort:
        say("\nanswers so far are kept")
        return
    if not asked.items:
        say("nothing stands open")


def _key() -> str:
    while True:
        answer = _prompted(_KEYS)[:1].lower()
        if answer in "acrsq":
            return answer
        say("  one of a, c, r, s, q")


def _prompted(question: str) -> str:
    """An answer that is not blank."""
    while True:
        answer = str(typer.prompt(question, err=True)).strip()
        if answer:
            return answer


def _category(item: Item) -> str:
    """A known category other than the guess; the nearest are shown."""
    from inventory.review import suggestions
    from lineage.vocabulary import check_key

    near = suggestions(item.data_category)
    say(f"  near: {', '.join(near[:_SUGGESTED])}{' ...' if len(near) > _SUGGESTED else ''}")
    while True:
        category = _prompted("what it holds instead")
        try:
            check_key("data category", category)
        except InvalidInput as problem:
            say(f"  {printable(problem)}")
            continue
        if category != item.data_category:
            return category
        say("  that is what was inferred; give another, or interrupt")


def register(app: typer.Typer) -> None:
    app.command()(review)
