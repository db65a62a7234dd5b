"""What people ask of a graph: who gets this, and which fields did you mean?"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable

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
        hits = _fitting(judgement.graph, text)
        if hits:
            return hits
    ends = _ending(judgement.graph, text)
    if len(ends) == 1:
        return ends
    if ends:
        names = ", ".join(sorted(map(judgement.graph.ref, ends))[:5])
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


def _fitting(graph: LineageGraph, pattern: str) -> list[int]:
    """The nodes whose reference fits a pattern: of those only that have all its plain pieces, in the name of their
    dataset or in their own."""
    nodes, datasets, fields = graph.nodes, graph.dataset_refs, _fields(graph)
    near = np.ones(len(nodes), dtype=bool)
    for piece in re.split(r"[*?#]+", pattern) if "[" not in pattern else ():
        there, here = (np.array([piece in name for name in names], dtype=bool) for names in (datasets, fields))
        near &= there[nodes.dataset] | here[nodes.field]
    fits = re.compile(fnmatch.translate(pattern)).match
    return [i for i in np.flatnonzero(near).tolist() if fits(datasets[nodes.dataset[i]] + fields[nodes.field[i]])]


def _fields(graph: LineageGraph) -> list[str]:
    """What is shown behind its dataset, for each name of a field: nothing for the dataset as a whole."""
    return [within("", field) if field else "" for field in graph.nodes.fields]


def _ending(graph: LineageGraph, text: str) -> list[int]:
    """The nodes whose reference ends with a text, at a boundary.  Names of datasets and of fields are looked at once
    each, not the references of all nodes."""
    nodes, fields = graph.nodes, list(enumerate(_fields(graph)))
    inside = [code for code, name in fields if len(text) <= len(name) and _ends(name, text)]
    found = np.isin(nodes.field, inside)
    beyond = [(code, text[: len(text) - len(name)]) for code, name in fields if text.endswith(name) and text != name]
    datasets = graph.dataset_refs if beyond else []
    for code, rest in beyond:
        fitting = np.array([_ends(name, rest) for name in datasets], dtype=bool)
        found |= (nodes.field == code) & fitting[nodes.dataset]
    return np.flatnonzero(found).tolist()


def _ends(ref: str, suffix: str) -> bool:
    return ref.endswith(suffix) and _at_boundary(ref, suffix)


def _like(graph: LineageGraph, text: str) -> list[str]:
    """The references that share most words with a text: to compare it with a million others takes minutes."""
    words = [word for word in re.split(r"[^\w]+", text.lower()) if len(word) > 3]
    words = words or [part for part in text.lower().split("#") if part]
    datasets, fields = (
        np.array([sum(word in name.lower() for word in words) for name in names], dtype=np.int16)
        for names in (graph.dataset_refs, _fields(graph))
    )
    shared = datasets[graph.nodes.dataset] + fields[graph.nodes.field]
    most = np.argsort(-shared, kind="stable")[:_COMPARED]
    return list(map(graph.ref, most[shared[most] > 0].tolist()))


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
