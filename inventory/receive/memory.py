"""What must be remembered of all events read so far, so that a new process goes on where the last one died.

It is the state of the reader: small, as equal statements and equal runs are kept once.  Each entry is a line of the
inbox; only those that changed are written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from inventory.project import OwnWords
from inventory.receive.noted import Noted
from inventory.scanners.openlineage.event import ColumnList, Reader
from inventory.scanners.openlineage.extraction import Extractions
from inventory.scanners.openlineage.ledger import Ledger, Said, Seen
from inventory.scanners.openlineage.lives import Lives
from inventory.scanners.openlineage.query import Query
from inventory.scanners.openlineage.runs import Part, RunKey, Runs
from inventory.scanners.openlineage.tags import Tags
from lineage.codec import KINDS, canonical, kind_of, record, restore
from lineage.model import FieldId, Method

Changes = dict[tuple[str, str], str | None]


@dataclass
class Memory:
    """The reader's state as dicts that know what changed in them, and what the reader itself has no use for."""

    said: Noted[Said, Seen] = field(default_factory=Noted)
    schemas: Noted[FieldId, dict[ColumnList, Seen]] = field(default_factory=Noted)
    named: Noted[FieldId, datetime] = field(default_factory=Noted)
    gone: Noted[FieldId, datetime] = field(default_factory=Noted)
    failed: Noted[str, tuple[Seen, str]] = field(default_factory=Noted)
    clean: Noted[str, Seen] = field(default_factory=Noted)
    single: Noted[Part, Seen] = field(default_factory=Noted)
    whole: Noted[RunKey, tuple[Part, Seen]] = field(default_factory=Noted)
    ended: set[RunKey] = field(default_factory=set)
    arrivals: dict[RunKey, float] = field(default_factory=dict)
    """When the last event of each run came, in seconds since 1970."""
    troubles: Noted[str, str] = field(default_factory=Noted)
    """What could not be read in the last event about each job or dataset that had such events."""
    _parts: dict[str, int] = field(default_factory=dict)
    """Digest of each part that is written down -> how many runs refer to it."""
    _part_of: dict[RunKey, str] = field(default_factory=dict)

    def reader(self, tags: Tags, own: OwnWords, functions: Mapping[str, str], now: datetime) -> Reader:
        """A reader that reads into this memory."""
        return Reader(
            tags,
            now,
            own,
            functions,
            Ledger(self.said),
            Runs(self.whole, self.ended, self.single),
            self.schemas,
            Lives(self.named, self.gone),
            Extractions(self.failed, self.clean),
        )

    # -- writing --------------------------------------------------------------------------------------

    def written(self, kind: str, keys: Iterable[Any]) -> Changes:
        """The lines of the entries of a kind (the name of one of the dicts) under these keys."""
        entries = getattr(self, kind)
        if kind == "whole":
            return dict(self._runs(keys))
        return {
            (kind, canonical(_plain(key))): canonical(_plain(entries[key])) if key in entries else None for key in keys
        }

    def _runs(self, keys: Iterable[RunKey]) -> Iterator[tuple[tuple[str, str], str | None]]:
        """Runs refer to parts that are written once each, and go with the last run that refers to them."""
        for key in keys:
            before, after = self._part_of.pop(key, None), None
            if key in self.whole:
                part, seen = self.whole[key]
                text = canonical(_plain(part))
                after = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
                if after not in self._parts:
                    yield ("part", after), text
                self._refer(key, after)
                line = [after, _plain(seen), key in self.ended, self.arrivals.get(key, 0.0)]
            yield ("whole", canonical(key)), canonical(line) if after else None
            if before:
                self._parts[before] -= 1
                if not self._parts[before]:
                    del self._parts[before]
                    yield ("part", before), None

    def _refer(self, key: RunKey, digest: str) -> None:
        self._part_of[key] = digest
        self._parts[digest] = self._parts.get(digest, 0) + 1

    # -- reading --------------------------------------------------------------------------------------

    @classmethod
    def of(cls, lines: Iterable[tuple[str, str, str]]) -> Memory:
        """What was written down as (kind, key, value)."""
        memory = cls()
        parts: dict[str, Part] = {}
        runs = []
        for kind, key, value in lines:
            if kind == "part":
                parts[key] = _part(json.loads(value))
            elif kind == "whole":
                runs.append((json.loads(key), json.loads(value)))
            else:
                read_key, read_value = _READ[kind]
                dict.__setitem__(getattr(memory, kind), read_key(json.loads(key)), read_value(json.loads(value)))
        for (job, run), (digest, seen, ended, arrival) in runs:
            dict.__setitem__(memory.whole, (job, run), (parts[digest], _seen(seen)))
            memory.arrivals[job, run] = arrival
            memory._refer((job, run), digest)
            if ended:
                memory.ended.add((job, run))
        return memory


def _plain(value: Any) -> Any:
    """A key or value as JSON."""
    match value:
        case FieldId():
            return [value.namespace, value.name, value.field]
        case datetime():
            return value.isoformat()
        case Part():
            told = ([_plain(d) for d in sorted(s)] for s in (value.inputs, value.outputs, value.closed))
            pairs = sorted([_plain(a), _plain(b)] for a, b in value.told)
            queries = sorted([q.text, q.dialect or ""] for q in value.queries)
            return [value.job, *told, pairs, queries]
        case dict():
            return sorted([_plain(key), _plain(held)] for key, held in value.items())
        case (statement, Method() as method):
            return [kind_of(statement), record(statement), method.value]
        case tuple():
            return [_plain(item) for item in value]
    return value


def _node(told: Any) -> FieldId:
    return FieldId(*told)


def _seen(told: Any) -> Seen:
    return Seen(datetime.fromisoformat(told[0]), told[1])


def _said(told: Any) -> Said:
    return restore(KINDS[told[0]], told[1]), Method(told[2])


def _part(told: Any) -> Part:
    job, inputs, outputs, closed, pairs, queries = told
    return Part(
        job,
        frozenset(map(_node, inputs)),
        frozenset(map(_node, outputs)),
        frozenset((_node(a), _node(b)) for a, b in pairs),
        frozenset(map(_node, closed)),
        frozenset(Query(text, dialect or None) for text, dialect in queries),
    )


def _columns(told: Any) -> dict[ColumnList, Seen]:
    return {tuple((name, kind) for name, kind in columns): _seen(seen) for columns, seen in told}


def _told(told: Any) -> tuple[Seen, str]:
    return _seen(told[0]), told[1]


_READ: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "said": (_said, _seen),
    "schemas": (_node, _columns),
    "named": (_node, datetime.fromisoformat),
    "gone": (_node, datetime.fromisoformat),
    "failed": (str, _told),
    "clean": (str, _seen),
    "single": (_part, _seen),
    "troubles": (str, str),
}
KINDS_OF_MEMORY = (*_READ, "whole")
