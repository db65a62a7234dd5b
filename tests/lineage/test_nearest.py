"""The way of a label is the same whoever else is asked for, and in whatever order: only what leads there matters."""

import numpy as np
import pytest

from lineage.leading import Cone
from lineage.model import Form
from lineage.nearest import Nearest
from lineage.propagate import Label
from tests.lineage.test_shares_laws import in_worlds
from tests.lineage.worlds import judged


def arrivals_of(labels):
    return [(flow, label) for flow in range(labels.graph.flows) for label in labels.sent(flow)]


def spelled(came):
    return [(c.node, c.label, c.flow) for c in came.way]


@in_worlds(300)
def test_ways_do_not_depend_on_what_else_is_asked(facts):
    labels = judged(facts).labels
    arrivals = arrivals_of(labels)
    together, backward = Nearest(labels), Nearest(labels)
    together.prepare(arrivals)
    for arrival in reversed(arrivals):
        assert spelled(backward[arrival]) == spelled(together[arrival])


@in_worlds(300)
def test_what_does_not_lead_there_changes_no_way(facts):
    """As when the passes went everywhere."""
    labels = judged(facts).labels
    arrivals = arrivals_of(labels)
    everywhere = Nearest(labels)
    everything = Cone.to(labels.reach, np.arange(labels.roads.nodes), labels.reach.held)
    everywhere._cone = lambda *_: everything
    everywhere.prepare(arrivals)
    nearest = Nearest(labels)
    for arrival in arrivals:
        assert spelled(nearest[arrival]) == spelled(everywhere[arrival])


@in_worlds(20)
def test_what_does_not_arrive_has_no_way(facts):
    labels = judged(facts).labels
    nearest, never = Nearest(labels), Label("user.contact", "nobody", Form.RAW)
    for flow in range(labels.graph.flows):
        with pytest.raises(KeyError):
            nearest[flow, never]
        for label in set(labels.alphabet.every) - set(labels.sent(flow)):
            with pytest.raises(KeyError):
                nearest[flow, label]


@in_worlds(50)
def test_shares_prepared_together_are_told_as_one_by_one(facts):
    together, alone = judged(facts), judged(facts)
    together.prepare(together.shares)
    for share in together.shares:
        assert together.witness(share) == alone.witness(share)
        assert together.origin_of(share) == alone.origin_of(share)
        assert together.places_of(share) == alone.places_of(share)
