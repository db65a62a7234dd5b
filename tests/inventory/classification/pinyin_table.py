"""How pinyin.csv is made: every Chinese word of the other tables, as pypinyin reads it.

`python -m tests.inventory.classification.pinyin_table` writes it; test_pinyin.py holds it to what stands there.
"""

from __future__ import annotations

import csv
from pathlib import Path

from pypinyin import lazy_pinyin

HERE = Path(__file__).parents[3] / "inventory" / "classification"


def made() -> list[tuple[str, str]]:
    """(word, its syllables with blanks between) in order."""
    found = set()
    for name, sign in (("lexicon.csv", ";"), ("nouns.csv", None)):
        with open(HERE / name, encoding="utf-8") as file:
            for row in csv.DictReader(file):
                found |= {w for w in row["words"].split(sign) if w and all("\u3400" <= c <= "\u9fff" for c in w)}
    return [(word, " ".join(lazy_pinyin(word, v_to_u=False))) for word in sorted(found) if len(word) > 1]


def written() -> list[tuple[str, str]]:
    """The same of the table as it is."""
    with open(HERE / "pinyin.csv", encoding="utf-8") as file:
        return [(row["word"], row["pinyin"]) for row in csv.DictReader(file)]


if __name__ == "__main__":
    with open(HERE / "pinyin.csv", "w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(("word", "pinyin"))
        table.writerows(made())
