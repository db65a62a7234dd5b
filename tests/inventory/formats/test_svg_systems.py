"""The map of systems as SVG."""

from inventory.formats import svg_systems
from tests.exports import shop, written


def test_it_is_one_svg_that_is_the_same_again():
    text = written(svg_systems, shop())
    assert text.startswith("<svg ")
    assert "系统汇总图" in text
    assert text == written(svg_systems, shop())
