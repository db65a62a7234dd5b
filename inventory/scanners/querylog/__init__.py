"""What a server says that it ran -> the flows of the statements that move data, each kept once, without a literal.

What becomes of what is written down in docs/scanners/querylog.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from inventory.project import Source
from inventory.scanners import Context
from inventory.scanners.querylog import live
from inventory.scanners.querylog.access import history
from inventory.scanners.querylog.flows import Statements
from inventory.scanners.querylog.rows import Unreadable
from inventory.scanners.querylog.settings import ACCESS_HISTORY, FORMATS, Settings, read_settings
from inventory.scanners.querylog.statements import Logged, fingerprint, moves_data, prepared
from lineage.model import Dataset, Evidence, Fact, Flow, Gap

_AGENT = "querylog"
_MOST_GAPS = 20


def scan(source: Source, context: Context) -> Iterator[Fact]:
    """Read the files of a log that `paths` name, or what pg_stat_statements of the server at `url` holds.

    Options: `paths` and their `format`, or `url`; `namespace` (of the server), `dialect`, `default_database`,
    `default_schema`.  Raises InvalidInput for unknown, missing or unusable options; what cannot be read is a Gap.
    Nothing is ever retired: a log says what happened, not all there is.
    """
    settings = read_settings(source)
    scan = _Scan(settings, Statements(settings, context))
    if settings.url is not None:
        yield from scan.server(settings.url)
        return
    files = settings.files()
    if not files:
        yield _gap(settings.key, None, "its paths name no file")
    for number, path in enumerate(files, 1):
        place = path.relative_to(settings.root).as_posix()
        context.progress(f"{settings.key}: {place}", number, len(files))
        yield from scan.file(path, place)


@dataclass
class _Scan:
    """One reading of a log; `seen` are the statements that it has met."""

    settings: Settings
    statements: Statements
    seen: set[tuple[str, str, str, str]] = field(default_factory=set)

    def server(self, url: str) -> Iterator[Fact]:
        place = f"{self.settings.key}/pg_stat_statements"
        try:
            yield from _few_gaps(place, self._facts(live.statements(self.settings.key, url), place))
        except live.Unreachable as problem:
            yield _gap(place, None, str(problem))

    def file(self, path: Path, place: str) -> Iterator[Fact]:
        try:
            if self.settings.format == ACCESS_HISTORY:
                flows = sorted(set(history(path, self.statements.namespace)), key=lambda f: (f.target, f.source))
                yield from (fact for flow in flows for fact in self._flow(flow, _digest(flow)))
            else:
                read = FORMATS[self.settings.format].read
                yield from _few_gaps(place, self._facts(read(path), place))
        except Unreadable as problem:
            yield _gap(place, problem.line, str(problem))
        except (OSError, EOFError) as problem:
            yield _gap(place, None, f"it cannot be read ({type(problem).__name__})")

    def _facts(self, logged: Iterable[Logged], place: str) -> Iterator[Fact]:
        for said in logged:
            text = prepared(said.text)
            if not text or not (said.target or moves_data(text)):
                continue
            digest = fingerprint(text)
            if (key := (digest, said.database, said.schema, said.target)) in self.seen:
                continue
            self.seen.add(key)
            told = Logged(text, said.line, said.database, said.schema, said.target, said.sources)
            for made in self.statements.flows(told, f"{self.settings.key}/{digest}"):
                if isinstance(made, Gap):
                    yield _gap(place if said.line else f"{place}/{digest}", said.line, made.reason)
                else:
                    yield from self._flow(made, digest)

    def _flow(self, flow: Flow, digest: str) -> Iterator[Fact]:
        """A flow with its ends on the server; its place is the statement's fingerprint, which stays when logs rotate.

        Files elsewhere are no `Dataset` of this source, so that nobody takes the place they lie in for ours.
        """
        evidence = Evidence(_AGENT, f"{self.settings.key}/{digest}")
        ends = (end.dataset for end in (flow.source, flow.target) if end.namespace == self.statements.namespace)
        yield from (Fact(Dataset(end), evidence) for end in ends)
        yield Fact(flow, evidence)


def _digest(flow: Flow) -> str:
    """The place of a flow that no statement tells: one for each two datasets."""
    pair = repr((flow.source.dataset, flow.target.dataset))
    return hashlib.sha256(pair.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _few_gaps(place: str, facts: Iterator[Fact]) -> Iterator[Fact]:
    """The facts, of very many gaps only the first, and the number of the rest."""
    gaps = 0
    for fact in facts:
        gaps += (is_gap := isinstance(fact.statement, Gap))
        if not is_gap or gaps <= _MOST_GAPS:
            yield fact
    if gaps > _MOST_GAPS:
        yield _gap(place, None, f"{gaps - _MOST_GAPS} more statements in it could not be read as a whole")


def _gap(place: str, line: int | None, reason: str) -> Fact:
    evidence = Evidence(_AGENT, place, line)
    return Fact(Gap(evidence.place, reason), evidence)
