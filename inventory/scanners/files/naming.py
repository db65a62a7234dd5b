"""Of which dataset is a file a part: what is left of its path when days, numbers and partitions are taken out?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from inventory.scanners.files.shape import storable

_MANY = "*"
_MAIL = r"[^\s/@]+@[^\s/@]+\.[A-Za-z]{2,}(?=[-_.]|$)|[^\s/@]+@[^\s/@]+"
_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_DAY = (
    r"(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?(?:0[1-9]|[12]\d|3[01]))?"
    r"(?:[T_-]?\d\d[-_:]?\d\d(?:[-_:]?\d\d)?Z?)?"
)
_LONG = r"\+?\d[\d ()-]{5,}\d"
_HASH = r"(?=[0-9a-f]*\d)[0-9a-f]{16,}"
_NUMBER = r"(?<![^\W_])\d{3,}(?![^\W_])"
_PIECE = re.compile(r"((?:part|chunk|shard|page|batch|split|slice)[-_.]?)\d+", re.IGNORECASE)
_VARIES = re.compile(rf"{_MAIL}|{_UUID}|(?<!\d){_DAY}(?!\d)|{_LONG}|{_HASH}|{_NUMBER}")
_PERSONAL = re.compile(rf"{_MAIL}|(?<!\d)(?!{_DAY}(?!\d)){_LONG}")
_RUN = re.compile(r"\*(?:[-_. ]?\*)+")
_PARTITION = re.compile(r"([^\W\d]\w*)=(.*)", re.DOTALL)
_ENDING = re.compile(r"\.[A-Za-z]{2,8}$")


@dataclass(frozen=True, slots=True)
class Home:
    """A dataset: its name, and the partition columns that its folders are called by."""

    name: str
    partitions: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        """What a table of it would be called: the last part of the name without endings and without what varies."""
        last = self.name.rsplit("/", 1)[-1]
        while _ENDING.search(last):
            last = _ENDING.sub("", last)
        return last.replace(_MANY, "").strip("-_. ")


def home_of(path: str) -> Home:
    """The dataset of a file, by its path with ``/`` below the source's folder.

    ``orders/dt=2026-01-01/part-0001.parquet`` is of ``orders`` with a column ``dt``, ``orders-2026-01-01.csv`` of
    ``orders-*.csv``, ``2026/01/orders.csv`` of ``*/orders.csv``: e-mail addresses, UUIDs, days, long numbers and
    numbers that stand alone vary, and so does a folder that is called by digits alone.
    """
    *folders, file = storable(path).split("/")
    found = [(i, match[1]) for i, folder in enumerate(folders) if (match := _PARTITION.fullmatch(folder))]
    if found:
        folders = folders[: found[0][0]]
    named = [_varied(folder) for folder in folders]
    pattern = _varied(file)
    in_folder = bool(named) and (bool(found) or pattern.lower().startswith("part-*"))
    segments = named if in_folder else [*named, pattern]
    kept = [s for i, s in enumerate(segments) if s != _MANY or i == 0 or segments[i - 1] != _MANY]
    return Home("/".join(kept), tuple(dict.fromkeys(key for _, key in found)))


def shown(path: str) -> str:
    """A path as it may be told: values of partitions, addresses and long numbers are left out of it."""
    segments = (_PARTITION.sub(r"\1=*", s) for s in storable(path).split("/"))
    return "/".join(_PERSONAL.sub("…", stem) + ending for stem, ending in map(_parted, segments))


def _parted(segment: str) -> tuple[str, str]:
    """A name and its ending."""
    ending = _ENDING.search(segment)
    return (segment[: ending.start()], ending[0]) if ending else (segment, "")


def _varied(segment: str) -> str:
    if segment.isdigit():
        return _MANY
    stem, ending = _parted(segment)
    stem = _VARIES.sub(_MANY, _PIECE.sub(r"\1" + _MANY, stem))
    return _RUN.sub(_MANY, stem) + ending
