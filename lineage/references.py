"""How a field is written: ``SYSTEM:DATASET#FIELD``, with ``\\`` before a ``#``, ``:`` or ``\\`` that is meant."""

from __future__ import annotations

from lineage.errors import InvalidInput


def join(system: str, dataset: str, field: str = "") -> str:
    """The reference to a field, or to the whole dataset without one; a namespace may stand for the system."""
    head = system if "://" in system else _quoted(system)
    text = f"{head}:{_quoted(dataset, colon=False)}"
    return within(text, field) if field else text


def within(dataset: str, field: str) -> str:
    """The reference to a field of the dataset that has this reference."""
    return f"{dataset}#{_quoted(field, colon=False)}"


def split(text: str) -> tuple[str, str, str]:
    """(system, dataset, field or "") of a reference.

    Raises InvalidInput where there is no ``:`` or no dataset.
    """
    colon = _find(text, ":", text.find("://") + 3 if "://" in text else 0)
    if "://" in text and colon >= 0:  # a namespace: its port is digits followed by another colon
        further = _find(text, ":", colon + 1)
        if further >= 0 and text[colon + 1 : further].isdigit():
            colon = further
    if colon <= 0 or colon == len(text) - 1:
        raise InvalidInput(f"{text!r} is no reference; write SYSTEM:DATASET or SYSTEM:DATASET#FIELD")
    hash_at = _find(text, "#", colon + 1)
    dataset = text[colon + 1 :] if hash_at < 0 else text[colon + 1 : hash_at]
    field = "" if hash_at < 0 else text[hash_at + 1 :]
    if not dataset or (hash_at >= 0 and not field):
        raise InvalidInput(f"{text!r} is no reference; write SYSTEM:DATASET or SYSTEM:DATASET#FIELD")
    return _plain(text[:colon]), _plain(dataset), _plain(field)


def _quoted(text: str, *, colon: bool = True) -> str:
    text = text.replace("\\", "\\\\").replace("#", "\\#")
    return text.replace(":", "\\:") if colon else text


def _plain(text: str) -> str:
    out, i = [], 0
    while i < len(text):
        i += text[i] == "\\" and i + 1 < len(text)
        out.append(text[i])
        i += 1
    return "".join(out)


def _find(text: str, mark: str, start: int) -> int:
    i = start
    while i < len(text):
        if text[i] == "\\":
            i += 1
        elif text[i] == mark:
            return i
        i += 1
    return -1
