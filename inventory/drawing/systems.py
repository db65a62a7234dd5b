"""The DOT source of a map of systems: an aggregate, and it says so, as no path of a field can be read in it.

Names from outside are made printable and escaped as in source.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from inventory.drawing.between import MOST_SYSTEMS, Arrow, Between, Place, between
from inventory.drawing.lettering import FONT, short, text, width
from inventory.escaping import printable
from lineage.judgement import Judgement
from lineage.vocabulary import label

if TYPE_CHECKING:
    import graphviz  # type: ignore[import-untyped]

AGGREGATE = {
    "en": "AGGREGATE of systems, not of fields: an arrow says that something flows from one into the other. "
    "Two arrows in a row may be no path that any data took: do not read flows of fields off this map.",
    "zh-Hans": "系统汇总图，并非字段流向图：箭头只表示有数据从一个系统流入另一个系统；"
    "首尾相接的两个箭头，不表示有数据走过这条路径，不可据此判断字段流向。",
}
_INK, _QUIET, _BAD, _GOOD = "#1f2933", "#7b8794", "#c4161c", "#0b6e4f"
_OURS, _THEIRS, _NOBODY, _SHEET = "#eaf1f8", "#f3ece2", "#f0f0f0", "#ffffff"
_KINDS = 3


def systems_source(judgement: Judgement, title: str, most: int = MOST_SYSTEMS) -> str:
    """The source of one map, a line for each thing drawn; `title` stands above it."""
    import graphviz

    drawn = between(judgement, most)
    graph = graphviz.Digraph("systems")
    graph.attr("graph", rankdir="LR", fontname=FONT, fontcolor=_INK, labelloc="t", labeljust="l", fontsize="16",
               ranksep="1.1", nodesep="0.3", label=text("\n".join(_caption(judgement, drawn, title)), left=True),
               tooltip=text(title))  # fmt: skip
    graph.attr("node", shape="tab", style="filled", fillcolor=_SHEET, color=_QUIET, fontname=FONT, fontsize="12",
               fontcolor=_INK, margin="0.2,0.12")  # fmt: skip
    graph.attr("edge", fontname=FONT, fontsize="10", color=_INK, fontcolor=_INK, arrowsize="0.8", style="dashed")
    names = {place: f"s{i}" for i, place in enumerate(drawn.places)}
    parties: dict[tuple[str, ...], list[Place]] = defaultdict(list)
    for place in drawn.places:
        parties[place.operators].append(place)
    for number, (operators, places) in enumerate(sorted(parties.items(), key=lambda p: (not _own(judgement, p[0]), p))):
        graph.subgraph(_party(judgement, f"cluster_{number}", operators, [(names[p], p) for p in places]))
    for arrow in drawn.arrows:
        _draw(graph, arrow, names)
    return str(graph.source)


def _caption(judgement: Judgement, drawn: Between, title: str) -> Iterator[str]:
    yield title
    yield from AGGREGATE.values()
    yield "Green arrows share with others as authorised, red ones have shares that are NOT"
    yield "绿色箭头：已授权的共享；红色箭头：含未授权的共享"
    told = [
        f"{count} {what}"
        for count, what in (
            (drawn.places_left_out, f"systems 个系统 (a map stops at {MOST_SYSTEMS})"),
            (drawn.arrows_left_out, "arrows 条箭头"),
        )
        if count
    ]
    if told:
        yield f"Not drawn 未画出: {', '.join(told)}"
    points = sum(share.flow < 0 for share in judgement.shares)
    if points:
        yield f"Not drawn 未画出: {points} shares by collection points in others' systems 在他方系统中直接收集的共享"


def _own(judgement: Judgement, operators: tuple[str, ...]) -> bool:
    return any(map(judgement.world.is_own, operators))


def _party(
    judgement: Judgement, name: str, operators: tuple[str, ...], places: list[tuple[str, Place]]
) -> graphviz.Digraph:
    import graphviz

    cluster = graphviz.Digraph(name)
    ours = _own(judgement, operators)
    called = " / ".join(short(judgement.world.party_name(key)) for key in operators)
    about = f"{called} ({'us 我方' if ours else 'recipient 接收方'})" if operators else "operator unknown 运营方不明"
    colour = _OURS if ours else _THEIRS if operators else _NOBODY
    cluster.attr("graph", label=text(about), tooltip=text(about), style="rounded,filled", color=_QUIET, fontcolor=_INK,
                 fontsize="13", margin="14", fillcolor=colour)  # fmt: skip
    for node, place in places:
        shown = short(place.told)
        cluster.node(node, label=text(shown), tooltip=text(f"system {printable(place.told)}"), width=width(shown, 12))
    return cluster


def _draw(graph: graphviz.Digraph, arrow: Arrow, names: dict[Place, str]) -> None:
    kinds = [f"{label(key)} {label(key, 'zh-Hans')}" for key in arrow.categories]
    lines = [f"{arrow.flows} {'flow' if arrow.flows == 1 else 'flows'} 条流向", *kinds[:_KINDS]]
    if len(kinds) > _KINDS:
        lines.append(f"and {len(kinds) - _KINDS} more kinds 等 {len(kinds)} 类")
    look = {}
    if arrow.refused:
        lines.append(f"{arrow.refused} of {arrow.shares} shares NOT AUTHORISED 未授权")
        look = {"color": _BAD, "fontcolor": _BAD, "penwidth": "3"}
    elif arrow.shares:
        look = {"color": _GOOD, "fontcolor": _GOOD, "penwidth": "2"}
    told = "\n".join([f"{printable(arrow.source.told)} -> {printable(arrow.target.told)}", *lines[:1], *kinds])
    graph.edge(names[arrow.source], names[arrow.target], label=text("\n".join(lines)), tooltip=text(told), **look)
