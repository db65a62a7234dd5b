"""Which data category a tag of a dataset or field names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from inventory.project import Source
from lineage.errors import InvalidInput
from lineage.vocabulary import CATEGORIES, check_key

_CATEGORY_KEYS = frozenset(
    ["data_category", "data_categories", "datacategory", "fides", "fideslang", "pii", "category", "classification"]
)
_DENIALS = frozenset(["false", "no", "none", "0"])
_JOINTS = (".", ":", "=")


@dataclass(frozen=True)
class Tags:
    """The project's own tags, and those that name a fideslang category by themselves."""

    configured: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Source) -> Tags:
        """The `tags` option: ``{pii.email: user.contact.email}``.

        Raises InvalidInput where it is no mapping, or names an unknown category.
        """
        told = source.options.get("tags") or {}
        if not isinstance(told, dict):
            raise InvalidInput(f"source {source.key}: expected tags as {{tag: data category}}")
        for tag, category in told.items():
            try:
                check_key("data category", category)
            except (InvalidInput, TypeError) as problem:
                raise InvalidInput(f"source {source.key}: tags: {tag}: {problem}") from None
        return cls({str(tag).lower(): category for tag, category in told.items()})

    def categories(self, key: str, value: str) -> tuple[str, ...]:
        """The categories of one tag, sorted; none for a tag nobody knows, or one that is denied (``pii: false``).

        A configured tag is its key, its value, or both (``pii.email``); a fideslang category may be the key or
        the value, a bare ``user`` only under a key that says it is a category.
        """
        key = key.strip().lower()
        values = [part.strip().lower() for part in value.split(",")]
        if set(values) <= _DENIALS and values:
            return ()
        found = {self.configured[name] for name in _names(key, values) if name in self.configured}
        if not found:
            found = {name for name in (key, *values) if name in CATEGORIES and (key in _CATEGORY_KEYS or "." in name)}
        return tuple(sorted(found))


def _names(key: str, values: list[str]) -> list[str]:
    return [key, *values, *(f"{key}{joint}{value}" for value in values for joint in _JOINTS)]
