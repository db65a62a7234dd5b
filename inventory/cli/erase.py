"""`sharemap erase`: every stored copy in the order of its erasure, whom to notify, and what nobody can delete."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inventory.cli.app import AsOf, KnownAt, Output, Session, StoreOption, output, say
from inventory.escaping import coloured, printable
from lineage.errors import InvalidInput, did_you_mean

if TYPE_CHECKING:
    from lineage.erasure import Copy, Erasure
    from lineage.judgement import Judgement
    from lineage.share import Share
    from lineage.world import World


def erase(
    what: Annotated[str, typer.Argument(metavar="SUBJECT|CATEGORY|FIELD", help="Whose, what kind, or from where.")],
    category: Annotated[
        str | None, typer.Option("--category", metavar="CATEGORY", help="Of a subject: only this kind of data.")
    ] = None,
    format: Annotated[str, typer.Option("--format", "-f", metavar="FORMAT", help="text or json.")] = "text",
    out: Output = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    store: StoreOption = None,
) -> int:
    """The plan of an erasure: every copy, in order, and whom to tell.

    Upstream comes first, as what feeds a copy would fill it again; copies that feed one another are one step. Nothing
    is erased by this. Exit code 1 where a copy is left that nobody is known to be able to delete.
    """
    if format not in ("text", "json"):
        raise InvalidInput(f"--format: {format!r} is none of text, json{did_you_mean(format, ('text', 'json'))}")
    session = Session(store, as_of, known_at)
    judgement = session.judgement
    plan = _plan(judgement, what, category)
    with output(out) as stream:
        if format == "json":
            json.dump(_record(judgement, what, category, plan), stream, ensure_ascii=False, indent=1)
            stream.write("\n")
        else:
            for line in _lines(judgement, what, plan, stream):
                print(line, file=stream)
    for gap in judgement.world.gaps:
        say(f"not read, so copies there are not known: {printable(gap.source)}: {printable(gap.reason)}")
    if plan.stuck:
        return 1
    return 3 if judgement.world.gaps or not judgement.graph.nodes else 0


def _plan(judgement: Judgement, what: str, category: str | None) -> Erasure:
    from lineage import erasure, queries
    from lineage.vocabulary import CATEGORIES, SUBJECTS

    if category is not None and not queries.is_category(category):
        raise InvalidInput(f"--category: unknown category {category!r}{did_you_mean(category, CATEGORIES)}")
    if what in SUBJECTS:
        return erasure.of_subject(judgement, what, category or "")
    if category is not None:
        raise InvalidInput(f"--category is for a subject, and {what!r} is none{did_you_mean(what, SUBJECTS)}")
    if queries.is_category(what):
        return erasure.of_category(judgement, what)
    try:
        nodes = queries.find(judgement, what)
    except InvalidInput as problem:
        raise InvalidInput(f"{problem}; nor is it a subject{did_you_mean(what, SUBJECTS)}") from None
    return erasure.of_fields(judgement, nodes, queries.who_gets(judgement, nodes))


# -- in words ---------------------------------------------------------------------------------------------


def _lines(judgement: Judgement, what: str, plan: Erasure, stream: Any) -> list[str]:
    world = judgement.world
    if not plan.copies:
        return [f"no copy of {printable(what)} is known"]
    lines = [f"{_copies(len(plan.copies))} of {printable(what)}, in the order in which they are to be erased"]
    for stage in plan.stages:
        for ring in stage.rings:
            if len(ring) > 1:
                lines.append(f"{stage.number:>3} together, while nothing runs between them: they feed one another")
            for copy in ring:
                lines += _copy_lines(world, copy, f"{stage.number:>3}", stream)
    if plan.aggregates:
        lines.append(f"not about single people, and not in the plan: {len(plan.aggregates)} fields of aggregates")
    lines += _notices(judgement, plan.shares, stream)
    if plan.stuck:
        bad = coloured(f"{_copies(len(plan.stuck))} that nobody is known to be able to delete", "1;31", stream)
        lines += [bad, *(f"  {printable(world.ref(copy.dataset))}: {_missing(copy)}" for copy in plan.stuck)]
    return lines


def _copies(count: int) -> str:
    return f"{count} {'copy' if count == 1 else 'copies'}"


def _copy_lines(world: World, copy: Copy, number: str, stream: Any) -> list[str]:
    names = ", ".join(field.field for field in copy.fields[:6])
    more = f" and {len(copy.fields) - 6} more" if len(copy.fields) > 6 else ""
    head = printable(f"{world.ref(copy.dataset)}  {names}{more}".rstrip(), 600)
    how = _how(world, copy)
    lines = [f"{number} {head}", f"      {coloured(how, '1;31', stream) if copy.stuck else how}"]
    for kept in copy.keep:
        rule = " ".join(
            filter(None, (kept.period, kept.rule and f"({kept.rule})", kept.after and f"then {kept.after}"))
        )
        lines.append(f"      retention {printable(kept.key)}: {printable(rule)}")
    return lines


def _how(world: World, copy: Copy) -> str:
    if not copy.stored:
        return "stores nothing: it shows what the copies before it hold"
    if copy.route:
        told = (copy.route.method, copy.route.owner and f"by {copy.route.owner}", copy.route.within)
        return printable(", ".join(filter(None, told)))
    if copy.operators and not copy.ours:
        return printable(f"held by {', '.join(map(world.party_name, copy.operators))}: ask for it")
    return f"NOBODY SAYS HOW: {_missing(copy)}"


def _missing(copy: Copy) -> str:
    return "no erasure route is entered" if copy.ours else "nobody is known to operate it"


def _notices(judgement: Judgement, shares: tuple[Share, ...], stream: Any) -> list[str]:
    from lineage.vocabulary import label

    lines = []
    for recipient, group in groupby(sorted(shares, key=_recipient), key=_recipient):
        kinds = sorted({f"{label(share.data_category)} ({share.form})" for share in group})
        party = judgement.world.party(recipient or None)
        contact = f" at {party.contact}" if party and party.contact else ""
        name = coloured(printable(judgement.world.party_name(recipient or None)), "1", stream)
        lines.append(f"  {name}{printable(contact)}: {printable(', '.join(kinds), 600)}")
    return ["tell those who got it (GDPR art. 19)", *lines] if lines else []


def _recipient(share: Share) -> str:
    return share.recipient or ""


def _record(judgement: Judgement, what: str, category: str | None, plan: Erasure) -> dict[str, Any]:
    from inventory.report import share_record

    world = judgement.world
    return {
        "version": 1,
        "command": "erase",
        "asked": what,
        "category": category,
        "stages": [
            {"stage": stage.number, "rings": [[_copy_record(world, copy) for copy in ring] for ring in stage.rings]}
            for stage in plan.stages
        ],
        "notify": [
            {
                "recipient": recipient or None,
                "contact": party.contact if (party := world.party(recipient or None)) else None,
                "shares": [share_record(judgement, share) for share in group],
            }
            for recipient, group in groupby(sorted(plan.shares, key=_recipient), key=_recipient)
        ],
        "aggregates": [world.ref(field) for field in plan.aggregates],
        "nobody_can_delete": [{"dataset": world.ref(copy.dataset), "why": _missing(copy)} for copy in plan.stuck],
    }


def _copy_record(world: World, copy: Copy) -> dict[str, Any]:
    route = copy.route
    return {
        "dataset": world.ref(copy.dataset),
        "fields": [world.ref(field) for field in copy.fields],
        "data_categories": sorted({label.data_category for label in copy.labels}),
        "operators": list(copy.operators),
        "stored": copy.stored,
        "route": route and {
            "method": route.method, "owner": route.owner, "within": route.within,
            "verified": route.verified and route.verified.isoformat(),
        },
        "retention": [
            {"key": r.key, "period": r.period, "rule": r.rule, "after": r.after} for r in copy.keep
        ],
    }  # fmt: skip


def register(app: typer.Typer) -> None:
    app.command()(erase)
