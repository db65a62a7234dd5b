"""Which names are names of one dataset (OpenLineage symlinks facet), and by which is it read?"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from lineage.model import Fact, FieldId, Symlink

S = TypeVar("S")


def symlink_map(links: Iterable[Fact]) -> dict[FieldId, FieldId]:
    """Alias -> the dataset it is read as.

    Names that are linked, in whatever direction and over however many steps, are one dataset.  It is read as
    the smallest of its names that is nobody's alias; in a ring, as the smallest.
    """
    parent: dict[FieldId, FieldId] = {}
    aliases: set[FieldId] = set()

    def head(name: FieldId) -> FieldId:
        while parent.setdefault(name, name) != name:
            parent[name] = name = parent[parent[name]]
        return name

    for fact in links:
        link = fact.statement
        assert isinstance(link, Symlink)
        if link.alias != link.dataset:
            aliases.add(link.alias)
            parent[head(link.alias)] = head(link.dataset)
    groups: dict[FieldId, list[FieldId]] = defaultdict(list)
    for name in list(parent):
        groups[head(name)].append(name)
    homes = {root: min((n for n in names if n not in aliases), default=min(names)) for root, names in groups.items()}
    return {name: home for root, home in homes.items() for name in groups[root] if name != home}


def home(node: FieldId, links: Mapping[FieldId, FieldId]) -> FieldId:
    """A field, or dataset, of the dataset that its own is read as."""
    read_as = links.get(node.dataset)
    return FieldId(read_as.namespace, read_as.name, node.field) if read_as else node


def follow(statement: S, links: Mapping[FieldId, FieldId]) -> S:
    """The statement with every aliased dataset named as the one it is."""
    if not links or isinstance(statement, Symlink):
        return statement
    moved = {}
    for attribute in ("dataset", "field", "source", "target"):
        node = getattr(statement, attribute, None)
        if isinstance(node, FieldId) and node.dataset in links:
            moved[attribute] = home(node, links)
    return dataclasses.replace(statement, **moved) if moved else statement  # type: ignore[type-var]
