"""Why must the page not be published?  Every reason at once, each with the way out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inventory.disclosure.content import Body, Disclosure, Handover, Item, Text
from inventory.disclosure.words import share_id
from lineage.checks import unlabelled_field
from lineage.errors import InvalidInput, did_you_mean
from lineage.judgement import Judgement

CELLS = (
    "legal-name", "contact", "channel", "country", "purpose", "legal-basis", "transfer", "control", "collection", "use",
)  # fmt: skip
"""What the page must say but may leave open if that is allowed by name."""
FIXED = ("retention",)
"""What no page may leave open: a period, or the rule that fixes it (Order 790 art. 21, GDPR 13(2)(a))."""
LONGEST = 400
"""Characters in one free text or name; what is longer is not written for a reader."""

_VAGUE = re.compile(
    r"\b(partners?|affiliates?|etc|third[- ]part(y|ies) providers?|including but not limited to)\b"
    r"|(?<![平均初中高优上下对同劣])等(?![级待于同候价式额离])|包括但不限于|合作伙伴|关联公司",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z0-9_.:/#$\-]+")


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """One thing that stands against publishing; `kind` is a key of `KINDS`."""

    kind: str
    text: str


KINDS = {
    "share": "shares that nothing authorises: authorise exactly this, or stop the flow",
    "unlabelled": "fields that go to others though nobody looked what they hold",
    "cell": "what the page must say and nobody entered: enter it, or allow it by name (publish: allow_unknown:)",
    "words": "words that may not stand on a public page: change them where they were entered",
}


def reasons(judgement: Judgement, disclosure: Disclosure, allowed: Iterable[str]) -> tuple[Reason, ...]:
    """Everything that stands against publishing, by kind, then sorted; without repetition."""
    found = {
        *(Reason("share", text) for text in _unauthorized(judgement)),
        *(Reason("unlabelled", finding.message) for finding in unlabelled_field.check(judgement)),
        *(Reason("cell", text) for text in _unknown(judgement, disclosure, frozenset(allowed))),
        *(Reason("words", text) for text in (*_vague_names(disclosure), *_bad_words(judgement, disclosure))),
    }
    order = list(KINDS)
    return tuple(sorted(found, key=lambda reason: (order.index(reason.kind), reason.text)))


def worded(against: tuple[Reason, ...]) -> str:
    """The reasons as a person reads them: a heading for each kind, then one line for each reason."""
    lines = [f"the page is not published, for {_counted(len(against), 'reason')}"]
    for kind, heading in KINDS.items():
        told = [reason.text for reason in against if reason.kind == kind]
        if told:
            lines += [f"{heading} ({len(told)})", *(f"  - {text}" for text in told)]
    return "\n".join(lines)


def check_allowed(allowed: Iterable[str], parties: Iterable[str]) -> None:
    """Raises InvalidInput for what is not a cell, a ``party:cell``, or may not be unknown at all."""
    known = sorted(parties)
    for entry in allowed:
        party, _, cell = entry.rpartition(":")
        if cell in FIXED:
            raise InvalidInput(
                f"allow_unknown: {entry!r} cannot be allowed; enter under `retention` a period, or the rule that "
                "fixes it"
            )
        if cell not in CELLS:
            raise InvalidInput(
                f"allow_unknown: no cell {entry!r}{did_you_mean(cell, CELLS)}; known: {', '.join(CELLS)}"
            )
        if party and party not in known:
            raise InvalidInput(f"allow_unknown: {entry!r} names no party{did_you_mean(party, known)}")


# -- shares and cells -------------------------------------------------------------------------------------


def _unauthorized(judgement: Judgement) -> Iterator[str]:
    world = judgement.world
    for share in judgement.shares:
        if share.authorized:
            continue
        what = f"{world.ref(share.source)} to {world.ref(share.target)}: {share.data_category}"
        if share.recipient is None:
            yield f"{what} goes to a place nobody is known to operate; enter its system with an operator"
        else:
            failed = "no authorization" if share.authorization is None else f"fails on {', '.join(share.failed)}"
            nearest = f" of {share.authorization}" if share.authorization else ""
            yield f"{what} goes to {world.party_name(share.recipient)} ({failed}{nearest})"


def _unknown(judgement: Judgement, disclosure: Disclosure, allowed: frozenset[str]) -> Iterator[str]:
    bare = {share_id(judgement.graph, share) for share in judgement.shares if not share.authorized}
    for party, what, cell, way_out in _open_cells(disclosure, bare):
        names = [cell, *([f"{party}:{cell}"] if party else [])]
        if not allowed.intersection(names):
            able = "" if cell in FIXED else f" (to allow: {names[-1]})"
            yield f"{what}: {cell} is not known; {way_out}{able}"


def _open_cells(disclosure: Disclosure, bare: set[str]) -> Iterator[tuple[str | None, str, str, str]]:
    """(party, what is concerned, cell, way out) of everything that would be printed as not established.

    Handovers of `bare` shares, which nothing authorises, are left out: that is the reason to tell of them.
    """
    for operator in disclosure.operators:
        if not operator.name:
            yield operator.key, "we ourselves", "legal-name", "give our own party a legal_name"
    if not disclosure.contacts:
        yield None, "we ourselves", "channel", "enter under channels where people can ask, and how fast we answer"
    bodies = {r.body.id: r.body for r in disclosure.recipients}
    for body in bodies.values():
        for cell, way_out in _missing_of_body(body):
            yield body.key, _called(body), cell, way_out
    for item in disclosure.items:
        for cell, way_out in _missing_of_item(item):
            yield None, item.category, cell, way_out
        for handover in item.handovers:
            if bare.intersection(handover.shares):
                continue
            body = bodies[handover.recipient]
            for cell, way_out in _missing(handover):
                yield body.key, f"{item.category} to {_called(body)}", cell, way_out


def _missing_of_body(body: Body) -> Iterator[tuple[str, str]]:
    if not body.name:
        yield "legal-name", "give the party a legal_name"
    if not body.contact:
        yield "contact", "give the party a contact"


def _missing_of_item(item: Item) -> Iterator[tuple[str, str]]:
    if not item.collected:
        yield "collection", "enter under collections where people give it, or where we make it"
    if item.held and not item.uses:
        yield "use", "enter an activity for it, or give the systems that hold it data_uses"
    if None in item.keeping:
        yield "retention", "enter a retention for each system of ours that holds it"
    elif any(keeping and not keeping.after for keeping in item.keeping):
        yield "retention", "say what happens after it: erase, anonymise or archive"


def _missing(handover: Handover) -> Iterator[tuple[str, str]]:
    if not handover.purpose:
        yield "purpose", "give the flow, the dataset or the system a data use"
    if not handover.countries:
        yield "country", "give the recipient's system or the party a country"
    if handover.role != "processor" and not handover.basis:
        yield "legal-basis", "give the authorization a legal_basis"
    if handover.keeping is None:
        yield "retention", "enter a retention for the recipient"
    if any(transfer.mechanism is None for transfer in handover.transfers):
        yield "transfer", "give the authorization a mechanism of the sender's law"
    if not handover.remedies:
        basis = "that withdraws the consent " if handover.condition == "consent" else ""
        yield "control", f"enter a control {basis}for the systems it is in"


def _called(body: Body) -> str:
    return body.name[0][1] if body.name else body.key


# -- words ------------------------------------------------------------------------------------------------


def _vague_names(disclosure: Disclosure) -> Iterator[str]:
    for body in (recipient.body for recipient in disclosure.recipients):
        for _, name in body.name:
            if not body.registry_id and (vague := _VAGUE.search(name)):
                yield (
                    f"recipient {_short(name)} reads as a class ({vague.group()!r}), not as a legal person; "
                    "name each one, or give its registry_id"
                )


def _bad_words(judgement: Judgement, disclosure: Disclosure) -> Iterator[str]:
    internal = _internal_names(judgement)
    for words in set(free_words(disclosure)):
        if vague := _VAGUE.search(words):
            yield f"{_short(words)} says {vague.group()!r}; name everything and everybody, leave nothing open"
        if leaks := sorted(_tokens(words) & internal):
            yield f"{_short(words)} tells an internal name ({_short(leaks[0])}); say it in the reader's words"
    for words in {*free_words(disclosure), *_names(disclosure)}:
        if len(words) > LONGEST:
            yield f"{_short(words)} has {len(words)} characters; say it in at most {LONGEST}"


def free_words(disclosure: Disclosure) -> Iterator[str]:
    """Everything on the page that people wrote freely: no ids, keys, addresses or names of parties."""
    for remedy in disclosure.remedies:
        yield from _words(remedy.name, remedy.where)
    for exercise in disclosure.exercises:
        yield from _words(exercise.audience, exercise.outcome)
    for contact in disclosure.contacts:
        yield contact.kind
    for item in disclosure.items:
        yield from _words(item.name, *(use.necessity for use in item.uses), *(k.rule for k in item.keeping if k))
        yield from _words(*(c.point for c in item.collected), *(c.consent.text for c in item.collected if c.consent))
        for handover in item.handovers:
            yield from _words(*handover.scenes, handover.agreement.text if handover.agreement else ())
            yield from _words(handover.keeping.rule if handover.keeping else ())


def _names(disclosure: Disclosure) -> Iterator[str]:
    """Names and addresses, which are what they are: only their length is looked at."""
    for body in (*disclosure.operators, *(r.body for r in disclosure.recipients)):
        yield from _words(body.name)
        yield from filter(None, (body.registry_id, body.contact, body.privacy_policy))
    yield from (contact.address for contact in disclosure.contacts)
    yield from (remedy.url for remedy in disclosure.remedies if remedy.url)


def _words(*texts: Text) -> Iterator[str]:
    yield from (words for text in texts for _, words in text)


def _short(words: str) -> str:
    return repr(words if len(words) <= 60 else f"{words[:57]}...")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count > 1)}"


def _internal_names(judgement: Judgement) -> frozenset[str]:
    """Names of hosts, datasets and fields that are not also everyday words."""
    names: set[str] = set()
    for node in judgement.graph.nodes:
        authority = node.namespace.partition("://")[2] or node.namespace
        names |= {node.namespace, authority, authority.split("/")[0].rpartition("@")[2].split(":")[0]}
        names |= {node.name, node.field, *node.name.split("."), *node.name.split("/")}
    return frozenset(name.lower() for name in names if _is_technical(name))


def _is_technical(name: str) -> bool:
    joined = re.search(r"[A-Za-z0-9][_.:/$][A-Za-z0-9]", name) is not None
    return len(name) >= 4 and (joined or re.search(r"[a-z][A-Z]", name) is not None)


def _tokens(words: str) -> set[str]:
    whole = {token.strip(".:/#-") for token in _WORD.findall(words)}
    return {part.lower() for token in whole for part in (token, *re.split(r"[#:/]", token))}
