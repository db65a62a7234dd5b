"""Columns of values for tests of classification by values: invented people of several countries, and look-alikes.

`python -m tests.inventory.classification.samples` prints the table of docs/classification.md.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator

from faker import Faker

from inventory.classification.values import decide

PER_COLUMN = 60
COLUMNS = 10
LOCALES = ("zh_CN", "en_US", "de_DE", "fr_FR", "es_ES", "it_IT")
MORE = ("pl_PL", "pt_BR", "nl_NL", "sv_SE", "cs_CZ", "tr_TR")
NATIONAL = "user.government_id.national_identification_number"

Maker = Callable[[Faker, random.Random], str]


def _imei(fake: Faker, dice: random.Random) -> str:
    body = dice.choice(("35", "86")) + "".join(dice.choices("0123456789", k=12))
    total = 0
    for at, digit in enumerate(body):
        number = int(digit) * (2 if at % 2 else 1)
        total += number - 9 if number > 9 else number
    return body + str(-total % 10)


def _plate(fake: Faker, dice: random.Random) -> str:
    return dice.choice("京沪粤苏浙") + dice.choice("ABCDE") + "".join(dice.choices("ABCDEFGH0123456789", k=5))


def _hashed(fake: Faker, dice: random.Random) -> str:
    form = dice.choice(("$2b$12$", "$argon2id$v=19$", "pbkdf2_sha256$600000$"))
    return form + "".join(dice.choices("ABCDEFGHabcdefgh0123456789./", k=53)).replace("/", "$", 1)


def _token(fake: Faker, dice: random.Random) -> str:
    head, body, sign = ("".join(dice.choices("ABCDEFabcdef0123456789_-", k=k)) for k in (20, 60, 43))
    return f"eyJ{head}.eyJ{body}.{sign}"


PERSONAL: dict[str, tuple[str, tuple[str, ...], Maker]] = {
    "email": ("user.contact.email", LOCALES, lambda f, d: f.email()),
    "phone-number": ("user.contact.phone_number", ("zh_CN", "en_US", "de_DE", "fr_FR"), lambda f, d: f.phone_number()),
    "name": ("user.name", (*LOCALES, *MORE), lambda f, d: f.name()),
    "address": ("user.contact.address", LOCALES, lambda f, d: f.address().replace("\n", ", ")),
    "resident-id": ("user.government_id.national_identification_number", ("zh_CN",), lambda f, d: f.ssn()),
    "us-ssn": ("user.government_id.national_identification_number", ("en_US",), lambda f, d: f.ssn()),
    "national number": (NATIONAL, ("pl_PL", "pt_BR", "it_IT", "fr_FR", "sv_SE", "nl_NL"), lambda f, d: f.ssn()),
    "password-hash": ("user.authorization.password", ("en_US",), _hashed),
    "token": ("user.authorization.credentials", ("en_US",), _token),
    "bank-card": ("user.financial.credit_card", ("en_US",), lambda f, d: f.credit_card_number()),
    "iban": ("user.financial.bank_account", ("de_DE", "fr_FR", "it_IT"), lambda f, d: f.iban()),
    "ip-address": ("user.device.ip_address", ("en_US",), lambda f, d: d.choice((f.ipv4(), f.ipv6()))),
    "mac-address": ("user.device.device_id", ("en_US",), lambda f, d: f.mac_address()),
    "imei": ("user.device.device_id", ("en_US",), _imei),
    "user-agent": ("user.device", ("en_US",), lambda f, d: f.user_agent()),
    "coordinates": ("user.location.precise", ("en_US",), lambda f, d: f"{f.latitude()},{f.longitude()}"),
    "date-of-birth": ("user.demographic.date_of_birth", ("en_US",), lambda f, d: str(f.date_of_birth())),
    "number-plate": ("user.government_id.vehicle_registration", ("zh_CN",), _plate),
    "gender": ("user.demographic.gender", ("zh_CN",), lambda f, d: d.choice("男女")),
}
"""Kind -> its category, the countries it is made for, and how one value is made."""

TRAPS: dict[str, Maker] = {
    "order number by day": lambda f, d: f"2025{d.randint(1, 12):02}{d.randint(1, 28):02}{d.randint(0, 999999):06}",
    "order number of 16 digits": lambda f, d: "".join(d.choices("0123456789", k=16)),
    "order number beginning with 4": lambda f, d: "4" + "".join(d.choices("0123456789", k=15)),
    "order number of 11 digits": lambda f, d: f"1380000{d.randint(0, 9999):04}",
    "snowflake id": lambda f, d: str(1700000000000000000 + d.randint(0, 10**16)),
    "epoch seconds": lambda f, d: str(d.randint(1_600_000_000, 1_760_000_000)),
    "epoch milliseconds": lambda f, d: str(d.randint(1_600_000_000_000, 1_760_000_000_000)),
    "SKU": lambda f, d: f"{d.choice('ABCD')}{d.randint(100, 999)}-{d.randint(1000, 9999)}",
    "SKU of digits": lambda f, d: f"{d.randint(100, 999)}-{d.randint(1000, 9999)}",
    "EAN": lambda f, d: f.ean13(),
    "UUID": lambda f, d: f.uuid4(),
    "version": lambda f, d: ".".join(str(d.randint(0, 20)) for _ in range(4)),
    "day of creation": lambda f, d: str(f.date_between("-3y", "today")),
    "time": lambda f, d: f.iso8601(),
    "price": lambda f, d: f"{d.uniform(1, 999):.2f}",
    "quantity": lambda f, d: str(d.randint(1, 50)),
    "company": lambda f, d: f"{f.company_suffix()} {f.bs()}",
    "company called after people": lambda f, d: f"{f.last_name()} {d.choice(('GmbH', 'S.p.A.', 'Ltd', 'S.L.'))}",
    "company of two people": lambda f, d: f"{f.last_name()} & {f.last_name()} {d.choice(('Inc', 'LLC', 'KG', 'B.V.'))}",
    "city of two words": lambda f, d: f"{d.choice(('San', 'New', 'Bad', 'Port', 'Saint', 'Le'))} {f.city()}",
    "product of two words": lambda f, d: f"{f.color_name()} {d.choice(('Shoes', 'Lamp', 'Mug', 'Coat', 'Chair'))}",
    "job": lambda f, d: f.job(),
    "sentence": lambda f, d: f.sentence(),
    "colour": lambda f, d: f.color_name(),
    "country": lambda f, d: f.country(),
    "page": lambda f, d: f.url(),
    "file": lambda f, d: f.file_path(),
    "digest": lambda f, d: f.sha256(),
    "flag": lambda f, d: d.choice(("0", "1")),
    "状态": lambda f, d: d.choice(("待付款", "已发货", "已完成", "已关闭", "退款中", "待评价")),
    "商品": lambda f, d: d.choice(("苹果", "香蕉", "黄瓜", "白菜", "电视机", "洗衣机", "充电宝", "牛仔裤", "连衣裙")),
    "分类": lambda f, d: d.choice(("家用电器", "手机数码", "电脑办公", "家居用品", "美妆个护", "母婴玩具", "图书音像")),
}  # fmt: skip


def columns(make: Maker, locale: str) -> Iterator[list[str]]:
    """Columns of values, the same on every run."""
    fake, dice = Faker(locale), random.Random(7)
    fake.seed_instance(7)
    for _ in range(COLUMNS):
        yield [make(fake, dice) for _ in range(PER_COLUMN)]


def figures() -> tuple[dict[tuple[str, str], float], dict[str, float]]:
    """Recall by (kind, country), and the false positives of each trap as a share of its columns."""
    recall: dict[tuple[str, str], float] = {}
    for kind, (category, locales, make) in PERSONAL.items():
        for locale in locales:
            found = [verdict.data_category for c in columns(make, locale) if (verdict := decide(c))]
            recall[kind, locale] = sum(said.startswith(category) for said in found) / COLUMNS
    false = defaultdict(float)
    for trap, make in TRAPS.items():
        false[trap] = sum(decide(column) is not None for column in columns(make, "en_US")) / COLUMNS
    return recall, dict(false)


if __name__ == "__main__":
    recall, false = figures()
    for at, share in recall.items():
        print("recall", *at, share)
    for trap, share in false.items():
        print("false", trap, share)
