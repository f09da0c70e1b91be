"""A verdict turned into effects: the alert as it now is, the ledger's entry, the notifications due. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from alerts.bulletin import Bulletin
from alerts.decide import Verdict, is_late
from alerts.detect import confirming, telling_members
from alerts.message import render
from alerts.route import Routed, routed
from alerts.rules import Rule, RuleSet
from alerts.words import Phrasebook
from marsad.alert import Alert, AlertState, Decision, LedgerEntry, Notification, alert_id, notification_id
from marsad.codes import MessageType
from marsad.log import AlertChanged, Decided, Effect, NotificationDue
from marsad.story import Member, Story

_KINDS = {
    Decision.SEND: (MessageType.ALERT, AlertState.NEW),
    Decision.UPDATE: (MessageType.UPDATE, AlertState.UPDATED),
    Decision.CANCEL: (MessageType.CANCEL, AlertState.CANCELLED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A rule and a story at a moment, with the alert there is."""

    rule: Rule
    rule_set: RuleSet
    story: Story
    members: Sequence[Member]
    alert: Alert | None
    now: datetime


def tell(case: Case, verdict: Verdict, book: Phrasebook) -> tuple[Effect, ...]:
    """The effects of a verdict. A reason that stands in the ledger already is not entered again."""
    if verdict.decision in _KINDS:
        return tuple(_told(case, verdict, book))
    decided = Decided(entry=_entry(case, verdict, alert_id(case.rule.name, case.story.id) if case.alert else None))
    if case.alert is None:
        return (decided,)
    said = f"{verdict.decision}: {verdict.reason}"
    if said == case.alert.untold:
        return ()
    return AlertChanged(alert=replace(case.alert, untold=said)), decided


def entry(decision: Decision, alert: Alert, reason: str, now: datetime) -> LedgerEntry:
    """A ledger entry on an alert as it stands."""
    return LedgerEntry(
        at=now,
        decision=decision,
        rule=alert.rule,
        story=alert.story,
        story_version=alert.story_version,
        reason=reason,
        alert=alert.id,
    )


def note(decision: Decision, rule: str, story: Story, reason: str, now: datetime) -> Decided:
    """A ledger entry on a story that was not alerted."""
    return Decided(
        entry=LedgerEntry(
            at=now, decision=decision, rule=rule, story=story.id, story_version=story.version, reason=reason
        )
    )


def _told(case: Case, verdict: Verdict, book: Phrasebook) -> Iterator[Effect]:
    kind, state = _KINDS[verdict.decision]
    receivers = _receivers(case)
    telling = telling_members(case.rule, case.members)
    late = kind is MessageType.ALERT and is_late(telling or case.members, case.now)
    alert = _alert(case, verdict, state, late=late, receivers=tuple(one.receiver for one in receivers))
    yield AlertChanged(alert=alert)
    yield Decided(entry=_entry(case, _with_receivers(verdict, receivers), alert.id))
    bulletin = Bulletin(
        kind=kind,
        alert=alert.id,
        rule=case.rule,
        story=case.story,
        members=case.members,
        telling=telling,
        sources=alert.sources,
        changed=verdict.changed,
        late=late,
        regions=tuple(
            case.rule_set.regions[name] for name in case.rule.when.regions or () if name in case.story.regions
        ),
    )
    for one in receivers:
        yield NotificationDue(notification=_notification(case, bulletin, one.receiver, book))


def _receivers(case: Case) -> tuple[Routed, ...]:
    """Those that the routes name now, and those that were told before: a correction reaches everyone it concerns."""
    found = {one.receiver: one for one in routed(case.rule_set, case.rule, case.story)}
    for name in case.alert.receivers if case.alert else ():
        found.setdefault(name, Routed(name, "told before"))
    return tuple(one for one in found.values() if case.rule_set.receiver(one.receiver) is not None)


def _alert(case: Case, verdict: Verdict, state: AlertState, *, late: bool, receivers: tuple[str, ...]) -> Alert:
    before, story = case.alert, case.story
    return Alert(
        id=alert_id(case.rule.name, story.id),
        rule=case.rule.name,
        story=story.id,
        severity=case.rule.severity,
        state=state,
        created_at=before.created_at if before else case.now,
        updated_at=case.now,
        reason=verdict.reason,
        story_version=story.version,
        sources=max(confirming(story, case.members), before.sources if before else 0),
        articles=story.members,
        incident=story.incident,
        late=before.late if before else late,
        receivers=receivers,
        told_at=case.now,
        acknowledged_by=before.acknowledged_by if before else None,
        note=before.note if before else "",
    )


def _notification(case: Case, bulletin: Bulletin, name: str, book: Phrasebook) -> Notification:
    receiver = case.rule_set.receiver(name)
    assert receiver is not None
    message = render(bulletin, receiver.language, book)
    return Notification(
        id=notification_id(bulletin.alert, name, case.story.version, bulletin.kind),
        alert=bulletin.alert,
        rule=case.rule.name,
        story=case.story.id,
        receiver=name,
        type=bulletin.kind,
        severity=case.rule.severity,
        language=receiver.language,
        title=message.title,
        body=message.body,
        due_at=case.now,
    )


def _entry(case: Case, verdict: Verdict, alert: str | None) -> LedgerEntry:
    return LedgerEntry(
        at=case.now,
        decision=verdict.decision,
        rule=case.rule.name,
        story=case.story.id,
        story_version=case.story.version,
        reason=verdict.reason,
        alert=alert,
        articles=case.story.members,
        changed=verdict.changed,
    )


def _with_receivers(verdict: Verdict, receivers: Sequence[Routed]) -> Verdict:
    if not receivers:
        return verdict
    told = ", ".join(f"{one.receiver} ({one.reason})" for one in receivers)
    return Verdict(verdict.decision, f"{verdict.reason}; to {told}", verdict.changed, verdict.until)
