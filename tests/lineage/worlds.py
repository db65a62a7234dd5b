"""Small worlds that find bugs: a few parties, four datasets of two fields, and everything that can be said of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.model import (
    Authorization,
    Claim,
    Classification,
    Collection,
    Consent,
    Dataset,
    Evidence,
    Fact,
    FieldId,
    Flow,
    Form,
    Instrument,
    Method,
    Party,
    Statement,
    System,
)

DAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 15, tzinfo=UTC)

OURS = ("sharemap://ours", "t")
DATASETS = [
    ("sharemap://theirs", "t"), ("sharemap://theirs", "u"), ("sharemap://proc", "t"), ("sharemap://subs", "t"),
    ("sharemap://drop", "t"), ("sharemap://ours", "u"), ("s3://bucket", "t"), ("s3://bucket", "out/t"),
    ("s3://nobodys", "t"),
]  # fmt: skip
PARTIES = {
    "us": Party("us", own=True, country="DE"),
    "ad": Party("ad", country="DE"),
    "pr": Party("pr", country="DE"),
    "sub": Party("sub", country="IN", groups=("grp",)),
}
OTHER_PARTIES = [
    Party("us", own=True, country="CN", aliases=("we",)),
    Party("ad", country="DE", groups=("grp",)),
    Party("ad", registry_id="R1"),
    Party("pr", country="DE", registry_id="R1"),
    Party("pr", country="FR", aliases=("ad2",)),
    Party("sub", country="IN", own=True),
]
SYSTEMS = {
    "ours": System("ours", operator="us", country="DE"),
    "theirs": System("theirs", operator="ad", country="DE"),
    "proc": System("proc", operator="pr", country="DE"),
    "subs": System("subs", operator="sub", country="IN"),
    "drop": System("drop", country="DE"),
    "lake": System("lake", operator="us", country="DE", namespaces=(Claim("s3://bucket"),)),
    "exports": System("exports", operator="ad", country="FR", namespaces=(Claim("s3://bucket", "out"),)),
    "more": System("more"),
}
OTHER_SYSTEMS = [
    System("ours", operator="we", country="CN", data_subject="employee"),
    System("ours", ours=True),
    System("theirs", operator="ad", country="CN"),
    System("theirs", operator="ad", data_uses=("essential", "marketing.advertising.third_party.targeted")),
    System("theirs", operator="ad", data_uses=("marketing",)),
    System("theirs"),
    System("proc", operator="ad2", country="HK"),
    System("lake", country="DE", namespaces=(Claim("s3://bucket"),), ours=True),
    System("exports", operator="ad", country="FR", namespaces=(Claim("s3://bucket"),)),
    System("more", operator="us", namespaces=(Claim("sharemap://theirs"),), country="DE"),
    System("more", operator="pr", namespaces=(Claim("sharemap://theirs"),), data_subject="patient"),
]
CATEGORIES = ["user.contact.email", "user.behavior", "user.health_and_medical", "user.childrens", "system.operations"]
KINDS: list[dict[str, Any]] = [
    {},
    {"subtype": "TRANSFORMATION", "function": "sha256", "masking": True},
    {"subtype": "TRANSFORMATION", "function": "encrypt", "masking": True},
    {"subtype": "TRANSFORMATION", "function": "decrypt"},
    {"subtype": "AGGREGATION", "function": "sum"},
    {"subtype": "AGGREGATION", "function": "max", "masking": True},
    {"subtype": "AGGREGATION", "masking": True},
    {"type": "INDIRECT", "subtype": "GROUP_BY"},
    {"type": "INDIRECT", "subtype": "FILTER"},
    {"type": "INDIRECT", "subtype": "JOIN"},
]
CONTRACT = {
    "role": "controller", "data_categories": ("user", "user.health_and_medical", "user.childrens"),
    "data_uses": ("*", "marketing.advertising.third_party"), "data_subjects": ("*",), "form": Form.RAW,
    "instrument": Instrument("contract"), "legal_basis": "contract", "countries": ("*",),
    "valid_from": date(2026, 1, 1),
}  # fmt: skip
OTHER_TERMS: list[dict[str, Any]] = [
    {"sender": "us"}, {"sender": "pr"}, {"sender": "we"},
    {"data_categories": ("*",)}, {"data_categories": ("user.contact", "user.health_and_medical")},
    {"data_uses": ("*",)}, {"data_uses": ("marketing",)}, {"data_uses": ("essential",)},
    {"data_subjects": ("customer",)}, {"data_subjects": ("employee", "patient")},
    {"form": Form.HASHED}, {"form": Form.AGGREGATED},
    {"countries": ("FR", "IN")}, {"countries": ("EU", "CN")},
    {"role": "processor", "instrument": Instrument("processing-agreement"), "legal_basis": None},
    {"role": "processor"}, {"instrument": Instrument("processing-agreement")}, {"legal_basis": None},
    {"legal_basis": "consent", "consent": "c"}, {"legal_basis": "consent", "consent": "c"},
    {"legal_basis": "consent", "consent": "d"}, {"legal_basis": "consent"},
    {"relation": "publication"},
    {"valid_from": DAY, "valid_until": DAY}, {"valid_from": date(2026, 6, 16)}, {"valid_until": date(2026, 6, 14)},
]  # fmt: skip


def some(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def replaced(plain: dict[str, Any], other: list[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """The plain ones, but for up to two that are as another says."""
    return st.lists(st.sampled_from(other), max_size=2).map(
        lambda new: tuple({**plain, **{n.key: n for n in new}}.values())
    )


datasets = st.lists(st.sampled_from(DATASETS), min_size=3, max_size=3)
names = some("p", "p", "p", "q", "")
fields = st.tuples(some(0, 0, 0, 0, 1, 2), names)
sources = st.tuples(some(0, 0, 0, 0, 1, 2, 3), names)
targets = st.tuples(some(1, 1, 2, 2, 3, 0), names)
"""Ends are drawn as a position in the datasets of a world (ours first), and a field; the whole without one."""

twice = st.lists(
    some(System("theirs", operator="us"), System("theirs", operator="pr"), System("ours", operator="ad")), max_size=1
)
flows = st.tuples(
    sources, targets, st.one_of(st.just({}), st.sampled_from(KINDS)),
    some("marketing", "marketing", "marketing", None, "marketing.advertising.third_party.targeted"),
    some(None, None, "c", "d"), some(None, None, None, "j"),
)  # fmt: skip
classifications = st.tuples(
    fields, some("user.contact.email", *CATEGORIES), some("customer", "customer", None),
    some(Form.RAW, Form.RAW, Form.HASHED), some(Method.ATTESTED, Method.INFERRED),
    some(None, None, None, "user.behavior"),
)  # fmt: skip
denials = st.tuples(fields, some(Method.ATTESTED, Method.INFERRED))
points = st.tuples(fields, some("sdk", "form"), some(None, "c"))
about = st.tuples(st.integers(0, 3), some((), ("marketing",), ("essential",)), some(None, "patient"))
authorizations = st.builds(
    lambda recipient, members, terms: {
        **CONTRACT, "recipient": recipient, "include_members": members, **{k: v for t in terms for k, v in t.items()}
    },
    some("ad", "ad", "ad", "ad2", "grp", "pr", "sub"),
    st.booleans(),
    st.lists(st.sampled_from(OTHER_TERMS), max_size=2),
)  # fmt: skip
consents = st.tuples(some("separate", "general", "guardian", None), some("separate", None))


def _facts(
    known: Any, people: Any, places: Any, again: Any, moves: Any, said: Any, denied: Any, collected: Any, told: Any,
    allowed: Any, kinds: Any,
) -> tuple[Fact, ...]:  # fmt: skip
    where = [OURS, *known]

    def at(end: tuple[int, str]) -> FieldId:
        return FieldId(*where[end[0]], end[1])

    methods: list[tuple[Statement, Method]] = [(s, Method.ATTESTED) for s in (*people, *places, *again)]
    methods += [
        (Flow(at(a), at(b), **kind, data_use=use, consent=consent, job=job), Method.OBSERVED)
        for a, b, kind, use, consent, job in moves
    ]
    methods += [
        (Classification(at(f), category, subject, form, replaces=replaces), method)
        for f, category, subject, form, method, replaces in said
    ]
    methods += [(Classification(at(f), not_personal="looked"), method) for f, method in denied]
    methods += [(Collection(at(f), point, consent=consent), Method.ATTESTED) for f, point, consent in collected]
    methods += [(Dataset(FieldId(*where[d]), data_uses=u, data_subject=s), Method.ATTESTED) for d, u, s in told]
    methods += [(Authorization(f"A{i}", **a), Method.ATTESTED) for i, a in enumerate(allowed)]
    methods += [(Consent(key, kind), Method.ATTESTED) for key, kind in zip("cd", kinds, strict=True) if kind]
    return tuple(Fact(s, Evidence("test", "world", line, method)) for line, (s, method) in enumerate(methods, 1))


worlds = st.builds(
    _facts, datasets, replaced(PARTIES, OTHER_PARTIES), replaced(SYSTEMS, OTHER_SYSTEMS), twice,
    st.lists(flows, min_size=3, max_size=8), st.lists(classifications, min_size=1, max_size=3),
    st.lists(denials, max_size=1), st.lists(points, max_size=1), st.lists(about, max_size=1),
    st.lists(authorizations, min_size=1, max_size=4), consents,
)  # fmt: skip


def judged(facts: Any) -> Judgement:
    return Judgement(LineageGraph.from_facts(facts), DAY, NOW)
