"""What sharemap.yaml says, as one typed value; the only reader of that file."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lineage.errors import InvalidInput, did_you_mean
from lineage.judgement import Settings
from lineage.vocabulary import LANGUAGES

FILE = "sharemap.yaml"
_KEYS = ("version", "name", "store", "inventory", "sources", "aliases", "categories", "classification",
         "functions", "checks", "publish", "serve")  # fmt: skip
_THRESHOLDS = ("expiring_days", "unused_days", "stale_days")
RESERVED = {
    "manual": "the entries in inventory/",
    "publications": "the record of what was published",
    "aliases": "what the aliases of namespaces join",
    "received": "what `sharemap serve` receives",
}
"""Names of sources that no configured source may have, and what has them."""
_SEVERITIES = ("high", "medium", "low")
KEEPS = ("all", "hashed", "pseudonymised", "aggregated", "undone")
"""What a function of SQL can leave of a value."""


@dataclass(frozen=True, slots=True)
class Source:
    """One configured source of evidence; `options` are the scanner's own, read and checked by it."""

    key: str
    kind: str
    root: Path
    system: str | None = None
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Words that a project adds to those classification knows: (category, its words), and words that veto."""

    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    vetoes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Publishing:
    """What the site is called in each language, which blanks may show as not known, and where pages are put."""

    title: Mapping[str, str] = field(default_factory=dict)
    allow_unknown: tuple[str, ...] = ()
    folder: str = "public"


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with a sharemap.yaml: its sources, its entries, its store."""

    root: Path
    name: str
    sources: tuple[Source, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    store: str = ".sharemap/store.db"
    inventory: Path = Path("inventory")
    settings: Settings = field(default_factory=Settings)
    publishing: Publishing = field(default_factory=Publishing)
    own_words: OwnWords = field(default_factory=OwnWords)
    received_tags: Mapping[str, str] = field(default_factory=dict)
    """Tags in received events that mean a data category."""
    functions: Mapping[str, str] = field(default_factory=dict)
    """What functions of the project's own keep of a value, by their lower-case names: one of KEEPS."""

    @property
    def store_url(self) -> str | Path:
        """The store's URL, or its path below the project's folder."""
        return self.store if "://" in self.store else self.root / self.store

    @classmethod
    def find(cls, start: Path) -> Project:
        """The project whose sharemap.yaml is nearest above `start`.

        Raises InvalidInput where there is none, or it says something that cannot be.
        """
        for folder in (start, *start.parents):
            if (folder / FILE).is_file():
                return cls.read(folder / FILE)
        raise InvalidInput(f"no {FILE} in {start} or above it; make one with: sharemap init")

    @classmethod
    def read(cls, path: Path) -> Project:
        """The project of one sharemap.yaml.  Raises InvalidInput naming file, line and key."""
        from inventory.yamlfile import load
        from lineage.vocabulary import add_categories

        document = load(path, FILE)
        reader = _Reader(document.content if document.content is not None else {}, document.line)
        said = reader.mapping((), _KEYS)
        if said.get("version", 1) != 1:
            raise InvalidInput(f"{FILE}:{document.line(('version',))}: version must be 1")
        root = path.parent.resolve()
        add_categories((key, labels) for key, labels in reader.mapping(("categories",)).items())
        return cls(
            root,
            reader.text(("name",), root.name),
            tuple(_source(reader, key, root) for key in reader.mapping(("sources",))),
            {key: reader.text(("aliases", key)) for key in reader.mapping(("aliases",))},
            reader.text(("store",), ".sharemap/store.db"),
            root / reader.text(("inventory",), "inventory"),
            _settings(reader),
            _publishing(reader),
            _own_words(reader),
            reader.mapping(("serve",), ("tags",)) and reader.mapping(("serve", "tags")),
            _functions(reader),
        )

    def show(self) -> dict[str, Any]:
        """The configuration as it is understood, passwords left out."""
        return {
            "root": str(self.root), "name": self.name, "store": redacted(str(self.store_url)),
            "inventory": str(self.inventory), "aliases": dict(self.aliases),
            "sources": {s.key: {"kind": s.kind, "system": s.system,
                                **{k: _redacted(v) for k, v in s.options.items()}} for s in self.sources},
        }  # fmt: skip


@dataclass(frozen=True)
class _Reader:
    content: Any
    line: Any

    def fail(self, at: tuple[str, ...], message: str) -> InvalidInput:
        where = ".".join(at) or "the file"
        return InvalidInput(f"{FILE}:{self.line(at)}: {where}: {message}")

    def get(self, at: tuple[str, ...]) -> Any:
        value = self.content
        for key in at:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def mapping(self, at: tuple[str, ...], keys: tuple[str, ...] = ()) -> dict[str, Any]:
        value = self.get(at)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.fail(at, "expected keys with values")
        for key in value:
            if keys and key not in keys:
                raise self.fail((*at, key), f"unknown key {key!r}{did_you_mean(key, keys)}")
        return value

    def text(self, at: tuple[str, ...], default: str | None = None) -> str:
        value = self.get(at)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value:
            raise self.fail(at, "expected a text")
        return value


def _source(reader: _Reader, key: str, root: Path) -> Source:
    at = ("sources", key)
    options = dict(reader.mapping(at))
    kind, system = reader.text((*at, "kind")), options.get("system")
    if system is not None and not isinstance(system, str):
        raise reader.fail((*at, "system"), "expected the key of a system")
    if key in RESERVED:
        raise reader.fail(at, f"the name {key!r} is taken by {RESERVED[key]}")
    return Source(key, kind, root, system, {k: v for k, v in options.items() if k not in ("kind", "system")})


def _settings(reader: _Reader) -> Settings:
    said = reader.mapping(("checks",), (*_THRESHOLDS, "severities"))
    days = {}
    for name in _THRESHOLDS:
        if name in said:
            if type(said[name]) is not int or said[name] < 0:
                raise reader.fail(("checks", name), "expected a number of days")
            days[name] = said[name]
    severities = reader.mapping(("checks", "severities"))
    for check, severity in severities.items():
        if severity not in _SEVERITIES:
            raise reader.fail(("checks", "severities", check), f"expected one of {', '.join(_SEVERITIES)}")
    return Settings(**days, severities=severities)


def _publishing(reader: _Reader) -> Publishing:
    said = reader.mapping(("publish",), ("title", "allow_unknown", "folder"))
    titles = reader.mapping(("publish", "title"), LANGUAGES)
    allowed = said.get("allow_unknown") or []
    if not isinstance(allowed, list):
        raise reader.fail(("publish", "allow_unknown"), "expected a list")
    return Publishing(
        {language: reader.text(("publish", "title", language)) for language in titles},
        tuple(str(a) for a in allowed),
        reader.text(("publish", "folder"), "public"),
    )


def _own_words(reader: _Reader) -> OwnWords:
    from lineage.vocabulary import CATEGORIES

    said = reader.mapping(("classification",), ("words", "not"))
    words = {}
    for category in reader.mapping(("classification", "words")):
        if category not in CATEGORIES:
            raise reader.fail(
                ("classification", "words", category), f"unknown category{did_you_mean(category, CATEGORIES)}"
            )
        words[category] = _phrases(reader, ("classification", "words", category))
    vetoes = _phrases(reader, ("classification", "not")) if said.get("not") is not None else ()
    return OwnWords(tuple(words.items()), vetoes)


def _functions(reader: _Reader) -> dict[str, str]:
    found = {}
    for name, keeps in reader.mapping(("functions",)).items():
        if keeps not in KEEPS:
            hint = did_you_mean(str(keeps), KEEPS)
            raise reader.fail(("functions", str(name)), f"expected one of {', '.join(KEEPS)}, not {keeps!r}{hint}")
        found[str(name).lower()] = str(keeps)
    return found


def _phrases(reader: _Reader, at: tuple[str, ...]) -> tuple[str, ...]:
    value = reader.get(at)
    if not isinstance(value, list) or not all(isinstance(v, str) and any(c.isalnum() for c in v) for v in value):
        raise reader.fail(at, "expected a list of words, like [courriel, adresse mail]")
    return tuple(value)


def expanded(text: str) -> str:
    """`text` with each ``${NAME}`` replaced from the environment.

    Raises InvalidInput for a variable that is not set.
    """

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in os.environ:
            raise InvalidInput(f"the environment variable {name}, named in {FILE}, is not set")
        return os.environ[name]

    return re.sub(r"\$\{(\w+)\}", value, text)


def redacted(url: str) -> str:
    """A URL without its password and query."""
    return re.sub(r"(?<=://)([^/@:]*):.*@", r"\1:***@", url, flags=re.DOTALL).split("?")[0] if "://" in url else url


def _redacted(value: object) -> object:
    match value:
        case str():
            return redacted(value)
        case list():
            return [_redacted(item) for item in value]
        case dict():
            return {key: _redacted(item) for key, item in value.items()}
        case _:
            return value
