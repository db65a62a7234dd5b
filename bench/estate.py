"""An invented company's lineage as readings: a layered estate of any size, the same for the same size and seed.

Operational tables feed staging, that a warehouse, that marts, those exports, and those third parties; some flows
stay in a layer, some lead back (reverse ETL).  Twenty fields a dataset.  Popularity is Zipf's (a few sources feed
very many), the number of flows into a field heavy-tailed.  One field in twenty is personal, at the operational
tables, whence it spreads.  Recipients have purposes and authorizations, which cover most of what they get.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

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
from lineage.packed import Picked
from lineage.vocabulary import CATEGORIES, SUBJECTS, USES

Ints = npt.NDArray[np.int64]
A_DATASET = 20
LAYERS = ("shop", "staging", "warehouse", "marts", "exports", "partners")
SIZES = {
    "10k": (10_000, 50_000),
    "100k": (100_000, 500_000),
    "1m": (1_000_000, 5_000_000),
    "5m": (5_000_000, 25_000_000),
}
"""Name -> fields and flows of the estates that are measured."""
_NOWHERE = FieldId("", "")
KINDS = (
    Flow(_NOWHERE, _NOWHERE, subtype="IDENTITY"),
    Flow(_NOWHERE, _NOWHERE, subtype="TRANSFORMATION", function="trim"),
    Flow(_NOWHERE, _NOWHERE, subtype="TRANSFORMATION", function="sha256", masking=True),
    Flow(_NOWHERE, _NOWHERE, subtype="AGGREGATION", function="count"),
    Flow(_NOWHERE, _NOWHERE, type="INDIRECT", subtype="JOIN"),
    Flow(_NOWHERE, _NOWHERE, type="INDIRECT", subtype="FILTER"),
    Flow(_NOWHERE, _NOWHERE, type="INDIRECT", subtype="GROUP_BY"),
)
_FIRST_KINDS = (0.7, 0.25, 0.03, 0.02, 0, 0, 0)
_OTHER_KINDS = (0.1, 0.04, 0.01, 0.03, 0.75, 0.02, 0.05)


@dataclass(frozen=True)
class Shape:
    """How large an estate is, and how many labels, recipients, purposes and authorizations it has.

    `name` is part of every dataset's name, so that several estates can lie side by side.
    """

    fields: int
    flows: int
    seed: int = 1
    name: str = ""
    labels: int = 40
    personal: float = 0.05
    recipients: int = 200
    purposes: int = 24
    authorizations: int = 3_000

    @property
    def width(self) -> int:
        """Fields of each layer but the partners', which get what remains."""
        return int(self.fields * 0.995) // (len(LAYERS) - 1)

    def layer(self, field: int) -> int:
        return min(field // A_DATASET * A_DATASET // self.width, len(LAYERS) - 1)

    def home(self, dataset: int) -> tuple[str, str]:
        """Namespace and name of a dataset."""
        layer = self.layer(dataset * A_DATASET)
        partner = layer == len(LAYERS) - 1
        where = f"https://partner{dataset % self.recipients}.example" if partner else f"s3://{LAYERS[layer]}"
        return where, f"{self.name}{LAYERS[layer]}/table_{dataset}"

    @cached_property
    def nodes(self) -> list[FieldId]:
        homes = [self.home(dataset) for dataset in range(-(-self.fields // A_DATASET))]
        return [FieldId(*homes[i // A_DATASET], f"field_{i % A_DATASET}") for i in range(self.fields)]

    @cached_property
    def meanings(self) -> Sequence[tuple[str, str]]:
        """The (category, subject) pairs that occur: forty categories of customers first, then of others."""
        categories = [key for key in CATEGORIES if key.startswith("user.")][:40]
        subjects = ["customer", *(key for key in SUBJECTS if key != "customer")]
        return [(category, subject) for subject in subjects for category in categories][: self.labels]

    @cached_property
    def uses(self) -> Sequence[str]:
        return list(USES)[: self.purposes]


def estate(fields: int, flows: int, seed: int = 1, name: str = "", labels: int = 40) -> Iterator[Reading]:
    """Everything about an estate of so many fields and at most so many flows (repeated ones fall together)."""
    shape = Shape(fields, flows, seed, name, labels)
    rng = np.random.default_rng(seed)
    yield from _companies(shape)
    yield from _fields(shape)
    yield from _classifications(shape, rng)
    yield from _batches(shape, rng)
    yield ScopeComplete()


def field_id(i: int, fields: int, name: str = "") -> FieldId:
    """The i-th field of an estate."""
    return FieldId(*Shape(fields, 0, name=name).home(i // A_DATASET), f"field_{i % A_DATASET}")


def _companies(shape: Shape) -> Iterator[Fact]:
    said = Evidence("manual", "inventory/estate.yaml", method=Method.ATTESTED)
    yield Fact(Party("us", "Us", own=True, country="CN"), said)
    for layer in LAYERS[:-1]:
        claims = (Claim(f"s3://{layer}"),)
        yield Fact(System(layer, operator="us", country="CN", namespaces=claims, encrypted_at_rest=True), said)
    for n in range(shape.recipients):
        key, use = f"partner{n}", shape.uses[n % len(shape.uses)]
        yield Fact(Party(key, f"Partner {n}", country="CN", role="processor"), said)
        claims = (Claim(f"https://{key}.example"),)
        yield Fact(System(key, operator=key, country="CN", namespaces=claims, data_uses=(use,)), said)
    for n in range(shape.authorizations):
        yield Fact(_authorization(shape, n), said)


def _authorization(shape: Shape, n: int) -> Authorization:
    """The n-th: most allow three more categories for the recipient's own purpose, one in ten is for another."""
    recipient, turn = n % shape.recipients, n // shape.recipients
    use = shape.uses[(recipient + (n % 10 == 9)) % len(shape.uses)]
    categories = sorted({shape.meanings[(turn * 3 + k) % len(shape.meanings)][0] for k in range(3)})
    subjects = tuple(sorted({subject for _, subject in shape.meanings}))
    return Authorization(
        f"A-{n:05}", f"partner{recipient}", "processor", tuple(categories), (use,), subjects, Form.RAW,
        Instrument("processing-agreement"), ("CN",), date(2026, 1, 1),
    )  # fmt: skip


def _fields(shape: Shape) -> Iterator[Fact]:
    for i, node in enumerate(shape.nodes):
        place = Evidence("bench", f"{shape.name}/tables/{i // A_DATASET}", i % A_DATASET + 1)
        yield Fact(Field(node, "text", position=i % A_DATASET + 1), place)


def _classifications(shape: Shape, rng: np.random.Generator) -> Iterator[Fact]:
    personal = min(int(shape.fields * shape.personal), shape.width)
    for turn, i in enumerate(np.sort(rng.choice(shape.width, personal, replace=False)).tolist()):
        category, subject = shape.meanings[turn % len(shape.meanings)]
        place = Evidence("bench", f"{shape.name}/tables/{i // A_DATASET}", method=Method.INFERRED)
        yield Fact(Classification(shape.nodes[i], category, subject, confidence=0.9), place)


def _ends(shape: Shape, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """The two ends of each flow: positions of fields, ordered by target, each pair once."""
    width, count = shape.width, shape.flows
    partners = width * (len(LAYERS) - 1)
    weight = np.minimum(1 + rng.pareto(1.5, shape.fields), 200)
    weight[:width] = 0
    weight[partners:] = 1
    total = np.cumsum(weight)
    target = np.searchsorted(total, rng.random(count) * total[-1], side="right").clip(width, shape.fields - 1)
    way = np.where(target >= partners, 0, rng.random(count))
    layer = np.where(way < 0.87, target // width - 1, np.where(way < 0.99, target // width, 3)).clip(0, len(LAYERS) - 2)
    back = way >= 0.99
    target[back] = rng.integers(0, 2 * width, int(back.sum()))
    source = layer * width + _popular(rng, width, count)
    pairs = np.unique(target[target != source] << 32 | source[target != source])
    return pairs & 0xFFFFFFFF, pairs >> 32


def _popular(rng: np.random.Generator, width: int, count: int) -> Ints:
    """Positions in a layer: half by Zipf's law, over all of it in no order of place, half evenly."""
    rank = (width ** rng.random(count)).astype(np.int64) - 1
    even = rng.integers(0, width, count)
    return np.where(rng.random(count) < 0.5, rank * 999_983 % width, even)


def _batches(shape: Shape, rng: np.random.Generator) -> Iterator[Batch]:
    """The flows by the statement that makes them: one batch for each target dataset and kind."""
    source, target = _ends(shape, rng)
    first = np.diff(target, prepend=-1) != 0
    kind = np.where(
        first, rng.choice(len(KINDS), len(source), p=_FIRST_KINDS), rng.choice(len(KINDS), len(source), p=_OTHER_KINDS)
    )
    group = target // A_DATASET * len(KINDS) + kind
    order = np.argsort(group, kind="stable")
    edges = np.flatnonzero(np.diff(group[order], prepend=-1))
    for rows in np.split(order, edges[1:]):
        dataset, code = divmod(int(group[rows[0]]), len(KINDS))
        yield Batch(
            Picked(shape.nodes, source[rows]), Picked(shape.nodes, target[rows]), KINDS[code],
            Evidence("bench", f"{shape.name}/jobs/{dataset}.sql", 1),
        )  # fmt: skip
