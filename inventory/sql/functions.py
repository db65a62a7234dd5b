"""What functions do to a value: which hide it, which sum it up; names lower-case, as SQL writes them."""

from __future__ import annotations

MASKING = frozenset(
    [
        "md5", "sha", "sha1", "sha2", "sha224", "sha256", "sha384", "sha512", "hash", "crc32", "xxhash64", "hmac",
        "digest", "mask", "encrypt", "aes_encrypt", "pgp_sym_encrypt", "tokenize", "farm_fingerprint", "count",
    ]
)  # fmt: skip
"""Functions whose result no longer shows the value (OpenLineage counts COUNT among them)."""

UNDOING = frozenset(["decrypt", "aes_decrypt", "pgp_sym_decrypt", "detokenize"])
