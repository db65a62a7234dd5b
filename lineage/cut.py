"""Which are the fewest flows to stop so that nothing unauthorised arrives, or so that one finding clears?

What may not arrive is known from the verdicts; over which flows it comes, from the labels (terrain.py); how few of them
cut all ways, from mincut.py.  Whether that is enough is not argued but tried: the graph is judged again without them.
A verdict may hang on the flows that are stopped (a consent that then gates every way, a group key that is gone), so
the answer tries the smallest guess first and says "at most" where it could not prove that no fewer do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lineage.carry import FORMS, codes
from lineage.judgement import Judgement
from lineage.mincut import Separation, separation
from lineage.propagate import Label
from lineage.share import Share
from lineage.stopped import judged_without
from lineage.terrain import Banned, Terrain
from lineage.transfers import Route


@dataclass(frozen=True)
class Goal:
    """What must not arrive any more; `points` are shares of collection points, which no stopped flow ends.

    `met` looks at another judgement of the same facts less some flows.  `sure` is false where other changes than the
    end of what is banned may reach the goal too, so that no number of flows is proved to be needed.
    """

    banned: tuple[Banned, ...]
    points: tuple[Share, ...]
    met: Callable[[Judgement], bool]
    sure: bool = True


@dataclass(frozen=True)
class Cut:
    """Flows (positions in the graph) to stop, and why no fewer will do.

    `ways` are flows in order, of ways that share no flow: each must be stopped somewhere, so at least as many flows as
    there are ways.  `at_least` may be more than that.  `after` is the judgement without the flows.
    """

    goal: Goal
    flows: tuple[int, ...]
    at_least: int
    ways: tuple[tuple[int, ...], ...]
    max_flow: int
    before: Judgement
    after: Judgement

    @property
    def exact(self) -> bool:
        return self.at_least == len(self.flows)

    @property
    def cleared(self) -> bool:
        """Is the goal reached without the flows?  Only collection points may stand in its way."""
        return self.goal.met(self.after)

    @cached_property
    def lost(self) -> tuple[Share, ...]:
        """Authorised shares that end too when the flows are stopped."""
        left = {_what(share) for share in self.after.shares}
        return tuple(s for s in self.before.shares if s.authorized and _what(s) not in left)


def to_recipient(judgement: Judgement, recipient: str) -> Goal:
    """That nothing unauthorised arrives at a party."""
    party = judgement.world.head(recipient)

    def refused(of: Judgement) -> Iterator[Share]:
        return (s for s in of.shares if not s.authorized and s.recipient == party)

    return _goal(judgement, refused(judgement), lambda after: all(s.flow < 0 for s in refused(after)))


def of_shares(judgement: Judgement, shares: Iterable[Share]) -> Goal:
    """That some unauthorised shares, by whichever of parallel flows, are no more or are authorised."""
    keys = {_what(share) for share in shares}

    def refused(of: Judgement) -> Iterator[Share]:
        return (s for s in of.shares if not s.authorized and _what(s) in keys)

    return _goal(judgement, refused(judgement), lambda after: all(s.flow < 0 for s in refused(after)))


def of_route(judgement: Judgement, route: Route) -> Goal:
    """That nothing is transferred by a route that no mechanism lets pass."""
    key = (route.sender, route.recipient, route.origin, route.destination)
    banned = tuple(Banned(c.flow, c.label) for c in route.carried if c.flow >= 0)
    direct = {(c.target, c.label) for c in route.carried if c.flow < 0}
    points = tuple(s for s in judgement.shares if s.flow < 0 and (s.target, s.label) in direct)

    def met(after: Judgement) -> bool:
        same = (r for r in after.transfers if (r.sender, r.recipient, r.origin, r.destination) == key)
        return all(r.mechanism is not None or all(c.flow < 0 for c in r.carried) for r in same)

    hangs = any("pipl:exemption:volume" in reason for reason in route.refused)  # it never lets sensitive data pass
    return Goal(banned, points, met, sure=not hangs)


def cut(judgement: Judgement, goal: Goal) -> Cut:
    """The fewest flows to stop for a goal, tried on a judgement without them.

    Raises InvalidInput without the extra `cut`, where flows must be stopped at all.
    """
    unsure = _turned(judgement)
    least, first = 0, None
    for banned in _guesses(goal):
        found, ways = _separated(judgement, banned, unsure)
        if first is None:
            least, first = (found.at_least, (found, ways)) if goal.sure else (min(found.at_least, 1), (found, ()))
        after = judged_without(judgement, found.flows)
        if goal.met(after):
            break
    assert first is not None
    return Cut(goal, found.flows, least, first[1], first[0].max_flow, judgement, after)


def _separated(
    judgement: Judgement, banned: Collection[Banned], unsure: Collection[int]
) -> tuple[Separation, tuple[tuple[int, ...], ...]]:
    terrain = Terrain.of(judgement.labels, banned)
    found = separation(terrain, unsure)
    ways = tuple(tuple(flow for edge in way if (flow := int(terrain.edges.flow[edge])) >= 0) for way in found.ways)
    return found, ways


def _guesses(goal: Goal) -> Iterator[tuple[Banned, ...]]:
    """What to ban: ways that no consent gates only, then all ways, then every form of it."""
    every = tuple(ban._replace(scopes=frozenset()) for ban in goal.banned)
    forms = {ban._replace(label=ban.label._replace(form=form)) for ban in every for form in FORMS}
    if every != goal.banned:
        yield goal.banned
    yield every
    yield tuple(sorted(forms, key=lambda ban: (ban.flow, ban.label)))


def _goal(judgement: Judgement, shares: Iterable[Share], met: Callable[[Judgement], bool]) -> Goal:
    scopes: dict[tuple[int, Label], frozenset[str]] = {}
    points = []
    for share in shares:
        if share.flow < 0:
            points.append(share)
            continue
        key, mine = (share.flow, share.label), _scopes(judgement, share)
        scopes[key] = scopes.get(key, mine) & mine
    banned = tuple(sorted(
        (Banned(flow, label, gates) for (flow, label), gates in scopes.items()),
        key=lambda ban: (ban.flow, ban.label),
    ))  # fmt: skip
    return Goal(banned, tuple(points), met)


def _scopes(judgement: Judgement, share: Share) -> frozenset[str]:
    """The consents that would let a share if no way went round them, and nothing else were wrong."""
    return frozenset(
        a.consent
        for a in judgement.sharing.verdicts.for_recipient(share.recipient)
        if a.consent and judgement.sharing.verdicts.failures(share, a) == ("consent",)
    )


def _turned(judgement: Judgement) -> frozenset[int]:
    """Aggregating flows that carry single people's data for an identifying group key: without the key they do not."""
    graph, roads = judgement.graph, judgement.labels.roads
    plain = np.array([codes(kind)[0] for kind in graph.kinds], dtype=np.int8)
    return frozenset(np.flatnonzero(roads.code != plain[graph.flow_kind]).tolist())


def _what(share: Share) -> Share:
    """A share without its verdict, and without its place in one graph."""
    return share._replace(flow=min(share.flow, 0), coarse=False, authorized=False, authorization=None, failed=())
