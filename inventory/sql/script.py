"""What the statements of a script move, in blocks and procedures too, as far as reading without running goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel, ParseError
from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]

from inventory.sql import statements, storage
from inventory.sql.parts import Parts, distinct
from inventory.sql.relations import Relation
from inventory.sql.scope import Reading, Scope
from inventory.sql.splitting import cleaned, end_of, tokenizer, words
from inventory.sql.splitting import statements as split
from inventory.sql.targets import Targets
from inventory.sql.wording import (
    CONDITIONS,
    CONTROL,
    MOVING,
    ROUTINES,
    RUNNING,
    after_condition,
    body_of,
    closing,
    dotted,
    is_renaming,
    makes_table,
    next_line,
    retyped,
    shifted,
    word_after,
)

_AS_TEXT = frozenset(["RENAME", "UNLOAD", "BULK", "LOAD"])
"""Statements that the parser does not take apart."""
_HARMLESS = frozenset([
    "GRANT", "REVOKE", "DENY", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "START", "PRINT", "USE", "RAISE",
    "RAISERROR", "THROW", "SIGNAL", "RESIGNAL", "ANALYZE", "VACUUM", "COMMENT", "SHOW", "DESCRIBE", "DESC", "EXPLAIN",
    "NULL", "ITERATE", "LEAVE", "BREAK", "CONTINUE", "GOTO", "CLOSE", "DEALLOCATE", "WAITFOR", "LOCK", "UNLOCK",
    "KILL", "RESET", "DISCARD", "CLUSTER", "REINDEX", "REFRESH", "OPTIMIZE", "CACHE", "UNCACHE", "MSCK", "PRAGMA",
    "ATTACH", "DETACH", "CHECKPOINT", "LIST", "LS", "PUT", "GET", "REMOVE", "RM", "ASSERT", "FLUSH", "SYSTEM", "CHECK",
    "ABORT", "SAVE", "NOTIFY", "LISTEN", "UNLISTEN", "SECURITY", "TERMINATE", "QUIT", "EXIT", "CONNECT", "WHENEVER",
    "SPOOL", "PROMPT", "COLLECT", "DBCC", "RECONFIGURE", "ENABLE", "DISABLE", "VALIDATE", "INSTALL",
])  # fmt: skip
_READ = (
    exp.Query, exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.MultitableInserts, exp.Pivot,
    exp.Values, exp.Table,
)  # fmt: skip
_DYNAMIC = "dynamic SQL is not read: its text is made while it runs"
_PROBLEMS = Exception  # texts are hostile and the parser raises what it likes: nothing of that may end a scan
_DEEPEST = 4
"""Bodies in strings within bodies in strings are read this deep."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A statement, or a name in one, that could not be read, and why."""

    line: int
    reason: str


@dataclass
class Script:
    """Reads one script, statement by statement; `gaps` collects what could not be read."""

    reading: Reading
    targets: Targets
    dialect: Dialect
    gaps: dict[Unread, None] = field(default_factory=dict)
    depth: int = 0
    first_line: int = 1
    _routines: set[str] = field(default_factory=set)

    def read(self, sql: str, first_line: int = 1) -> None:
        """Reads all of `sql`, which begins at a line of the whole text."""
        outside, self.first_line = self.first_line, first_line
        text = cleaned(sql)
        try:
            for group in split(self._tokens(text)):
                try:
                    self._group(group, text)
                except _PROBLEMS as problem:
                    self.gap(_unread(problem), self._line(group[0]))
        finally:
            self.first_line = outside

    def _tokenized(self, text: str) -> list[Token]:
        found: list[Token] = tokenizer(type(self.dialect))(dialect=self.dialect).tokenize(text)
        return found

    def _parsed(self, tokens: list[Token], text: str) -> list[exp.Expr | None]:
        """The statements that `tokens` of `text` are; a function called with fewer values than usual is no mistake."""
        try:
            return self.dialect.parser().parse(tokens, text)
        except ParseError:
            lenient = self.dialect.parser(error_level=ErrorLevel.IGNORE)
            found = lenient.parse(tokens, text)
            if lenient.errors:
                raise
            return found

    def _tokens(self, text: str) -> list[Token]:
        try:
            return self._tokenized(text)
        except _PROBLEMS:
            pass
        found: list[Token] = []
        position = line = 0
        for piece in text.split(";\n"):  # one broken text must not lose what stands before it and after
            try:
                tokens = self._tokenized(piece)
                for token in tokens:
                    token = shifted(token, position, line)
                    found.append(token)
                if tokens:
                    found.append(Token(TokenType.SEMICOLON, ";", line=line + 1, start=position, end=position))
            except _PROBLEMS as problem:
                reason = f"the text cannot be split into statements ({type(problem).__name__})"
                self.gap(reason, self.first_line + line)
            position += len(piece) + 2
            line += piece.count("\n") + 1
        return found

    def gap(self, reason: str, line: int) -> None:
        self.gaps[Unread(line, reason)] = None

    def _line(self, token: Token) -> int:
        return self.first_line + int(token.line) - 1

    def _group(self, tokens: list[Token], text: str) -> None:
        kinds = words(tokens)
        head = kinds[0]
        if (head == "CREATE" and ROUTINES & set(kinds[1:8]) and not makes_table(kinds)) or (
            head == "ALTER" and len(kinds) > 1 and kinds[1] in ROUTINES and "AS" in kinds
        ):
            self._routine(tokens, kinds, text)
        elif head == "DO":
            self._in_string(tokens, kinds, 0, self._line(tokens[0]), "DO")
        elif self.reading.dialect == "tsql" or head not in MOVING:
            self._block(tokens, kinds, text, self.targets.in_block)
        else:
            self._statement(tokens, text, whole=True)

    def _statement(self, tokens: Sequence[Token], text: str, *, whole: bool = False) -> Relation:
        """One statement that a server would run as it stands."""
        line = self.targets.line = self._line(tokens[0])
        verb = tokens[0].text.upper()
        if verb in _AS_TEXT:
            self._as_text(verb, tokens, text, line)
            return Relation()
        if verb == "REPLACE":
            tokens = [retyped(tokens[0], TokenType.INSERT, "INSERT"), *tokens[1:]]
        try:
            parsed = self._parsed(list(tokens), text)
        except _PROBLEMS as problem:
            kinds = words(tokens)
            cut = end_of(kinds, 0) if whole else len(tokens)
            if cut < len(tokens):  # without semicolons
                self._statement(tokens[:cut], text)
                self._block(list(tokens[cut:]), kinds[cut:], text, self.targets.in_block)
            elif kinds[0] == "INSERT" and {"EXEC", "EXECUTE"} & set(kinds):
                self.gap("INSERT of what a procedure gives is not read", line)
            elif kinds[0] not in _HARMLESS:
                self.gap(_unread(problem), line)
            return Relation()
        made = Relation()
        for node in parsed:
            if node is not None:
                made = self._node(node, line, text, tokens)
        return made

    def _node(self, node: exp.Expr, line: int, text: str, tokens: Sequence[Token]) -> Relation:
        made = Relation()
        before = len(self.targets.moves)
        try:
            if isinstance(node, _READ):
                made = statements.read(node, Scope(), self.reading, self.targets)
            elif not storage.read(node, Scope(), self.reading, self.targets) and not isinstance(
                node, exp.Set | exp.Use
            ):
                verb = str(node.this).upper() if isinstance(node, exp.Command) else type(node).__name__.upper()
                if verb in MOVING:
                    self.gap(f"{verb} is not read", line)
        except _PROBLEMS as problem:
            del self.targets.moves[before:]
            self.gap(_unread(problem), line)
        self._told(line)
        return made

    def _as_text(self, verb: str, tokens: Sequence[Token], text: str, line: int) -> None:
        told = text[tokens[0].end + 1 : tokens[-1].end + 1]
        found = storage.unloaded(told) if verb == "UNLOAD" else None
        if found is not None:
            self._unload(*found, line)
        elif not storage.read(exp.Command(this=verb, expression=told), Scope(), self.reading, self.targets):
            self.gap(f"{verb} is not read", line)
        self._told(line)

    def _told(self, line: int) -> None:
        self.targets.end_statement()
        for reason in self.reading.gaps:
            self.gap(reason, line)
        self.reading.gaps.clear()

    # -- procedures, functions, triggers, blocks ---------------------------------------------------------------

    def _routine(self, tokens: list[Token], kinds: list[str], text: str) -> None:
        """CREATE PROCEDURE and its like: its body is read as if it ran."""
        at = next(i for i, word in enumerate(kinds) if word in ROUTINES)
        kind, line = kinds[at], self._line(tokens[0])
        name = dotted(tokens[at + 1 :])
        self._routines.add(name.lower())
        self._parameters(tokens, at)
        if kind == "TRIGGER":
            self._rows_of_trigger(tokens, kinds)
            tokens = [t for t, after in zip(tokens, [*tokens[1:], tokens[-1]], strict=True)
                      if not (t.text == ":" and after.text.upper() in ("NEW", "OLD"))]  # fmt: skip
            kinds = words(tokens)
        body = body_of(kinds, at, kind)
        outside, self.targets.in_block = self.targets.in_block, True
        try:
            if body < len(tokens):
                rows = self._block(tokens[body:], kinds[body:], text, True)
            else:
                rows = self._in_string(tokens, kinds, at, line, kind)
            if kind == "FUNCTION" and rows is not None:
                self.reading.records[f"{name.rsplit('.', 1)[-1].lower()}()"] = rows
        finally:
            self.targets.in_block = outside

    def _parameters(self, tokens: list[Token], at: int) -> None:
        depth, fresh = 0, True
        for token in tokens[at + 1 :]:
            if token.text == "(":
                depth += 1
                fresh = depth == 1
            elif token.text == ")":
                depth -= 1
                if depth == 0:
                    return
            elif token.text == "," and depth == 1:
                fresh = True
            elif fresh and depth == 1 and token.text.upper() not in ("IN", "OUT", "INOUT", "VARIADIC", "@"):
                self.reading.variables.setdefault(token.text.lower(), ())
                fresh = False
            elif depth == 0 and token.text.upper() in ("AS", "IS", "BEGIN"):
                return

    def _rows_of_trigger(self, tokens: list[Token], kinds: list[str]) -> None:
        """In a trigger, NEW and OLD (inserted and deleted) are rows of its table."""
        if "ON" in kinds:
            held = self.reading.named(dotted(tokens[kinds.index("ON") + 1 :]), {})
            for name in ("new", "old", "inserted", "deleted"):
                self.reading.records[name] = held

    def _in_string(self, tokens: list[Token], kinds: list[str], at: int, line: int, kind: str) -> Relation | None:
        """A body that stands in a text: ``AS $$ ... $$``."""
        texts = (TokenType.STRING, TokenType.HEREDOC_STRING, TokenType.RAW_STRING)
        language = word_after(kinds, tokens, "LANGUAGE")
        bodies = [t for i, t in enumerate(tokens) if t.token_type in texts and i > at and kinds[i - 1] != "LANGUAGE"]
        if language.lower() not in ("", "sql", "plpgsql", "psql") or not bodies:
            if language or kind not in ("TRIGGER", "PACKAGE"):
                self.gap(f"CREATE {kind} is not read" + (f": it is written in {language}" if language else ""), line)
            return None
        body = max(bodies, key=lambda t: len(t.text))
        return self._nested(body.text, self._line(body) - body.text.count("\n"), rows=True)

    def _nested(self, sql: str, line: int, *, rows: bool = False) -> Relation | None:
        if self.depth >= _DEEPEST:
            self.gap("a text in a text in a text ... is not read", line)
            return None
        self.depth += 1
        outside, first = self.targets.in_block, self.first_line
        self.targets.in_block = outside or rows
        last: Relation | None = None
        try:
            self.first_line = line
            text = cleaned(sql)
            for group in split(self._tokens(text)):
                kinds = words(group)
                procedural = self.reading.dialect == "tsql" or kinds[0] not in MOVING
                made = self._block(group, kinds, text, True) if procedural else self._statement(group, text)
                last = made if made is not None and (made.columns or made.rest) else last
        finally:
            self.depth, self.targets.in_block, self.first_line = self.depth - 1, outside, first
        return last

    def _block(self, tokens: list[Token], kinds: list[str], text: str, in_block: bool) -> Relation | None:
        """Statements among words that only steer; what comes back are the rows of the last query."""
        i, last = 0, None
        outside, self.targets.in_block = self.targets.in_block, in_block
        try:
            while i < len(tokens):
                i, made = self._next(tokens, kinds, i, text)
                last = made if made is not None and (made.columns or made.rest) else last
        finally:
            self.targets.in_block = outside
        return last

    def _next(self, tokens: list[Token], kinds: list[str], i: int, text: str) -> tuple[int, Relation | None]:
        """Reads on at `i`: (where it goes on, the rows of a query that was read)."""
        word, after = kinds[i], kinds[i + 1] if i + 1 < len(kinds) else ""
        if word == "BEGIN" and after.startswith(("TRAN", "WORK")):
            return i + 2, None
        if (word == "BEGIN" and after not in ("ATOMIC", "TRY", "CATCH", "")) or (word in CONTROL and word != "BEGIN"):
            self.targets.in_block = self.targets.in_block or self.reading.dialect != "tsql"
            return i + 1, None
        if word == "BEGIN":
            return i + 1, None
        if word == "END":
            steered = after in ("IF", "LOOP", "WHILE", "CASE", "REPEAT", "FOR", "TRY", "CATCH")
            return i + 1 + steered, None
        if word in CONDITIONS and not (word == "WHEN" and after == "NOT"):
            return after_condition(kinds, i), None
        if word == "FOR":
            return self._loop(tokens, kinds, i, text), None
        if word in ("DECLARE", "SET", "LET", "CURSOR", "OPEN", "FETCH", "RETURN", "PERFORM", "DEFINE"):
            return self._declared(tokens, kinds, i, text)
        if word in RUNNING:
            end = end_of(kinds, i)
            self._run(tokens[i:end], kinds[i:end], text)
            return end, None
        if word in MOVING or (word == "(" and self._opens_query(tokens, i)):
            end = end_of(kinds, i) if self.reading.dialect == "tsql" else len(kinds)
            return end, self._statement(tokens[i:end], text, whole=True)
        if word in _HARMLESS:
            return next_line(tokens, kinds, i), None
        if after in (":=", "=", "DEFAULT") or ":=" in kinds[i : i + 6] or "CURSOR" in kinds[i : i + 3]:
            return self._declared(tokens, kinds, i, text)
        return i + 1, None

    @staticmethod
    def _opens_query(tokens: list[Token], i: int) -> bool:
        first = next((t for t in tokens[i:] if t.text != "("), None)
        return first is not None and first.text.upper() in ("SELECT", "WITH")

    def _loop(self, tokens: list[Token], kinds: list[str], i: int, text: str) -> int:
        """``FOR row IN query LOOP``: the rows are known by that name."""
        end = next((j for j in range(i, len(kinds)) if kinds[j] in ("LOOP", "DO")), len(kinds))
        within = next((j for j in range(i, end) if kinds[j] == "IN"), None)
        if within is None:
            return end if end > i else i + 1
        query = tokens[within + 1 : end]
        first = next((t.text.upper() for t in query if t.text != "("), "")
        if first in ("SELECT", "WITH"):
            self.reading.records[tokens[i + 1].text.lower()] = self._query(query, text)
        elif query and query[0].text.lower() in self.reading.records:
            self.reading.records[tokens[i + 1].text.lower()] = self.reading.records[query[0].text.lower()]
        elif first in RUNNING:
            self.gap(_DYNAMIC, self._line(query[0]))
        return end

    def _query(self, tokens: Sequence[Token], text: str) -> Relation:
        """The rows of a query that are not shown but used further on."""
        line = self._line(tokens[0])
        made = Relation()
        try:
            for node in self._parsed(list(tokens), text):
                if node is not None:
                    made = self.reading.query(node, Scope())
        except _PROBLEMS as problem:
            self.gap(_unread(problem), line)
        self._told(line)
        return made

    def _declared(self, tokens: list[Token], kinds: list[str], i: int, text: str) -> tuple[int, Relation | None]:
        """Variables, cursors and what is put into them."""
        word = kinds[i]
        end = end_of(kinds, i) if self.reading.dialect == "tsql" else len(kinds)
        part = kinds[i:end]
        if word == "RETURN":
            start = next((j for j in range(i + 1, end) if kinds[j] not in ("QUERY", "TABLE", "NEXT", "(")), end)
            if "EXECUTE" in part:
                self.gap(_DYNAMIC, self._line(tokens[i]))
                return end, None
            if start < end and tokens[start].text.upper() in ("SELECT", "WITH"):
                start = next(j for j in range(i + 1, end) if tokens[j].text.upper() in ("SELECT", "WITH"))
                stop = start + closing(tokens[start:end])
                return end, self._statement(tokens[start:stop], text)
            named = self.reading.records.get(tokens[start].text.lower()) if start < end else None
            return end, named
        if "CURSOR" in part[:4] or word == "OPEN":
            opens = next((j for j in range(i, end) if kinds[j] in ("FOR", "IS") and j + 1 < end), None)
            if opens is not None and tokens[opens + 1].text.upper() in ("SELECT", "WITH", "("):
                at = part.index("CURSOR") if "CURSOR" in part else 0
                name = tokens[i + 1] if word in ("DECLARE", "OPEN") or at == 0 else tokens[i]
                self.reading.records[name.text.lower()] = self._query(tokens[opens + 1 : end], text)
            return end, None
        if word == "FETCH" and "INTO" in part:
            into = i + part.index("INTO")
            cursor = next((self.reading.records.get(t.text.lower()) for t in tokens[i:into]
                           if t.text.lower() in self.reading.records), None)  # fmt: skip
            names = [t.text for t in tokens[into + 1 : end] if t.text not in (",", "@", ":")]
            self.targets.assign(names, cursor or Relation())
            return end, None
        if word == "DECLARE" and "TABLE" in part[:5]:
            self._table_variable(tokens[i:end])
            return end, None
        return self._assigned(tokens, kinds, i, end, text)

    def _table_variable(self, tokens: list[Token]) -> None:
        """``DECLARE @t TABLE (...)``"""
        open_ = next((j for j, t in enumerate(tokens) if t.text == "("), len(tokens))
        name = "@" + next((t.text for t in tokens[1:] if t.text != "@"), "")
        names, depth, fresh = [], 0, False
        for token in tokens[open_:]:
            if token.text in "()":
                depth += 1 if token.text == "(" else -1
                fresh = depth == 1 and token.text == "("
            elif token.text == "," and depth == 1:
                fresh = True
            elif fresh:
                names.append(token.text)
                fresh = False
        self.targets.declare(name, [n for n in names if n.upper() not in ("PRIMARY", "UNIQUE", "INDEX", "CHECK")])

    def _assigned(
        self, tokens: list[Token], kinds: list[str], i: int, end: int, text: str
    ) -> tuple[int, Relation | None]:
        signs = (":=", "=", "DEFAULT", "+=")
        sign = next((j for j in range(i, end) if kinds[j] in signs), None)
        first = i + 1 if kinds[i] in ("DECLARE", "SET", "LET", "DEFINE") else i
        while first < end and tokens[first].text in ("@", "@@", ":"):
            first += 1
        if first >= end:
            return max(end, i + 1), None
        name = tokens[first].text
        if sign is None or sign + 1 >= end:
            if kinds[i] == "DECLARE":
                if kinds[first] in CONTROL | CONDITIONS:
                    return i + 1, None
                self.reading.variables.setdefault(name.lower().lstrip("@"), ())
            return end, None
        self.targets.variable(name, ())
        start = sign + 1
        if tokens[start].text.upper() in ("SELECT", "WITH") or self._opens_query(tokens, start):
            made = self._query(tokens[start:end], text)
            if len(made.columns) > 1 or made.rest:
                self.reading.records[name.lower()] = made
            parts: Parts = distinct(p for c in made.columns for p in (*c.parts, *made.decided))
            self.targets.variable(name, parts)
        else:
            self.targets.variable(name, self._value(tokens[start:end], text))
        return end, None

    def _value(self, tokens: list[Token], text: str) -> Parts:
        """What variables an expression takes up."""
        names = [t.text.lower() for t in tokens]
        found = [p for n in names for p in self.reading.variables.get(n, ())]
        for n, dot, column in zip(names, names[1:], names[2:], strict=False):
            if dot == "." and n in self.reading.records:
                found += self.reading.records[n].find(column) or ()
        return distinct(found)

    # -- dynamic SQL ----------------------------------------------------------------------------------------------

    def _run(self, tokens: Sequence[Token], kinds: list[str], text: str) -> None:
        """EXECUTE, CALL and the like: a constant text is read, any other is said to be dynamic."""
        line = self._line(tokens[0])
        verb = kinds[0]
        rest = [t for t in tokens[1:] if t.text not in ("(", ")")]
        upper = [t.text.upper() for t in rest]
        if upper[:1] == ["AS"] or (upper[:1] in (["FUNCTION"], ["PROCEDURE"]) and not self.targets.in_block):
            return
        texts = (TokenType.STRING, TokenType.HEREDOC_STRING, TokenType.RAW_STRING, TokenType.NATIONAL_STRING)
        dynamic = upper[:1] == ["IMMEDIATE"] or verb == "PREPARE" or "SP_EXECUTESQL" in upper
        literal = [t for t in rest if t.token_type in texts]
        joined = any(t.text in ("||", "+") or t.text.upper() in ("CONCAT", "FORMAT") for t in rest)
        if literal and not joined and (dynamic or rest[0].token_type in texts or kinds[1:2] == ["("]):
            self._nested(literal[0].text, self._line(literal[0]) - literal[0].text.count("\n"))
        elif dynamic or joined or (rest and rest[0].token_type in texts) or self._runs_text(verb, tokens, rest):
            self.gap(_DYNAMIC, line)
        elif is_renaming(upper):
            names = [t.text for t in literal]
            self.targets.rename(names[0], names[1]) if len(names) > 1 else None
        elif not rest or dotted(rest).lower() not in self._routines:
            self.gap(f"{verb} is not read", line)

    def _runs_text(self, verb: str, tokens: Sequence[Token], rest: Sequence[Token]) -> bool:
        """EXEC (@sql), EXECUTE v in a block: a variable, not a procedure."""
        name = rest[0].text.lower() if rest else ""
        bracket = verb in ("EXEC", "EXECUTE") and len(tokens) > 1 and tokens[1].text == "("
        return bracket or (verb == "EXECUTE" and (self.targets.in_block or name in self.reading.variables)
                           and self.reading.dialect != "tsql")  # fmt: skip

    def _unload(self, sql: str, place: str, line: int) -> None:
        try:
            for node in self._parsed(self._tokenized(sql), sql):
                if node is not None:
                    self.targets.write(place, [], self.reading.query(node, Scope()))
        except _PROBLEMS as problem:
            self.gap(_unread(problem), line)


def _unread(problem: BaseException) -> str:
    return f"the statement cannot be read ({type(problem).__name__})"
