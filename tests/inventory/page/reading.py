"""Reads a page back as a machine does: its rows, its links, its words."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

INLINE = {"a", "bdi", "code", "span", "strong", "time"}
VOID = {"meta", "link", "br", "img", "input", "hr"}


@dataclass
class Read(HTMLParser):
    """What one page holds; `words` is all text outside the style."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: str = ""
    style: str = ""
    balanced: bool = True
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    @classmethod
    def of(cls, html: str) -> Read:
        page = cls()
        page.feed(html)
        page.close()
        page.balanced &= not page._open
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)
        if tag not in INLINE:
            self.words += " "

    def handle_endtag(self, tag: str) -> None:
        self.balanced &= bool(self._open) and self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.style += data
        else:
            self.words += data

    @property
    def rows(self) -> list[dict[str, str]]:
        """The attributes of each statement "this goes to that recipient"."""
        return [attributes for _, attributes in self.tags if "data-shares" in attributes]

    @property
    def links(self) -> list[str]:
        return [attributes["href"] for tag, attributes in self.tags if tag in ("a", "link")]

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]


def read_site(folder: Path) -> dict[str, Read]:
    """Path -> page, of every page in a folder."""
    return {
        path.relative_to(folder).as_posix(): Read.of(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.html"))
    }
