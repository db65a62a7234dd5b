"""Small worlds that find bugs: a few parties, four datasets of two fields, and everything that can be said of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from random import Random
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
    "ours": System("ours", operator="us"),
    "theirs": System("theirs", operator="ad", country="DE"),
    "proc": System("proc", operator="pr", country="DE"),
    "subs": System("subs", operator="sub", country="IN"),
    "drop": System("drop", country="DE"),
    "lake": System("lake", operator="us", country="DE", namespaces=(Claim("s3://bucket"),)),
    "exports": System("exports", operator="ad", country="FR", namespaces=(Claim("s3://bucket", "out"),)),
    "more": System("more"),
}
OTHER_SYSTEMS = [
    System("ours", operator="we", data_subject="employee"),
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
CLAIMED_TWICE = [System("theirs", operator="us"), System("theirs", operator="pr"), System("ours", operator="ad")]
CATEGORIES = [
    "user.contact.email", "user.contact.email", "user.behavior", "user.health_and_medical", "user.childrens",
    "system.operations",
]  # fmt: skip
USES = ["marketing", "marketing", "marketing", None, "marketing.advertising.third_party.targeted"]
METHODS = [Method.ATTESTED, Method.INFERRED]
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
    {"role": "processor", "instrument": Instrument("processing-agreement"), "relation": "publication"},
    {"valid_from": DAY, "valid_until": DAY}, {"valid_from": date(2026, 6, 16)}, {"valid_until": date(2026, 6, 14)},
]  # fmt: skip


def replaced(random: Random, plain: dict[str, Any], other: list[Any]) -> list[Any]:
    """The plain ones, but for up to two that are as another says."""
    return list({**plain, **{n.key: n for n in random.sample(other, random.randint(0, 2))}}.values())


def terms(random: Random) -> dict[str, Any]:
    """A contract that covers everything, but for up to two of its terms."""
    recipient = random.choice(["ad", "ad", "ad", "ad2", "grp", "pr", "sub"])
    changed = {k: v for other in random.choices(OTHER_TERMS, k=random.randint(0, 2)) for k, v in other.items()}
    return {**CONTRACT, "recipient": recipient, "include_members": random.random() < 0.5, **changed}


def world(random: Random) -> tuple[Fact, ...]:
    """All facts of one world; every draw is even, and the first of a few datasets is ours."""
    datasets = [OURS, *random.choices(DATASETS, k=3)]
    pick = random.choice
    asks = pick([False, False, True])  # a world that rests on consent, under the law of China

    def end(*weighted: int) -> FieldId:
        return FieldId(*datasets[pick(weighted)], pick(["p", "p", "p", "q", ""]))

    def up_to(most: int, least: int = 0) -> range:
        return range(random.randint(least, most))

    attested: list[Statement] = [*replaced(random, PARTIES, OTHER_PARTIES), *replaced(random, SYSTEMS, OTHER_SYSTEMS)]
    attested += [System("ours", country="CN")] if asks else []
    attested += random.sample(CLAIMED_TWICE, pick([0, 0, 0, 1]))
    attested += [
        Flow(
            end(0, 0, 0, 0, 1, 2, 3), end(1, 1, 2, 2, 3, 0), **pick([{}, pick(KINDS)]), data_use=pick(USES),
            consent=pick(["c", "c", None] if asks else [None, None, "c", "d"]), job=pick([None, None, None, "j"]),
        )
        for _ in up_to(8, 2)
    ]  # fmt: skip
    attested += [
        Collection(end(0, 0, 0, 0, 1, 2), pick(["sdk", "form"]), consent=pick([None, "c"]))
        for _ in range(pick([0, 0, 1, 2]))
    ]
    attested += [
        Dataset(FieldId(*pick(datasets)), data_uses=pick([(), ("marketing",)]), data_subject=pick([None, "patient"]))
        for _ in range(pick([0, 0, 1]))
    ]
    consent = {"legal_basis": "consent", "consent": "c"} if asks else {}
    attested += [Authorization(f"A{i}", **{**terms(random), **consent}) for i in up_to(4)]
    kinds = pick(["separate", "general", "guardian", None]), pick(["separate", None])
    attested += [Consent(key, kind) for key, kind in zip("cd", kinds, strict=True) if kind]
    told = [(statement, Method.ATTESTED) for statement in attested]
    told += [(_classification(random, end(0, 0, 0, 0, 1, 2)), pick(METHODS)) for _ in up_to(3, 1)]
    told += [(Classification(end(0, 0, 1, 2), not_personal="looked"), pick(METHODS)) for _ in range(pick([0, 0, 1]))]
    return tuple(Fact(s, Evidence("test", "world", line, method)) for line, (s, method) in enumerate(told, 1))


def _classification(random: Random, field: FieldId) -> Classification:
    category, form = random.choice(CATEGORIES), random.choice([Form.RAW, Form.RAW, Form.HASHED])
    replaces = random.choice([None, None, None, "user.behavior"])
    return Classification(field, category, random.choice(["customer", "customer", None]), form, replaces=replaces)


randoms = st.randoms(use_true_random=True)
"""Even draws reach more corners than hypothesis's own; `smallest` makes up for the shrinking that is lost."""
worlds = randoms.map(world)


def smallest(facts: Sequence[Fact], wrong: Callable[[Sequence[Fact]], bool]) -> Sequence[Fact]:
    """What is left of a world that is wrong when every fact was taken away that it can be wrong without."""
    for fact in facts:
        fewer = [f for f in facts if f is not fact]
        if wrong(fewer):
            facts = fewer
    return facts


def judged(facts: Any) -> Judgement:
    return Judgement(LineageGraph.from_facts(facts), DAY, NOW)
