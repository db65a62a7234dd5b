"""Why must the page not be published?  Every reason at once, each with the way out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set

from inventory.disclosure.content import Body, Disclosure, Handover
from lineage.errors import InvalidInput, did_you_mean
from lineage.judgement import Judgement

CELLS = ("purpose", "legal-name", "country", "contact", "legal-basis", "transfer", "control")
"""What a share must have on the page but may lack there if it is allowed by name."""
FIXED = ("retention",)
"""What no page may leave open: a period, or the rule that fixes it (Order 790 art. 21, GDPR 13(2)(a))."""
LONGEST = 400

_VAGUE = re.compile(
    r"\b(partners?|affiliates?|etc|third[- ]part(y|ies) providers?|including but not limited to)\b"
    r"|(?<![平均初中高优上下对同劣])等(?![级待于同候价式额离])|包括但不限于|合作伙伴|关联公司",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z0-9_.:/#$\-]+")


def reasons(judgement: Judgement, disclosure: Disclosure, allowed: Set[str]) -> tuple[str, ...]:
    """Everything that stands against publishing, sorted and without repetition."""
    found = {
        *_unauthorized(judgement),
        *_unknown(disclosure, allowed),
        *_vague_names(disclosure),
        *_bad_words(judgement, disclosure),
    }
    return tuple(sorted(found))


def check_allowed(allowed: Iterable[str]) -> None:
    """Raises InvalidInput for what is not a cell, a ``recipient:cell``, or may not be unknown at all."""
    for entry in allowed:
        cell = entry.rpartition(":")[2]
        if cell in FIXED:
            raise InvalidInput(
                f"allow_unknown: {entry!r} cannot be allowed; "
                "enter under `retention` a period, or the rule that fixes it"
            )
        if cell not in CELLS:
            raise InvalidInput(
                f"allow_unknown: no cell {entry!r}{did_you_mean(cell, CELLS)}; known: {', '.join(CELLS)}"
            )


def _unauthorized(judgement: Judgement) -> Iterator[str]:
    world = judgement.world
    for share in judgement.shares:
        if not share.authorized:
            yield (
                f"{share.data_category} goes to {world.party_name(share.recipient)} without authorization "
                f"({', '.join(share.failed)}); authorise exactly this or cut the flow into {world.ref(share.target)}"
            )


def _unknown(disclosure: Disclosure, allowed: Set[str]) -> Iterator[str]:
    bodies = {r.body.id: r.body for r in disclosure.recipients}
    for handover in disclosure.handovers:
        body = bodies[handover.recipient]
        for cell, way_out in _missing(handover, body):
            if not {cell, f"{body.id.removeprefix('r-')}:{cell}"} & allowed:
                who = body.name or body.id.removeprefix("r-")
                of_party = cell in ("legal-name", "contact")
                what = who if of_party else f"{handover.item} to {who}"
                yield f"{what}: {cell} is not known; {way_out}"


def _missing(handover: Handover, body: Body) -> Iterator[tuple[str, str]]:
    if handover.purpose is None:
        yield "purpose", "give the flow, the dataset or the system a data use"
    if not body.name:
        yield "legal-name", "give the party a legal_name"
    if not handover.countries:
        yield "country", "give the recipient's system or the party a country"
    if not body.contact:
        yield "contact", "give the party a contact"
    if handover.role != "processor" and not handover.basis:
        yield "legal-basis", "give the authorization a legal_basis"
    if handover.keeping is None:
        yield "retention", "enter a retention for the recipient or for the category"
    if handover.abroad and not handover.transfer:
        yield "transfer", "give the authorization its transfer mechanism"
    if not handover.remedies:
        basis = "that withdraws the consent " if handover.condition == "consent" else ""
        yield "control", f"enter a control {basis}for the systems it is in"


def _vague_names(disclosure: Disclosure) -> Iterator[str]:
    for recipient in disclosure.recipients:
        body = recipient.body
        if body.name and not body.registry_id and (vague := _VAGUE.search(body.name)):
            yield (
                f"recipient {body.name!r} reads as a class ({vague.group()!r}), not as a legal person; "
                "name each one, or give its registry_id"
            )


def _bad_words(judgement: Judgement, disclosure: Disclosure) -> Iterator[str]:
    internal = _internal_names(judgement)
    for words in set(free_words(disclosure)):
        shown = words if len(words) <= 60 else f"{words[:57]}..."
        if len(words) > LONGEST:
            yield f"{shown!r} has {len(words)} characters; say it in at most {LONGEST}"
        if vague := _VAGUE.search(words):
            yield f"{shown!r} says {vague.group()!r}; name everything and everybody, leave nothing open"
        if leaks := sorted(_tokens(words) & internal):
            yield f"{shown!r} tells an internal name ({leaks[0]}); say it in the reader's words"


def free_words(disclosure: Disclosure) -> Iterator[str]:
    """Everything on the page that people wrote freely: no ids, keys, addresses or names of parties."""
    for remedy in disclosure.remedies:
        yield from (words for _, words in (*remedy.name, *remedy.where))
    for exercise in disclosure.exercises:
        yield from _words(exercise.audience, exercise.outcome)
    for item in disclosure.items:
        yield from _words(item.name, *(c.point for c in item.collected), *(c.consent for c in item.collected))
        yield from _words(*(u.necessity for u in item.uses), item.keeping.rule if item.keeping else None)
        for handover in item.handovers:
            yield from _words(*handover.scenes, handover.agreement.text if handover.agreement else None)
            yield from _words(handover.keeping.rule if handover.keeping else None)


def _words(*texts: tuple[tuple[str, str], ...] | None) -> Iterator[str]:
    for text in texts:
        yield from (words for _, words in text or ())


def _internal_names(judgement: Judgement) -> frozenset[str]:
    """Names of hosts, datasets and fields that are not also everyday words."""
    names: set[str] = set()
    for node in judgement.graph.nodes:
        authority = node.namespace.partition("://")[2] or node.namespace
        names |= {node.namespace, authority, authority.split("/")[0].rpartition("@")[2].split(":")[0]}
        names |= {node.name, node.field, *node.name.split("."), *node.name.split("/")}
    return frozenset(name for name in names if _is_technical(name))


def _is_technical(name: str) -> bool:
    joined = re.search(r"[A-Za-z0-9][_.:/$][A-Za-z0-9]", name) is not None
    return len(name) >= 4 and (joined or re.search(r"[a-z][A-Z]", name) is not None)


def _tokens(words: str) -> set[str]:
    whole = {token.strip(".:/#-") for token in _WORD.findall(words)}
    return whole | {part for token in whole for part in re.split(r"[#:/]", token)}
