"""What a dataset or a job of an event is called: OpenLineage naming, with every credential taken out.

Namespaces are URLs, and so are many names; producers copy them from connection strings
(https://github.com/OpenLineage/OpenLineage/blob/main/spec/Naming.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from inventory.scanners.openlineage.shape import LONGEST_NAME, Shape
from lineage.model import FieldId

_WITH_PASSWORD = re.compile(r"(?<=://)[^/@:]*:[^@]*@")
_USER = re.compile(r"(\w+)://[^/?#]*@")
_CONTAINER_FIRST = ("abfs", "abfss", "wasb", "wasbs")
_ORACLE = re.compile(r"(?<=:)[^:@/]+/[^@]*@")
_SETTINGS = re.compile(r"[?;#][^?;#]*=.*", re.DOTALL)


def dataset_id(told: Mapping[str, Any], shape: Shape, what: str) -> FieldId | None:
    """The dataset that `namespace` and `name` name; None, and a problem, where one is missing."""
    namespace = shape.required(told.get("namespace"), f"{what}.namespace")
    name = shape.required(told.get("name"), f"{what}.name")
    return _dataset(namespace, name) if namespace and name else None


def job_name(told: Mapping[str, Any], shape: Shape) -> str | None:
    """``namespace/name`` of a job."""
    namespace = shape.text(told.get("namespace"), "job.namespace")[:LONGEST_NAME]
    name = shape.required(told.get("name"), "job.name")
    return without_credentials("/".join(filter(None, (namespace, name)))) if name else None


@lru_cache(maxsize=65_536)
def _dataset(namespace: str, name: str) -> FieldId:
    return FieldId(without_credentials(namespace), without_credentials(name))


def without_credentials(text: str) -> str:
    """A URL or name without user, password and settings (``?key=value``, ``;key=value``).

    The container in ``abfss://container@account`` (and wasbs) is part of the name and stays.
    """
    if "://" in text:
        text = _USER.sub(_authority, _WITH_PASSWORD.sub("", text))
    elif "oracle:" in text:
        text = _ORACLE.sub("", text)
    return _SETTINGS.sub("", text) or "-"


def _authority(found: re.Match[str]) -> str:
    return found[0] if found[1].lower() in _CONTAINER_FIRST else f"{found[1]}://"
