"""A few facts to write into a store, with a name that needs quoting everywhere."""

from datetime import UTC, datetime

from lineage.model import Classification, Evidence, Fact, FieldId, Flow

A, B = FieldId("db", "t", "a"), FieldId("db", "t", 'b"\n<x>')
SEEN = Evidence("database", "shop/t")
FLOW = Fact(Flow(A, B, function="sha256", masking=True), Evidence("sql", "etl/a.sql", 3))
FIELD = Fact(Classification(A, "user.contact.email"), SEEN)


def now():
    return datetime.now(UTC)
