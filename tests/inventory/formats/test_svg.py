"""SVG for a browser; what it shows is tested in drawing/."""

from xml.etree import ElementTree

from inventory.formats import svg
from tests.exports import shop, written


def test_it_is_xml_and_two_runs_are_equal_byte_for_byte():
    text = written(svg, shop())
    assert text == written(svg, shop())
    assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"


def test_nothing_known_is_a_picture_too():
    assert "No sharing is known." in written(svg, [])
