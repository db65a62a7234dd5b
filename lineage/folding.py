"""How do the columns of a store become those of one graph?  Other names are followed, coarse flows give way to fine.

Everything is done on whole columns; rows stay each once and in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from lineage.columns import FactColumns, Said, flows_at
from lineage.model import Classification, Field, FieldId
from lineage.ordering import distinct, each_once
from lineage.packed import Ints, Nodes

S = TypeVar("S", Field, Classification)


def moved(columns: FactColumns, links: Mapping[FieldId, FieldId]) -> FactColumns:
    """The columns with every aliased dataset named as the one it is (lineage/symlinks.py)."""
    if not any(dataset in links for dataset in (columns.nodes.datasets if links else ())):
        return columns
    nodes, at = columns.nodes.moved(links)
    rows = distinct(at[columns.source], at[columns.target], columns.kind, columns.evidence)
    return replace(
        columns, nodes=nodes, source=rows[0], target=rows[1], kind=rows[2], evidence=rows[3], first=flows_at(*rows[:3]),
        fields=_told(columns.fields, at), classifications=_told(columns.classifications, at),
    )  # fmt: skip


def _told(said: Said[S], at: Ints) -> Said[S]:
    node, value, evidence = distinct(at[said.node], said.value, said.evidence)
    return Said(node, value, said.values, evidence)


def without_known_coarse(columns: FactColumns) -> FactColumns:
    """Leave out a job's flow of a whole dataset where its flows of columns between the same two are known.

    What the job takes from another dataset is not told by them: leaving that out would hide a share.
    """
    jobs = {kind.job: 0 for kind in columns.kinds if kind.job and kind.type == "DIRECT"}
    jobs = {job: i for i, job in enumerate(sorted(jobs), 1)}
    nodes, whole = columns.nodes, columns.nodes.whole
    if not jobs or not whole.any():
        return columns
    of_kind = np.array([jobs.get(k.job or "", 0) if k.type == "DIRECT" else 0 for k in columns.kinds], dtype=np.int64)
    job = of_kind[columns.kind]
    coarse = np.flatnonzero((job > 0) & whole[columns.source])
    fine = np.flatnonzero((job > 0) & ~whole[columns.source] & ~whole[columns.target])
    given = job * len(nodes.names) + nodes.dataset[columns.source]
    fine = fine[np.isin(given[fine], each_once(given[coarse]))]
    width = len(nodes) + len(nodes.names)
    arriving = np.where(whole[columns.target], len(nodes) + nodes.dataset[columns.target], columns.target)
    into = len(nodes) + nodes.dataset[columns.target[fine]]
    known = np.concatenate([given[fine] * width + arriving[fine], given[fine] * width + into])
    dropped = coarse[np.isin(given[coarse] * width + arriving[coarse], known)]
    return columns if not len(dropped) else _without(columns, dropped)


def _without(columns: FactColumns, dropped: npt.NDArray[Any]) -> FactColumns:
    kept = np.ones(len(columns.source), dtype=bool)
    kept[dropped] = False
    rows = [part[kept] for part in (columns.source, columns.target, columns.kind)]
    return replace(
        columns, source=rows[0], target=rows[1], kind=rows[2], evidence=columns.evidence[kept], first=flows_at(*rows)
    )


def settled(told: FactColumns, columns: FactColumns, collected: Iterable[FieldId]) -> FactColumns:
    """The columns with the nodes that something is said of, those of the collection points among them, and the kinds
    that occur.  `told` is as the store gave them: where nothing was moved or dropped, all nodes and kinds occur."""
    used = np.full(len(columns.nodes), columns is told)
    if columns is not told:
        for ends in (columns.source, columns.target, columns.fields.node, columns.classifications.node):
            used[ends] = True
    nodes, fewer = columns.nodes.kept(used)
    nodes, more = nodes.joined(collected)
    if nodes is not columns.nodes:
        columns = _with_nodes(columns, nodes, more[fewer] if len(more) else fewer)
    return columns if len(columns.source) == len(told.source) else _with_common_kinds(columns)


def _with_common_kinds(columns: FactColumns) -> FactColumns:
    common = np.bincount(columns.kind, minlength=len(columns.kinds)) > 0
    if common.all():
        return columns
    kinds = [kind for kind, yes in zip(columns.kinds, common.tolist(), strict=True) if yes]
    return replace(columns, kinds=kinds, kind=(np.cumsum(common) - 1).astype(np.int32)[columns.kind])


def _with_nodes(columns: FactColumns, nodes: Nodes, at: Ints) -> FactColumns:
    """The same columns by the new positions of the nodes, which are in the old order."""
    fields, classifications = columns.fields, columns.classifications
    return replace(
        columns, nodes=nodes, source=at[columns.source], target=at[columns.target],
        fields=replace(fields, node=at[fields.node]),
        classifications=replace(classifications, node=at[classifications.node]),
    )  # fmt: skip
