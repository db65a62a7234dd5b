"""The docs say what the program does: what is read off it is up to date, links lead somewhere, commands exist."""

import re
import runpy
from pathlib import Path

import pytest

from inventory import plugins

ROOT = Path(__file__).parents[1]
PAGES = sorted(p for p in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
WRITTEN = runpy.run_path(str(ROOT / "docs" / "generate.py"))["pages"]()


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_what_is_read_off_the_program_is_up_to_date(name):
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == WRITTEN[name], "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page):
    home = page.parents[1] if page.parent.name == "heads" else page.parent
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = link.partition("#")
        target = home / path if path else page
        if "://" not in link:
            assert target.exists(), link
            if anchor:
                headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
                assert anchor in {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}, link


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_command_that_is_shown_exists(page, folder):
    known = set(re.findall(r"^## sharemap ([\w-]+)", WRITTEN["cli.md"], re.MULTILINE)) | {
        "--help",
        "--install-completion",
    }
    blocks = re.findall(r"```(?:console|sh|bash)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    shown = {m for block in blocks for m in re.findall(r"^\$? ?sharemap ([\w-]+)", block, re.MULTILINE)}
    assert shown <= known


def test_every_check_scanner_and_export_is_documented():
    checks = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    assert all(f"\n## {name}\n" in checks for name in plugins.names(plugins.CHECKS))
    configuration = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in configuration for name in plugins.names(plugins.SCANNERS))
    exports = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in exports for name in plugins.names(plugins.EXPORTS))


def test_the_readme_shows_what_the_tour_prints():
    tour = (ROOT / "examples" / "marketplace" / "expected" / "tour.txt").read_text(encoding="utf-8")
    shown = re.findall(r"```(?:console|text)\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    lines = [re.sub(r"20\d\d-\d\d-\d\d", "TODAY", line) for block in shown for line in block.splitlines()]
    printed = re.sub(r"20\d\d-\d\d-\d\d", "TODAY", tour)
    assert len(lines) > 20
    assert [line for line in lines if line.removesuffix("...") not in printed] == []
