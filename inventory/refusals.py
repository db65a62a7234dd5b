"""Why does a database refuse?  In words of our own: drivers quote their connection strings, and servers the rows they
stumbled over, so the words of neither are shown, only which of the reasons known here they mean.
"""

from __future__ import annotations

SECONDS = 10
"""No connection is waited for longer."""
_REASONS = (
    (("unexpected keyword argument", "invalid connection option", "invalid uri query parameter"),
     "its driver does not know an option in the query of url"),
    (("password authentication failed", "no password supplied", "access denied for user"),
     "it refuses the user or the password"),
    (("permission denied", "access denied", "is not currently accepting connections"),
     "it does not let the user in; check rights"),
    (("pg_hba.conf", "is not allowed to connect"), "it does not admit this user from this machine"),
    (("does not exist", "unknown database"), "there is no such database or user"),
    (("ssl", "tls", "certificate"), "it does not agree to the encryption that url asks for"),
    (("timeout", "timed out"), f"it does not answer within {SECONDS} seconds"),
    (("refused", "no such file", "errno 111", "errno 2]"), "nothing answers there"),
    (("resolve", "translate host name", "name or service", "getaddrinfo", "nodename"), "no such host is known"),
)  # fmt: skip


def reason(problem: Exception) -> str:
    """Why a database refuses, by what its driver raised."""
    words = str(getattr(problem, "orig", None) or problem).lower()
    for signs, meaning in _REASONS:
        if any(sign in words for sign in signs):
            return meaning
    return f"it fails with {type(getattr(problem, 'orig', None) or problem).__name__}"
