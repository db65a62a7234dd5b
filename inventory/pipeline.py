"""The whole program: read the sources into the store, make the graph, judge it, report, tell the public."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from inventory import manual, plugins
from inventory.knownschema import StoreSchema
from inventory.placing import CONFIGURATION, claimed_by_others, placed, spelled
from inventory.project import FILE, RESERVED, Project, Source
from inventory.report import Report
from inventory.scanners import Context
from lineage.check_layer import CheckLayer
from lineage.errors import InvalidInput, did_you_mean
from lineage.findings import SEVERITIES, Finding
from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.model import (
    Dataset,
    Evidence,
    Fact,
    Method,
    Publication,
    Reading,
    ScopeComplete,
    Suppression,
    Symlink,
    System,
)
from lineage.remembered import Memory
from lineage.stores import FactStore, Run, ShowsChecks

if TYPE_CHECKING:
    from inventory.page import Page

MANUAL = "manual"
PUBLICATIONS = "publications"
ALIASES = "aliases"
Progress = Callable[[str, int | None, int | None], None]
_A_WHILE = 20_000
_ORDER = {"database": 0, "dbt": 1, "openlineage": 2}
_LAST = 3


def scan(
    project: Project,
    store: FactStore,
    wanted: Collection[str] = (),
    progress: Progress = lambda *_: None,
    sample: int | None = None,
) -> tuple[Run, ...]:
    """Read the named sources (all, without names) and the manual entries; one run each, in a fixed order.

    Scanners that can look at rows look at `sample` of each table, where the source does not say how many.

    Sources that the configuration no longer names are retired when everything is read.  Raises InvalidInput
    for an unknown source and for entries that cannot be used; nothing is written then.
    """
    chosen = _chosen(project, tuple(wanted))
    scanners = {source.kind: plugins.scanner(source.kind) for source in project.sources}
    runs = [read_entries(project, store)]
    for source in sorted(chosen, key=lambda s: (_ORDER.get(s.kind, _LAST), s.key)):
        context = Context(StoreSchema(store), project.aliases, progress, project.own_words, sample, project.functions)
        others = claimed_by_others(store, source)
        readings = placed(source, context, others, scanners[source.kind](source, context))
        runs.append(store.record(source.key, source.kind, _counted(source, readings, progress), now=_now()))
    _reread_entries(project, store)
    _join_aliases(project, store)
    if not wanted:
        gone = {run.source for run in store.runs()} - {s.key for s in project.sources} - RESERVED.keys()
        runs += [store.record(key, CONFIGURATION, [ScopeComplete()], now=_now()) for key in sorted(gone)]
    return tuple(runs)


def _join_aliases(project: Project, store: FactStore) -> None:
    """Let datasets that were stored before their namespace got an alias be read as those of the canonical one.

    What is read from now on is spelled canonically; events that were read before are never retired.
    """
    if not project.aliases and store.last_run(ALIASES) is None:
        return
    context, evidence = Context(aliases=project.aliases), Evidence(CONFIGURATION, FILE, method=Method.ATTESTED)
    stored = {f.statement.dataset for f in store.statements(Dataset) if isinstance(f.statement, Dataset)}
    links = [
        Fact(Symlink(node, replace(node, namespace=context.namespace(node.namespace))), evidence)
        for node in sorted(stored)
        if node.namespace in project.aliases
    ]
    store.record(ALIASES, CONFIGURATION, [*links, ScopeComplete()], now=_now())


def _counted(source: Source, readings: Iterable[Reading], progress: Progress) -> Iterator[Reading]:
    """What is read, with a word now and then of how much it was, and that it is written when that is all."""
    number = 0
    for number, reading in enumerate(readings, 1):
        if number % _A_WHILE == 0:
            progress(f"{source.key}: {number} readings", None, None)
        yield reading
    progress(f"{source.key}: writing what {number} readings told", None, None)


def _chosen(project: Project, names: tuple[str, ...]) -> list[Source]:
    """The sources of these names; all of them where none is named."""
    known = {source.key: source for source in project.sources}
    for name in names:
        if name not in known and name != MANUAL:
            raise InvalidInput(f"no source {name!r} in sharemap.yaml{did_you_mean(name, known)}")
    return [known[name] for name in names if name in known] if names else list(known.values())


def read_entries(project: Project, store: FactStore) -> Run:
    """Read the manual entries as the source `manual`."""
    digest = manual.digest(project, _homes(store))
    return store.record(MANUAL, MANUAL, entries(project, store), now=_now(), digest=digest)


def entries(project: Project, store: FactStore) -> tuple[Reading, ...]:
    """The manual entries as they are read into a store."""
    context = Context(aliases=project.aliases)
    return tuple(spelled(entry, context) for entry in manual.read_entries(project, _homes(store)))


def _reread_entries(project: Project, store: FactStore) -> None:
    """Read the entries if they, or where scanners found the systems they name, changed since the last run."""
    last = store.last_run(MANUAL)
    if last is None or last.digest != manual.digest(project, _homes(store)):
        read_entries(project, store)


def _homes(store: FactStore) -> dict[str, str]:
    """System key -> the first namespace that a source of it was found in."""
    found = (f.statement for f in store.statements(System) if f.evidence.agent == CONFIGURATION)
    claims = {s.key: s.namespaces[0].namespace for s in found if isinstance(s, System) and s.namespaces}
    return dict(sorted(claims.items()))


def judge(
    project: Project,
    store: FactStore,
    day: date | None = None,
    known_at: datetime | None = None,
    progress: Progress = lambda *_: None,
) -> Judgement:
    """The graph of a day (today, UTC) as known at a moment (now), ready to be asked.

    Entries that changed since the last run are read first, so that nobody judges yesterday's entries.
    """
    if known_at is None and (project.inventory.is_dir() or store.last_run(MANUAL)):
        _reread_entries(project, store)
    progress("reading the store", None, None)
    graph = LineageGraph.from_store(store, day, known_at)
    now = known_at or _now()
    last = {run.source: run for run in known_runs(store, now)}
    seen = {key: run.finished for key, run in last.items() if key != MANUAL and run.agent != CONFIGURATION}
    memory = store if isinstance(store, Memory) else None
    return Judgement(graph, day or now.date(), now, project.settings, seen, memory)


def check(judgement: Judgement, progress: Progress = lambda *_: None) -> tuple[Finding, ...]:
    """All findings, the most serious first, suppressions applied."""
    found: dict[str, Finding] = {}
    checks = plugins.checks()
    for done, module in enumerate(checks, 1):
        progress(f"judging: {plugins.rule(module).name}", done, len(checks))
        for finding in module.check(judgement):
            severity = judgement.settings.severities.get(finding.check, finding.severity)
            if severity != finding.severity:
                finding = replace(finding, severity=severity)
            fingerprint = finding.fingerprint
            found.setdefault(fingerprint, _suppressed(finding, fingerprint, judgement))
    return tuple(sorted(found.values(), key=lambda f: (SEVERITIES.index(f.severity), f.check, f.identity)))


def _suppressed(finding: Finding, fingerprint: str, judgement: Judgement) -> Finding:
    matching: list[Suppression] = [
        s for s in judgement.world.suppressions if len(s.finding) >= 7 and fingerprint.startswith(s.finding)
    ]
    if not matching:
        return finding
    latest = max(matching, key=lambda s: (s.expires, s.owner, s.reason))
    if latest.expires >= judgement.day:
        return replace(finding, suppressed=latest)
    note = f"{finding.message} (suppressed by {latest.owner} until {latest.expires}, which is over)"
    return replace(finding, message=note)


def report(project: Project, store: FactStore, judgement: Judgement, progress: Progress = lambda *_: None) -> Report:
    """What every format is given."""

    def facts() -> Iterator[Fact]:
        return store.facts(day=judgement.day, known_at=judgement.known_at)

    rules = tuple(map(plugins.rule, plugins.checks()))
    return Report(
        judgement, check(judgement, progress), rules, known_runs(store, judgement.known_at), project.name, facts
    )


def show(store: FactStore, report: Report) -> None:
    """Let a store that people look into by other ways show them what a check derived; others keep facts only."""
    if isinstance(store, ShowsChecks):
        store.project(CheckLayer(report.judgement, report.findings))


@dataclass(frozen=True)
class Published:
    """What was recorded, the pages that say it, and the paths of earlier pages that went."""

    publication: Publication
    pages: tuple[Page, ...]
    stale: tuple[str, ...]


def publish(project: Project, store: FactStore, judgement: Judgement, folder: Path) -> Published:
    """Put the public pages into a folder, and record in the store what was said there.

    Raises Refused with every reason that stands against it, InvalidInput where the folder cannot be used; then
    nothing is written.
    """
    from inventory import page
    from inventory.disclosure import disclose
    from inventory.page.folder import digest_of, put

    disclosure = disclose(judgement, project.publishing.allow_unknown)
    pages = page.pages(disclosure, project.publishing.title)
    stale = put(pages, folder)
    digest = digest_of(pages)
    shares = tuple(sorted(share for handover in disclosure.handovers for share in handover.shares))
    said = Publication(f"{judgement.day}-{digest[:12]}", judgement.day, digest, shares)
    evidence = Evidence("publish", PUBLICATIONS, method=Method.ATTESTED, since=judgement.day)
    store.record(PUBLICATIONS, "publish", [Fact(said, evidence)], now=_now())
    return Published(said, pages, stale)


def known_runs(store: FactStore, known_at: datetime) -> tuple[Run, ...]:
    """The runs that had read something to its end at a moment; recording publications and aliases reads nothing."""
    return tuple(run for run in store.runs() if run.finished <= known_at and run.source not in (PUBLICATIONS, ALIASES))


def _now() -> datetime:
    return datetime.now(UTC)
