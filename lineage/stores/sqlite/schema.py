"""Which tables does the embedded store have, and how do those of an older version become them?

What one place says of one kind of thing is a page: its facts packed as rows of four numbers (pages.py), and the
runs between which they were seen.  Texts are kept once, in dictionaries; node 0 is no node.
"""

from __future__ import annotations

import itertools
import sqlite3
import uuid

import numpy as np

from lineage.stores.sqlite.pages import packed

_FIRST = """
    CREATE TABLE node (id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL, field TEXT NOT NULL,
        UNIQUE (namespace, name, field)) STRICT;
    CREATE TABLE said (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE place (id INTEGER PRIMARY KEY, source TEXT NOT NULL, day TEXT, until TEXT, text TEXT NOT NULL UNIQUE,
        attested INTEGER NOT NULL) STRICT;
    CREATE TABLE fact (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject INTEGER NOT NULL, object INTEGER NOT NULL,
        said INTEGER NOT NULL, place INTEGER NOT NULL, line INTEGER NOT NULL,
        UNIQUE (subject, object, said, place, line, kind)) STRICT;
    CREATE TABLE run (id INTEGER PRIMARY KEY, source TEXT NOT NULL, agent TEXT NOT NULL, started TEXT NOT NULL,
        finished TEXT NOT NULL, seen INTEGER NOT NULL, added INTEGER NOT NULL, retired INTEGER NOT NULL,
        gaps INTEGER NOT NULL) STRICT;
    CREATE TABLE presence (fact INTEGER NOT NULL, source TEXT NOT NULL, first INTEGER NOT NULL, gone INTEGER,
        PRIMARY KEY (source, fact, first)) STRICT, WITHOUT ROWID;
    """
_SECOND = "ALTER TABLE run ADD COLUMN digest TEXT"
_PAGES = """
    ALTER TABLE node RENAME TO old_node;
    ALTER TABLE said RENAME TO old_said;
    CREATE TABLE dataset (id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL,
        UNIQUE (namespace, name)) STRICT;
    CREATE TABLE node (id INTEGER PRIMARY KEY, dataset INTEGER NOT NULL, field TEXT NOT NULL,
        UNIQUE (dataset, field)) STRICT;
    CREATE TABLE said (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, text TEXT NOT NULL, UNIQUE (kind, text)) STRICT;
    CREATE TABLE page (id INTEGER PRIMARY KEY, source TEXT NOT NULL, kind TEXT NOT NULL, place INTEGER NOT NULL,
        first INTEGER NOT NULL, gone INTEGER, facts BLOB NOT NULL) STRICT;
    CREATE INDEX page_open ON page (source, kind, place) WHERE gone IS NULL;
    CREATE INDEX page_kind ON page (kind);
    CREATE INDEX page_first ON page (first);
    CREATE INDEX page_gone ON page (gone) WHERE gone IS NOT NULL;
    CREATE TABLE state (only INTEGER PRIMARY KEY CHECK (only = 1), token TEXT NOT NULL) STRICT;
    INSERT INTO dataset (namespace, name) SELECT DISTINCT namespace, name FROM old_node
        WHERE namespace <> '' OR name <> '' OR field <> '' ORDER BY 1, 2;
    INSERT INTO node SELECT o.id, d.id, o.field FROM old_node o
        JOIN dataset d ON (d.namespace, d.name) = (o.namespace, o.name)
        WHERE o.namespace <> '' OR o.name <> '' OR o.field <> '';
    INSERT INTO said (kind, text) SELECT DISTINCT f.kind, s.text FROM fact f JOIN old_said s ON s.id = f.said
        ORDER BY 1, 2;
    """
_OLD_FACTS = """
    SELECT p.source, f.kind, f.place, p.first, coalesce(p.gone, 0), coalesce(a.id, 0), coalesce(b.id, 0), s.id, f.line
    FROM presence p JOIN fact f ON f.id = p.fact JOIN old_said o ON o.id = f.said
    JOIN said s ON (s.kind, s.text) = (f.kind, o.text)
    LEFT JOIN node a ON a.id = f.subject LEFT JOIN node b ON b.id = f.object
    ORDER BY p.source, f.kind, f.place, p.first, p.gone
    """
_DROPPED = "DROP TABLE presence; DROP TABLE fact; DROP TABLE old_said; DROP TABLE old_node"
_NEW_PAGE = "INSERT INTO page (source, kind, place, first, gone, facts) VALUES (?,?,?,?,?,?)"


def _pages_of_facts(db: sqlite3.Connection) -> None:
    """Version 3: a fact was a row, and its presence another."""
    _run(db, _PAGES)
    rows = db.execute(_OLD_FACTS)
    for (source, kind, place, first, gone), facts in itertools.groupby(rows, key=lambda row: row[:5]):
        page = packed(np.unique([row[5:] for row in facts], axis=0))
        db.execute(_NEW_PAGE, (source, kind, place, first, gone or None, page))
    _run(db, _DROPPED)
    db.execute("INSERT INTO state VALUES (1, ?)", (new_token(),))


def _run(db: sqlite3.Connection, statements: str) -> None:
    for statement in statements.split(";"):
        db.execute(statement)


_STEPS = (lambda db: _run(db, _FIRST), lambda db: _run(db, _SECOND), _pages_of_facts)
VERSION = len(_STEPS)
"""The version of the tables that this program knows; older ones are brought up to it."""


def migrate(db: sqlite3.Connection, version: int, to: int = VERSION) -> None:
    """Bring the tables of an older version up to `to`, in the transaction that is open."""
    for step in _STEPS[version:to]:
        step(db)
    db.execute(f"PRAGMA user_version = {to}")


def new_token() -> str:
    """A name for the content of a store that no other content, of this store or another, has."""
    return uuid.uuid4().hex
