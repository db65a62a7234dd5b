"""Which authorizations is a recipient's share held against, and is what is said of it said once for all alike?"""

from datetime import date

from hypothesis import given, settings

from lineage.model import Authorization, Evidence, Fact, Form, Instrument, Party
from tests.lineage.worlds import judged, worlds


def made_out(key, recipient, **more):
    instrument, day = Instrument("processing-agreement"), date(2026, 1, 1)
    what = ("user.name",), ("essential",), ("customer",), Form.RAW
    return Authorization(key, recipient, "processor", *what, instrument, ("DE",), day, **more)


def against(recipient, *statements):
    """The keys of the authorizations for a recipient."""
    facts = [Fact(said, Evidence("test", "parties", line)) for line, said in enumerate(statements, 1)]
    return [a.key for a in judged(facts).sharing.verdicts.for_recipient(recipient)]


def test_an_authorization_is_for_its_recipient_by_whichever_name():
    ad = Party("ad", aliases=("adloom",))
    assert against("ad", ad, made_out("B", "adloom"), made_out("A", "ad"), made_out("C", "other")) == ["A", "B"]
    assert against(None, ad, made_out("A", "ad")) == []


def test_one_for_a_group_is_for_its_members_only_where_it_includes_them():
    group, member = Party("group", aliases=("g",)), Party("ad", groups=("group",))
    told = [made_out("A", "group"), made_out("B", "g", include_members=True), made_out("C", "ad")]
    assert against("ad", group, member, *told) == ["B", "C"]
    assert against("group", group, member, *told) == ["A", "B"]


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_a_share_is_judged_alone_as_it_is_among_all(facts):
    judgement = judged(facts)
    for share in judgement.shares:
        alone = judged(facts).sharing.judged(share)
        assert (alone.authorization, alone.failed) == (share.authorization, share.failed)
        covering = judgement.sharing.verdicts.of(share).covering
        assert share.authorized == bool(covering)
