"""What moves whole tables: COPY, stages and files, renaming and swapping, cloning, partitions."""

from __future__ import annotations

import re

from sqlglot import exp

from inventory.sql.names import column_names, location, table_name
from inventory.sql.parts import Part, Parts
from inventory.sql.relations import Column, Relation
from inventory.sql.scope import Reading, Scope
from inventory.sql.targets import Targets

_NAME = r"((?:[\w$#@.-]|\"[^\"]+\"|`[^`]+`|\[[^\]]+\])+)"
_RENAME = re.compile(rf"{_NAME}\s+TO\s+{_NAME}", re.I)
_APPEND = re.compile(rf"TABLE\s+{_NAME}\s+APPEND\s+FROM\s+{_NAME}", re.I)
_EXCHANGE = re.compile(rf"TABLE\s+{_NAME}\s+EXCHANGE\s+(?:SUB)?PARTITION.*?WITH\s+TABLE\s+{_NAME}", re.I | re.S)
_SWITCH = re.compile(rf"TABLE\s+{_NAME}\s+SWITCH\s+(?:PARTITION\s+\S+\s+)?TO\s+{_NAME}", re.I)
_SWAP = re.compile(rf"TABLE\s+{_NAME}\s+SWAP\s+WITH\s+{_NAME}", re.I)
_STREAM = re.compile(
    r"(?:OR\s+REPLACE\s+)?STREAM\s+(?:IF\s+NOT\s+EXISTS\s+)?"
    rf"{_NAME}\s+ON\s+(?:EXTERNAL\s+)?(?:TABLE|VIEW)\s+{_NAME}",
    re.I,
)
_UNLOAD = re.compile(r"\s*\(\s*(?:'((?:[^']|'')*)'|\$\$(.*?)\$\$)\s*\)\s*TO\s*'([^']+)'", re.I | re.S)
_BULK = re.compile(rf"INSERT\s+{_NAME}\s+FROM\s+'([^']+)'", re.I)
_DATA = re.compile(rf"DATA\s+.*?(?:INPATH|INFILE)\s+'([^']+)'.*?INTO\s+TABLE\s+{_NAME}", re.I | re.S)
_STREAMS = frozenset(["stdin", "stdout", "program"])


def read(node: exp.Expr, outer: Scope, reading: Reading, targets: Targets) -> bool:
    """Writes down what the statement moves; False if it is none of these."""
    match node:
        case exp.Copy():
            _copy(node, outer, reading, targets)
        case exp.Export():
            made = reading.query(node.this, outer)
            for place in _uris(node):
                targets.write(place, [], made)
        case exp.LoadData():
            targets.put(table_name(node.this), None, (Part(location(node.args["inpath"].name), None),))
        case exp.Alter():
            _alter(node, targets)
        case exp.Command():
            return _command(str(node.this).upper(), node.text("expression"), reading, targets)
        case _:
            return False
    return True


def unloaded(text: str) -> tuple[str, str] | None:
    """(query, where to) of ``UNLOAD ('query') TO 'place'``; `text` is what follows UNLOAD."""
    found = _UNLOAD.match(text)
    if found is None:
        return None
    return (found[1].replace("''", "'") if found[1] is not None else found[2]), location(found[3])


def _copy(node: exp.Copy, outer: Scope, reading: Reading, targets: Targets) -> None:
    files = [each for each in node.args.get("files") or () if isinstance(each, exp.Expr)]
    names = column_names(node.this) if isinstance(node.this, exp.Schema) else []
    if not node.args.get("kind"):  # COPY table TO file
        made = _rows(node.this, names, outer, reading)
        for each in files:
            if (place := _place(each)) is not None:
                targets.write(place, [], made)
        return
    target = table_name(node.this) if not isinstance(node.this, exp.Literal) else location(node.this.name)
    for each in files:
        if isinstance(each, exp.Subquery | exp.Query):
            targets.write(target, names, reading.query(each, outer))
        elif (place := _place(each)) is not None and target.startswith("@"):
            targets.write(target, [], _rows(each, [], outer, reading))
        elif place is not None:
            targets.put(target, None, (Part(place, None),))


def _rows(node: exp.Expr, names: list[str], outer: Scope, reading: Reading) -> Relation:
    if isinstance(node, exp.Subquery | exp.Query):
        return reading.query(node, outer)
    held = reading.named(table_name(node), outer.ctes)
    if names:
        return Relation(columns=tuple(Column(n, held.find(n) or (Part(held.name, n),)) for n in names))
    return Relation(columns=held.columns, rest=(), decided=_whole(held)) if held.is_open else held


def _whole(held: Relation) -> Parts:
    return held.unknown()


def _place(node: exp.Expr) -> str | None:
    """The file or stage; None for the client's own streams."""
    if isinstance(node, exp.Table):
        name = table_name(node) or node.this.name
    else:
        name = location(node.name)
    return None if name.lower() in _STREAMS or not name else name


def _uris(node: exp.Export) -> list[str]:
    options = node.args.get("options")
    found = [p for p in (options.expressions if options else ()) if p.name.lower() == "uri"]
    return [location(literal.name) for p in found for literal in p.find_all(exp.Literal)] or [""]


def _alter(node: exp.Alter, targets: Targets) -> None:
    one = table_name(node.this)
    for action in node.args.get("actions") or ():
        if isinstance(action, exp.AlterRename):
            targets.rename(one, table_name(action.this))
        elif isinstance(action, exp.SwapTable):
            targets.swap(one, table_name(action.this))


def _command(verb: str, text: str, reading: Reading, targets: Targets) -> bool:
    text = " ".join(text.split()) if len(text) < 10_000 else text.strip()
    if verb == "RENAME":
        for old, new in _RENAME.findall(re.sub(r"^(TABLE|VIEW)\s", "", text, flags=re.I)):
            targets.rename(_plain(old), _plain(new))
        return True
    if verb == "ALTER" and (found := _SWAP.match(text)):
        targets.swap(_plain(found[1]), _plain(found[2]))
        return True
    for wanted, pattern, source, target in (
        ("ALTER", _APPEND, 2, 1),
        ("ALTER", _EXCHANGE, 2, 1),
        ("ALTER", _SWITCH, 1, 2),
        ("CREATE", _STREAM, 2, 1),
        ("BULK", _BULK, 2, 1),
        ("LOAD", _DATA, 1, 2),
    ):
        if verb == wanted and (found := pattern.match(text)):
            _all_of(_plain(found[source]), _plain(found[target]), reading, targets)
            return True
    return verb == "ALTER" or (verb == "CREATE" and not re.search(r"\b(SELECT|INSERT|COPY)\b", text, re.I))


def _all_of(source: str, target: str, reading: Reading, targets: Targets) -> None:
    held = reading.named(location(source), {})
    if held.is_open or not held.columns:
        targets.put(target, None, (Part(location(source), None),))
    else:
        targets.write(target, [], held)


def _plain(name: str) -> str:
    return re.sub(r"[\"`\[\]]", "", name)
