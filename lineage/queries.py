"""What people ask of a graph: who gets this, and which fields did you mean?"""

from __future__ import annotations

import fnmatch
import itertools
import re
from collections.abc import Iterable, Iterator

import numpy as np

from lineage.errors import InvalidInput, did_you_mean
from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.model import FieldId
from lineage.references import within
from lineage.share import Share
from lineage.vocabulary import CATEGORIES, covers

_COMPARED = 5000
"""So many references are compared with one that is not known."""


def who_gets_category(judgement: Judgement, category: str) -> tuple[Share, ...]:
    """The shares of a category and of those below it, each with its verdict, sorted."""
    return judgement.sharing.of(judgement.labels.only(category), lambda share: covers(category, share.data_category))


def who_gets(judgement: Judgement, nodes: Iterable[int]) -> tuple[Share, ...]:
    """The shares that hand on what any of these fields hold, each with its verdict, sorted."""
    wanted, graph = set(nodes), judgement.graph
    roads = [*wanted, *(node + len(graph.nodes) for node in wanted if graph.nodes.whole[node])]
    index = graph.index
    return judgement.sharing.of(judgement.labels.held_at(roads), lambda share: index[share.target] in wanted)


def find(judgement: Judgement, text: str) -> list[int]:
    """The fields or datasets that a reference, a pattern with ``*``, a category or a unique suffix names.

    Raises InvalidInput with the nearest references where nothing, or more than one suffix, fits.
    """
    exact = _named(judgement.graph, text)
    if exact:
        return exact
    if is_category(text):
        return holders(judgement, text)
    if "*" in text:
        fits = re.compile(fnmatch.translate(text)).match
        hits = [i for ref, i in _references(judgement.graph) if fits(ref)]
        if hits:
            return sorted(hits)
    ends = [(ref, i) for ref, i in _references(judgement.graph) if ref.endswith(text) and _at_boundary(ref, text)]
    if len(ends) == 1:
        return [ends[0][1]]
    if ends:
        names = ", ".join(sorted(ref for ref, _ in ends)[:5])
        raise InvalidInput(f"{text!r} fits {len(ends)} fields ({names}); give one of them, or '*{text}' for all")
    known = [*_like(judgement.graph, text), *CATEGORIES]
    raise InvalidInput(f"no field, dataset or category {text!r} is known{did_you_mean(text, known)}")


def is_category(text: str) -> bool:
    """Is it a category of the vocabulary, or one below it?"""
    return text in CATEGORIES or text.startswith(("user.", "system."))


def _named(graph: LineageGraph, text: str) -> list[int]:
    """The node of a reference by whichever of its names; the fields of a dataset that is no node itself."""
    try:
        node = graph.world.resolve(text)
    except InvalidInput:
        return []
    at = graph.index.get(node)
    if at is not None:
        return [at]
    return sorted(graph.fields_of.get(node, ())) if node.is_dataset else []


def _references(graph: LineageGraph) -> Iterator[tuple[str, int]]:
    """Every node's reference and position; how a dataset is called is looked up once for all its fields."""
    whole, called = None, ""
    for i, node in enumerate(graph.nodes):
        if whole is None or (whole.namespace, whole.name) != (node.namespace, node.name):
            whole = node.dataset
            called = graph.world.ref(whole)
        yield (within(called, node.field) if node.field else called), i


def _like(graph: LineageGraph, text: str) -> Iterator[str]:
    """The references that share a word with a text: to compare it with a million others takes minutes."""
    words = [word for word in re.split(r"[^\w]+", text.lower()) if len(word) > 3] or [text.lower()]
    near = (ref for ref, _ in _references(graph) if any(word in ref.lower() for word in words))
    return itertools.islice(near, _COMPARED)


def _at_boundary(ref: str, suffix: str) -> bool:
    before = ref[: len(ref) - len(suffix)]
    return not before or before[-1] in ":.#/" or suffix[0] in ":.#/"


def holders(judgement: Judgement, category: str) -> list[int]:
    """The fields that hold data of a category or of one below it."""
    labels = judgement.labels
    hit = np.zeros(labels.roads.nodes, dtype=bool)
    for held, mask in zip(labels.reach.held, labels.alphabet.within(category), strict=True):
        hit |= (held & mask) != 0
    return np.flatnonzero(hit[: len(judgement.graph.nodes)]).tolist()


def describe(judgement: Judgement, node: FieldId) -> list[str]:
    """The labels of a field as ``category (subject, form)``, in order."""
    return [f"{x.data_category} ({x.data_subject}, {x.form})" for x in judgement.label_rows(node)]
