"""What a dbt source's options say, checked; and which dialect of SQL an adapter speaks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from inventory.naming import naming
from inventory.project import Source
from inventory.scanners.dbt.rules import Rule, read_rules
from lineage.errors import InvalidInput, did_you_mean

_OPTIONS = ("manifest", "catalog", "namespace", "dialect", "classify")
_DIALECTS = {
    "athena": "athena", "bigquery": "bigquery", "clickhouse": "clickhouse", "databricks": "databricks",
    "duckdb": "duckdb", "fabric": "tsql", "fabricspark": "spark", "glue": "spark", "greenplum": "postgres",
    "hive": "hive", "materialize": "postgres", "mysql": "mysql", "oracle": "oracle", "postgres": "postgres",
    "redshift": "redshift", "risingwave": "postgres", "singlestore": "mysql", "snowflake": "snowflake",
    "spark": "spark", "sqlite": "sqlite", "sqlserver": "tsql", "starrocks": "mysql", "synapse": "tsql",
    "teradata": "teradata", "trino": "trino",
}  # fmt: skip
"""Adapter -> dialect of sqlglot."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The checked options of one source."""

    key: str
    root: Path
    manifest: str
    catalog: str
    namespace: str
    dialect: str | None
    rules: tuple[Rule, ...]

    def speaks(self, adapter: str) -> str | None:
        """The dialect of the compiled SQL; None for an adapter nobody knows."""
        return self.dialect or _DIALECTS.get(adapter)

    def name(self, parts: tuple[tuple[str, bool], ...]) -> str:
        """``database.schema.table``, or as many of its last parts as names have there; unquoted ones are folded."""
        rules = naming(self.namespace)
        kept = parts[-rules.parts :] if rules.parts else parts
        return ".".join(part if quoted else rules.folded(part) for part, quoted in kept)


def read_settings(source: Source) -> Settings:
    """The options of `source`.  Raises InvalidInput naming the source, the option, and what was expected."""
    for option in source.options:
        if option not in _OPTIONS:
            raise InvalidInput(f"source {source.key}: unknown option {option!r}{did_you_mean(option, _OPTIONS)}")
    manifest = _path(source, "manifest", None)
    namespace = source.options.get("namespace")
    if not isinstance(namespace, str) or not namespace:
        raise InvalidInput(
            f"source {source.key}: expected namespace, where dbt builds: postgres://HOST:5432, snowflake://ACCOUNT, "
            "bigquery, duckdb://FILE; the one that other sources call that database by"
        )
    dialect = source.options.get("dialect")
    if dialect is not None and not isinstance(dialect, str):
        raise InvalidInput(f"source {source.key}: dialect: expected a name, like postgres")
    catalog = _path(source, "catalog", str(PurePosixPath(manifest).with_name("catalog.json")))
    rules = read_rules(source.key, source.options.get("classify"))
    return Settings(source.key, source.root, manifest, catalog, namespace, dialect, rules)


def _path(source: Source, option: str, default: str | None) -> str:
    said = source.options.get(option, default)
    path = PurePosixPath(said) if isinstance(said, str) else None
    if path is None or not path.parts or path.is_absolute() or ".." in path.parts:
        raise InvalidInput(
            f"source {source.key}: expected {option}, a file below the project's folder, like target/{option}.json"
        )
    return path.as_posix()
