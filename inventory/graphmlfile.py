"""GraphML read safely: the texts of nodes and edges, without a tree, an entity or a document type."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from inventory.escaping import unspelled
from lineage.errors import InvalidInput

_NAMESPACE = "{http://graphml.graphdrawing.org/xmlns}"
_CHUNK = 1 << 20
_DEEPEST = 10

Texts = dict[str, str]


@dataclass
class Graph:
    """Node id -> its texts, and (source id, target id, texts) of each edge, in the order of the file."""

    nodes: dict[str, Texts] = field(default_factory=dict)
    edges: list[tuple[str, str, Texts]] = field(default_factory=list)


def read(path: Path) -> Graph:
    """Read one directed graph.

    Raises InvalidInput, which quotes nothing of the file, for what is not well-formed GraphML, has a document
    type (whose entities could expand without end or name other files), nests graphs or repeats a node.
    """
    target = _Target()
    parser = ElementTree.XMLParser(target=target)  # noqa: S314 - a document type, and so any entity, is refused
    try:
        with open(path, "rb") as content:
            while chunk := content.read(_CHUNK):
                parser.feed(chunk)
        parser.close()
    except ElementTree.ParseError as problem:
        line = problem.position[0]
        raise InvalidInput(f"it is not well-formed XML (line {line})") from None
    except (LookupError, ValueError, OSError) as problem:
        raise InvalidInput(f"it is not readable as XML ({type(problem).__name__})") from None
    if not target.directed:
        raise InvalidInput("it holds no directed GraphML graph")
    return target.graph


class _Target:
    """What the parser tells of the file, put down as a graph."""

    def __init__(self) -> None:
        self.graph = Graph()
        self.directed = False
        self._names: dict[str, str] = {}
        self._depth = 0
        self._texts: Texts = {}
        self._key: str | None = None
        self._held: list[str] = []

    def doctype(self, *_: object) -> None:
        raise InvalidInput("it has a document type, which could name other files or expand without end; remove it")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise InvalidInput(f"it is nested deeper than {_DEEPEST} levels")
        match tag.removeprefix(_NAMESPACE):
            case "graph":
                self._open_graph(attributes)
            case "key":
                self._names[attributes.get("id", "")] = attributes.get("attr.name", "")
            case "node":
                self._texts = {}
                if self.graph.nodes.setdefault(attributes.get("id", ""), self._texts) is not self._texts:
                    raise InvalidInput("it names a node twice")
            case "edge":
                self._texts = {}
                self.graph.edges.append((attributes.get("source", ""), attributes.get("target", ""), self._texts))
            case "data":
                self._key, self._held = self._names.get(attributes.get("key", "")), []

    def _open_graph(self, attributes: dict[str, str]) -> None:
        if self.directed or attributes.get("edgedefault") != "directed":
            raise InvalidInput("it holds more than one graph, or one that is not directed")
        self.directed = True

    def data(self, text: str) -> None:
        if self._key is not None:
            self._held.append(text)

    def end(self, tag: str) -> None:
        self._depth -= 1
        if tag == _NAMESPACE + "data" and self._key is not None:
            self._texts[self._key] = unspelled("".join(self._held))
            self._key = None
        elif tag in (_NAMESPACE + "node", _NAMESPACE + "edge"):
            self._texts = {}

    def close(self) -> None:
        pass
