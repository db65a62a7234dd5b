"""How texts stand in a drawing: as they are, whatever Graphviz would read into them, and with room enough."""

from __future__ import annotations

from unicodedata import east_asian_width

from inventory.escaping import printable

FONT = "Helvetica"
"""The one whose widths Graphviz knows without a font file; the SVG names those that readers have (clean.py)."""
_LONGEST = 64


def short(text: str) -> str:
    """A name on one line, cut to what a drawing has room for."""
    return printable(text, _LONGEST)


def text(shown: str, *, left: bool = False) -> str:
    """Lines for an attribute of the package graphviz: no escape, entity or HTML of Graphviz's own in them."""
    import graphviz  # type: ignore[import-untyped]

    lines = [graphviz.escape(printable(line)).replace("&", "&amp;") for line in shown.split("\n")]
    plain: str = graphviz.nohtml("".join(f"{line}\\l" for line in lines) if left else "\\n".join(lines))
    return plain


def width(shown: str, size: int = 11) -> str:
    """The inches that lines of `size` points take at most; Graphviz takes Chinese characters for narrow ones."""
    widest = max(sum(1.0 if east_asian_width(c) in "WF" else 0.6 for c in line) for line in shown.split("\n"))
    return f"{widest * size / 72 + 0.25:.2f}"
