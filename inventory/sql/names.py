"""What statements call things: tables, files and stages, columns."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from sqlglot import exp

_NAMED_BY_FUNCTION = frozenset(["postgres", "redshift", "risingwave", "materialize"])


def table_name(table: exp.Expr) -> str:
    """``db.schema.table`` as far as it is written; a stage, a file or a variable as it is written there."""
    if not isinstance(table, exp.Table):
        found = table.find(exp.Table)
        return table_name(found) if found is not None else ""
    inner = table.this
    if isinstance(inner, exp.SemanticView):
        return table_name(inner.this)
    if isinstance(inner, exp.Literal):
        return location(inner.name)
    if isinstance(inner, exp.Parameter):
        return f"@{inner.name}"
    if isinstance(inner, exp.Placeholder):
        return f":{inner.name}"
    parts = [_identifier(part) for part in table.parts]
    return location(".".join(part for part in parts if part))


def _identifier(part: exp.Expr) -> str:
    mark = ("##" if part.args.get("global_") else "#") if part.args.get("temporary") else ""
    return mark + part.name


def location(text: str) -> str:
    """A place data is read from or written to; without what a URL says of users and rights."""
    if "://" not in text:
        return text.split("?")[0] if text.startswith(("/", "@", ".")) else text
    try:
        url = urlsplit(text)
    except ValueError:
        return text.split("://")[0] + "://"
    return urlunsplit((url.scheme, url.netloc.rsplit("@", 1)[-1], url.path, "", ""))


def is_location(name: str) -> bool:
    """Is it a place outside of the database, to which no default schema applies?"""
    return (
        "://" in name
        or name.startswith(("@", "/", "./", "../"))
        or bool(re.search(r"\.(csv|json|parquet|txt|tsv)$", name))
    )


def output_name(projection: exp.Expr, position: int, dialect: str) -> str:
    """The name of a column of a select list; one that has none is named by its position, from 0."""
    name: str = projection.alias_or_name
    if isinstance(projection, exp.Dot) and not name:
        name = projection.expression.name
    if name and not isinstance(projection, exp.Literal | exp.Parameter | exp.Anonymous):
        return name
    if dialect in _NAMED_BY_FUNCTION and isinstance(projection, exp.Func) and not isinstance(projection, exp.Binary):
        return projection.name.lower() if isinstance(projection, exp.Anonymous) else projection.sql_name().lower()
    return f"_{position}"


def column_names(holder: exp.Expr) -> list[str]:
    """The columns listed after a table's name or alias."""
    listed = (exp.Identifier, exp.ColumnDef, exp.Column)
    return [each.name for each in holder.expressions if isinstance(each, listed)]


def alias_columns(item: exp.Expr) -> list[str]:
    alias = item.args.get("alias")
    return [c.name for c in alias.args.get("columns") or ()] if isinstance(alias, exp.TableAlias) else []
