"""A dbt project's manifest and catalog -> its relations, what they hold, what flows into them, and who is shown it.

What becomes of what is written down in docs/scanners/dbt.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from inventory.classification import Column as Seen
from inventory.classification import classify_table
from inventory.naming import located
from inventory.project import OwnWords, Source
from inventory.scanners import Context
from inventory.scanners.dbt.artifacts import (
    Exposure,
    Manifest,
    Node,
    Relation,
    Unreadable,
    read_catalog,
    read_manifest,
    with_catalog,
)
from inventory.scanners.dbt.flows import Built, flows
from inventory.scanners.dbt.rules import classified
from inventory.scanners.dbt.settings import Settings, read_settings
from lineage.model import (
    Classification,
    Dataset,
    Evidence,
    Fact,
    Field,
    FieldId,
    Flow,
    Gap,
    Method,
    Reading,
    ScopeComplete,
)

_AGENT = "dbt"
_MOVING = re.compile(
    r"\b(?:insert|update|merge|copy|unload|export|call|execute|exec"
    r"|create\s+(?:or\s+replace\s+)?(?:\w+\s+)?(?:table|view))\b",
    re.IGNORECASE,
)
_KINDS = {"BASE TABLE": "table", "TABLE": "table", "VIEW": "view", "MATERIALIZED VIEW": "materialized view"}


def scan(source: Source, context: Context) -> Iterator[Reading]:
    """Read the manifest that dbt wrote, and the catalog beside it.

    Options: `manifest`, `catalog` (default: beside it), `namespace` (of the database it builds in), `dialect` (where
    its adapter is not known), `classify` (what tags and meta mean).  Raises InvalidInput for unknown or missing
    options; what is missing or cannot be read becomes a Gap.
    """
    settings = read_settings(source)
    context.progress(f"{source.key}: {settings.manifest}", None, None)
    try:
        manifest = read_manifest(settings.root / settings.manifest)
    except Unreadable as problem:
        yield _gap(settings.manifest, str(problem))
        return
    catalog: Mapping[str, Relation] | None = None
    try:
        catalog = read_catalog(settings.root / settings.catalog)
    except Unreadable as problem:
        yield _gap(settings.catalog, f"{problem}; without it columns are known only as far as the project names them: "
                                     "run dbt docs generate")  # fmt: skip
    if manifest.adapter and settings.speaks(manifest.adapter) is None:
        yield _gap(settings.manifest, f"adapter {manifest.adapter} is not known; say dialect, the SQL that it speaks")
    yield from _project(settings, context, manifest, catalog)
    if catalog is not None:
        yield ScopeComplete(unread=tuple(sorted({n.place for n in manifest.nodes.values() if _uncompiled(n)})))


def _uncompiled(node: Node) -> bool:
    """Was the SQL of a node read by an earlier scan, perhaps, and cannot be by this one?"""
    return node.kind in ("model", "snapshot") and node.relation and node.language == "sql" and node.code is None


def _project(
    settings: Settings, context: Context, manifest: Manifest, catalog: Mapping[str, Relation] | None
) -> Iterator[Fact]:
    built = {
        name: _built(settings, context, with_catalog(node, (catalog or {}).get(name)))
        for name, node in sorted(manifest.nodes.items())
        if node.relation
    }
    dialect = settings.speaks(manifest.adapter)
    for number, (name, one) in enumerate(built.items(), 1):
        context.progress(f"{settings.key}: {name}", number, len(built))
        relation = (catalog or {}).get(name)
        yield from _relation(settings, one, relation.kind if relation else "", context.own_words)
        if catalog is not None and relation is None:
            yield _gap(one.node.place, f"{name} is not in the catalog: build it, then run dbt docs generate")
        if one.node.kind in ("model", "snapshot"):
            needed = tuple(built[node.id] for node in manifest.behind(one.node.needs))
            for made in flows(one, needed, dialect, context.functions):
                place = one.node.place
                yield _gap(place, made.reason) if isinstance(made, Gap) else Fact(made, Evidence(_AGENT, place))
        if (at := located(one.node.location)) is not None:
            written = Flow(one.dataset, FieldId(*at), subtype="IDENTITY", job=name)
            yield Fact(written, Evidence(_AGENT, one.node.place))
        if any(map(_MOVING.search, one.node.hooks)):
            yield _gap(one.node.place, "it has a hook that moves data, which is not read")
    for place, code in manifest.operations:
        if _MOVING.search(code):
            yield _gap(place, "what runs at the start or end of a run moves data, and is not read")
    for exposure in manifest.exposures:
        yield from _exposed(manifest, exposure, built)


def _built(settings: Settings, context: Context, node: Node) -> Built:
    """A node with its dataset and columns; where dbt does not know them, as the store does."""
    dataset = FieldId(settings.namespace, settings.name(node.parts))
    one = Built(node, dataset, {})
    columns = {c.name if c.quoted else one.column(c.name).field: c.type for c in node.columns}
    if not any(c.quoted for c in node.columns):
        canonical = replace(dataset, namespace=context.namespace(dataset.namespace))
        known = context.schema.known_as(canonical) or canonical
        stored = context.schema.columns(known.namespace, known.name) or {}
        spelled = {name.casefold() for name in stored}
        columns = {**stored, **{name: kind for name, kind in columns.items() if name.casefold() not in spelled}}
    return replace(one, columns=columns)


def _relation(settings: Settings, one: Built, kind: str, own: OwnWords) -> Iterator[Fact]:
    """One dataset, its columns, and what they hold: by rules, and by names and descriptions."""
    node, evidence = one.node, Evidence(_AGENT, one.node.place)
    guess = replace(evidence, method=Method.INFERRED)
    yield Fact(Dataset(one.dataset, _KINDS.get(kind.upper(), node.kind), node.description or None), evidence)
    yield from (Fact(said, evidence) for said in classified(one.dataset, node.marks, settings.rules))
    told = {one.column(column.name): column for column in node.columns}
    table = node.parts[-1][0] if node.parts else node.id
    seen = [Seen(field.field, column.type, column.description) for field, column in told.items()]
    verdicts = classify_table(table, seen, comment=node.description, own=own)
    for position, ((field, column), verdict) in enumerate(zip(told.items(), verdicts, strict=True), 1):
        yield Fact(Field(field, column.type or None, column.description or None, position=position), evidence)
        yield from (Fact(said, evidence) for said in classified(field, column.marks, settings.rules))
        if verdict:
            category, subject = verdict.data_category, verdict.data_subject
            said = Classification(field, category, subject, verdict.form, verdict.confidence, verdict.rules)
            yield Fact(said, guess)


def _exposed(manifest: Manifest, exposure: Exposure, built: Mapping[str, Built]) -> Iterator[Fact]:
    """An exposure as a place that whole datasets flow into: whose it is, the entries say (docs/semantics.md).

    It lies where its address says, and without one in a namespace of the project's own.  It is no `Dataset` of this
    source, so that nobody takes it for ours.
    """
    address = urlsplit(exposure.url) if _is_address(exposure.url) else None
    namespace = f"{address.scheme}://{address.netloc.rpartition('@')[2]}" if address else ""
    target = FieldId(namespace or f"dbt://{manifest.project}/exposures", exposure.name)
    for node in manifest.behind(exposure.needs):
        flow = Flow(built[node.id].dataset, target, job=exposure.id)
        yield Fact(flow, Evidence(_AGENT, exposure.place))


def _is_address(text: str) -> bool:
    try:
        return urlsplit(text).scheme in ("http", "https") and bool(urlsplit(text).hostname)
    except ValueError:
        return False


def _gap(place: str, reason: str) -> Fact:
    return Fact(Gap(place, reason), Evidence(_AGENT, place))
