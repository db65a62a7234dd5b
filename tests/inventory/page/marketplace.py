"""An invented marketplace, Heyu, told whole and in both languages: what a page with nothing left open is made from."""

from __future__ import annotations

from typing import Any

Entries = dict[str, list[dict[str, Any]]]
DAY = "2026-06-15"


def _both(zh: str, en: str) -> dict[str, str]:
    return {"zh-Hans": zh, "en": en}


PARTIES = [
    {"key": "heyu", "name": "Heyu", "legal_name": _both("禾屿集市（杭州）网络有限公司", "Heyu Market (Hangzhou) Ltd."),
     "own": True, "country": "CN", "registry_id": "91330100EXAMPLE00H", "contact": "privacy@heyu.example"},
    {"key": "beichen", "legal_name": _both("北辰速运有限公司", "Beichen Express Co., Ltd."), "role": "controller",
     "country": "CN", "registry_id": "91310000EXAMPLE01B", "contact": "privacy@beichen.example",
     "privacy_policy": "https://beichen.example/privacy"},
    {"key": "payharbor", "legal_name": _both("汇港支付科技有限公司", "PayHarbor Technology Co., Ltd."),
     "role": "controller", "country": "CN", "contact": "dpo@payharbor.example", "privacy_policy": "https://payharbor.example/privacy"},
    {"key": "adloom", "legal_name": "AdLoom GmbH", "role": "controller", "country": "DE", "registry_id": "HRB 000000 B",
     "contact": "privacy@adloom.example", "privacy_policy": "https://adloom.example/datenschutz"},
    {"key": "lettermill", "legal_name": "Lettermill Ltd.", "role": "processor", "country": "IE",
     "contact": "dpo@lettermill.example"},
    {"key": "dunan", "legal_name": _both("盾安风险控制有限公司", "Dun'an Risk Control Co., Ltd."),
     "role": "processor", "country": "CN", "contact": "+86 571 5555 0100"},
    {"key": "tax", "legal_name": _both("杭州市税务局", "Hangzhou Tax Service"),
     "role": "authority", "country": "CN", "contact": "https://tax.example/contact"},
    {"key": "chenguang", "legal_name": _both("晨光家居用品有限公司", "Chenguang Home Goods Co., Ltd."),
     "role": "controller", "country": "CN", "registry_id": "91440300EXAMPLE06C",
     "contact": "service@chenguang.example"},
    {"key": "lanjing", "legal_name": _both("蓝鲸客服云有限公司", "Lanjing Helpdesk Cloud Co., Ltd."),
     "role": "processor", "country": "CN", "contact": "privacy@lanjing.example"},
]  # fmt: skip

SYSTEMS = [
    {"key": "accounts", "operator": "heyu", "country": "CN", "encrypted_at_rest": True, "data_subject": "customer",
     "namespaces": ["postgres://pg-core-01.heyu.example:5432"]},
    {"key": "orders", "operator": "heyu", "country": "CN", "encrypted_at_rest": True, "data_subject": "customer"},
    {"key": "events", "operator": "heyu", "country": "CN", "data_subject": "customer"},
    {"key": "beichen-api", "operator": "beichen", "country": "CN", "data_uses": ["essential.service"]},
    {"key": "payharbor-api", "operator": "payharbor", "country": "CN",
     "data_uses": ["essential.service.payment_processing"]},
    {"key": "adloom-api", "operator": "adloom", "country": "DE", "data_uses": ["marketing.advertising.serving"]},
    {"key": "lettermill-api", "operator": "lettermill", "country": "IE",
     "data_uses": ["essential.service.notifications.email"]},
    {"key": "dunan-api", "operator": "dunan", "country": "CN", "data_uses": ["essential.fraud_detection"]},
    {"key": "tax-portal", "operator": "tax", "country": "CN", "data_uses": ["essential.legal_obligation"]},
    {"key": "seller-desk", "operator": "chenguang", "country": "CN", "data_uses": ["essential.service"]},
    {"key": "lanjing-desk", "operator": "lanjing", "country": "CN",
     "data_uses": ["essential.service.operations.support"]},
]  # fmt: skip

FIELDS = {
    "accounts:heyu.public.users#email_addr": "user.contact.email",
    "accounts:heyu.public.users#mobile_no": "user.contact.phone_number",
    "accounts:heyu.public.users#nick_name": "user.account.username",
    "accounts:heyu.public.users#birth_dt": "user.demographic.date_of_birth",
    "orders:ship_to#receiver_name": "user.name",
    "orders:ship_to#street_line": "user.contact.address.street",
    "orders:ship_to#city_name": "user.contact.address.city",
    "orders:payments#card_no": "user.financial.credit_card",
    "orders:order_lines#sku_list": "user.behavior.purchase_history",
    "events:sessions#device_uid": "user.device.device_id",
    "events:sessions#client_ip": "user.device.ip_address",
    "events:searches#query_text": "user.behavior.search_history",
}

SIGN_UP = _both("注册页面", "Sign-up page")
CHECKOUT = _both("结账页面", "Checkout")
VISIT = _both("打开应用时由设备自动提供", "Provided by your device when the app opens")

COLLECTIONS = [
    {"field": "accounts:heyu.public.users#email_addr", "point": SIGN_UP, "required": False},
    {"field": "accounts:heyu.public.users#mobile_no", "point": SIGN_UP, "required": True},
    {"field": "accounts:heyu.public.users#nick_name", "point": SIGN_UP, "required": True},
    {"field": "accounts:heyu.public.users#birth_dt", "point": _both("账户设置", "Account settings"), "required": False},
    {"field": "orders:ship_to#receiver_name", "point": CHECKOUT, "required": True},
    {"field": "orders:ship_to#street_line", "point": CHECKOUT, "required": True},
    {"field": "orders:ship_to#city_name", "point": CHECKOUT, "required": True},
    {"field": "orders:payments#card_no", "point": CHECKOUT, "required": True, "consent": "cards"},
    {"field": "orders:order_lines#sku_list", "point": _both("您下单时", "When you place an order"), "required": True},
    {"field": "events:sessions#device_uid", "point": VISIT, "required": True},
    {"field": "events:sessions#client_ip", "point": VISIT, "required": True},
    {"field": "events:searches#query_text", "point": _both("搜索框", "Search box"), "required": False},
]

CONSENTS = [
    {"key": "ads", "kind": "separate",
     "text": _both("让 AdLoom 向我展示与我购物相关的广告", "Let AdLoom show me advertisements that fit what I buy")},
    {"key": "cards", "kind": "separate", "text": _both("保存我的银行卡以便付款", "Keep my bank card for paying")},
]  # fmt: skip

SHIPPED = _both("卖家发货后", "After the seller ships your order")
PAID = _both("您付款时", "When you pay")
ORDERED = _both("您下单后", "After you place an order")
SIGNED_IN = _both("登录和付款时", "When you sign in and when you pay")


def _flow(source: str, target: str, **more: Any) -> dict[str, Any]:
    return {"source": source, "target": target, "encrypted_in_transit": True, **more}


FLOWS = [
    _flow("orders:ship_to#receiver_name", "beichen-api:parcels#consignee", trigger=SHIPPED),
    _flow("orders:ship_to#street_line", "beichen-api:parcels#street_1", trigger=SHIPPED),
    _flow("orders:ship_to#city_name", "beichen-api:parcels#city_1", trigger=SHIPPED),
    _flow("accounts:heyu.public.users#mobile_no", "beichen-api:parcels#phone_no", trigger=SHIPPED),
    _flow("orders:payments#card_no", "payharbor-api:charges#pan_no", trigger=PAID, consent="cards"),
    _flow("accounts:heyu.public.users#email_addr", "adloom-api:audience#email_sha", consent="ads", function="sha256",
          masking=True, trigger=_both("您打开“个性化广告”后", "After you turn on personalised advertising")),
    {"source": "events:sessions#device_uid", "target": "adloom-api:audience#device_uid", "consent": "ads",
     "trigger": _both("您打开“个性化广告”后", "After you turn on personalised advertising")},
    _flow("accounts:heyu.public.users#email_addr", "lettermill-api:mails#rcpt_to",
          trigger=_both("下单、发货和修改密码时", "When you order, when we ship, and when you change your password")),
    _flow("accounts:heyu.public.users#mobile_no", "dunan-api:risk_checks#msisdn", trigger=SIGNED_IN),
    _flow("events:sessions#device_uid", "dunan-api:risk_checks#device_uid", trigger=SIGNED_IN),
    _flow("events:sessions#client_ip", "dunan-api:risk_checks#client_ip", trigger=SIGNED_IN),
    _flow("orders:order_lines#sku_list", "tax-portal:vat_returns#line_items",
          trigger=_both("每季度申报时", "With each quarterly return")),
    _flow("orders:ship_to#receiver_name", "seller-desk:inbox#buyer_name", trigger=ORDERED),
    _flow("orders:ship_to#street_line", "seller-desk:inbox#buyer_street", trigger=ORDERED),
    _flow("orders:order_lines#sku_list", "seller-desk:inbox#sku_list", trigger=ORDERED),
    _flow("seller-desk:inbox#buyer_name", "lanjing-desk:tickets#buyer_name",
          trigger=_both("您联系卖家客服时", "When you contact the seller's support")),
]  # fmt: skip


def _authorization(key: str, recipient: str, role: str, categories: list[str], uses: list[str], **more: Any) -> Any:
    kind = {"processor": "processing-agreement", "authority": "law"}.get(role, "contract")
    return {
        "key": key, "recipient": recipient, "role": role, "data_categories": categories, "data_uses": uses,
        "data_subjects": ["customer"], "form": "raw", "instrument": {"kind": kind, "ref": f"{key}/2026"},
        "countries": ["CN"], "valid_from": "2026-01-01", **more,
    }  # fmt: skip


AUTHORIZATIONS = [
    _authorization("H-1", "beichen", "controller", ["user.name", "user.contact"], ["essential.service"],
                   legal_basis="contract"),
    _authorization("H-2", "payharbor", "controller", ["user.financial"], ["essential.service.payment_processing"],
                   legal_basis="consent", consent="cards"),
    _authorization("H-3", "adloom", "controller", ["user.contact.email", "user.device"], ["marketing.advertising"],
                   legal_basis="consent", consent="ads", countries=["DE"], transfer=["pipl:standard-contract"]),
    _authorization("H-4", "lettermill", "processor", ["user.contact.email"], ["essential.service"], countries=["IE"],
                   transfer=["pipl:standard-contract"]),
    _authorization("H-5", "dunan", "processor", ["user.contact", "user.device"], ["essential.fraud_detection"]),
    _authorization("H-6", "tax", "authority", ["user.behavior.purchase_history"], ["essential.legal_obligation"],
                   legal_basis="legal-obligation"),
    _authorization("H-7", "chenguang", "controller",
                   ["user.name", "user.contact.address", "user.behavior.purchase_history"],
                   ["essential.service"], legal_basis="contract"),
    _authorization("H-8", "lanjing", "processor", ["user.name"], ["essential.service"], sender="chenguang"),
]  # fmt: skip

ACTIVITIES = [
    {"key": "account", "system": "accounts", "data_use": "essential.service", "legal_basis": "contract",
     "data_categories": ["user.contact", "user.account"],
     "necessity": _both("没有它就无法登录或送达通知", "Without it you cannot sign in or be told about your order")},
    {"key": "birthday", "system": "accounts", "data_use": "personalize", "legal_basis": "consent",
     "data_categories": ["user.demographic"]},
    {"key": "delivery", "system": "orders", "data_use": "essential.service", "legal_basis": "contract",
     "data_categories": ["user.name", "user.contact", "user.behavior.purchase_history"],
     "necessity": _both("没有地址就无法送货", "Nothing can be delivered without an address")},
    {"key": "payment", "system": "orders", "data_use": "essential.service.payment_processing",
     "legal_basis": "consent", "data_categories": ["user.financial"]},
    {"key": "security", "system": "events", "data_use": "essential.service.security",
     "legal_basis": "legal-obligation", "data_categories": ["user.device"]},
    {"key": "search", "system": "events", "data_use": "personalize.content", "legal_basis": "consent",
     "data_categories": ["user.behavior.search_history"]},
]  # fmt: skip

RETENTION = [
    {"key": "accounts", "systems": ["accounts"], "rule": _both("直至您注销账户", "until you close your account"),
     "after": "erase"},
    {"key": "orders", "systems": ["orders"], "period": "P3Y",
     "rule": _both("电子商务法规定的交易记录保存期限", "the time the e-commerce law sets for records of sales"),
     "after": "erase"},
    {"key": "events", "systems": ["events"], "period": "P6M", "after": "anonymise"},
    {"key": "at-beichen", "recipients": ["beichen"], "period": "P1M", "after": "erase"},
    {"key": "at-payharbor", "recipients": ["payharbor"], "period": "P5Y",
     "rule": _both("反洗钱规定", "rules against money laundering"), "after": "archive"},
    {"key": "at-adloom", "recipients": ["adloom"], "period": "P90D", "after": "erase"},
    {"key": "at-lettermill", "recipients": ["lettermill"], "period": "P30D", "after": "erase"},
    {"key": "at-dunan", "recipients": ["dunan"], "period": "P180D", "after": "erase"},
    {"key": "at-tax", "recipients": ["tax"], "rule": _both("税收征管法规定的期限", "the time set by tax law")},
    {"key": "at-chenguang", "recipients": ["chenguang"], "period": "P1Y6M", "after": "erase"},
    {"key": "at-lanjing", "recipients": ["lanjing"], "period": "P1Y", "after": "erase"},
]  # fmt: skip

_PRIVACY = _both("设置 › 隐私", "Settings › Privacy")
CONTROLS = [
    {"key": "stop-ads", "kind": "consent-withdrawal", "where": _both("设置 › 广告", "Settings › Advertising"),
     "name": _both("关闭个性化广告", "Turn off personalised advertising")},
    {"key": "stop-ranking", "kind": "personalisation-off", "systems": ["events"], "where": _PRIVACY,
     "name": _both("关闭个性化推荐", "Turn off recommendations")},
    {"key": "object", "kind": "objection", "where": _PRIVACY, "name": {}},
    {"key": "erase", "kind": "deletion", "where": _PRIVACY, "name": _both("删除信息", "Delete my data"),
     "url": "https://heyu.example/privacy/erase"},
    {"key": "copy", "kind": "copy", "where": _PRIVACY, "name": _both("下载我的信息", "Download my data")},
    {"key": "correct", "kind": "correction", "where": _both("设置 › 账户", "Settings › Account")},
]  # fmt: skip
CHANNELS = [
    {"key": "dpo", "kind": "email", "address": "privacy@heyu.example", "answers_within": "P15D",
     "languages": ["zh-Hans", "en"]},
    {"key": "line", "kind": "phone", "address": "+86 571 5555 0199", "answers_within": "P1D", "languages": ["zh-Hans"]},
]  # fmt: skip
REVIEWS = [
    {"key": "2026", "scope": ["accounts", "orders"], "interval": "P1Y", "last": "2026-03-01", "by": "privacy office",
     "outcome": _both("未发现问题，缩短了一项保存期限", "No problem found; one period was shortened")},
]  # fmt: skip
TRAININGS = [
    {"key": "support", "audience": _both("客服人员", "Support staff"), "interval": "P6M", "last": "2026-04-10"},
    {"key": "engineers", "audience": _both("工程师", "Engineers"), "interval": "P1Y"},
]


def marketplace(**changed: list[dict[str, Any]]) -> Entries:
    """All entries of the marketplace, with whole lists replaced."""
    classifications = [
        {"field": field, "data_category": category, "data_subject": "customer"} for field, category in FIELDS.items()
    ]
    return {
        "parties": PARTIES, "systems": SYSTEMS, "classifications": classifications, "collections": COLLECTIONS,
        "consents": CONSENTS, "flows": FLOWS, "authorizations": AUTHORIZATIONS, "activities": ACTIVITIES,
        "retention": RETENTION, "controls": CONTROLS, "channels": CHANNELS, "reviews": REVIEWS,
        "trainings": TRAININGS, **changed,
    }  # fmt: skip
