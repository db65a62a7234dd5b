"""Does personal data leave the area of a law without a mechanism of that law (PIPL art. 38, GDPR art. 44-49)?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.findings import Finding
from lineage.hops import Hop
from lineage.judgement import Judgement
from lineage.transfers import Carried, Route

NAME = "transfer-without-mechanism"
SEVERITY = "high"
PROMISE = "share"
SUMMARY = "Personal data goes to another country and no mechanism of the exporting law lets it; low where not judged."
HELP = """A route is sender, recipient, exporting country and country of arrival. It needs a mechanism of the exporting
law in the transfer list of a valid authorization of the same sender, recipient and country: gdpr:adequacy, gdpr:scc,
gdpr:bcr, gdpr:derogation; pipl:assessment, pipl:standard-contract, pipl:certification, pipl:gba-contract (HK and MO
only) or pipl:exemption:GROUND. Countries with an adequacy decision for all need none. Under PIPL this holds within one
company too. Where no table is kept for the exporting law, or the country of arrival is not known, the finding says that
the route was not judged."""


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each route that no mechanism lets pass, and one for each that could not be judged."""
    against = [route for route in judgement.transfers if route.mechanism is None and not _told_as_share(route)]
    judgement.prepare(carried for route in against for carried in route.carried)
    for route in against:
        yield _finding(judgement, route)


def _told_as_share(route: Route) -> bool:
    """Is it a share into an unknown country, which is told as that?"""
    return route.destination is None and route.recipient != route.sender


def _finding(judgement: Judgement, route: Route) -> Finding:
    world = judgement.world
    categories = sorted({c.label.data_category for c in route.carried})
    path, first = min(((_path(judgement, c), c) for c in route.carried), key=lambda way: (len(way[0]), way[1]))
    who = f"{world.party_name(route.sender)} to {world.party_name(route.recipient)}"
    place = judgement.graph.place_of_flow(first.flow) if first.flow >= 0 else None
    return Finding(
        NAME, SEVERITY if route.judged else "low",
        f"{who}: {', '.join(categories)} leaves {route.origin} for {route.destination or 'an unknown country'}; "
        f"because {_reason(route)}",
        (route.sender or "", route.recipient or "", route.origin, route.destination or ""),
        world.ref(first.source), world.ref(first.target), route.recipient, path, _ways_out(route), place,
    )  # fmt: skip


def _path(judgement: Judgement, carried: Carried) -> tuple[Hop, ...]:
    if carried.flow >= 0:
        return judgement.way(carried.flow, carried.label, "SENT ABROAD")
    return judgement.taken_directly(carried.target, "SENT ABROAD")


def _reason(route: Route) -> str:
    if route.law is None:
        return f"it was not judged: no table is kept for the law of {route.origin}"
    if route.destination is None:
        return "it was not judged: where it arrives is not known"
    if route.refused:
        return ", and ".join(route.refused)
    return f"no valid authorization for this route names a mechanism of {route.law.upper()}"


def _ways_out(route: Route) -> tuple[str, ...]:
    if route.law is None:
        return ("have the route looked at, then suppress this finding with the reason and a day",)
    if route.destination is None:
        return ("enter the country of the system it arrives in",)
    kinds = {"pipl": "pipl:standard-contract, pipl:certification or pipl:assessment", "gdpr": "gdpr:scc"}
    return (
        f"put a mechanism in place ({kinds[route.law]}) and name it under transfer of the authorization",
        f"keep the data in {route.origin}, or send aggregates only",
    )
