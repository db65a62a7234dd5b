"""In which column of a drawing each of our fields stands, so that all recipients can stand right of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set


def columns(ours: Set[int], flows: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Node -> how many flows between `ours` lie before it at most; on a ring, as far as that is known."""
    onward: dict[int, list[int]] = defaultdict(list)
    waiting = dict.fromkeys(sorted(ours), 0)
    for source, target in sorted(set(flows)):
        if source in ours and target in ours and source != target:
            onward[source].append(target)
            waiting[target] += 1
    column = dict.fromkeys(waiting, 0)
    ready = [node for node, count in waiting.items() if not count]
    while ready:
        node = ready.pop()
        for target in onward[node]:
            column[target] = max(column[target], column[node] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return column
