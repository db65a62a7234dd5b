"""How is a disclosure made into pages?  Templates, one inlined style, and a policy that lets nothing else in.

The same disclosure gives the same bytes.  No script, no request, no cookie: Content-Security-Policy level 3 with
``default-src 'none'`` and the hash of the one style.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from inventory.disclosure.content import Disclosure
from inventory.page.language import Language
from inventory.page.links import href
from inventory.page.sheets import Sheet, home_of, sheets
from inventory.page.view import View
from lineage.vocabulary import LANGUAGES


@dataclass(frozen=True, slots=True)
class Page:
    """One file: its `path` below the folder, with ``/``, and its whole text."""

    path: str
    html: str


def pages(disclosure: Disclosure, titles: Mapping[str, str] | None = None) -> tuple[Page, ...]:
    """All pages of a disclosure, sorted by path.

    `titles` says what the site is called in each language (``{"en": "Kora Market"}``); by default as its operator is.
    """
    renderer = _Renderer(disclosure, titles or {})
    laid = sheets(disclosure, renderer.size)
    made = [Page("index.html", renderer.front())]
    for language in map(Language, LANGUAGES):
        for stem, template, more in renderer.site(laid):
            made.append(Page(f"{language.code}/{stem}.html", renderer.page(language, laid, stem, template, **more)))
    return tuple(sorted(made, key=lambda page: page.path))


@dataclass(frozen=True)
class _Renderer:
    disclosure: Disclosure
    titles: Mapping[str, str]

    def site(self, laid: Sequence[Sheet]) -> list[tuple[str, str, dict[str, Any]]]:
        """(stem, template, what it is given) of every page of one language."""
        of_items = [(sheet.stem, "items.html", {"sheet": sheet}) for sheet in laid]
        return [("index", "index.html", {}), ("recipients", "recipients.html", {}), *of_items]

    def page(self, language: Language, laid: Sequence[Sheet], stem: str, template: str, **more: Any) -> str:
        view = View(self.disclosure, language, self.titles.get(language.code), home_of(laid))
        others = [other for other in map(Language, LANGUAGES) if other.code != language.code]
        return _made(template, view=view, lang=language, stem=stem, others=others, laid=laid, **more)

    def size(self, sheet: Sheet) -> int:
        made = (self.page(lang, (sheet,), sheet.stem, "items.html", sheet=sheet) for lang in map(Language, LANGUAGES))
        return max(len(html.encode()) for html in made)

    def front(self) -> str:
        """The page that offers the languages."""
        views = [View(self.disclosure, lang, self.titles.get(lang.code), {}) for lang in map(Language, LANGUAGES)]
        return _made("front.html", views=views)


def _made(template: str, **given: Any) -> str:
    html = _environment().get_template(template).render(**given)
    return re.sub(r"\n\s*\n+", "\n", html).strip() + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("inventory.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = _style()
    environment.globals["style"] = Markup(style)  # noqa: S704  (our own file)
    environment.globals["policy"] = (
        f"default-src 'none'; style-src 'sha256-{_hash(style)}'; base-uri 'none'; form-action 'none'"
    )
    environment.filters["href"] = href
    environment.filters["country_of"] = lambda code, language: language.country(code)
    environment.filters["tongue_of"] = lambda code, language: language.tongue(code)
    return environment


def _style() -> str:
    """The stylesheet without comments and indentation."""
    text = files(__package__).joinpath("templates", "page.css").read_text(encoding="utf-8")
    lines = (line.strip() for line in re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).splitlines())
    return "\n".join(line for line in lines if line)


def _hash(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
