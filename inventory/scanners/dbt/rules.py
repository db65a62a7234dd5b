"""Which tags and meta of a dbt project say what a column or model holds?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from inventory.scanners.dbt.artifacts import Marks
from lineage.errors import InvalidInput, did_you_mean
from lineage.model import Classification, FieldId, Form
from lineage.vocabulary import CATEGORIES, check_key

_KEYS = ("tag", "meta", "value", "data_category", "data_subject", "form")
_FORMS = tuple(form.value for form in Form)
_SAYS_A_CATEGORY = frozenset(
    ["data_category", "data_categories", "fides", "fideslang", "pii", "category", "classification"]
)
_DENIALS = frozenset(["false", "no", "none", "0", ""])


@dataclass(frozen=True, slots=True)
class Rule:
    """What a tag, or a key of meta (dotted; with one `value` or any), means; without a category its value names it."""

    tag: str | None = None
    meta: str | None = None
    value: str | None = None
    data_category: str | None = None
    data_subject: str | None = None
    form: Form = Form.RAW

    def categories(self, marks: Marks) -> Iterator[tuple[str, str]]:
        """(category, what said so) for each mark that the rule is about."""
        if self.tag is not None and self.data_category and self.tag.lower() in map(str.lower, marks.tags):
            yield self.data_category, f"dbt-tag:{self.tag}"
        for key, value in marks.meta if self.meta is not None else ():
            if key != self.meta or (self.value.lower() != value.lower() if self.value else value.lower() in _DENIALS):
                continue
            category = self.data_category or value
            if category in CATEGORIES:
                yield category, f"dbt-meta:{self.meta}"


def read_rules(source: str, said: object) -> tuple[Rule, ...]:
    """The `classify` option: a list of rules.  Raises InvalidInput naming the rule and what is wrong with it."""
    if said is None:
        return ()
    if not isinstance(said, list):
        raise InvalidInput(
            f"source {source}: classify: expected a list of rules, like {{tag: pii, data_category: user}}"
        )
    return tuple(_rule(f"source {source}: classify: rule {number}", told) for number, told in enumerate(said, 1))


def _rule(where: str, told: Any) -> Rule:
    if not isinstance(told, dict):
        raise InvalidInput(f"{where}: expected keys with values, like {{tag: pii, data_category: user}}")
    for key in told:
        if key not in _KEYS:
            raise InvalidInput(f"{where}: unknown key {key!r}{did_you_mean(str(key), _KEYS)}")
    texts = {key: _said(value) for key, value in told.items()}
    if ("tag" in told) == ("meta" in told):
        raise InvalidInput(f"{where}: expected a tag, or a key of meta (such as privacy.kind)")
    if "tag" in told and ("value" in told or "data_category" not in told):
        raise InvalidInput(f"{where}: a tag has no value, and needs a data_category")
    form = texts.pop("form", Form.RAW.value)
    try:
        for key, kind in (("data_category", "data category"), ("data_subject", "data subject")):
            if key in texts:
                check_key(kind, texts[key])
    except InvalidInput as problem:
        raise InvalidInput(f"{where}: {problem}") from None
    if form not in _FORMS:
        raise InvalidInput(f"{where}: form: {form!r} is none of {', '.join(_FORMS)}{did_you_mean(form, _FORMS)}")
    return Rule(**texts, form=Form(form))


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def classified(node: FieldId, marks: Marks, rules: tuple[Rule, ...]) -> Iterator[Classification]:
    """What the marks of a column or model say it holds: by the rules, else where they name a category themselves."""
    found = {(*said, rule.data_subject, rule.form) for rule in rules for said in rule.categories(marks)}
    found = found or {(*said, None, Form.RAW) for said in _named(marks)}
    for category, why, subject, form in sorted(found, key=repr):
        yield Classification(node, category, subject, form, rules=(why,))


def _named(marks: Marks) -> Iterator[tuple[str, str]]:
    """Marks that are a category of the vocabulary; a bare ``user`` only where the key says that it is one."""
    for tag in marks.tags:
        if "." in tag and tag in CATEGORIES:
            yield tag, "dbt-tag"
    for key, value in marks.meta:
        if value in CATEGORIES and ("." in value or key.rpartition(".")[2].lower() in _SAYS_A_CATEGORY):
            yield value, f"dbt-meta:{key}"
