"""What stands on the pages is what the graph knows, in both languages alike, and nothing else gets in."""

from __future__ import annotations

import base64
import hashlib
import posixpath
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.disclosure.gather import Gathering
from inventory.disclosure.words import flow_id, party_id, share_id, slug
from inventory.page import pages
from inventory.page.sheets import LARGEST
from lineage.vocabulary import LANGUAGES
from tests.inventory.judged import judged
from tests.inventory.page.marketplace import AUTHORIZATIONS, FIELDS, FLOWS, PARTIES, SYSTEMS, marketplace
from tests.inventory.page.reading import Read, read_site

NASTY = "a'\"><script>alert(1)</script><img src=x onerror=alert(2)>\n\x00\x1b[31m\u202e{{7*7}}=cmd javascript:alert(3)"


def rendered(judgement, titles=None):
    """Path -> page, of everything that is known, whether it might be published or not."""
    return {page.path: Read.of(page.html) for page in pages(Gathering(judgement).disclosure(), titles)}


def rows_of(site, language):
    return [row for path, page in site.items() if path.startswith(f"{language}/") for row in page.rows]


@pytest.fixture(scope="module")
def judgement():
    return judged(marketplace())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pairs_on_the_pages_are_the_pairs_of_the_graph(site, judgement, language):
    told = {(row["data-item"], row["data-recipient"]) for row in rows_of(read_site(site), language)}
    assert told == {(slug(s.data_category), party_id(s.recipient)) for s in judgement.shares}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_share_stands_in_exactly_one_row_with_its_flow(site, judgement, language):
    rows = rows_of(read_site(site), language)
    told = [share for row in rows for share in row["data-shares"].split()]
    assert sorted(told) == sorted(share_id(judgement.graph, s) for s in judgement.shares)
    flows = {flow for row in rows for flow in row["data-flows"].split()}
    assert flows == {flow_id(judgement.graph, s) for s in judgement.shares}


def test_both_languages_hold_the_same_pages_rows_and_marks(site):
    pages_ = read_site(site)
    for path, page in pages_.items():
        if path.startswith("en/"):
            twin = pages_[path.replace("en/", "zh-Hans/")]
            assert sorted(page.ids) == sorted(twin.ids)
            assert {r["data-shares"] for r in page.rows} == {r["data-shares"] for r in twin.rows}


@given(
    flows=st.sets(st.sampled_from(range(len(FLOWS)))),
    allowed=st.sets(st.sampled_from(range(len(AUTHORIZATIONS)))),
)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_flows_the_pages_tell_each_share_once_in_each_language(flows, allowed):
    world = judged(
        marketplace(
            flows=[FLOWS[i] for i in sorted(flows)], authorizations=[AUTHORIZATIONS[i] for i in sorted(allowed)]
        )
    )
    site = rendered(world)
    for language in LANGUAGES:
        told = [share for row in rows_of(site, language) for share in row["data-shares"].split()]
        assert sorted(told) == sorted(share_id(world.graph, s) for s in world.shares)


def test_a_share_shows_all_its_cells_together(site):
    text = " ".join(read_site(site)["en/contact.html"].words.split())
    row = text[text.index("AdLoom GmbH only if you agree") :]
    for cell in (
        "Why Showing advertisements", "What E-mail address, as a hash", "About Customers",
        "When After you turn on personalised advertising", "How sent by our systems, encrypted on the way",
        "Relation decides for itself", "Legal basis your consent", "separate consent",
        "They keep it 90 days, then erased",
        "Where Germany", "Germany: standard contract filed with the regulator", "How we know declared by hand",
        "You can Turn off personalised advertising",
    ):  # fmt: skip
        assert cell in row


def test_what_a_processor_of_a_seller_gets_is_not_said_to_be_on_our_behalf(site):
    text = read_site(site)["en/name.html"].words
    assert "on behalf of the one who passes it on" in text
    assert "on our behalf" not in text


def test_nothing_is_said_not_to_be_shared(site):
    for page in read_site(site).values():
        assert not re.search(r"not (shared|given|sold)|不会?(共享|提供给)", page.words)
    assert "No sharing known" in read_site(site)["en/account.html"].words
    assert "目前未发现共享" in read_site(site)["zh-Hans/account.html"].words


def test_the_index_tells_protection_reviews_trainings_answers_and_where_this_comes_from(site):
    text = " ".join(read_site(site)["en/index.html"].words.split())
    for words in (
        "2 of 3 systems that hold personal data are known to store it encrypted. For 1 of them this is not yet",
        "14 of 15 ways", "Every 1 year; last on March 1, 2026", "No problem found", "Training: Engineers",
        "Every 1 year; last on not yet established", "We answer within 15 days. In Simplified Chinese and English.",
        "16 were declared by hand.", "Fingerprint of the graph", "Last updated June 15, 2026",
    ):  # fmt: skip
        assert words in text


def test_no_name_of_a_table_column_host_or_key_is_told(site):
    said = " ".join(page.words for page in read_site(site).values())
    inside = {part for field in FIELDS for part in re.split(r"[:#.]", field.partition(":")[2]) if "_" in part}
    inside |= {flow["target"].partition("#")[2] for flow in FLOWS if "_" in flow["target"].partition("#")[2]}
    inside |= {"pg-core-01", "postgres", "heyu.public", *(s["key"] for s in SYSTEMS if "-" in s["key"])}
    inside |= {authorization["key"] for authorization in AUTHORIZATIONS}
    assert [name for name in sorted(inside) if name in said] == []


def test_every_link_leads_somewhere(site):
    read = read_site(site)
    for path, page in read.items():
        for link in page.links:
            if re.match(r"(https?|mailto|tel):", link):
                continue
            target, _, fragment = link.partition("#")
            home = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
            assert home in read, f"{path} links to {link}"
            assert not fragment or fragment in read[home].ids, f"{path} links to {link}"


def test_every_page_names_its_languages(site):
    for path, page in read_site(site).items():
        others = {a["hreflang"] for tag, a in page.tags if tag == "link" and a.get("rel") == "alternate"}
        assert others == {*LANGUAGES, "x-default"}
        (html,) = [a for tag, a in page.tags if tag == "html"]
        assert html["lang"] == (path.split("/")[0] if "/" in path else LANGUAGES[0])


def test_a_page_lets_in_nothing_but_its_own_style(site):
    for path, page in read_site(site).items():
        (policy,) = [a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
        hashed = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
        assert policy == f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'"
        assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "form", "base"}
        assert not [a for _, a in page.tags for name in a if name.startswith("on") or name == "style"]
        assert "url(" not in page.style
        assert len((site / path).read_bytes()) <= LARGEST


def test_words_in_the_other_language_only_are_marked_as_such(site):
    page = read_site(site)["zh-Hans/contact.html"]
    assert ("span", {"lang": "en"}) in page.tags  # AdLoom GmbH has no Chinese name


def test_hostile_words_do_no_harm():
    both = {"zh-Hans": NASTY, "en": NASTY}
    parties = [{**p, "legal_name": both, "contact": NASTY, "privacy_policy": "javascript:alert(1)",
                "registry_id": f"{NASTY}{p['key']}"} for p in PARTIES]  # fmt: skip
    world = marketplace(
        parties=parties,
        channels=[{"key": "x", "kind": NASTY, "address": "javascript:alert(4)", "languages": [NASTY]}],
        controls=[{"key": NASTY, "kind": "deletion", "where": both, "name": both, "url": "data:text/html,x"}],
        trainings=[{"key": "t", "audience": both, "interval": "P1Y"}],
        flows=[{**flow, "trigger": both} for flow in FLOWS],
    )
    site = rendered(judged(world), {"en": NASTY, "zh-Hans": NASTY})
    for page in site.values():
        assert page.balanced
        assert not {tag for tag, _ in page.tags} & {"script", "img"}
        assert not [a for _, a in page.tags for name in a if name.startswith("on")]
        assert all(re.match(r"(\.\./)?[\w./#-]+$", link) for link in page.links)
        assert not re.search(r"[\x00\x1b\u202e]", page.words)
        assert "49" not in re.sub(r"[0-9a-f]{64}", "", page.words)


def test_words_written_from_right_to_left_stay_in_their_place():
    world = marketplace(parties=[{**p, "legal_name": "שלום Ltd."} if p["key"] == "adloom" else p for p in PARTIES])
    page = rendered(judged(world))["en/contact.html"]
    assert "bdi" in {tag for tag, _ in page.tags}


def test_what_is_not_known_is_printed_as_not_yet_established():
    world = judged(marketplace(retention=[], controls=[], channels=[], reviews=[], trainings=[], activities=[]))
    site = rendered(world)
    assert "They keep it not yet established" in " ".join(site["en/contact.html"].words.split())
    assert "尚未确定" in site["zh-Hans/contact.html"].words


def test_the_same_disclosure_gives_the_same_bytes(judgement):
    disclosure = Gathering(judgement).disclosure()
    assert pages(disclosure) == pages(Gathering(judged(marketplace())).disclosure())


def test_a_group_too_long_for_one_page_becomes_a_page_for_each_item():
    many = [
        {**PARTIES[1], "key": f"carrier{i}", "registry_id": f"R{i}", "legal_name": f"Carrier {i} Ltd."}
        for i in range(30)
    ]
    systems = [{**SYSTEMS[3], "key": f"api{i}", "operator": f"carrier{i}"} for i in range(30)]
    flows = [{**flow, "target": f"api{i}:in#{n}"} for i in range(30) for n, flow in enumerate(FLOWS[1:4])]
    world = marketplace(parties=[PARTIES[0], *many], systems=[*SYSTEMS[:3], *systems], flows=flows, authorizations=[])
    site = rendered(judged(world))
    assert "en/contact.html" not in site
    assert "user-contact-email" in site["en/user-contact-email.html"].ids
    assert "user-contact-email.html#user-contact-email" in site["en/index.html"].links
