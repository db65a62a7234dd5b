"""Personal columns are known by their words in English, Chinese and pinyin; look-alikes are not."""

import csv
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.classification import Column, classify_table, tables
from inventory.classification.lexicon import NOTHING, joined
from inventory.project import OwnWords
from lineage import vocabulary

PSEUDONYM = "user.unique_id.pseudonymous"


def category(name, table="users", beside=(), **more):
    """What the first column is said to hold, in a table that has the columns `beside` too."""
    verdict = classify_table(table, [Column(name, **more), *map(Column, beside)])[0]
    return verdict.data_category if verdict else None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("email", "user.contact.email"),
        ("contactEmail", "user.contact.email"),
        ("receiver_name", "user.name"),
        ("手机号", "user.contact.phone_number"),
        ("xingming", "user.name"),
        ("id_card_no", "user.government_id.national_identification_number"),
        ("gender", "user.demographic.gender"),
        ("session_token", "user.authorization.credentials"),
        ("last_login_ip", "user.device.ip_address"),
    ],
)
def test_words_tell(name, expected):
    assert category(name) == expected


@pytest.mark.parametrize("name", ["email_verified", "is_phone", "updated_at", "email_template", "price"])
def test_flags_times_and_templates_are_not_personal(name):
    assert category(name) is None


def test_a_comment_tells_where_the_name_does_not():
    assert category("f17", comment="手机号码") == "user.contact.phone_number"
    assert category("f17", comment="活动页面链接地址") is None


def test_a_hash_is_known_as_one():
    (verdict,) = classify_table("users", [Column("email_sha256")])
    assert (verdict.data_category, verdict.form) == ("user.contact.email", "hashed")


@pytest.mark.parametrize(
    ("table", "name", "expected"),
    [
        ("address_useraddress", "state", "user.contact.address.state"),
        ("orders", "state", None),
        ("orders", "shipping_state", "user.contact.address.state"),
        ("order_shippingaddress", "country_id", "user.contact.address.country"),
        ("products", "country_id", None),
        ("payment_bankcard", "number", "user.financial.credit_card"),
        ("order_order", "number", None),
        ("people", "image", "user.content.self_image"),
        ("listings", "image", None),
        ("orders", "customer_note", "user.content"),
        ("products", "note", None),
        ("django_session", "session_key", "user.authorization.credentials"),
    ],
)
def test_some_words_tell_only_in_their_place(table, name, expected):
    assert category(name, table) == expected


@pytest.mark.parametrize("name", ["body", "title", "name", "email"])
def test_what_people_write_is_theirs_where_the_table_says_whose_it_is(name):
    assert category(name, "productreview", beside=["user_id"])
    assert name == "email" or category(name, "reviewtemplates") is None


def test_a_number_is_no_text_of_a_person():
    assert category("note", "orders", type="integer") is None


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("carts", Column("owner", references="users#id")),
        ("carts", Column("buyer_id")),
        ("customers", Column("id")),
        ("basket", Column("made_by", references="auth_user#id")),
    ],
)
def test_a_key_of_a_person_is_a_pseudonym(table, column):
    (verdict,) = classify_table(table, [column])
    assert verdict.data_category == PSEUDONYM


@pytest.mark.parametrize(("table", "name"), [("address", "address_id"), ("member_level", "id"), ("orders", "order_id")])
def test_other_keys_are_not(table, name):
    assert category(name, table, type="integer") is None


@pytest.mark.parametrize("name", ["address", "telephone", "city", "name"])
@pytest.mark.parametrize("table", ["warehouses", "partner_partneraddress", "oms_company_address"])
def test_addresses_of_companies_are_not_personal(table, name):
    assert category(name, table) is None or (table, name) == ("warehouses", "telephone")


@pytest.mark.parametrize(
    ("table", "name", "expected"),
    [
        ("t_order", "receiveraddress", "user.contact.address"),
        ("huiyuan", "huiyuanxingming", "user.name"),
        ("huiyuan", "SJH", None),
        ("yuangong", "sfzh", "user.government_id.national_identification_number"),
        ("sys_menu", "name", None),
        ("sys_config", "password", None),
        ("users", "email_count", None),
        ("products", "weight", None),
        ("patients", "weight", "user.biometric.health"),
        ("order_item", "product_name", None),
        ("tickets", "customer_name", "user.name"),
    ],
)
def test_words_run_together_pinyin_and_the_subject_of_the_table(table, name, expected):
    assert category(name, table) == expected


def test_initials_tell_in_a_table_that_is_named_by_them():
    assert category("XM", "hz", beside=["XB", "CSRQ"]) == "user.name"
    assert category("XM", "hz") is None


@pytest.mark.parametrize(
    ("name", "type_", "expected"),
    [
        ("gender", "tinyint(1)", "user.demographic.gender"),
        ("email", "tinyint(1)", None),
        ("phone", "datetime", None),
        ("address", "int", None),
    ],
)
def test_a_column_must_be_able_to_hold_it(name, type_, expected):
    assert category(name, "users", type=type_) == expected


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("用户手机号", "user.contact.phone_number"),
        ("手机号状态", None),
        ("是否验证手机号", None),
        ("商品名称", None),
        ("收货人姓名（必填）", "user.name"),
        ("Customer Email", "user.contact.email"),
        ("Email Template", None),
    ],
)
def test_the_noun_that_ends_a_comment_tells(comment, expected):
    assert category("f17", "t9", comment=comment) == expected


def test_the_table_tells_whose_data_it_is():
    for table, subject in (("employees", "employee"), ("患者信息", "patient"), ("ums_member", None), ("users", None)):
        (verdict,) = classify_table(table, [Column("email")])
        assert verdict.data_subject == subject
    (verdict,) = classify_table("employees", [Column("emergency_phone")])
    assert verdict.data_subject == "next_of_kin"


def test_a_project_adds_words_and_vetoes_that_hold_in_every_table():
    own = OwnWords((("user.workplace", ("firma", "工厂")),), ("phone model", "member id", "电话会议"))
    columns = [Column("firma"), Column("f17", comment="所在工厂"), Column("phone_model", comment="手机号"),
               Column("member_id"), Column("电话会议")]  # fmt: skip
    for table in ("users", "sys_config", "products"):
        firma, factory, *vetoed = classify_table(table, columns, own=own)
        assert firma.data_category == factory.data_category == "user.workplace"
        assert firma.rules == ("own:firma",)
        assert vetoed == [None, None, None]


def test_the_tables_of_words_are_in_order():
    """Every category exists, every kind of table is one that is asked for, no phrase stands twice in one place."""
    rows = list(csv.DictReader(files("inventory.classification").joinpath("lexicon.csv").read_text().splitlines()))
    kinds = {"", "human", "named", "acting", "keyed", "secrets", "people", "worded", "dated", "leading", *tables.KINDS}
    phrases = [(row["where"], joined(phrase)) for row in rows for phrase in row["words"].split(";")]
    assert {row["category"] for row in rows} <= {*vocabulary.CATEGORIES, NOTHING}
    assert {row["where"] for row in rows} == kinds
    assert sorted(phrases) == sorted(set(phrases))


@given(st.text(max_size=400), st.lists(st.text(max_size=400), max_size=4), st.text(max_size=50))
def test_any_names_get_one_verdict_a_column(table, names, comment):
    verdicts = classify_table(table, [Column(name, comment=comment) for name in names], comment=comment)
    assert len(verdicts) == len(names)
    assert verdicts == classify_table(table, [Column(name, comment=comment) for name in names], comment=comment)


@pytest.mark.parametrize("table", ["UserResponse", "CustomerDTO", "PatientOut", "users_created_by"])
def test_schemas_of_people_have_their_keys_however_long_their_names(table):
    (verdict, *_) = classify_table(table, [Column("id"), Column("status"), Column("plan")])
    assert verdict is not None
    assert verdict.data_category == "user.unique_id.pseudonymous"


@pytest.mark.parametrize(
    ("table", "name", "type_", "expected"),
    [
        ("bookings", "booked_for_name", "varchar", "user.name"),
        ("posts", "hidden_by_id", "int", "user.unique_id.pseudonymous"),
        ("orders", "shipping_detail_city", "varchar", "user.contact.address.city"),
        ("checkins", "device_id", "int", None),
        ("gender", "gender", "varchar", None),
        ("enterprise_customers", "name", "varchar", None),
        ("gift_cards", "expires", "datetime", None),
        ("t_ry", "xbdm", "varchar", "user.demographic.gender"),
        ("t_ry", "gysjh", "varchar", "user.contact.phone_number"),
        ("t_ry", "cpmc", "varchar", None),
        ("readings", "dj", "float", None),
    ],
)
def test_kinds_that_other_applications_taught(table, name, type_, expected):
    """Learnt from schemas that are not kept here; each stands for a kind, as docs/classification.md tells."""
    beside = {
        "gender": ("code", "sort_order"),
        "orders": ("shipping_detail_street", "customer_id"),
        "t_ry": ("xm", "sfzh", "lxdh"),
    }
    columns = [Column(name, type_), *(Column(other, "varchar") for other in beside.get(table, ("user_id", "note")))]
    verdict = classify_table(table, columns)[0]
    assert (verdict.data_category if verdict else None) == expected


@pytest.mark.parametrize(
    ("name", "table", "beside", "expected"),
    [
        ("kin_name", "emp_contacts", ["emp_id"], "user.name"),
        ("eec_name", "emp_contacts", ["emp_id", "eec_no", "eec_mobile", "eec_seq", "eec_city"], "user.name"),
        ("latitude", "positions", ["speed", "course", "longitude"], "user.location.precise"),
        ("latitude", "positions", ["title"], None),
        ("name", "customer", ["industry", "credit_code"], None),
        ("imap_password", "channel", ["imap_host", "smtp_host"], None),
        ("admin_comment", "product", ["sku"], None),
        ("relationship_to_patient", "contacts", [], "user.social"),
        ("address1_district", "users", ["address1"], "user.contact.address"),
    ],
)
def test_what_stands_beside_a_column_says_whose_it_is(name, table, beside, expected):
    assert category(name, table, beside) == expected


def test_whether_somebody_has_an_illness_is_told_and_other_flags_are_not():
    assert category("f1", comment="是否过敏", type="tinyint(1)") == "user.health_and_medical"
    assert category("f1", comment="是否手机号", type="tinyint(1)") is None


def test_a_card_is_of_the_kind_that_its_comment_says():
    assert category("card_no", comment="就诊卡号") == "user.health_and_medical.record_id"
    assert category("card_no", comment="卡号") == "user.financial.credit_card"


def test_things_are_in_the_care_of_somebody():
    assert category("f3", "material", comment="保管员") == "user.name"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cust_nm", "user.name"),
        ("emp_mob", "user.contact.phone_number"),
        ("gndr", "user.demographic.gender"),
        ("driver_license_front_url", "user.government_id.drivers_license_number"),
        ("passport_expiry_date", "user.government_id.passport_number"),
        ("fk_user_author", PSEUDONYM),
        ("fk_i_user_id", PSEUDONYM),
        ("email_confirm_token", "user.authorization.credentials"),
        ("attendees_number", None),
    ],
)
def test_short_forms_documents_keys_and_counts(name, expected):
    assert category(name) == expected


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("身份证反面", "user.government_id.national_identification_number"),
        ("驾驶证有效期", "user.government_id.drivers_license_number"),
        ("医生名称", "user.name"),
        ("商户号", None),
    ],
)
def test_a_chinese_owner_and_the_sides_and_dates_of_a_document(comment, expected):
    assert category("f17", comment=comment) == expected


def test_who_leads_a_company_is_named_there_and_its_own_telephone_is_not_theirs():
    beside = ["leader", "dept_name"]
    assert category("leader", "sys_dept") == "user.name"
    assert category("phone", "sys_dept", beside) == "user.contact.phone_number"
    assert category("tel", "sys_dept") is None
    assert category("f17", "sys_dept", beside, comment="部门电话") is None


def test_accounts_with_a_line_of_business_are_companies():
    assert category("phone", "accounts", ["email"]) == "user.contact.phone_number"
    assert category("phone", "accounts", ["email", "industry", "annual_revenue"]) is None


def test_a_first_uid_beside_others_is_the_key_of_the_row():
    assert category("uid", "t_blog", ["title", "admin_uid"]) is None
    assert category("uid", "t_blog", ["title"]) == PSEUDONYM


def test_letters_are_told_by_from_and_to_and_wages_by_the_table():
    assert category("cc", "ticket_articles", ["from", "to", "ticket_id", "created_by_id"]) == "user.contact.email"
    assert category("deductions", "salaries", ["employee_id"]) == "user.financial"
    assert category("deductions", "games", ["player_count"]) is None
