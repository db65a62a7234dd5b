"""`sharemap who-gets`, `trace` and `paths`: the questions everybody asks."""

from __future__ import annotations

import json
import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inventory.cli.app import AsOf, Indirect, KnownAt, Output, Session, StoreOption, output
from inventory.escaping import coloured, printable
from lineage.errors import InvalidInput, did_you_mean

if TYPE_CHECKING:
    from lineage.judgement import Judgement
    from lineage.paths import Branch, Journey, Leg, Ways
    from lineage.share import Share

Shown = Annotated[str, typer.Option("--format", "-f", metavar="FORMAT", help="text or json.")]
Carrying = Annotated[
    str | None, typer.Option("--carrying", metavar="CATEGORY", help="Only what carries this category on the way.")
]
Traced = Annotated[str, typer.Option("--format", "-f", metavar="FORMAT", help="text, json or dot (a drawing).")]


def who_gets(
    what: Annotated[str, typer.Argument(metavar="FIELD|CATEGORY", help="A reference, a pattern with *, a category.")],
    format: Shown = "text",
    out: Output = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    store: StoreOption = None,
) -> int:
    """Who gets a field or category, what for, by which way.

    Of a field: all that it holds, wherever that goes on to. Of a category: that and what lies below it, from any field.
    """
    from lineage import queries

    _known(format, "text", "json")
    judgement = Session(store, as_of, known_at).judgement
    if queries.is_category(what):
        shares = queries.who_gets_category(judgement, what)
    else:
        shares = queries.who_gets(judgement, queries.find(judgement, what))
    judgement.prepare(shares)
    with output(out) as stream:
        if format == "json":
            rows = [_share_record(judgement, s) for s in shares]
            _dump({"version": 1, "command": "who-gets", "asked": what, "shares": rows}, stream)
        elif not shares:
            print(f"no sharing of {printable(what)} is known", file=stream)
        else:
            _print_shares(judgement, shares, stream)
    return 0


def _print_shares(judgement: Judgement, shares: tuple[Share, ...], stream: Any) -> None:
    """Each recipient in bold with what it gets, what for, by whose leave, and by which way."""
    for recipient in sorted({s.recipient or "" for s in shares}):
        party = judgement.world.party(recipient or None)
        about = ", ".join(x for x in (party.role, party.country) if x) if party else ""
        name = coloured(printable(judgement.world.party_name(recipient or None)), "1", stream)
        print(name + (f" ({about})" if about else ""), file=stream)
        for share in (s for s in shares if (s.recipient or "") == recipient):
            print(f"  {_told(share, stream)}", file=stream)
            print("    " + " -> ".join(printable(h.field) for h in judgement.witness(share)), file=stream)


def _told(share: Share, stream: Any) -> str:
    from lineage.vocabulary import label

    use = label(share.data_use) if share.data_use else "purpose unknown"
    if share.authorized:
        verdict = coloured(f"authorised by {printable(share.authorization)}", "32", stream)
    else:
        verdict = coloured(f"NOT AUTHORISED ({', '.join(share.failed)})", "1;31", stream)
    return f"{printable(label(share.data_category))}, {share.form}: {printable(use)}: {verdict}"


def _share_record(judgement: Judgement, share: Share) -> dict[str, Any]:
    from inventory.report import share_record

    return {
        **share_record(judgement, share),
        "path": [{"field": h.field, "evidence": h.evidence} for h in judgement.witness(share)],
    }


def trace(
    field: Annotated[str, typer.Argument(metavar="FIELD", help="A reference, a pattern with *, a category.")],
    depth: Annotated[int, typer.Option(min=1, max=200, help="Flows to follow, up and down.")] = 20,
    most: Annotated[int, typer.Option(min=1, help="Open so many places each way, the nearest.")] = 1000,
    carrying: Carrying = None,
    format: Traced = "text",
    indirect: Indirect = False,
    out: Output = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    store: StoreOption = None,
) -> int:
    """The journey of a field: whence it comes, where it goes.

    It follows flows, whatever they carry; with --carrying only those that carry a category.
    """
    from lineage import queries

    _known(format, "text", "json", "dot")
    judgement = Session(store, as_of, known_at).judgement
    ways = _ways(judgement, carrying, indirect)
    nodes = queries.find(judgement, field)
    with output(out) as stream:
        both = partial(ways.journey, depth=depth, most=most)
        journeys = ((n, both(n, up=True), both(n)) for n in nodes)
        if format == "json":
            rows = [
                {
                    "field": judgement.graph.ref(n),
                    "upstream": _branches(judgement, up.tree),
                    "downstream": _branches(judgement, down.tree),
                    "unopened": {"upstream": up.unopened, "downstream": down.unopened},
                }
                for n, up, down in journeys
            ]
            _dump({"version": 1, "command": "trace", "asked": field, "journeys": rows}, stream)
        elif format == "dot":
            from inventory.drawing import picture

            trees = [journey for _, *both_ways in journeys for journey in both_ways]
            title = f"The journey of {printable(field)}, {judgement.day}"
            beyond = sum(journey.unopened for journey in trees)
            passed = _places(*(journey.tree for journey in trees))
            stream.write(picture.of_some(judgement, passed, title, beyond).source)
        else:
            for n, up, down in journeys:
                show_field(judgement, n, stream)
                _print_tree(judgement, "comes from", up, stream)
                _print_tree(judgement, "goes to", down, stream)
    return 0


def _ways(judgement: Judgement, carrying: str | None, indirect: bool) -> Ways:
    from lineage.paths import Ways
    from lineage.queries import is_category
    from lineage.vocabulary import CATEGORIES

    if carrying is None:
        return Ways.of(judgement.graph, indirect)
    if not is_category(carrying):
        raise InvalidInput(f"--carrying: unknown category {carrying!r}{did_you_mean(carrying, CATEGORIES)}")
    return Ways.carrying(judgement.labels, carrying)


def show_field(judgement: Judgement, node: int, stream: Any = None) -> None:
    """A field with its labels and why it has them."""
    from lineage.queries import describe

    stream = stream or sys.stdout
    at = judgement.graph.nodes[node]
    print(printable(judgement.graph.ref(node)), file=stream)
    for label in describe(judgement, at) or ["no personal data known"]:
        print(f"  holds {printable(label)}", file=stream)
    for said in judgement.world.classifications.get(at, ()):
        evidence = judgement.world.evidence(said)[0]
        why = f"rules {', '.join(said.rules)}" if said.rules else str(evidence.method)
        what = said.data_category or f"not personal: {said.not_personal}"
        sure = f", confidence {said.confidence:.2f}" if said.confidence is not None else ""
        print(f"  said {printable(what)}: {printable(why)}{sure} ({printable(evidence.place)})", file=stream)


def _print_tree(judgement: Judgement, title: str, journey: Journey, stream: Any) -> None:
    print(f"  {title}" + ("" if journey.tree.onward else ": nothing known"), file=stream)
    stack = [(branch, 2) for branch in reversed(journey.tree.onward)]
    while stack:
        branch, level = stack.pop()
        how = _flow_words(judgement, branch.flow)
        mark = " (also elsewhere here)" if branch.again else " ..." if branch.cut else ""
        print(f"{'  ' * level}{printable(judgement.graph.ref(branch.node))}  {how}{mark}".rstrip(), file=stream)
        stack += [(inner, level + 1) for inner in reversed(branch.onward)]
    if journey.unopened:
        print(f"    and {journey.unopened} places further off, not opened here (--most)", file=stream)


def _places(*trees: Branch) -> list[int]:
    """All nodes of some journeys, the nearest first."""
    found, level = [], list(trees)
    while level:
        found += [branch.node for branch in level]
        level = [inner for branch in level for inner in branch.onward]
    return list(dict.fromkeys(found))


def _flow_words(judgement: Judgement, flow: int) -> str:
    if flow < 0:
        return ""
    value = judgement.graph.flow(flow)
    words = value.function or (value.subtype or "").lower() or "copied"
    places = judgement.graph.evidence_of_flow(flow)
    return printable(f"{words} [{places[0].place}]" if places else words)


def _branches(judgement: Judgement, tree: Branch) -> list[dict[str, Any]]:
    return [
        {
            "field": judgement.graph.ref(b.node),
            "flow": None if b.flow < 0 else _flow_words(judgement, b.flow),
            "again": b.again,
            "cut": b.cut,
            "onward": _branches(judgement, b),
        }
        for b in tree.onward
    ]


def paths(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A reference, a pattern with *, a category.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="The same, or the key of a party.")],
    most: Annotated[int, typer.Option(min=1, help="Show at most so many.")] = 10,
    longer: Annotated[bool, typer.Option("--longer", help="Also ways that are longer, the shortest first.")] = False,
    carrying: Carrying = None,
    format: Shown = "text",
    indirect: Indirect = False,
    out: Output = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    store: StoreOption = None,
) -> int:
    """How this reaches that: the shortest ways, with evidence.

    Ways are of flows, whatever they carry: with --carrying only those by which data of a category arrive.
    """
    import numpy as np

    from lineage import queries

    _known(format, "text", "json")
    judgement = Session(store, as_of, known_at).judgement
    world, graph = judgement.world, judgement.graph
    if world.party(target):
        key = world.head(target)
        goals = np.flatnonzero(graph.places.that(lambda place: key in place.operators)).tolist()
    else:
        goals = queries.find(judgement, target)
    ways = _ways(judgement, carrying, indirect)
    search = ways.further if longer else ways.shortest
    found = search(queries.find(judgement, source), goals, most)
    with output(out) as stream:
        if format == "json":
            rows = [[_leg(judgement, leg) for leg in way] for way in found]
            _dump({"version": 1, "command": "paths", "from": source, "to": target, "paths": rows}, stream)
        elif not found:
            what = f" that carries {printable(carrying)}" if carrying else ""
            print(f"no way from {printable(source)} to {printable(target)}{what} is known", file=stream)
        else:
            for way in found:
                print(printable(graph.ref(way[0].source)), file=stream)
                for leg in way:
                    print(
                        f"  -> {printable(graph.ref(leg.target))}  {_flow_words(judgement, leg.flow)}".rstrip(),
                        file=stream,
                    )
    return 0


def _leg(judgement: Judgement, leg: Leg) -> dict[str, Any]:
    places = judgement.graph.evidence_of_flow(leg.flow) if leg.flow >= 0 else ()
    graph = judgement.graph
    return {
        "source": graph.ref(leg.source),
        "target": graph.ref(leg.target),
        "evidence": [e.place for e in places],
    }


def _dump(value: Any, stream: Any) -> None:
    json.dump(value, stream, ensure_ascii=False, indent=1)
    stream.write("\n")


def _known(format: str, *formats: str) -> None:
    if format not in formats:
        raise InvalidInput(f"--format: {format!r} is none of {', '.join(formats)}{did_you_mean(format, formats)}")


def register(app: typer.Typer) -> None:
    for command in (who_gets, trace, paths):
        app.command()(command)
