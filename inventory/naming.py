"""Which spellings of a name mean the same dataset or column, in each kind of place?

A place is told by the scheme of its namespace, as OpenLineage names datasets
(https://github.com/OpenLineage/OpenLineage/blob/main/spec/Naming.md); how names are folded and compared is told by the
manual of each database, in its chapter on identifiers.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Naming:
    """The rules of one kind of place.

    `parts` of a whole name (``db.schema.table`` has three), `fold` what becomes of an unquoted name (``lower``,
    ``upper``, or None: it stays), `schema` where tables lie that are named without one; `datasets` and `columns` say
    whether names that differ only in case may be one.
    """

    parts: int | None = None
    fold: str | None = None
    schema: str | None = None
    datasets: bool = True
    columns: bool = True

    def folded(self, name: str) -> str:
        """What the place makes of an unquoted name."""
        return name.lower() if self.fold == "lower" else name.upper() if self.fold == "upper" else name


EXACT = Naming(datasets=False, columns=False)
"""Files, streams, services, and whatever is not known: each spelling is its own."""
_POSTGRES = Naming(3, "lower", "public")
_MYSQL = Naming(2, datasets=False)
_HIVE = Naming(2, "lower", "default")
_TRINO = Naming(3, "lower")
_TSQL = Naming(3, schema="dbo")
_BY_SCHEME = {
    "postgres": _POSTGRES, "postgresql": _POSTGRES, "redshift": Naming(3, "lower", "public"),
    "mysql": _MYSQL, "mariadb": _MYSQL,
    "snowflake": Naming(3, "upper", "PUBLIC"), "oracle": Naming(3, "upper"),
    "sqlserver": _TSQL, "mssql": _TSQL,
    "bigquery": Naming(3, datasets=False),
    "duckdb": Naming(3, schema="main"), "sqlite": Naming(1),
    "hive": _HIVE, "spark": _HIVE, "databricks": Naming(3, "lower", "default"),
    "trino": _TRINO, "presto": _TRINO, "awsathena": _TRINO,
    "clickhouse": Naming(2, schema="default", datasets=False, columns=False),
}  # fmt: skip


def naming(namespace: str) -> Naming:
    """The rules of a namespace, by its scheme; `EXACT` where none are known."""
    return _BY_SCHEME.get(scheme(namespace), EXACT)


def scheme(namespace: str) -> str:
    """``postgres`` of ``postgres://db.example:5432``; of a namespace without one, such as ``bigquery``, all of it."""
    return namespace.partition(":")[0].lower()


def completes(whole: tuple[str, ...], told: tuple[str, ...]) -> bool:
    """Is `told` the parts of `whole` with some left out, though not the last?

    ``users``, ``public.users`` and ``shop.users`` are all completed by ``shop.public.users``.
    """
    if not told or whole[-1:] != told[-1:] or len(told) > len(whole):
        return False
    rest = iter(whole[:-1])
    return all(part in rest for part in told[:-1])


def located(address: str) -> tuple[str, str] | None:
    """Namespace and name of what lies at ``s3://bucket/some/path``; None for what is no address."""
    kind, separator, rest = address.partition("://")
    if not separator or not kind or not rest:
        return None
    host, _, path = rest.partition("?")[0].partition("/")
    return f"{kind}://{host.rpartition('@')[2] if kind.startswith('http') else host}", path.strip("/") or "/"
