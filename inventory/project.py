"""What sharemap.yaml says, as one typed value; the only reader of that file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """One configured source of evidence; `options` are the scanner's own, read and checked by it."""

    key: str
    kind: str
    root: Path
    system: str | None = None
    options: Mapping[str, object] = field(default_factory=dict)
