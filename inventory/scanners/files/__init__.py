"""Files of data (CSV, TSV, JSON, Parquet, Excel) -> their datasets, fields, and what these seem to hold.

Values are looked at to guess types and to tell a heading from data, and, where a sample is asked for, to classify
by; they are let go with that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic

from inventory.classification import Column
from inventory.nested import classify_paths
from inventory.project import OwnWords, Source
from inventory.scanners import Context
from inventory.scanners.files.delimited import read_delimited
from inventory.scanners.files.naming import Home, home_of, shown
from inventory.scanners.files.opened import File, local
from inventory.scanners.files.parquet import read_parquet
from inventory.scanners.files.records import read_records
from inventory.scanners.files.remote import Unlisted, files_behind
from inventory.scanners.files.settings import MOST_ROWS, Settings, read_settings
from inventory.scanners.files.shape import MOST_FIELDS, Found, Seen, Shape, Unread, wider
from inventory.scanners.files.workbook import read_workbook
from lineage.model import Classification, Dataset, Evidence, Fact, Field, FieldId, Gap, Method, Reading, ScopeComplete

_AGENT = "files"
_MOST_FILES = 20_000
_LONGEST = 1800
"""Seconds that are spent on files behind URLs."""
Reader = Callable[[File, Settings], Iterator[Found]]
_TEXTS: dict[str, Reader] = {
    ".csv": read_delimited, ".tsv": read_delimited, ".tab": read_delimited, ".json": read_records,
    ".jsonl": read_records, ".ndjson": read_records,
}  # fmt: skip
_READERS: dict[str, Reader] = {
    **_TEXTS, **{f"{ending}.gz": reader for ending, reader in _TEXTS.items()}, ".parquet": read_parquet,
    ".xlsx": read_workbook, ".xlsm": read_workbook,
}  # fmt: skip


@dataclass(slots=True)
class _Gathered:
    """One dataset, of all files that are parts of it."""

    home: Home
    part: str = ""
    fields: dict[str, Seen] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.home.name}/{self.part}" if self.part else self.home.name

    @property
    def table(self) -> str:
        return self.part or self.home.table

    def add(self, seen: Seen) -> None:
        known = self.fields.setdefault(seen.name, seen)
        enough = known is seen or len(known.values) >= MOST_ROWS
        values = known.values if enough else (known.values + seen.values)[:MOST_ROWS]
        self.fields[seen.name] = Seen(seen.name, wider(known.type, seen.type), known.line, values)


def scan(source: Source, context: Context) -> Iterator[Reading]:
    """Read the files that `paths` (patterns below the project, or URLs) name.

    Options: `paths`, `exclude`, `namespace`, `encoding`, `delimiter`, `header`, `columns`, `sample`, as
    docs/scanners/files.md says.  Raises InvalidInput for an option that cannot be used or an extra that is not
    installed; what cannot be read is a Gap.
    """
    settings = read_settings(source, context.sample)
    unlisted = []
    files = []
    for found in _found(source, settings):
        match found:
            case Unlisted():
                unlisted.append(found)
            case File(path=path) if settings.wants(path):
                files.append(found)
    for problem in unlisted:
        reason = f"what lies there could not be told ({problem.problem})"
        yield Fact(Gap(source.key, reason), Evidence(_AGENT, shown(problem.url)))
    if not files:
        yield Fact(Gap(source.key, "its paths name no file"), Evidence(_AGENT, source.key))
        return
    datasets: dict[tuple[str, str], _Gathered] = {}
    unread: set[str] = {""} if unlisted else set()
    until = monotonic() + _LONGEST
    for number, file in enumerate(files[:_MOST_FILES], 1):
        if settings.remote and monotonic() > until:
            unread.add("")
            reason = (
                f"after {_LONGEST // 60} minutes {len(files) - number + 1} files were not read; write narrower paths"
            )
            yield Fact(Gap(source.key, reason), Evidence(_AGENT, source.key))
            break
        context.progress(f"{source.key}: {shown(file.path)}", number, len(files))
        for unreadable in _gather(file, settings, datasets):
            unread.add(settings.place(home_of(file.path).name))
            yield _gap(settings, file.path, unreadable)
    if len(files) > _MOST_FILES:
        unread.add("")
        yield Fact(Gap(source.key, f"it names {len(files)} files, and {_MOST_FILES} are read; write narrower paths"),
                   Evidence(_AGENT, source.key))  # fmt: skip
    for _, dataset in sorted(datasets.items()):
        yield from _facts(dataset, settings, context.own_words)
    if "" not in unread:
        yield ScopeComplete(unread=tuple(sorted(unread)))


def _found(source: Source, settings: Settings) -> Iterator[File | Unlisted]:
    """The files that the paths name, in order."""
    if settings.remote:
        yield from files_behind(source.key, settings.paths, _MOST_FILES)
        return
    for path in sorted({p for pattern in settings.paths for p in source.root.glob(pattern) if p.is_file()}):
        yield local(path, source.root, settings.folder)


def _gather(file: File, settings: Settings, datasets: dict[tuple[str, str], _Gathered]) -> Iterator[Unread]:
    """Add what a file shows to its dataset; yields what could not be read of it."""
    home = home_of(file.path)
    for found in _read(file, settings):
        match found:
            case Unread():
                yield found
            case Shape(fields=fields, part=part):
                dataset = datasets.setdefault((home.name, part), _Gathered(home, part))
                for seen in (*fields, *(Seen(key, "text") for key in home.partitions)):
                    if len(dataset.fields) < MOST_FIELDS or seen.name in dataset.fields:
                        dataset.add(seen)


def _read(file: File, settings: Settings) -> Iterator[Found]:
    if file.refused:
        yield Unread(file.refused, whole=True)
        return
    name = file.name.lower()
    reader = next((reader for ending, reader in _READERS.items() if name.endswith(ending)), None)
    if reader is None:
        yield Unread(
            f"its name ends in none of {', '.join(_READERS)}; exclude it, or save it as one of these", whole=True
        )
        return
    yield from reader(file, settings)


def _gap(settings: Settings, name: str, problem: Unread) -> Fact:
    """A gap at the file's own place, whose evidence is the dataset: a later reading of that retires it."""
    told = Evidence(_AGENT, settings.place(shown(name)), None if problem.whole else problem.line)
    return Fact(Gap(told.place, problem.reason), Evidence(_AGENT, settings.place(home_of(name).name), told.line))


def _facts(dataset: _Gathered, settings: Settings, own: OwnWords) -> Iterator[Fact]:
    """One dataset, its fields, and what they seem to hold."""
    place = settings.place(dataset.name)
    node = FieldId(settings.namespace, dataset.name)
    yield Fact(Dataset(node, "file"), Evidence(_AGENT, place))
    fields = list(dataset.fields.values())
    columns = [Column(s.name, s.type or "", values=s.values or None) for s in fields]
    verdicts = classify_paths(dataset.table, columns, own)
    for position, (seen, verdict) in enumerate(zip(fields, verdicts, strict=True), 1):
        at = FieldId(node.namespace, node.name, seen.name)
        yield Fact(Field(at, seen.type, position=position), Evidence(_AGENT, place, seen.line))
        if verdict:
            guess = Evidence(_AGENT, place, seen.line, Method.INFERRED)
            category, subject = verdict.data_category, verdict.data_subject
            yield Fact(Classification(at, category, subject, verdict.form, verdict.confidence, verdict.rules), guess)
