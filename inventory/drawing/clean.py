"""The SVG of Graphviz made safe to open and to hear: only shapes and texts, each with its meaning as a title.

What is not on the lists below is left out: scripts, styles, links, references to other files.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree

from lineage.errors import LineageError

_SVG = "{http://www.w3.org/2000/svg}"
_TITLE = "{http://www.w3.org/1999/xlink}title"
_SHAPES = {"svg", "g", "title", "path", "polygon", "polyline", "ellipse", "text"}
_ATTRIBUTES = {
    "width", "height", "viewBox", "id", "class", "transform", "fill", "stroke", "stroke-width", "stroke-dasharray",
    "points", "d", "cx", "cy", "rx", "ry", "x", "y", "text-anchor", "font-size",
}  # fmt: skip
_FONTS = (
    "Helvetica, Arial, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'WenQuanYi Micro Hei', "
    "sans-serif"
)


def cleaned(svg: str, title: str, description: str) -> str:
    """The drawing with a title and a description for those who hear it.

    Raises LineageError where `svg` is not what Graphviz writes.
    """
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314 - our own Graphviz wrote it, and it is read in memory
    except ElementTree.ParseError as problem:
        raise LineageError(f"Graphviz wrote no SVG ({problem})") from None
    (drawn,) = _copied([root])
    drawn.attrib |= {"role": "img", "aria-labelledby": "title description", "font-family": _FONTS}
    for position, (tag, words) in enumerate((("title", title), ("desc", description))):
        told = ElementTree.Element(_SVG + tag, {"id": "title" if tag == "title" else "description"})
        told.text = words
        drawn.insert(position, told)
    ElementTree.register_namespace("", _SVG[1:-1])
    return ElementTree.tostring(drawn, encoding="unicode", xml_declaration=False) + "\n"


def _copied(elements: Iterable[ElementTree.Element], told: str = "") -> list[ElementTree.Element]:
    """Copies of the elements that are allowed; a link is replaced by what it holds, titled as it was."""
    copies = []
    for element in elements:
        tag = element.tag.removeprefix(_SVG) if isinstance(element.tag, str) else ""
        if tag == "a":
            copies += _copied(element)
        elif tag in _SHAPES:
            copy = ElementTree.Element(element.tag, {k: v for k, v in element.attrib.items() if k in _ATTRIBUTES})
            copy.text, copy.tail = element.text, "\n"
            if tag == "g":
                told = next((a.get(_TITLE, "") for a in element.iterfind(f".//{_SVG}a")), "")
            if tag == "title":
                copy.text = told
            copy.extend(_copied(element, told))
            copies.append(copy)
    return copies
