"""Where one statement of a script ends and the next begins, for every client's habits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlglot.dialects.dialect import Dialect
from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]

Tokens = list[Token]

_OPENING = (TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE)
_CLOSING = (TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE)
_LINE = re.compile(
    r"^[ \t]*(?:GO(?:[ \t]+\d+)?|/|\\[a-zA-Z!?][^\n]*|\.(?:mode|headers?|import|output|read|open)\b[^\n]*)[ \t]*\r?$",
    re.M | re.I,
)
_STDIN = re.compile(r"(^COPY\b[^;]*\bFROM\s+stdin\b[^;]*;[^\n]*\n)(.*?)^\\\.[ \t]*\r?$", re.M | re.S | re.I)
_DELIMITER = re.compile(r"^[ \t]*DELIMITER[ \t]+(\S+)[ \t]*\r?$", re.M | re.I)
_JINJA = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.S)
_DBT_NAME = re.compile(r"\{\{\s*(?:ref|source)\s*\(\s*['\"](\w+)['\"]\s*(?:,\s*['\"](\w+)['\"]\s*)?\)\s*\}\}")


@cache
def tokenizer(dialect: type[Dialect]) -> Callable[..., Any]:
    """The dialect's tokenizer, but one that takes apart what stands behind EXECUTE or CALL too."""
    ordinary: Any = dialect.tokenizer_class
    made: Callable[..., Any] = type(ordinary)(f"{ordinary.__name__}OfScripts", (ordinary,), {"COMMANDS": set()})
    return made


def cleaned(sql: str) -> str:
    """The script without what is for its client and not for the server; every line keeps its number."""
    if "copy" in sql.lower():
        sql = _STDIN.sub(lambda m: m[1] + _blank(m[2]), sql)
    if "delimiter" in sql.lower():
        sql = _delimited(sql)
    if "{%" in sql or "{#" in sql:
        sql = _JINJA.sub(lambda m: _blank(m[0]), sql)
    if "{{" in sql:
        sql = _DBT_NAME.sub(lambda m: ".".join(filter(None, m.groups())), sql)
    return _LINE.sub(lambda m: ";" + _blank(m[0])[1:] if m[0].strip() else m[0], sql)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _delimited(sql: str) -> str:
    """MySQL's client: another delimiter for a while."""
    out, position, delimiter = [], 0, ";"
    for found in [*_DELIMITER.finditer(sql), None]:
        end = found.start() if found else len(sql)
        piece = sql[position:end]
        out.append(piece if delimiter == ";" else piece.replace(delimiter, ";".ljust(len(delimiter))))
        if found:
            out.append(_blank(found[0]))
            position, delimiter = found.end(), found[1]
    return "".join(out)


def statements(tokens: Sequence[Token]) -> Iterator[Tokens]:
    """The tokens of each statement; a semicolon ends one, wherever blocks begin and end."""
    group: Tokens = []
    for token in tokens:
        if token.token_type is not TokenType.SEMICOLON:
            group.append(token)
        elif group:
            yield group
            group = []
    if group:
        yield group


def words(tokens: Sequence[Token]) -> list[str]:
    """The tokens' words, upper-case; what is quoted is no word, and what is in brackets neither."""
    found, depth = [], 0
    quoted = (
        TokenType.STRING,
        TokenType.IDENTIFIER,
        TokenType.HEREDOC_STRING,
        TokenType.RAW_STRING,
        TokenType.NATIONAL_STRING,
    )
    for token in tokens:
        depth -= token.token_type in _CLOSING
        word = "" if depth > 0 or token.token_type in quoted else token.text.upper()
        found.append(word.split(" ", 1)[0])
        depth += token.token_type in _OPENING
    return found


_QUERY = frozenset(["SELECT", "WITH"])
_MAIN = frozenset(["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"])
_BEGINNING = _MAIN | frozenset([
    "CREATE", "ALTER", "DROP", "TRUNCATE", "EXEC", "EXECUTE", "CALL", "DECLARE", "SET", "IF", "WHILE", "BEGIN", "END",
    "ELSE", "RETURN", "OPEN", "FETCH", "CLOSE", "PRINT", "USE", "GRANT", "REVOKE", "DENY", "COMMIT", "ROLLBACK",
    "RAISERROR", "THROW", "WITH", "BULK", "GOTO", "DEALLOCATE", "WAITFOR",
])  # fmt: skip
_JOINING = frozenset([
    "UNION", "ALL", "EXCEPT", "INTERSECT", "MINUS", "DISTINCT", "AS", "(", "THEN", "FOR", "ON", "KEY", "DO", "BEFORE",
    "AFTER", "INSTEAD", "OF", "OR",
])  # fmt: skip


def end_of(kinds: Sequence[str], start: int) -> int:
    """Where the statement that begins at `start` ends, in a language that needs no semicolons (T-SQL)."""
    head = kinds[start]
    owed = {
        "INSERT": _QUERY | {"EXEC", "EXECUTE"},
        "CREATE": _QUERY,
        "ALTER": _QUERY,
        "BULK": frozenset(["INSERT"]),
    }.get(head, frozenset())
    if head == "DECLARE" and "CURSOR" in kinds[start : start + 4]:
        owed = _QUERY
    with_open, set_open = head == "WITH", head in ("UPDATE", "WITH", "ALTER")
    merging, case = head == "MERGE", 0
    for i in range(start + 1, len(kinds)):
        word, before = kinds[i], kinds[i - 1]
        if word == "CASE":
            case += 1
        elif word == "END" and case:
            case -= 1
        elif word == "VALUES":
            owed = frozenset()
        elif case or word not in _BEGINNING or (word == "WITH" and not _names_cte(kinds, i)):
            continue
        elif with_open and word in _MAIN:
            with_open, merging, set_open = False, word == "MERGE", word == "UPDATE"
            owed = _QUERY | {"EXEC", "EXECUTE"} if word == "INSERT" else frozenset()
        elif word in owed:
            owed, with_open = frozenset(), word == "WITH"
        elif word == "SET" and (set_open or merging or before == "UPDATE"):
            set_open = False
        elif word in ("IF", "BEGIN", "USE") and head in ("DROP", "CREATE", "ALTER") and word == "IF":
            continue
        elif before in _JOINING and word in _MAIN | {"SET"}:
            set_open = set_open or word == "UPDATE"
        elif merging and word in _MAIN and before == "THEN":
            continue
        else:
            return i
    return len(kinds)


def _names_cte(kinds: Sequence[str], at: int) -> bool:
    """Does a CTE follow WITH, and not a hint or an option?"""
    after = kinds[at + 1 : at + 5]
    return "AS" in after and bool(after) and after[0] != "("
