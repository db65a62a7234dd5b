"""What a column holds, judged by a sample of its values: by the share that validates, never by single ones.

Values are given in memory and only looked at: a verdict holds the rule that fired, and nothing of them.
"""

from __future__ import annotations

import csv
import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from inventory.classification import Verdict, checked
from lineage.model import Form

FEWEST = 5
"""Fewer different values than these tell nothing."""
_MOST = 2000
_LONGEST = 300
_EMAIL = re.compile(r"[^@\s<>\"']{1,64}@[\w-]+(\.[\w-]+)+")
_MAC = re.compile(r"([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}")
_PASSWORD = re.compile(r"\$(2[abxy]?|argon2\w*|5|6|1|P|H)\$.{8,}|pbkdf2_sha\d+\$\d+\$.+|\{(SSHA|bcrypt)\}.+")
_TOKEN = re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|(sk|pk)_(live|test)_\w{8,}|gh[pous]_\w{30,}|AKIA[0-9A-Z]{16}")
_AGENT = re.compile(r"(Mozilla/\d|Opera/\d|Dalvik/|okhttp/).*")
_PLATE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·-]?[A-Z0-9]{5,6}")
_POINT = re.compile(r"\(?(-?\d{1,3}\.\d{3,})[,; ]\s*(-?\d{1,3}\.\d{3,})\)?")
_DIGEST = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}", re.IGNORECASE)
_DATE = re.compile(
    r"((?:19|20)\d{2})(?:[-/.年])?(0?[1-9]|1[0-2])(?:[-/.月])?(0?[1-9]|[12]\d|3[01])日?(?:[ T]00:00(?::00)?)?"
)
_CHINESE_PLACE = re.compile(
    r".*([省市区县州旗盟镇乡].*([路街道巷弄村里]|\d+\s*[号栋座室幢])|[路街道巷弄]\s*[\w-]*\d+\s*号).*"
)
_STREET = re.compile(
    r"\b(street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|way|square|sq|place|pl|terrace"
    r"|highway|hwy|parkway|pkwy|suite|apt|route|rue|chemin|allée|impasse|via|viale|vicolo|piazza|corso|strada|largo"
    r"|contrada|borgo|rotonda|calle|avenida|plaza|paseo|camino|ronda|cuesta|pasaje|urbanización|glorieta|rua|crescent"
    r"|[a-z]{2} \d{5}(-\d{4})?|close|mews|apo ap|fpo ae|dpo aa|loop|trail|ridge|box|c\.)(?!\w)"
    r"|(stra(ss|ß)e|str\.|weg|platz|allee|gasse|ring|ufer|damm)\b",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"\b(gmbh|ag|kg|ohg|inc|ltd|llc|plc|corp|co|company|group|bank|s\.?a\.?|s\.?l\.?|s\.?r\.?l|s\.?p\.?a|sarl|sas|b\.?v|n\.?v"
    r"|ab|oy|a/s|sp\. z o\.o)\.?$",
    re.IGNORECASE,
)
_SEXES = (
    frozenset(("male", "男", "男性", "man", "männlich", "homme", "hombre", "maschio")),
    frozenset(("female", "女", "女性", "woman", "weiblich", "femme", "mujer", "femmina")),
)
_NATIONAL_ID = "user.government_id.national_identification_number"
_LARGEST_OF_VERSIONS = 30


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value: the rule, the category, the test of a value, and the share that must pass."""

    rule: str
    category: str
    passes: Callable[[str], bool]
    share: float
    confidence: float
    plausible: Callable[[Sequence[str]], bool] = lambda values: True


def decide(values: Sequence[str]) -> Verdict | None:
    """What a column with these values holds; None where no kind holds for enough of them, or there are too few.

    Raises InvalidInput where the libraries of the extra `values` are missing.
    """
    seen = _cleaned(values)
    if len(set(seen)) < FEWEST:
        return _sexes(seen)
    for kind in KINDS:
        if _share(kind, seen) >= kind.share and kind.plausible(seen):
            return Verdict(kind.category, kind.confidence, (f"values:{kind.rule}",))
    return _births(seen)


def combined(named: Verdict | None, values: Sequence[str]) -> Verdict | None:
    """The verdict by name, with what the values say: they confirm it, correct it, or show that it is hashed."""
    seen = _cleaned(values)
    by_values = decide(values)
    if named is None:
        return by_values
    if by_values is None:
        if len(set(seen)) >= FEWEST and named.form is Form.RAW and all(_DIGEST.fullmatch(v) for v in seen):
            if named.data_category.startswith(("user.authorization", "user.unique_id")):
                return named
            return replace(named, form=Form.HASHED, rules=(*named.rules, "values:digest"))
        return named
    one, other = named.data_category, by_values.data_category
    if _related(one, other):
        category = max(one, other, key=len)
        sure = round(1 - (1 - named.confidence) * (1 - by_values.confidence), 2)
        return replace(named, data_category=category, confidence=min(0.99, sure), rules=named.rules + by_values.rules)
    if by_values.confidence >= 0.8 and not one.startswith("user.unique_id"):
        return replace(by_values, data_subject=named.data_subject)
    return named


def _related(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def _cleaned(values: Sequence[str]) -> list[str]:
    return [text for value in values[:_MOST] if (text := value.strip()) and len(text) <= _LONGEST]


def _share(kind: Kind, values: Sequence[str]) -> float:
    """The share of the values that pass; given up where so many fail that it cannot be reached."""
    may_fail = (1 - kind.share) * len(values)
    failed = 0
    for value in values:
        if not kind.passes(value):
            failed += 1
            if failed > may_fail:
                return 0.0
    return 1 - failed / len(values)


def _address_of_machine(value: str) -> bool:
    try:
        ipaddress.ip_address(value.partition("/")[0])
    except ValueError:
        return False
    return True


def _no_versions(values: Sequence[str]) -> bool:
    """Version numbers have small parts, addresses some large ones."""
    large = sum(any(p.isdigit() and int(p) > _LARGEST_OF_VERSIONS for p in v.split(".")) or ":" in v for v in values)
    return large >= 0.5 * len(values)


def _scattered(values: Sequence[str]) -> bool:
    """Numbers given out one after the other lie close together or begin alike; those of people do not."""
    digits = ["".join(sign for sign in v if sign.isdigit()) for v in values]
    sizes = sorted({int(d) for d in digits if d})
    same = sizes and len(set(digits)) > 1 and len({d[:6] for d in digits}) == 1
    return not same and sizes[-1] - sizes[0] > 1000 * len(sizes)


def _point(value: str) -> bool:
    found = _POINT.fullmatch(value)
    if found is None:
        return False
    small, large = sorted((abs(float(found[1])), abs(float(found[2]))))
    return small <= 90 and large <= 180


@cache
def _people(kind: str) -> frozenset[str]:
    text = files(__package__).joinpath("people.csv").read_text(encoding="utf-8")
    (told,) = (row["words"] for row in csv.DictReader(text.splitlines()) if row["kind"] == kind)
    return frozenset(told if kind.endswith("_zh") else told.split())


def _chinese_name(value: str) -> bool:
    return 2 <= len(value) <= 3 and value[0] in _people("surname_zh") and all("\u4e00" <= s <= "\u9fff" for s in value)


def _western_name(value: str) -> bool:
    parts = [part.strip(".,").lower() for part in value.split()]
    if not 1 < len(parts) < 6 or any(sign.isdigit() for sign in value) or not value[0].isupper():
        return False
    return any(part in _people("first") for part in parts) or parts[-1] in _people("last")


def _first_name(value: str) -> bool:
    return value.lower() in _people("first")


def _last_name(value: str) -> bool:
    return value.lower() in _people("last")


def _street_address(value: str) -> bool:
    return any(sign.isdigit() for sign in value) and bool(_STREET.search(value))


def _different(values: Sequence[str]) -> bool:
    """Names of people differ; words of a list repeat."""
    return len(set(values)) >= min(20, 0.3 * len(values))


def _names(values: Sequence[str]) -> bool:
    """Nearly all of two words or more without a digit, different, and few with the form of a company."""
    if sum(bool(_COMPANY.search(value)) for value in values) > 0.1 * len(values):
        return False
    shaped = sum(" " in value and not any(sign.isdigit() for sign in value) for value in values)
    return shaped >= 0.9 * len(values) and _different(values)


def _sexes(values: Sequence[str]) -> Verdict | None:
    said = {value.lower() for value in values}
    if len(values) >= FEWEST and all(said & sex for sex in _SEXES):
        return Verdict("user.demographic.gender", 0.8, ("values:gender",))
    return None


def _births(values: Sequence[str]) -> Verdict | None:
    """Days without a time of day, spread over decades, most of them long before the last."""
    if len(values) < 4 * FEWEST:
        return None
    years = sorted(int(found[1]) for value in values if (found := _DATE.fullmatch(value)))
    if len(years) < 0.95 * len(values):
        return None
    low, middle, high = (years[int(share * (len(years) - 1))] for share in (0.1, 0.5, 0.9))
    if high - low >= 15 and middle <= years[-1] - 10 and low <= 1995:
        return Verdict("user.demographic.date_of_birth", 0.5, ("values:date-of-birth",))
    return None


KINDS: tuple[Kind, ...] = (
    Kind("email", "user.contact.email", lambda v: bool(_EMAIL.fullmatch(v)), 0.8, 0.95),
    Kind("password-hash", "user.authorization.password", lambda v: bool(_PASSWORD.fullmatch(v)), 0.8, 0.95),
    Kind("token", "user.authorization.credentials", lambda v: bool(_TOKEN.fullmatch(v)), 0.8, 0.9),
    Kind("user-agent", "user.device", lambda v: bool(_AGENT.fullmatch(v)), 0.8, 0.9),
    Kind("mac-address", "user.device.device_id", lambda v: bool(_MAC.fullmatch(v)), 0.9, 0.8),
    Kind("ip-address", "user.device.ip_address", _address_of_machine, 0.9, 0.8, _no_versions),
    Kind("resident-id", _NATIONAL_ID, checked.resident_id, 0.8, 0.97),
    Kind("bank-card", "user.financial.credit_card", checked.bank_card, 0.7, 0.9, _scattered),
    Kind("iban", "user.financial.bank_account", checked.iban, 0.8, 0.95),
    Kind("imei", "user.device.device_id", checked.imei, 0.9, 0.85, _scattered),
    *(
        Kind(rule, _NATIONAL_ID, checked.national(module, shape), 0.9, 0.8, _scattered)
        for rule, module, shape in checked.NATIONAL
    ),
    Kind("number-plate", "user.government_id.vehicle_registration", lambda v: bool(_PLATE.fullmatch(v)), 0.8, 0.85),
    Kind("coordinates", "user.location.precise", _point, 0.9, 0.6),
    Kind("phone-number", "user.contact.phone_number", checked.phone, 0.9, 0.85, _scattered),
    Kind("chinese-name", "user.name", _chinese_name, 0.85, 0.7, _different),
    Kind("chinese-address", "user.contact.address", lambda v: bool(_CHINESE_PLACE.fullmatch(v)), 0.7, 0.7),
    Kind("street-address", "user.contact.address", _street_address, 0.6, 0.7),
    Kind("western-name", "user.name", _western_name, 0.5, 0.7, _names),
    Kind("first-name", "user.name.first", _first_name, 0.6, 0.6, _different),
    Kind("last-name", "user.name.last", _last_name, 0.6, 0.6, _different),
)  # fmt: skip
