"""What do the parts of nested objects hold?  Each object is judged as a table of its own, called by the way to it.

``customer.name`` in ``orders`` is the name of a person, ``items[].name`` is not; ``shipping_address.city`` stands in an
address.  What only wraps (``data``, ``items``, ``result``) tells nothing of what is in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from inventory.classification import Column, Verdict, classify_table
from inventory.project import OwnWords

_WRAPPERS = frozenset(
    ["attributes", "body", "content", "data", "entries", "entry", "edges", "items", "list", "node", "nodes", "object"]
    + ["page", "payload", "properties", "record", "records", "response", "result", "results", "rows", "value", "values"]
)


def classify_paths(table: str, columns: Sequence[Column], own: OwnWords) -> list[Verdict | None]:
    """One verdict for each column, in order; names are paths like ``address.street``, ``items[].sku``, ``by.{}.n``."""
    objects: dict[tuple[str, ...], list[int]] = defaultdict(list)
    leaves: list[Column] = []
    for i, column in enumerate(columns):
        parts = _parts(column.name)
        objects[tuple(parts[:-1])].append(i)
        leaves.append(replace(column, name=parts[-1]))
    verdicts: list[Verdict | None] = [None] * len(columns)
    for above, places in objects.items():
        name = "_".join([table, *(part for part in above if part.lower() not in _WRAPPERS)])
        for i, verdict in zip(places, classify_table(name, [leaves[i] for i in places], own=own), strict=True):
            verdicts[i] = verdict
    return verdicts


def _parts(path: str) -> list[str]:
    """The names on a path; a map's values are called by the map."""
    parts = [part for part in path.replace("[]", "").split(".") if part and part != "{}"]
    return parts or [path]
