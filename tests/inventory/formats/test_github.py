"""One workflow command a finding, whatever is in its words."""

import io
import re

from inventory.formats import github
from tests.exports import checked, nasty_shops, shop


def written(facts):
    out = io.StringIO()
    github.write(checked(facts), out)
    return out.getvalue()


def test_a_finding_is_an_annotation_at_its_place():
    (line,) = (line for line in written(shop()).splitlines() if "unauthorized-share" in line)
    assert re.match(r"::error file=inventory/world\.yaml,line=3,title=unauthorized-share F-[0-9a-f]{8}::\S", line)


def test_no_name_begins_a_command_or_a_property_of_its_own():
    text = written(nasty_shops())
    assert all(
        re.match(r"::(error|warning|notice) (file=[^,:]*,line=\d+,)?title=[^,:]*::", x) for x in text.splitlines()
    )
    assert not set("\x1b\r\x00\u202e\x85") & set(text)
