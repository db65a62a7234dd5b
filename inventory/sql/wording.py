"""Where the parts of routines and blocks begin and end: bodies, conditions, names, brackets."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]

ROUTINES = frozenset(["PROCEDURE", "PROC", "FUNCTION", "TRIGGER", "PACKAGE", "TASK", "PIPE", "EVENT", "MACRO"])
CONTROL = frozenset([
    "BEGIN", "ELSE", "LOOP", "THEN", "DO", "REPEAT", "EXCEPTION", "ATOMIC", "AS", "IS", "TRY", "CATCH", "HANDLER",
])  # fmt: skip
CONDITIONS = frozenset(["IF", "ELSIF", "ELSEIF", "WHILE", "UNTIL", "WHEN", "CASE", "EXIT"])
MOVING = frozenset([
    "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "ALTER", "DROP", "COPY", "REPLACE", "TRUNCATE",
    "RENAME", "UNLOAD", "LOAD", "BULK", "EXPORT", "VALUES", "FROM", "TABLE", "PIVOT", "UNPIVOT",
])  # fmt: skip
RUNNING = frozenset(["EXEC", "EXECUTE", "CALL", "PREPARE"])


def retyped(token: Token, kind: TokenType, text: str) -> Token:
    return Token(kind, text, line=token.line, col=token.col, start=token.start, end=token.end)


def shifted(token: Token, position: int, line: int) -> Token:
    return Token(token.token_type, token.text, line=token.line + line, col=token.col,
                 start=token.start + position, end=token.end + position, comments=token.comments)  # fmt: skip


def is_renaming(upper: list[str]) -> bool:
    return upper[:1] == ["SP_RENAME"] or upper[2:3] == ["SP_RENAME"]


def makes_table(kinds: Sequence[str]) -> bool:
    """CREATE TABLE function (...): the word is its name."""
    at = next(i for i, word in enumerate(kinds) if word in ROUTINES)
    return any(word in ("TABLE", "VIEW", "INDEX", "SCHEMA") for word in kinds[1:at])


def dotted(tokens: Sequence[Token]) -> str:
    """The name that stands first, with its schema."""
    skipped = [t for t in tokens if t.text.upper() not in ("IF", "NOT", "EXISTS")]
    name = skipped[0].text if skipped else ""
    for dot, part in zip(skipped[1::2], skipped[2::2], strict=False):
        if dot.text != ".":
            break
        name += f".{part.text}"
    return name


def word_after(kinds: Sequence[str], tokens: Sequence[Token], word: str) -> str:
    at = next((i for i, each in enumerate(kinds) if each == word), None)
    return str(tokens[at + 1].text) if at is not None and at + 1 < len(tokens) else ""


def body_of(kinds: Sequence[str], at: int, kind: str) -> int:
    """Where the body of a routine begins, behind its name, parameters and options."""
    for i in range(at + 1, len(kinds)):
        word, after = kinds[i], kinds[i + 1] if i + 1 < len(kinds) else ""
        if word in ("AS", "IS") and after in ("CALLER", "OWNER", "SELF"):
            continue
        if word in ("AS", "IS") and after != "" and kinds[i - 1] != "EXECUTE":
            return i + 1
        if word in ("BEGIN", "DECLARE", "RETURN"):
            return i
        if kind == "TRIGGER":
            if word in ("ROW", "STATEMENT") and kinds[i - 1] == "EACH" and after not in ("WHEN", "EXECUTE"):
                return i + 1
        elif (
            word in MOVING and word not in ("CREATE", "ALTER", "TABLE", "WITH", "FROM", "REPLACE", "COPY", "DROP")
        ) or (word == "COPY" and kind == "PIPE"):
            return i
    return len(kinds)


def after_condition(kinds: Sequence[str], i: int) -> int:
    """Behind the condition of IF, WHILE and WHEN."""
    for j in range(i + 1, len(kinds)):
        if kinds[j] in ("THEN", "LOOP", "DO"):
            return j + 1
        if kinds[j] in ("BEGIN", "RETURN", "PRINT", "SET", "DECLARE", "IF", "ELSE") or (
            kinds[j] in MOVING | RUNNING and kinds[j - 1] not in ("(", "IN")
        ):
            return j
    return len(kinds)


def next_line(tokens: Sequence[Token], kinds: Sequence[str], i: int) -> int:
    """The next statement, where one that moves nothing has no semicolon behind it."""
    for j in range(i + 1, len(tokens)):
        if tokens[j].line != tokens[j - 1].line and kinds[j] in MOVING | RUNNING | CONTROL | {"END", "DECLARE"}:
            return j
    return len(tokens)


def closing(tokens: Sequence[Token]) -> int:
    """How many tokens stand before the bracket that was opened before them closes."""
    depth = 0
    for i, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")")
        if depth < 0:
            return i
    return len(tokens)
