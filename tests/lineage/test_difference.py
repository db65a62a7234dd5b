"""What is different between two judgements: nothing of one with itself, and the other way round the other way."""

from dataclasses import replace

from hypothesis import given, settings

from inventory import pipeline
from lineage.difference import difference
from lineage.findings import Finding
from lineage.share import Share
from tests.lineage.worlds import judged, randoms, world

in_worlds = settings(max_examples=60, deadline=None)


def between(one, other):
    findings = pipeline.check(one), pipeline.check(other)
    return difference((one.shares, other.shares), findings)


def two_worlds(random):
    """A world, and the same less or more a few facts."""
    facts = world(random)
    changed = [fact for fact in facts if random.random() < 0.9]
    return judged(facts), judged([*changed, *random.sample(world(random), 2)])


@in_worlds
@given(randoms.map(two_worlds))
def test_a_judgement_beside_itself_is_no_different_and_back_is_the_mirror_of_there(pair):
    one, other = pair
    assert not between(one, one)
    there, back = between(one, other), between(other, one)
    assert set(there.new_shares) == set(back.gone_shares)
    assert set(there.gone_shares) == set(back.new_shares)
    assert {(b, a) for a, b in there.changed_shares} == set(back.changed_shares)
    assert set(there.new_findings) == set(back.gone_findings)
    assert set(there.gone_findings) == set(back.new_findings)
    assert {(b, a) for a, b in there.altered_findings} == set(back.altered_findings)


@in_worlds
@given(randoms.map(two_worlds))
def test_the_difference_is_all_that_leads_from_one_to_the_other(pair):
    one, other = pair
    found = between(one, other)
    whats = [{_what(share) for share in shares} for shares in (one.shares, other.shares)]
    assert (whats[0] - {_what(s) for s in found.gone_shares}) | {_what(s) for s in found.new_shares} == whats[1]
    prints = [{f.fingerprint for f in pipeline.check(side)} for side in (one, other)]
    gone, new = ({f.fingerprint for f in group} for group in (found.gone_findings, found.new_findings))
    assert (prints[0] - gone) | new == prints[1]


def _what(share: Share):
    return share._replace(flow=min(share.flow, 0), coarse=False, authorized=False, authorization=None, failed=())


def test_a_finding_that_grew_more_serious_is_worse_and_one_that_is_suppressed_is_not():
    finding = Finding("c", "medium", "m", ("i",))
    for other, worse in ((replace(finding, severity="high"), True), (replace(finding, severity="low"), False)):
        (altered,) = difference(((), ()), ((finding,), (other,))).altered_findings
        assert altered.worse is worse
