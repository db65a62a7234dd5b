"""What a graph in a Neo4j server says, as plain values, and what the product itself says of the same facts."""

from lineage.model import ALL, Flow
from lineage.spelling import spelled


def flows_there(server):
    """The flows in the server: both ends, and what is said between them."""
    rows = server.run(
        "MATCH (a:Data)-[f:FLOWS_TO]->(b:Data) RETURN [a.namespace, a.dataset, a.field] AS source, "
        "[b.namespace, b.dataset, b.field] AS target, f.type AS type, f.subtype AS subtype, f.function AS function, "
        "f.masking AS masking, f.data_use AS data_use, f.consent AS consent, f.job AS job"
    )
    return sorted(repr(sorted(row.items())) for row in rows)


def flows_of(facts):
    """The same of facts, each once."""
    told = {repr(sorted(_flow(fact.statement).items())): None for fact in facts if isinstance(fact.statement, Flow)}
    return sorted(told)


def _flow(flow):
    names = ("type", "subtype", "function", "data_use", "consent", "job")
    return {
        "source": _end(flow.source),
        "target": _end(flow.target),
        "masking": flow.masking,
        **{name: _spelled(getattr(flow, name)) for name in names},
    }


def _end(node):
    return [spelled(node.namespace), spelled(node.name), _spelled(node.field or None)]


def _spelled(text):
    return None if text is None else spelled(text)


def held_there(server):
    """Every label in the server: (namespace, dataset, field, category, subject, form, hops)."""
    rows = server.run(
        "MATCH (d:Data)-[h:HOLDS]->(c:Category) "
        "RETURN d.namespace AS a, d.dataset AS b, d.field AS c, c.key AS d, h.subject AS e, h.form AS f, h.hops AS g"
    )
    return sorted(map(repr, (tuple(row.values()) for row in rows)))


def held_by(judgement):
    graph, labels = judgement.graph, judgement.labels
    return sorted(
        repr((*_end(node), held.data_category, held.data_subject or ALL, held.form.value, labels.reach.level(i, held)))
        for i, node in enumerate(graph.nodes)
        for held in labels.rows(i)
    )


def shares_there(server):
    rows = server.run(
        "MATCH (a:Data)<-[:SOURCE]-(s:Share)-[:TARGET]->(b:Data) "
        "OPTIONAL MATCH (s)-[:SENDER]->(us:Party) OPTIONAL MATCH (s)-[:RECIPIENT]->(p:Party) "
        "RETURN us.key AS sender, p.key AS recipient, s.data_category AS category, s.form AS form, s.data_use AS use, "
        "s.countries AS countries, [a.namespace, a.dataset, a.field] AS source, "
        "[b.namespace, b.dataset, b.field] AS target, s.authorized AS authorized"
    )
    return sorted(repr(tuple(row.values())) for row in rows)


def shares_of(judgement):
    return sorted(
        repr((
            _spelled(s.sender), _spelled(s.recipient), s.data_category, s.form.value, _spelled(s.data_use),
            [c or "unknown" for c in s.countries], _end(s.source), _end(s.target), s.authorized,
        ))
        for s in judgement.shares
    )  # fmt: skip


def findings_there(server):
    """Every finding in the server with its severity and how many steps of its witness are there."""
    rows = server.run(
        "MATCH (:Check)-[:FOUND]->(f:Finding) OPTIONAL MATCH (f)-[w:WITNESS]->(:Data) "
        "RETURN f.fingerprint AS a, f.check AS b, f.severity AS c, f.message AS d, count(w) AS e"
    )
    return sorted(tuple(row.values()) for row in rows)


def findings_of(findings):
    told = {(f.fingerprint, f.check, f.severity, spelled(f.message), len(f.path)) for f in findings}
    return sorted(told)


def assert_same(server, report):
    """The server holds all that the report says: flows, labels, shares, findings."""
    assert flows_there(server) == flows_of(report.facts())
    assert held_there(server) == held_by(report.judgement)
    assert shares_there(server) == shares_of(report.judgement)
    assert findings_there(server) == findings_of(report.findings)
