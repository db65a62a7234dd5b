"""How is a share told as a finding: its path, why nothing authorises it, and the ways out?"""

from __future__ import annotations

from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.share import Share
from lineage.vocabulary import label

_WHY = {
    "sender": "is not made out to this sender",
    "category": "does not cover this kind of data",
    "data-use": "does not cover this purpose",
    "subject": "does not cover these people",
    "form": "allows only a less telling form",
    "country": "does not cover every country it goes to",
    "instrument": "rests on the wrong kind of instrument for the role",
    "legal-basis": "names no legal basis",
    "consent": "rests on a consent that does not gate every way here",
    "not-yet-valid": "is not valid yet",
    "expired": "has expired",
}


def lacks_only_agreement(judgement: Judgement, share: Share) -> bool:
    """Is the missing processing agreement of a processor all that is wrong?"""
    if share.failed != ("instrument",):
        return False
    return any(a.key == share.authorization and a.role == "processor" for a in judgement.world.authorizations)


def finding_of(judgement: Judgement, share: Share, check: str, severity: str) -> Finding:
    """A share told as a finding, with its path, reasons and ways out."""
    world = judgement.world
    path = judgement.witness(share)
    party = world.party(share.recipient)
    about = ", ".join(x for x in (party.role if party else None, party.country if party else None) if x)
    use = label(share.data_use) if share.data_use else "an unknown purpose"
    identity = identity_of(judgement, share)
    source, target = identity[:2]
    what = f"{label(share.data_category)} ({share.data_category}, {share.form})"
    message = (
        f"{source} reaches {world.party_name(share.recipient)}{f' ({about})' if about else ''} for {use}: {what}"
        f"{'; the trace is of whole datasets' if share.coarse else ''}; because {_reasons(share)}"
    )
    place = judgement.graph.place_of_flow(share.flow) if share.flow >= 0 else None
    return Finding(
        check,
        severity,
        message,
        identity,
        source,
        target,
        share.recipient,
        path,
        _ways_out(judgement, share, place),
        place,
    )


def identity_of(judgement: Judgement, share: Share) -> tuple[str, ...]:
    """What makes the finding about a share the same tomorrow."""
    graph, world = judgement.graph, judgement.world
    if share.flow >= 0:
        source, target = (graph.ref(int(end[share.flow])) for end in (graph.flow_source, graph.flow_target))
    else:
        source, target = world.ref(share.source), world.ref(share.target)
    return (
        source, target, share.sender or "", share.recipient or "",
        share.data_category, share.data_subject, share.form, share.data_use or "",
        ",".join(c or "?" for c in share.countries), share.point or "",
    )  # fmt: skip


def _reasons(share: Share) -> str:
    if share.recipient is None:
        return "nobody is known to operate where it goes"
    if share.authorization is None:
        return "no authorization for this recipient was entered"
    return f"the nearest authorization {share.authorization} " + ", and ".join(_WHY[part] for part in share.failed)


def _ways_out(judgement: Judgement, share: Share, place: str | None) -> tuple[str, ...]:
    if share.flow < 0:
        ways = [f"stop collecting there ({share.point})"]
    else:
        ways = [f"stop this flow{f' ({place})' if place else ''}"]
    if "consent" in share.failed:
        ways.append("let every way here pass a flow gated by that consent")
    if "form" in share.failed:
        ways.append("send it in the form that is allowed")
    if share.data_use is None:
        ways.append("say what it is for: data_use on the flow, or data_uses on the target's system")
    if share.sender is None:
        ways.append("say who operates where it comes from: an entry under systems with its operator")
    if share.recipient is None:
        ways.append("say who operates it: an entry under systems with its operator")
    elif None in share.countries:
        ways.append("say in which country its system and its recipient are")
    terms = judgement.sharing.verdicts.terms_for(share)
    if terms:
        ways.append(f"authorise exactly this: sharemap add authorization, {_told(terms)}")
    return tuple(ways)


def _told(terms: dict[str, object]) -> str:
    return ", ".join(
        f"{name} [{', '.join(value)}]" if isinstance(value, tuple) else f"{name} {value}"
        for name, value in terms.items()
    )
