"""What a scanner is given: its source, and a context to look things up in and report progress to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from inventory.project import OwnWords
from lineage.model import FieldId


class Schema(Protocol):
    """What is known of datasets before a scan, from the store or from sources read earlier."""

    def columns(self, namespace: str, name: str) -> Mapping[str, str] | None:
        """Column name -> type of one dataset, in column order; None if it is not known."""

    def datasets(self, namespace: str) -> Iterable[str]:
        """Names of all known datasets of a namespace."""

    def known_as(self, node: FieldId, heard: bool = False) -> FieldId | None:
        """A dataset or column as who knows it best spells it; None where nobody knows the dataset.

        With `heard` the spelling of those who only heard of it counts too.
        """


@dataclass(frozen=True)
class NoSchema:
    """A schema that knows nothing."""

    def columns(self, namespace: str, name: str) -> Mapping[str, str] | None:
        return None

    def datasets(self, namespace: str) -> Iterable[str]:
        return ()

    def known_as(self, node: FieldId, heard: bool = False) -> FieldId | None:
        return None


def _quiet(message: str, done: int | None = None, total: int | None = None) -> None:
    """The progress callback of somebody who does not want to see progress."""


@dataclass(frozen=True)
class Context:
    """What scanners share: schema look-up, namespace aliases, progress, words of the project, rows to sample."""

    schema: Schema = field(default_factory=NoSchema)
    aliases: Mapping[str, str] = field(default_factory=dict)
    progress: Callable[[str, int | None, int | None], None] = _quiet
    own_words: OwnWords = field(default_factory=OwnWords)
    sample: int | None = None
    """How many rows to look at where a source does not say; None for none."""
    functions: Mapping[str, str] = field(default_factory=dict)
    """What the project says its own functions of SQL keep of a value."""

    def namespace(self, name: str) -> str:
        """The canonical spelling of a namespace, by the project's aliases."""
        return self.aliases.get(name, name)
