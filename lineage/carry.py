"""What each kind of transformation lets through: the label algebra.

A flow is given one of a few *codes*; a code maps the form a label has at the source to the form it has at the
target.  The table follows OpenLineage's transformation types and the order raw > hashed > pseudonymised >
aggregated (docs/semantics.md).
"""

from __future__ import annotations

from enum import IntEnum

from lineage.model import Flow, Form

FORMS = tuple(Form)
"""Forms from most to least telling; the position is the bit of a label."""


class Code(IntEnum):
    NOTHING = 0
    SENSITIVE = 1  # sensitive categories only, unchanged
    IDENTITY = 2
    HASH = 3  # at most hashed
    PSEUDONYM = 4  # at most pseudonymised
    AGGREGATE = 5
    UNDO = 6  # raw again


_R, _H, _P, _A = FORMS
_ARRIVES: dict[Code, tuple[Form, ...] | None] = {
    Code.NOTHING: None,
    Code.SENSITIVE: FORMS,
    Code.IDENTITY: FORMS,
    Code.HASH: (_H, _H, _P, _A),
    Code.PSEUDONYM: (_P, _P, _P, _A),
    Code.AGGREGATE: (_A, _A, _A, _A),
    Code.UNDO: (_R, _R, _R, _A),
}

PSEUDONYMS = frozenset(
    {
        "hmac",
        "hmac_sha256",
        "encrypt",
        "aes_encrypt",
        "pgp_sym_encrypt",
        "tokenize",
        "tokenise",
        "pseudonymise",
    }
)
UNDOING = frozenset({"decrypt", "aes_decrypt", "pgp_sym_decrypt", "detokenize", "detokenise", "unmask"})
AGGREGATES = frozenset(
    {
        "count", "sum", "avg", "mean", "stddev", "stddev_pop", "stddev_samp", "variance", "var_pop", "var_samp",
        "count_distinct", "approx_count_distinct", "median", "percentile_cont", "percentile_disc", "corr",
    }
)  # fmt: skip


def carries(code: Code, form: Form, *, sensitive: bool) -> Form | None:
    """The form in which a label arrives through a flow of `code`; None where it does not."""
    arrives = _ARRIVES[code]
    if arrives is None or (code is Code.SENSITIVE and not sensitive):
        return None
    return arrives[FORMS.index(form)]


def codes(flow: Flow) -> tuple[Code, Code]:
    """The code of a flow, and the one it has where a group key of its target is identifying."""
    if flow.type == "INDIRECT":
        quiet = flow.subtype in ("JOIN", "GROUP_BY", "SORT", "WINDOW")
        return (Code.NOTHING, Code.NOTHING) if quiet else (Code.SENSITIVE, Code.SENSITIVE)
    function = (flow.function or "").lower()
    if function in UNDOING:
        return Code.UNDO, Code.UNDO
    masked = Code.IDENTITY
    if flow.masking:
        masked = Code.PSEUDONYM if function in PSEUDONYMS else Code.HASH
    if flow.subtype == "AGGREGATION" and (function in AGGREGATES or (not function and flow.masking)):
        return Code.AGGREGATE, masked
    return masked, masked
