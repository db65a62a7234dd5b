"""Which of the promises that were entered holds for an item: how long it is kept, and what a reader can do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from inventory.disclosure.content import Keeping, Remedy
from inventory.disclosure.words import clean, slug, told
from lineage.model import ALL, Control, Retention
from lineage.share import Share
from lineage.vocabulary import covers
from lineage.world import World

_STOPS = ("consent-withdrawal", "personalisation-off", "objection")
_OTHERS = ("deletion", "correction", "access", "copy", "portability", "explanation", "account-closing")
_ORDER = {kind: place for place, kind in enumerate((*_STOPS, *_OTHERS))}


def among(entries: Sequence[str], category: str) -> bool:
    """Is a category among the entries of a promise?  No entries promise for all."""
    return not entries or any(e == ALL or covers(e, category) for e in entries)


def keeping_there(world: World, share: Share, *, bound: bool) -> Keeping | None:
    """How long the recipient keeps it: what is said for the recipient or the system it goes to.

    What is said for a category alone is our own rule: it holds there only where the recipient is `bound` by our
    instructions.
    """
    there = {s.key for s in world.systems_of(share.target)}
    return _nearest(
        (
            r
            for r in world.retentions
            if among(r.data_categories, share.data_category)
            and (not r.systems or there & set(r.systems))
            and (not r.recipients or share.recipient in {world.head(p) for p in r.recipients})
            and (r.recipients or r.systems or (bound and r.data_categories))
        ),
        share.data_category,
    )


def keeping_here(world: World, category: str, system: str) -> Keeping | None:
    """How long we keep it ourselves in one of our systems."""
    return _nearest(
        (
            r
            for r in world.retentions
            if not r.recipients and among(r.data_categories, category)
            and (system in r.systems if r.systems else r.data_categories)
        ),
        category,
    )  # fmt: skip


def _nearest(fitting: Iterable[Retention], category: str) -> Keeping | None:
    """The one said for the narrowest case; a retention with neither period nor rule says nothing."""

    def narrow(r: Retention) -> tuple[bool, int, bool, str, str]:
        depth = max((len(e) for e in r.data_categories if e != ALL and covers(e, category)), default=0)
        return (not r.recipients, -depth, not r.systems, r.key, repr(r))

    saying = [r for r in fitting if r.period or clean(r.rule)]
    best = min(saying, key=narrow, default=None)
    return Keeping(best.period, told(best.rule, best.wording), best.after) if best else None


def remedies_for(controls: Iterable[Control], systems: Iterable[str], *, consented: bool) -> tuple[Remedy, ...]:
    """What a reader can do about data in these systems, the most fitting first.

    Where the basis is consent, something that stops it must be among them (PIPL art. 15, GDPR art. 7(3)):
    without one there is no remedy worth printing, and none is returned.
    """
    there = set(systems)
    fitting = [c for c in controls if not c.systems or there & set(c.systems)]
    if not consented:
        fitting = [c for c in fitting if c.kind != "consent-withdrawal"]
    elif not any(c.kind in _STOPS for c in fitting):
        return ()
    return tuple(map(remedy, sorted(fitting, key=lambda c: (_ORDER.get(c.kind, len(_ORDER)), c.key, repr(c)))))


def remedy(control: Control) -> Remedy:
    """A control as the page prints it."""
    name, where = told("", control.name), told("", control.where)
    return Remedy(f"c-{slug(control.key)}", control.kind, name, where, clean(control.url))
