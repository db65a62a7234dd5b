"""All authorizations of a recipient asked at once say what each says by itself."""

from hypothesis import given, settings

from lineage.terms import Offers, Terms
from tests.lineage.worlds import DAY, judged, worlds


@settings(max_examples=100, deadline=None)
@given(worlds)
def test_asked_at_once_they_say_what_each_says(facts):
    judgement = judged(facts)
    terms = [Terms(a, DAY, lambda sender, a=a: sender == (a.sender or "us")) for a in judgement.world.authorizations]
    offers = Offers(terms)
    for share in judgement.shares:
        each = [(one.failures(share), one.authorization) for one in terms]
        assert offers.failures(share.handover, share.label) == each
        covering = tuple(authorization for failed, authorization in each if not failed)
        assert offers.covering(share.handover, [share.label, share.label]) == [covering, covering]


def test_nobody_offers_anything_where_there_are_no_authorizations():
    assert Offers([]).authorizations == ()
    assert not Offers([]).on_consent
