"""The DOT source of a drawing: ours on the left, recipients on the right, what nobody authorised in red.

Everything that comes from outside is cut, made printable and escaped; node names are short and our own, as
python-graphviz splits names at ``:`` and takes ``<...>`` for HTML.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from inventory.drawing.choice import MOST_FIELDS, Choice
from inventory.drawing.columns import columns
from inventory.drawing.lettering import FONT, short, text, width
from inventory.escaping import printable
from lineage.carry import FORMS
from lineage.judgement import Judgement
from lineage.model import Collection, FieldId, Flow, Form
from lineage.propagate import Label
from lineage.share import Share
from lineage.vocabulary import is_sensitive, label

if TYPE_CHECKING:
    import graphviz  # type: ignore[import-untyped]

_INK, _QUIET, _BAD, _GOOD = "#1f2933", "#7b8794", "#c4161c", "#0b6e4f"
_RAW, _MASKED, _SENSITIVE, _EMPTY = "#ffe8a3", "#fff6dc", "#ffd0c2", "#ffffff"
_LARGE = 120
_OURS, _THEIRS, _NOBODY, _POINT = "#eaf1f8", "#f3ece2", "#f0f0f0", "#d8ecdf"


def dot_source(judgement: Judgement, choice: Choice, title: str) -> str:
    """The source of one drawing, a line for each thing drawn; `title` stands above it."""
    return str(_Drawing(judgement, choice).graph(title).source)


@dataclass
class _Drawing:
    judgement: Judgement
    choice: Choice

    def graph(self, title: str) -> graphviz.Digraph:
        import graphviz

        graph = graphviz.Digraph("sharemap")
        graph.attr("graph", rankdir="LR", fontname=FONT, fontcolor=_INK, labelloc="t", labeljust="l", fontsize="16",
                   ranksep="0.9", nodesep="0.12", label=text("\n".join(self._caption(title)), left=True),
                   tooltip=text(title), **self._effort())  # fmt: skip
        graph.attr("node", shape="box", style="rounded,filled", fillcolor=_EMPTY, color=_QUIET, fontname=FONT,
                   fontsize="11", fontcolor=_INK, margin="0.12,0.06", height="0.3")  # fmt: skip
        graph.attr("edge", fontname=FONT, fontsize="10", color=_QUIET, fontcolor=_INK, arrowsize="0.7")
        for number, (operators, nodes) in enumerate(self._parties.items()):
            graph.subgraph(self._party(number, operators, nodes))
        self._collections(graph)
        self._flows(graph)
        return graph

    def _effort(self) -> dict[str, str]:
        """A large drawing gets a tenth of the search for a fine layout: 2 seconds instead of 14 at 400 fields."""
        large = len(self.choice.nodes) > _LARGE
        return {"mclimit": "0.3", "nslimit": "1", "nslimit1": "1"} if large else {}

    # -- what stands above it -------------------------------------------------------------------------

    def _caption(self, title: str) -> Iterator[str]:
        yield title
        shares = self.judgement.shares
        refused = sum(not share.authorized for share in shares)
        yield f"Shares: {len(shares) - refused} authorised (green), {refused} not authorised (red)"
        yield "Yellow fields hold personal data, pink ones sensitive data, pale ones a masked form of it"
        yield f"共享：已授权 {len(shares) - refused}（绿），未授权 {refused}（红）"
        yield "黄色字段为个人信息，粉色为敏感个人信息，浅色为脱敏形式"
        choice = self.choice
        left_out = (
            (choice.further, f"of the fields further from any share, as a drawing stops at {MOST_FIELDS}"),
            (choice.flows_left_out, "of the flows"),
            (choice.idle, "of the fields, as nothing flows through them"),
        )
        told = [f"{count} {what}" for count, what in left_out if count]
        if told:
            yield f"Not drawn: {'; '.join(told)}"

    # -- fields in datasets in systems of parties -----------------------------------------------------

    @cached_property
    def _parties(self) -> dict[tuple[str, ...], list[int]]:
        """Operators -> the nodes drawn in their systems; our own first."""
        parties: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for i in self.choice.nodes:
            parties[self.judgement.world.operators_of(self._node(i))].append(i)
        return dict(sorted(parties.items(), key=lambda item: (not self._own(item[0]), item[0])))

    def _own(self, operators: tuple[str, ...]) -> bool:
        return any(self.judgement.world.is_own(key) for key in operators)

    def _node(self, i: int) -> FieldId:
        return self.judgement.graph.nodes[i]

    def _party(self, number: int, operators: tuple[str, ...], nodes: list[int]) -> graphviz.Digraph:
        import graphviz

        bad = any(i in self._refused_ends for i in nodes)
        ours = self._own(operators)
        cluster = graphviz.Digraph(f"cluster_p{number}")
        about = text(self._party_label(operators))
        cluster.attr("graph", label=about, tooltip=about, style="rounded,filled", fontsize="14",
                     fillcolor=_OURS if ours else _THEIRS if operators else _NOBODY, penwidth="1" if ours else "2",
                     color=_BAD if bad else _QUIET, fontcolor=_BAD if bad else _INK, margin="14")  # fmt: skip
        systems: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for i in nodes:
            systems[tuple(s.key for s in self.judgement.world.systems_of(self._node(i)))].append(i)
        for place, (keys, inside) in enumerate(sorted(systems.items())):
            cluster.subgraph(self._system(f"{number}_{place}", keys, inside))
        return cluster

    @cached_property
    def _refused_ends(self) -> set[int]:
        index = self.judgement.graph.index
        return {index[share.target] for share in self.judgement.shares if not share.authorized}

    def _party_label(self, operators: tuple[str, ...]) -> str:
        world = self.judgement.world
        if not operators:
            return "nobody is known to operate this"
        roles = {p.role for key in operators if (p := world.party(key)) and p.role}
        countries = {c for key in operators for c in world.party_countries(key)}
        about = ["us"] if self._own(operators) else ["recipient", *sorted(roles)]
        names = " / ".join(short(world.party_name(key)) for key in operators)
        return f"{names} ({', '.join([*about, *sorted(countries)])})"

    def _system(self, name: str, keys: tuple[str, ...], nodes: list[int]) -> graphviz.Digraph:
        import graphviz

        cluster = graphviz.Digraph(f"cluster_s{name}")
        told = " / ".join(keys) or self._node(nodes[0]).namespace
        cluster.attr("graph", label=text(short(told)), tooltip=text(f"system {told}"), style="rounded,dashed",
                     color=_QUIET, penwidth="1", fontcolor=_INK, fontsize="12", margin="10")  # fmt: skip
        datasets: dict[FieldId, list[int]] = defaultdict(list)
        for i in nodes:
            datasets[self._node(i).dataset].append(i)
        for place, (dataset, inside) in enumerate(datasets.items()):
            cluster.subgraph(self._dataset(f"{name}_{place}", dataset, inside))
        return cluster

    def _dataset(self, name: str, dataset: FieldId, nodes: list[int]) -> graphviz.Digraph:
        import graphviz

        cluster = graphviz.Digraph(f"cluster_d{name}")
        told = f"dataset {printable(self.judgement.world.ref(dataset))}"
        cluster.attr("graph", label=text(short(dataset.name)), tooltip=text(told), style="rounded,filled",
                     fillcolor=_EMPTY, color=_QUIET, penwidth="0.7", fontcolor=_INK, fontsize="11",
                     margin="8")  # fmt: skip
        for i in nodes:
            held = self.judgement.label_rows(self._node(i))
            about = "\n".join([short(self._node(i).field or "(whole dataset)"), *_held(held)])
            told = "\n".join([printable(self.judgement.graph.ref(i)), *map(_label_told, held)])
            cluster.node(f"n{i}", label=text(about), tooltip=text(told), fillcolor=_fill(held), width=width(about),
                         shape="folder" if self._node(i).is_dataset else None)  # fmt: skip
        return cluster

    # -- where it comes from and where it goes --------------------------------------------------------

    def _collections(self, graph: graphviz.Digraph) -> None:
        """A mark for each point at which people hand over what a drawn field holds."""
        drawn = set(self.choice.nodes)
        index = self.judgement.graph.index
        points: dict[str, list[Collection]] = defaultdict(list)
        for collection in self.judgement.world.collections:
            if index[collection.field] in drawn:
                points[collection.point].append(collection)
        for number, (point, feeding) in enumerate(sorted(points.items())):
            about = f"collected at\n{short(point)}"
            graph.node(f"c{number}", label=text(about), shape="cds", style="filled", fillcolor=_POINT,
                       width=width(about), tooltip=text(f"people hand it over: {printable(point)}"))  # fmt: skip
            for collection in feeding:
                shares = [s for s in self.judgement.shares if s.flow < 0 and _direct(s, collection)]
                look = self._crossing(shares)
                graph.edge(f"c{number}", f"n{index[collection.field]}", label=text(look.pop("label", "")),
                           tooltip=text(f"collected at {printable(point)}"), **look)  # fmt: skip

    def _flows(self, graph: graphviz.Digraph) -> None:
        lineage, shares = self.judgement.graph, defaultdict(list)
        for share in self.judgement.shares:
            shares[share.flow].append(share)
        for i in self.choice.flows:
            source, target, flow = int(lineage.flow_source[i]), int(lineage.flow_target[i]), lineage.flow(i)
            look = {**self._how(i, flow), **self._crossing(shares[i])}
            label = "\n".join(filter(None, (_work(flow), look.pop("label", ""))))
            ends = " -> ".join(printable(lineage.ref(end)) for end in (source, target))
            places = (printable(e.place) for e in lineage.evidence_of_flow(i))
            told = "\n".join(filter(None, [ends, *places, label]))
            graph.edge(f"n{source}", f"n{target}", label=text(label), minlen=self._length(source, target),
                       tooltip=text(told), **look)  # fmt: skip

    def _length(self, source: int, target: int) -> str | None:
        """How many columns a flow out of what is ours spans, so that all recipients stand right of it."""
        if source not in self._columns or target in self._columns:
            return None
        return str(max(self._columns.values()) - self._columns[source] + 1)

    @cached_property
    def _columns(self) -> dict[int, int]:
        graph, world = self.judgement.graph, self.judgement.world
        ours = {i for i in self.choice.nodes if self._own(world.operators_of(self._node(i)))}
        return columns(ours, ((int(graph.flow_source[f]), int(graph.flow_target[f])) for f in self.choice.flows))

    def _how(self, i: int, flow: Flow) -> dict[str, str]:
        """How a flow looks that stays where it is: dark if it carries personal data, dashed if it is indirect."""
        look = {"color": _INK, "penwidth": "1.2"} if self.judgement.labels.sent(i) else {}
        if flow.type == "INDIRECT" or flow.source.is_dataset or flow.target.is_dataset:
            look["style"] = "dashed"
        return look

    def _crossing(self, shares: list[Share]) -> dict[str, str]:
        """How a flow looks that hands personal data to somebody else."""
        if not shares:
            return {}
        refused = [share for share in shares if not share.authorized]
        if refused:
            failed = sorted({part for share in refused for part in share.failed})
            told = f"NOT AUTHORISED\n{', '.join(failed)}" if failed != ["none"] else "NOT AUTHORISED"
            return {"color": _BAD, "fontcolor": _BAD, "penwidth": "3", "label": told}
        by = sorted({share.authorization for share in shares if share.authorization})
        return {"color": _GOOD, "fontcolor": _GOOD, "penwidth": "2", "label": short(", ".join(by))}


def _direct(share: Share, collection: Collection) -> bool:
    return (share.target, share.point) == (collection.field, collection.point)


def _work(flow: Flow) -> str:
    """What a flow does to a value, in a word or two."""
    return short(flow.function or ("" if flow.subtype == "IDENTITY" else (flow.subtype or "").lower()))


def _held(labels: Sequence[Label]) -> list[str]:
    """Up to three lines that say what a field holds, in English and Chinese."""
    forms: dict[str, list[Form]] = defaultdict(list)
    for held in labels:
        forms[held.data_category].append(held.form)
    lines = [
        f"{label(key)} {label(key, 'zh-Hans')}" + ("" if Form.RAW in found else f" ({min(found, key=FORMS.index)})")
        for key, found in sorted(forms.items())
    ]
    return lines[:3] + ([f"and {len(lines) - 3} more kinds"] if len(lines) > 3 else [])


def _label_told(held: Label) -> str:
    return f"{held.data_category} ({held.data_subject}, {held.form})"


def _fill(labels: Sequence[Label]) -> str:
    telling = [held for held in labels if held.form is Form.RAW]
    if any(is_sensitive(held.data_category) for held in telling):
        return _SENSITIVE
    return _RAW if telling else _MASKED if labels else _EMPTY
