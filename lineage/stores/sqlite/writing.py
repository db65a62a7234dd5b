"""How does a run come into the tables?  Pages of what it saw are compared with those that stand open.

Everything here happens in one transaction that the caller opens, so that a run is there whole or not at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from lineage.model import ScopeComplete
from lineage.stores.rows import within
from lineage.stores.sqlite.ids import Ids
from lineage.stores.sqlite.pages import ROW, count, rows_of, without
from lineage.stores.sqlite.schema import new_token
from lineage.stores.sqlite.staging import Group, Place, Staged

_LARGEST = ROW * 2**20
"""Bytes of the largest page that is written: SQLite takes no blob of more than a billion."""
_ANY = "SELECT 1 FROM page WHERE source = ? AND gone IS NULL LIMIT 1"
_OPEN = "SELECT id, first, facts FROM page WHERE source = ? AND kind = ? AND place = ? AND gone IS NULL ORDER BY id"
_OPEN_PLACES = (
    "SELECT g.kind, g.place, p.source FROM (SELECT DISTINCT kind, place FROM page WHERE source = ? AND gone IS NULL) g "
    "JOIN place p ON p.id = g.place"
)
_NEW = "INSERT INTO page (source, kind, place, first, gone, facts) VALUES (?,?,?,?,?,?)"
Page = tuple[int, int, bytes]
"""An open page: its id, the run that first saw it, its facts."""


@dataclass
class Publishing:
    """One run of a source being written, and what it came to: facts seen, added, retired, and gaps."""

    db: sqlite3.Connection
    source: str
    run: int
    seen: int = 0
    added: int = 0
    retired: int = 0
    gaps: int = 0

    def publish(self, staged: Staged) -> None:
        """Write what was seen for the first time, and close what a complete reading saw no longer."""
        if self.db.execute(_ANY, (self.source,)).fetchone():
            self._compare(staged)
        else:
            self._write(group for group, _ in self._groups(staged))
        self._moved_on()

    def copy(self, added: Staged, gone: Staged) -> None:
        """Write what a run of another store added and what it no longer saw."""
        self._write(group for group, _ in self._groups(added))
        for group, _ in self._groups(gone):
            lost = frozenset(rows_of(group.page))
            for page in self._open(group):
                if page[1] != self.run:
                    self._close(group, page, kept=without(page[2], lost))
        self._moved_on()

    def _moved_on(self) -> None:
        if self.added or self.retired:
            self.db.execute("UPDATE state SET token = ?", (new_token(),))

    def _groups(self, staged: Staged) -> Iterator[tuple[Group, Place]]:
        """What was seen by place and kind, texts as ids, and what is known of the place."""
        ids = Ids(self.db)
        places, said = ids.of_places(staged.places), ids.of_said(staged.said)
        nodes = ids.of_nodes(staged.datasets, staged.nodes)
        for at, kind, page in staged.groups(nodes, said):
            self.seen += count(page)
            self.gaps += count(page) if kind == "gap" else 0
            yield Group(places[at], kind, page), staged.places[at]

    def _write(self, groups: Iterable[Group]) -> None:
        self.db.executemany(_NEW, (row for group in groups for row in self._pages(group)))

    def _pages(self, group: Group) -> Iterator[tuple[object, ...]]:
        """The rows of pages that this run is the first to see."""
        self.added += count(group.page)
        for at in range(0, len(group.page), _LARGEST):
            yield self.source, group.kind, group.place, self.run, None, group.page[at : at + _LARGEST]

    # -- what changed ---------------------------------------------------------------------------------

    def _compare(self, staged: Staged) -> None:
        met: set[tuple[str, int]] = set()
        for group, place in self._groups(staged):
            met.add((group.kind, group.place))
            held = self._open(group)
            if b"".join(facts for _, _, facts in held) != group.page:
                self._change(group, held, retire=_retired(group.kind, place.source, staged.scopes))
        for kind, place, source in self.db.execute(_OPEN_PLACES, (self.source,)).fetchall():
            if (kind, place) not in met and _retired(kind, source, staged.scopes):
                unseen = Group(place, kind, b"")
                self._change(unseen, self._open(unseen), retire=True)

    def _open(self, group: Group) -> list[Page]:
        return self.db.execute(_OPEN, (self.source, group.kind, group.place)).fetchall()

    def _change(self, group: Group, held: list[Page], *, retire: bool) -> None:
        known = frozenset(row for _, _, facts in held for row in rows_of(facts))
        self._write([group._replace(page=without(group.page, known))])
        if retire:
            seen = frozenset(rows_of(group.page))
            for page in held:
                lost = frozenset(rows_of(page[2])) - seen
                self._close(group, page, kept=without(page[2], lost))

    def _close(self, group: Group, page: Page, *, kept: bytes) -> None:
        """Close all of a page, or split off and close what is not kept."""
        number, first, facts = page
        self.retired += count(facts) - count(kept)
        if not kept:
            self.db.execute("UPDATE page SET gone = ? WHERE id = ?", (self.run, number))
        elif kept != facts:
            lost = without(facts, frozenset(rows_of(kept)))
            self.db.execute("UPDATE page SET facts = ? WHERE id = ?", (kept, number))
            self.db.execute(_NEW, (self.source, group.kind, group.place, first, self.run, lost))


def _retired(kind: str, place: str, scopes: Collection[ScopeComplete]) -> bool:
    """Is what a place said, and is not seen again, gone?  What could not be read then is tried by every run."""
    return kind == "gap" or any(within(place, scope) for scope in scopes)
