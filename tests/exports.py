"""Worlds with nasty names, a report of them, and what a format writes of it."""

import dataclasses
import io
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from inventory import pipeline, plugins
from inventory.report import Report
from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.model import (
    Claim,
    Classification,
    Collection,
    Dataset,
    Evidence,
    Fact,
    Field,
    FieldId,
    Flow,
    Gap,
    Method,
    Party,
    System,
)

DAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
NASTY = (
    "=cmd|'/C calc'!A0", "-1+1", "@SUM(1)", "'=x", "a;=b", "\uff1d1", "\t=1", "\r=1",
    "a\x00b", "_x0041_", "_x0041\x00", "line\r\nbreak", "\x1b[31mred", "\u202etxt.exe", "\ufffe", "\x85",
    "<script>alert(1)</script>", "javascript:alert(1)", "<b>", "&lt;b&gt;", "]]>", '"', "a:b#c\\d", "\\N\\l", "%s{}",
    "手机号", "😀", " lead", "trail ", "x" * 10_000,
)  # fmt: skip
"""Names that a spreadsheet, a terminal, a browser, XML or Graphviz could take for something else."""

names = st.sampled_from(("t", "u", *NASTY))
nodes = st.builds(FieldId, st.sampled_from(("sharemap://ours", "sharemap://theirs", "s3://x")), names, names)
ends = st.one_of(nodes, nodes.map(lambda node: node.dataset))
known = st.none() | names
evidence = st.builds(
    Evidence, st.sampled_from(("sql", "manual")), names, st.none() | st.integers(1, 9), st.sampled_from(Method),
    st.none() | st.just(NOW), note=known,
)  # fmt: skip
flows = st.builds(
    Flow, ends, ends, st.sampled_from(("DIRECT", "INDIRECT")), known, known, st.booleans(), known,
    st.none() | st.booleans(), known, known, known,
)  # fmt: skip
statements = st.one_of(
    flows,
    st.builds(Field, nodes, known, known, st.none() | st.booleans()),
    st.builds(Dataset, nodes.map(lambda node: node.dataset), known, known),
    st.builds(Classification, nodes, st.sampled_from(("user.name", "user.health_and_medical")), st.just("customer")),
    st.builds(Collection, nodes, names),
    st.builds(Party, names, names, own=st.booleans()),
    st.builds(System, names, names, st.none() | names, st.tuples(st.builds(Claim, names, names))),
    st.builds(Gap, names, names),
)
worlds = st.lists(st.builds(Fact, statements, evidence), max_size=8, unique=True)


def report(facts):
    """A report of facts, judged as pipeline.report does it, without a store."""
    judgement = Judgement(LineageGraph.from_facts(facts), DAY, NOW)
    return Report(judgement, findings=(), rules=(), runs=(), project="Shop", facts=lambda: facts)


def written(format, facts):
    """What a format writes of some facts."""
    out = io.StringIO(newline="")
    format.write(report(facts), out)
    return out.getvalue()


SAID = Evidence("manual", "inventory/world.yaml", 3, Method.ATTESTED)


def shop(name="email", *, party="Ad"):
    """Facts of a shop that hands a field called `name` to a party that nobody authorised."""
    source, copy = FieldId("sharemap://ours", "users", name), FieldId("sharemap://ours", "copy", name)
    target = FieldId("sharemap://theirs", "in", name)
    said = (
        Party("us", "Us", own=True, country="CN"), Party("ad", party, role="controller", country="DE"),
        System("ours", operator="us"), System("theirs", operator="ad", country="DE"),
        Field(source, "text", name), Field(FieldId("sharemap://ours", "users", "idle")),
        Classification(source, "user.contact.email", "customer"), Collection(source, name),
        Flow(source, copy, subtype="TRANSFORMATION", function=name), Flow(copy, target, data_use="marketing"),
    )  # fmt: skip
    return [Fact(statement, SAID) for statement in said]


def checked(facts):
    """A report of facts with the findings of every check."""
    plain = report(facts)
    rules = tuple(plugins.rule(module) for module in plugins.checks())
    return dataclasses.replace(plain, findings=pipeline.check(plain.judgement), rules=rules)


def nasty_shops():
    """Shops, gaps and suppressions of every nasty name."""
    for name in NASTY:
        said = [
            Fact(fact.statement, dataclasses.replace(fact.evidence, source=name)) for fact in shop(name, party=name)
        ]
        yield from (*said, Fact(Gap(name, name), Evidence("sql", name)))
