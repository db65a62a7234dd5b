"""SVG that is safe to open, whatever somebody got Graphviz to write."""

from xml.etree import ElementTree

import pytest

from inventory.drawing import engine
from inventory.drawing.clean import cleaned
from lineage.errors import LineageError

SVG = "{http://www.w3.org/2000/svg}"


def test_links_and_references_to_files_are_left_out_and_their_texts_become_titles():
    drawn = engine.svg('digraph { a [label="A", URL="javascript:alert(1)", tooltip="what a is", target="_top"] }')
    assert "javascript:" in drawn
    safe = cleaned(drawn, "Title", "Description")
    assert "javascript:" not in safe
    assert "href" not in safe
    root = ElementTree.fromstring(safe)
    assert root.find(f"{SVG}title").text == "Title"
    assert root.find(f"{SVG}desc").text == "Description"
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "title description")
    (node,) = (g for g in root.iter(f"{SVG}g") if g.get("class") == "node")
    assert node.find(f"{SVG}title").text == "what a is"
    assert [text.text for text in node.iter(f"{SVG}text")] == ["A"]


def test_only_shapes_and_texts_pass():
    evil = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="x()">'
        '<script>x()</script><style>@import "http://evil.example"</style><foreignObject><b/></foreignObject>'
        '<image xlink:href="http://evil.example/i.png"/><use href="#x"/><animate/><?pi x?><!-- c -->'
        '<path d="M0,0" style="fill:url(http://evil.example)" onclick="x()"/></svg>'
    )
    root = ElementTree.fromstring(cleaned(evil, "t", "d"))
    assert [element.tag.removeprefix(SVG) for element in root.iter()] == ["svg", "title", "desc", "path"]
    assert root.find(f"{SVG}path").attrib == {"d": "M0,0"}


def test_what_is_no_svg_is_an_error():
    with pytest.raises(LineageError, match="no SVG"):
        cleaned("nothing", "t", "d")
