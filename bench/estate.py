"""An invented company as readings: a layered estate of any size, the same for the same size and seed.

Operational tables feed staging, that a warehouse, that marts, those exports, and those third parties; some flows
stay in a layer or lead back.  Twenty fields a dataset, a few sources feed very many, one field in two hundred is
classified (at the shop; from there it spreads), one in two hundred is a partner's, and one partner in two has an
authorization.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import numpy.typing as npt

from lineage.model import (
    Authorization,
    Batch,
    Claim,
    Classification,
    Evidence,
    Fact,
    Field,
    FieldId,
    Flow,
    Form,
    Instrument,
    Method,
    Party,
    Reading,
    ScopeComplete,
    System,
)

Ints = npt.NDArray[np.int64]
A_DATASET = 20
LAYERS = ("shop", "staging", "warehouse", "marts", "exports", "partners")
RECIPIENTS = 40
CATEGORIES = (
    "user.contact.email", "user.contact.phone_number", "user.name", "user.unique_id", "user.device.ip_address",
    "user.financial.credit_card", "user.health_and_medical", "user.location",
)  # fmt: skip
USES = ("marketing.advertising", "essential.service", "analytics", "essential.fraud_detection")
KINDS = (
    Flow(FieldId("", ""), FieldId("", ""), subtype="IDENTITY"),
    Flow(FieldId("", ""), FieldId("", ""), subtype="TRANSFORMATION", function="trim"),
    Flow(FieldId("", ""), FieldId("", ""), subtype="TRANSFORMATION", function="sha256", masking=True),
    Flow(FieldId("", ""), FieldId("", ""), subtype="AGGREGATION", function="count"),
    Flow(FieldId("", ""), FieldId("", ""), type="INDIRECT", subtype="JOIN"),
)
_SHARE_OF_KINDS = (0.6, 0.2, 0.05, 0.05, 0.1)


def estate(fields: int, flows: int, seed: int = 1, name: str = "") -> Iterator[Reading]:
    """Everything about an estate of so many fields and at most so many flows (repeated ones fall together).

    `name` is part of every dataset's name, so that several estates can lie side by side.
    """
    rng = np.random.default_rng(seed)
    nodes = [field_id(i, fields, name) for i in range(fields)]
    yield from _companies()
    for i, node in enumerate(nodes):
        place = Evidence("bench", f"{name}/tables/{i // A_DATASET}", i % A_DATASET + 1)
        yield Fact(Field(node, "text", position=i % A_DATASET + 1), place)
    for i in rng.choice(_width(fields), fields // 200, replace=False).tolist():
        category = CATEGORIES[i % len(CATEGORIES)]
        yield Fact(
            Classification(nodes[i], category, "customer", confidence=0.9),
            Evidence("bench", f"{name}/tables/{i // A_DATASET}", method=Method.INFERRED),
        )
    yield from _batches(*_ends(rng, fields, flows), rng, nodes, name)
    yield ScopeComplete()


def field_id(i: int, fields: int, name: str = "") -> FieldId:
    """The i-th field of an estate."""
    dataset = i // A_DATASET
    layer = _layer(i, fields)
    home = f"https://partner{dataset % RECIPIENTS}.example" if layer == len(LAYERS) - 1 else f"s3://{LAYERS[layer]}"
    return FieldId(home, f"{name}{LAYERS[layer]}/table_{dataset}", f"field_{i % A_DATASET}")


def _layer(i: int, fields: int) -> int:
    return min(i // A_DATASET * A_DATASET // _width(fields), len(LAYERS) - 1)


def _width(fields: int) -> int:
    """Fields of each layer but the partners', which get what remains."""
    return int(fields * 0.995) // (len(LAYERS) - 1)


def _companies() -> Iterator[Fact]:
    said = Evidence("manual", "inventory/estate.yaml", method=Method.ATTESTED)
    yield Fact(Party("us", "Us", own=True, country="CN"), said)
    for layer in LAYERS[:-1]:
        yield Fact(
            System(layer, operator="us", country="CN", namespaces=(Claim(f"s3://{layer}"),), encrypted_at_rest=True),
            said,
        )
    for n in range(RECIPIENTS):
        key = f"partner{n}"
        yield Fact(Party(key, f"Partner {n}", country="CN", role="processor"), said)
        claim = (Claim(f"https://{key}.example"),)
        yield Fact(System(key, operator=key, country="CN", namespaces=claim, data_uses=(USES[n % len(USES)],)), said)
        if n % 2:
            yield Fact(
                Authorization(
                    f"A-{n}", key, "processor", CATEGORIES[: n % len(CATEGORIES)], (USES[n % len(USES)],),
                    ("customer",), Form.RAW, Instrument("processing-agreement"), ("CN",), date(2026, 1, 1),
                ),
                said,
            )  # fmt: skip


def _ends(rng: np.random.Generator, fields: int, flows: int) -> tuple[Ints, Ints]:
    """The two ends of each flow: positions of fields, ordered by target, each pair once."""
    layer = _width(fields)
    target = rng.integers(layer, fields, flows)
    busy = rng.random(flows) < 0.3
    target[busy] = layer + (fields - layer) * rng.power(4, int(busy.sum()))
    popular = (layer * (1 - rng.power(3, flows))).astype(np.int64)
    way = rng.random(flows)
    start = np.where(way < 0.85, target // layer - 1, np.where(way < 0.97, target // layer, 1)).clip(0) * layer
    source = (start + popular).clip(0, fields - 1)
    pairs = np.unique(np.stack([target, source])[:, target != source], axis=1)
    return pairs[1], pairs[0]


def _batches(source: Ints, target: Ints, rng: np.random.Generator, nodes: list[FieldId], name: str) -> Iterator[Batch]:
    """The flows by the statement that makes them: one batch for each target dataset and kind."""
    kind = rng.choice(len(KINDS), len(source), p=_SHARE_OF_KINDS)
    group = target // A_DATASET * len(KINDS) + kind
    order = np.argsort(group, kind="stable")
    edges = np.flatnonzero(np.diff(group[order], prepend=-1))
    for rows in np.split(order, edges[1:]):
        dataset, code = divmod(int(group[rows[0]]), len(KINDS))
        yield Batch(
            [nodes[i] for i in source[rows].tolist()], [nodes[i] for i in target[rows].tolist()], KINDS[code],
            Evidence("bench", f"{name}/jobs/{dataset}.sql", 1),
        )  # fmt: skip
