"""Which data category a column holds, judged by its name, its comment, the table it stands in, and its values.

The words are tables: lexicon.csv of phrases, pinyin.csv of how the Chinese ones sound, nouns.csv of what the names of
tables and columns are made of.  docs/classification.md says how they work together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from os.path import commonprefix

from inventory.classification import names
from inventory.classification.hits import Hit
from inventory.classification.lexicon import NOTHING, Lexicon, lexicon
from inventory.classification.tables import Kinds, kinds_of, subject_of
from inventory.classification.words import known, roles, singular, spelt_out, words
from inventory.project import OwnWords
from lineage.model import Form

_VAGUE = ("cardno", "card no", "card number", "card id", "卡号", "账号")
"""Cards are of many kinds: what else is said of one tells more."""
_PSEUDONYM = "user.unique_id.pseudonymous"
_COUNTED_TOO = ("user.demographic", "user.financial", "user.behavior", "user.health_and_medical")
"""What may be called a kind, a state or a number of something and still be about a person."""
_FEWEST_LIKE = 5
_SHORTEST_WORD = 4
_PLACES = ("user.contact.address", "user.location")
_NO_KEYS = ("user.contact.address", "user.contact.address.street", "user.name", "user.health_and_medical",
            "user.behavior", "user.content")  # fmt: skip
"""What a key points at, and does not hold."""
_NO_WORDS = OwnWords()


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is seen: its name, type, comment, and the column its foreign key points at."""

    name: str
    type: str = ""
    comment: str = ""
    values: Sequence[str] | None = field(default=None, repr=False)
    references: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a column holds, how sure that is (0 to 1), and the rules that fired."""

    data_category: str
    confidence: float
    rules: tuple[str, ...]
    data_subject: str | None = None
    form: Form = Form.RAW


def classify_table(
    table: str, columns: Sequence[Column], *, comment: str = "", own: OwnWords = _NO_WORDS
) -> list[Verdict | None]:
    """One verdict for each column, in order; None where nothing speaks for personal data.

    `own` are the words and vetoes that a project adds.  A column's `values` are looked at where it has any, in memory,
    and nothing of them is kept but the rules they fired.
    """
    told = lexicon(own)
    columns = _with_plain_keys(_without_usual_prefix(_without_prefix(columns)))
    kinds = kinds_of(table, comment, [(c.name, c.comment, c.references) for c in columns], told)
    return [None if _listed(column, kinds) else _column(column, kinds, told) for column in columns]


def _listed(column: Column, kinds: Kinds) -> bool:
    """Does the table list what the column is called after, as `gender` the genders there are?"""
    parts = words(column.name)
    return kinds.thing and column.values is None and kinds.own == {singular(part) for part in parts}


def _without_prefix(columns: Sequence[Column]) -> Sequence[Column]:
    """The columns without the letters that all names begin with: OXFNAME, OXLNAME, OXSTREET; PT_name, PT_age.

    Words stay, those before a ``_`` too.
    """
    if len(columns) < _FEWEST_LIKE:
        return columns
    shared = commonprefix([column.name for column in columns])  # noqa: RUF071 - letters are meant
    before, blank, _ = shared.rpartition("_")
    shared = before + blank if blank else shared
    letters = shared.rstrip("_")
    if not letters.isalpha() or _is_word(letters.lower()) or (not blank and not 1 < len(shared) < _SHORTEST_WORD):
        return columns
    if any(len(column.name) <= len(shared) for column in columns):
        return columns
    return [replace(column, name=column.name[len(shared) :]) for column in columns]


def _without_usual_prefix(columns: Sequence[Column]) -> Sequence[Column]:
    """The columns without the few letters and ``_`` that most names begin with: eec_name, eec_mobile beside emp_id."""
    firsts = Counter(column.name.partition("_")[0] for column in columns if "_" in column.name)
    if not firsts:
        return columns
    letters, count = firsts.most_common(1)[0]
    if count < _FEWEST_LIKE or 2 * count <= len(columns):
        return columns
    if not (letters.isalpha() and len(letters) < _SHORTEST_WORD) or _is_word(letters.lower()):
        return columns
    shared = f"{letters}_"
    return [replace(column, name=column.name.removeprefix(shared) or column.name) for column in columns]


def _with_plain_keys(columns: Sequence[Column]) -> Sequence[Column]:
    """The columns with keys called as elsewhere: ``fk_user`` as ``user_id``; and ``uid`` as ``id`` where it is the
    row's own key, because others say whose they are, ``user_uid``."""
    names = [column.name.lower() for column in columns]
    own = "uid" in names[:2] and any(name.endswith("_uid") or name in ("user_id", "userid") for name in names)
    return [replace(c, name="id") if own and n == "uid" else _pointing(c) for c, n in zip(columns, names, strict=True)]


def _pointing(column: Column) -> Column:
    if not column.name.lower().startswith("fk_"):
        return column
    name = column.name[len("fk_") :]
    return replace(column, name=name if words(name)[-1:] == ("id",) else f"{name}_id")


def _is_word(letters: str) -> bool:
    return letters in known() or len(words(letters)) > 1


def _column(column: Column, kinds: Kinds, told: Lexicon) -> Verdict | None:
    by_name = _by_name(column, kinds, told)
    if column.values is None or (by_name is None and _vetoed(_hits(column, kinds, told))):
        return by_name
    from inventory.classification.values import combined

    return combined(by_name, column.values)


def _by_name(column: Column, kinds: Kinds, told: Lexicon) -> Verdict | None:
    hits = _hits(column, kinds, told)
    if _vetoed(hits):
        return None
    key = names.key(column.name, column.references, kinds)
    if key and not any(hit.strong and hit.entry.category.startswith("user.unique_id") for hit in hits):
        return Verdict(_PSEUDONYM, 0.6, (key,), _subject(column, kinds))
    if not hits:
        return None
    best = next((hit for hit in hits if hit.strong and hit.entry.phrase not in _VAGUE), None)
    best = best or next((hit for hit in hits if hit.strong), hits[0])
    agreeing = [hit for hit in hits if hit.entry.category == best.entry.category]
    return _verdict(best, agreeing, _subject(column, kinds))


def _vetoed(hits: Sequence[Hit]) -> bool:
    return any(hit.entry.category == NOTHING for hit in hits)


def _hits(column: Column, kinds: Kinds, told: Lexicon) -> list[Hit]:
    """What its name and its comment say, but for what its type or the end of either forbids."""
    name = names.named(column.name, kinds, told)
    said = names.commented(column.comment, kinds, told)
    hits = [hit for hit in (name, said.hit) if hit is not None and names.fits(hit.entry, column.type)]
    if not hits and kinds.person and names.holds_places(column.type):
        hits = [hit for hit in (names.named("coordinates", kinds, told),) if hit is not None]
    if any(hit.entry.own for hit in hits):
        return [hit for hit in hits if hit.entry.own]
    if said.veto or names.counts(column.name):
        hits = [h for h in hits if h.entry.category.startswith(_COUNTED_TOO) or (h is name and not said.veto)]
    if said.flag:
        hits = [hit for hit in hits if hit is said.hit]
    if names.points(column.name):
        hits = [hit for hit in hits if hit is name or hit.entry.category not in _NO_KEYS]
    if said.elsewhere:
        hits = [hit for hit in hits if hit.strong]
    if names.leads_elsewhere(column.name):
        hits = [hit for hit in hits if not hit.entry.category.startswith(_PLACES)]
    return hits


def _verdict(best: Hit, agreeing: Sequence[Hit], subject: str | None) -> Verdict:
    doubt = 1.0
    for hit in agreeing:
        doubt *= 1 - hit.confidence
    rules = tuple(dict.fromkeys(hit.rule for hit in agreeing))
    return Verdict(best.entry.category, round(min(0.97, 1 - doubt), 2), rules, subject, best.entry.form)


def _subject(column: Column, kinds: Kinds) -> str | None:
    return subject_of(words(column.name)[:-1]) or kinds.subject


lexicon(_NO_WORDS), known(), roles(""), spelt_out(())  # tables are read with the module, not with the first scan
