"""Does a value carry a number that can be checked?  The only door to python-stdnum and phonenumbers.

Both come with ``pip install 'sharemap[values]'``; python-stdnum (LGPL) is used as it is.  The first sources of each
rule are named in those libraries: GB 11643 (resident ids), ISO 7812 (cards), ISO 13616 (IBAN), ITU E.164 ...
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from lineage.errors import InvalidInput

_ISSUERS = re.compile(
    r"4\d{12}(\d{3}){0,2}|5[1-5]\d{14}|2(22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|62\d{14,17}"
    r"|6(011|5\d\d|4[4-9]\d)\d{12}|35(2[89]|[3-8]\d)\d{12}|3(0[0-5]|[68]\d)\d{11}"
    r"|(2131|1800)\d{11}|(0604|5018|5020|5038|5735|5893|6304|6759|676[1-3])\d{8,15}"
)
_RESIDENT = re.compile(r"(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])\d{15}[\dXx]")
_IMEI = re.compile(r"(01|35|86|98|99)\d{13}")
_MOBILE = re.compile(r"(?:\+?86[- ]?|0086)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}")
_PHONE = re.compile(r"\+?[\d ()./-]{6,24}(\s?x\s?\d{1,6}|\s?ext\.?\s?\d{1,6})?")
_NO_PHONE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d+\.\d+|\d{1,3}(\.\d{1,3}){3}|-.*"
)
_REGIONS = ("US", "GB", "DE", "FR", "CN", "JP", "ES", "IT")
_PARTED = re.compile(r"[ ()./-]")


def resident_id(value: str) -> bool:
    """A Chinese resident id: 18 signs, with check digit, date of birth and province."""
    if not _RESIDENT.fullmatch(value):
        return False
    try:
        _module("stdnum.cn.ric").get_birth_date(value)
    except ValueError:
        return False
    check: str = _module("stdnum.cn.ric").calc_check_digit(value)
    return check == value[-1].upper()


def bank_card(value: str) -> bool:
    """A card number: the prefix and length of an issuer, and Luhn's digit, which alone a tenth of all numbers pass."""
    digits = value.replace(" ", "").replace("-", "")
    return bool(_ISSUERS.fullmatch(digits)) and _valid("stdnum.luhn", digits)


def iban(value: str) -> bool:
    """An international bank account number."""
    return len(value) > 14 and value[:2].isalpha() and _valid("stdnum.iban", value)


def imei(value: str) -> bool:
    """The number of a mobile device: 15 digits of a reporting body, with Luhn's digit."""
    return bool(_IMEI.fullmatch(value)) and _valid("stdnum.luhn", value)


NATIONAL: tuple[tuple[str, str, str], ...] = (
    ("us-ssn", "stdnum.us.ssn", r"\d{3}-\d{2}-\d{4}"),
    ("br-cpf", "stdnum.br.cpf", r"\d{3}\.\d{3}\.\d{3}-\d{2}|\d{11}"),
    ("de-idnr", "stdnum.de.idnr", r"[1-9]\d{10}|\d{2} \d{3} \d{3} \d{3}"),
    ("es-nif", "stdnum.es.nif", r"[\dXYZ]\d{7}[A-Z]"),
    ("fr-nir", "stdnum.fr.nir", r"[12]\d{2}[\dAB ]{10,17}"),
    ("it-codicefiscale", "stdnum.it.codicefiscale", r"[A-Z]{6}\w{10}"),
    ("pl-pesel", "stdnum.pl.pesel", r"\d{11}"),
    ("se-personnummer", "stdnum.se.personnummer", r"(\d{2})?\d{6}[-+]\d{4}"),
    ("in-aadhaar", "stdnum.in_.aadhaar", r"[2-9]\d{3} ?\d{4} ?\d{4}"),
    ("nl-bsn", "stdnum.nl.bsn", r"\d{9}"),
    ("gb-nhs", "stdnum.gb.nhs", r"\d{3} \d{3} \d{4}"),
)
"""National numbers of persons: rule, module of python-stdnum, and the shape it is asked about at all."""


def national(module: str, shape: str) -> Callable[[str], bool]:
    """The test for one national number."""
    pattern = re.compile(shape)
    return lambda value: bool(pattern.fullmatch(value)) and _valid(module, value)


def phone(value: str) -> bool:
    """A telephone number: international, or a valid one of a large country's plan, written as people write them."""
    if not _PHONE.fullmatch(value) or _NO_PHONE.fullmatch(value):
        return False
    if _MOBILE.fullmatch(value):
        return True
    digits = sum(sign.isdigit() for sign in value)
    if not 7 <= digits <= 19:
        return False
    numbers = _phonenumbers()
    if value.startswith(("+", "00")):
        return _possible(numbers, "+" + value.lstrip("+0") if value.startswith("00") else value, None)
    if value.startswith(("0", "(")):
        surely = not _PARTED.search(value)
        return any(_possible(numbers, value, region, surely) for region in _REGIONS)
    if digits < 10 or (digits > 11 and "x" not in value):
        return False
    return _possible(numbers, value, "US", surely=not _PARTED.search(value))


def _possible(numbers: Any, value: str, region: str | None, surely: bool = False) -> bool:
    try:
        number = numbers.parse(value.replace("(0)", ""), region)
    except numbers.NumberParseException:
        return False
    sure: bool = (numbers.is_valid_number if surely else numbers.is_possible_number)(number)
    return sure


def _valid(module: str, value: str) -> bool:
    valid: bool = _module(module).is_valid(value)
    return valid


@cache
def _module(name: str) -> Any:
    try:
        import stdnum  # noqa: F401 - its modules are named in a table

        return import_module(name)
    except ModuleNotFoundError:
        raise InvalidInput("to look at values, python-stdnum is needed: pip install 'sharemap[values]'") from None


@cache
def _phonenumbers() -> Any:
    try:
        import phonenumbers
    except ModuleNotFoundError:
        raise InvalidInput("to look at values, phonenumbers is needed: pip install 'sharemap[values]'") from None
    return phonenumbers
