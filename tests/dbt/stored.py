"""Manifests as the versions of dbt write them, as small as they can be: one source, one model, one exposure."""

from __future__ import annotations

from typing import Any

CODE = "select id, email as mail from shop.public.users"


def manifest(version: str, adapter: str = "postgres", **model: Any) -> dict[str, Any]:
    """A manifest of a version; `model` changes its only model."""
    config = {"enabled": True, "materialized": "table", "tags": [], "meta": {}}
    marks = {"tags": ["pii-mail"], "meta": {"privacy": {"holds": "mail"}}}
    column: dict[str, Any] = {"name": "mail", "description": "where we write to", "data_type": "text"}
    column |= {"config": marks} if version == "v20" else {**marks, "quote": None}
    columns = [column] if version == "v20" else {"mail": column}  # Fusion may write a list
    made = {
        "unique_id": "model.shop.customers", "resource_type": "model", "package_name": "shop",
        "original_file_path": "models/customers.sql", "name": "customers", "alias": "customers", "database": "shop",
        "schema": "public", "relation_name": '"shop"."public"."customers"', "language": "sql", "config": config,
        "tags": [], "meta": {}, "description": "one row each", "columns": columns, "compiled": True,
        "compiled_code": CODE, "depends_on": {"macros": [], "nodes": ["source.shop.crm.users"]},
    }  # fmt: skip
    source = {
        "unique_id": "source.shop.crm.users", "resource_type": "source", "package_name": "shop", "source_name": "crm",
        "original_file_path": "models/sources.yml", "name": "users", "identifier": "users", "database": "shop",
        "schema": "public", "relation_name": '"shop"."public"."users"', "description": "", "tags": [], "meta": {},
        "columns": {name: {"name": name, "description": ""} for name in ("id", "email")},
    }  # fmt: skip
    exposure = {
        "unique_id": "exposure.shop.report", "resource_type": "exposure", "package_name": "shop", "name": "report",
        "original_file_path": "models/exposures.yml", "type": "dashboard", "owner": {"name": "Olga Canary",
        "email": "olga.canary@leak.example"}, "url": "https://u:p4ss-canary@bi.example/r?token=t0ken-canary",
        "depends_on": {"macros": [], "nodes": ["metric.shop.customers" if version != "v20" else made["unique_id"]]},
    }  # fmt: skip
    return {
        "metadata": {
            "dbt_schema_version": f"https://schemas.getdbt.com/dbt/manifest/{version}.json",
            "adapter_type": adapter,
            **({} if version in ("v7", "v8", "v9", "v10") else {"project_name": "shop"}),
        },
        "nodes": {
            made["unique_id"]: {**made, **model},
            "test.shop.t": {"resource_type": "test", "compiled_code": "select 'p4ss-canary'", "name": "t"},
        },
        "sources": {source["unique_id"]: source},
        "exposures": {exposure["unique_id"]: exposure},
        "metrics": {"metric.shop.customers": {"depends_on": {"nodes": [made["unique_id"]]}}},
        "disabled": {},
    }


def catalog(columns: dict[str, dict[str, str]], parts: tuple[str, str] = ("shop", "public")) -> dict[str, Any]:
    """A catalog of the model and the source; `columns` of customers and users, with their types."""
    ids = {"customers": ("nodes", "model.shop.customers"), "users": ("sources", "source.shop.crm.users")}
    made: dict[str, Any] = {"metadata": {}, "nodes": {}, "sources": {}}
    for table, held in columns.items():
        group, name = ids[table.lower()]
        told = {c: {"name": c, "type": t, "index": i, "comment": None} for i, (c, t) in enumerate(held.items(), 1)}
        about = {"type": "BASE TABLE", "database": parts[0], "schema": parts[1], "name": table, "comment": None}
        made[group][name] = {"metadata": about, "columns": told}
    return made
