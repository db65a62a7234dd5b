"""`sharemap cut`: the fewest flows to stop so that nothing unauthorised arrives, or one finding clears."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inventory.cli.app import AsOf, KnownAt, Output, Session, StoreOption, output
from inventory.escaping import coloured, printable
from lineage.errors import InvalidInput, did_you_mean

if TYPE_CHECKING:
    from lineage.cut import Cut, Goal
    from lineage.findings import Finding
    from lineage.judgement import Judgement
    from lineage.share import Share


def cut(
    target: Annotated[str, typer.Argument(metavar="RECIPIENT|FINDING", help="Key of a party, or a fingerprint.")],
    format: Annotated[str, typer.Option("--format", "-f", metavar="FORMAT", help="text or json.")] = "text",
    out: Output = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    store: StoreOption = None,
) -> int:
    """The fewest flows to stop so that nothing unauthorised arrives.

    For a recipient: so that it gets nothing any more that no authorization covers. For a finding: so that it clears.
    The answer is judged again without those flows; where it is not proved to be the smallest, it says so.
    """
    from lineage.cut import cut as smallest

    if format not in ("text", "json"):
        raise InvalidInput(f"--format: {format!r} is none of text, json{did_you_mean(format, ('text', 'json'))}")
    session = Session(store, as_of, known_at)
    what, goal = _goal(session, target)
    found = smallest(session.judgement, goal)
    with output(out) as stream:
        if format == "json":
            json.dump(_record(target, found), stream, ensure_ascii=False, indent=1)
            stream.write("\n")
        else:
            _write(what, found, stream)
    return 0


def _goal(session: Session, target: str) -> tuple[str, Goal]:
    """What is to be reached, in words and as what may not arrive."""
    from lineage.cut import to_recipient

    world = session.judgement.world
    if world.party(target):
        return f"nothing unauthorised arrives at {world.party_name(target)}", to_recipient(session.judgement, target)
    typed = target.removeprefix("F-").lower()
    fitting = [f for f in session.report.findings if len(typed) >= 4 and f.fingerprint.startswith(typed)]
    if len(fitting) == 1:
        return f"F-{fitting[0].fingerprint[:8]} ({fitting[0].check}) clears", _of_finding(session.judgement, fitting[0])
    if fitting:
        names = ", ".join(f"F-{finding.fingerprint}" for finding in fitting[:5])
        raise InvalidInput(f"{target!r} fits {len(fitting)} findings ({names}); give more digits of one")
    raise InvalidInput(
        f"{target!r} is no party and no finding of the check as it stands{did_you_mean(target, world.parties)}; "
        "give the key of a recipient, or the fingerprint that `sharemap check` prints"
    )


def _of_finding(judgement: Judgement, finding: Finding) -> Goal:
    from lineage.cut import of_route, of_shares
    from lineage.telling import identity_of

    shares = [s for s in judgement.shares if not s.authorized and identity_of(judgement, s) == finding.identity]
    if shares:
        return of_shares(judgement, shares)
    for route in judgement.transfers:
        if finding.identity == (route.sender or "", route.recipient or "", route.origin, route.destination or ""):
            return of_route(judgement, route)
    raise InvalidInput(
        f"{finding.check} is about no flow that could be stopped; see: sharemap explain F-{finding.fingerprint[:8]}"
    )


# -- in words ---------------------------------------------------------------------------------------------


def _write(what: str, found: Cut, stream: Any) -> None:
    lines = [*_headline(printable(what), found), *(f"  {_flow(found.before, flow)}" for flow in found.flows)]
    lines += [f"  stop collecting {_point(found.before, share)}" for share in _points(found)]
    for line in (*lines, *_why(found), *_outcome(found, stream)):
        print(line, file=stream)


def _headline(what: str, found: Cut) -> list[str]:
    count, points = len(found.flows), len(_points(found))
    if not count and not points:
        return [f"{what} already: no flow need be stopped"]
    least = "" if found.exact else f" (enough; at least {found.at_least})"
    flows = f"{count} flow{'' if count == 1 else 's'}{least}" if count else ""
    also = f"{points} collection point{'' if points == 1 else 's'}" if points else ""
    return [f"stop {' and '.join(filter(None, (flows, also)))}, and {what}"]


def _why(found: Cut) -> list[str]:
    """The arithmetic: as many ways that share no flow as flows were cut."""
    if not found.flows:
        return []
    ways = f"{len(found.ways)} way{' carries it' if len(found.ways) == 1 else 's carry it and share no flow'}"
    if found.exact:
        line = f"why no fewer  {ways}: each must be stopped somewhere (largest flow {found.max_flow})"
        if found.at_least > len(found.ways):
            line = f"why no fewer  {ways}, and every choice of fewer than {found.at_least} leaves one open"
    else:
        line = f"how few  not proved to be the fewest: {ways} (largest flow {found.max_flow}, labels left aside)"
    lines = [line]
    for number, way in enumerate(found.ways, 1):
        graph = found.before.graph
        places = [int(graph.flow_source[way[0]]), *(int(graph.flow_target[flow]) for flow in way)]
        lines.append(f"  {number} " + " -> ".join(printable(graph.ref(place)) for place in places))
    return lines


def _outcome(found: Cut, stream: Any) -> list[str]:
    told = coloured("judged again without them: cleared", "32", stream) if found.flows else ""
    if not found.cleared:
        told = coloured("judged again without them: NOT cleared", "1;31", stream)
    lost = sorted({_handed(found.before, share) for share in found.lost})
    return [
        *([told] if told else []),
        *([f"with them end {len(lost)} authorised shares"] if lost else []),
        *(f"  {line}" for line in lost[:20]),
        *([f"  and {len(lost) - 20} more"] if len(lost) > 20 else []),
    ]


def _points(found: Cut) -> list[Share]:
    return sorted({(s.target, s.point): s for s in found.goal.points}.values(), key=lambda s: (s.target, s.point or ""))


def _point(judgement: Judgement, share: Share) -> str:
    return printable(f"{judgement.world.ref(share.target)} at {share.point}")


def _flow(judgement: Judgement, flow: int) -> str:
    value, graph = judgement.graph.flow(flow), judgement.graph
    by = f"  job {value.job}" if value.job else ""
    places = ", ".join(e.place for e in graph.evidence_of_flow(flow))
    ends = f"{graph.ref(int(graph.flow_source[flow]))} -> {graph.ref(int(graph.flow_target[flow]))}"
    return printable(f"{ends}{by}  [{places}]", 600)


def _handed(judgement: Judgement, share: Share) -> str:
    from lineage.vocabulary import label

    what = f"{label(share.data_category)}, {share.form}"
    return printable(f"{judgement.world.party_name(share.recipient)}: {what} ({share.authorization})")


def _record(target: str, found: Cut) -> dict[str, Any]:
    from inventory.report import share_record

    judgement = found.before

    def flow(position: int) -> dict[str, Any]:
        value, graph = judgement.graph.flow(position), judgement.graph
        return {
            "source": judgement.world.ref(value.source),
            "target": judgement.world.ref(value.target),
            "job": value.job,
            "evidence": [e.place for e in graph.evidence_of_flow(position)],
        }

    return {
        "version": 1,
        "command": "cut",
        "asked": target,
        "flows": [flow(position) for position in found.flows],
        "collection_points": [{"field": judgement.world.ref(s.target), "point": s.point} for s in _points(found)],
        "at_least": found.at_least,
        "exact": found.exact,
        "max_flow": found.max_flow,
        "ways": [[flow(position) for position in way] for way in found.ways],
        "cleared": found.cleared,
        "ends_too": [share_record(judgement, share) for share in found.lost],
    }


def register(app: typer.Typer) -> None:
    app.command()(cut)
