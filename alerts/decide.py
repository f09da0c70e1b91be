"""Decide whether a rule's alert goes out now. Pure: the clock is an argument, the reason is part of the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from alerts.detect import Match, Miss, confirming, holds
from alerts.material import material, reversed_status
from alerts.rules import Rule, Updates
from marsad.alert import Alert, AlertState, Change, Decision, Hold
from marsad.codes import Status
from marsad.story import Member, Story

LATE: Final = timedelta(hours=3)
"""News that came out longer ago than this when it is alerted is marked late (a feed or we were down)."""


GONE: Final = "its rule is not in force any more"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do and why. ``until`` is set when it is to wait."""

    decision: Decision
    reason: str
    changed: tuple[Change, ...] = ()
    until: datetime | None = None


def decide(
    rule: Rule,
    updates: Updates,
    story: Story,
    members: Sequence[Member],
    alert: Alert | None,
    hold: Hold | None,
    now: datetime,
) -> Verdict | None:
    """None where there is nothing to say: the rule has nothing to do with the story, or waits as it did before."""
    found = holds(rule, story, members)
    if alert is None:
        return _first(rule, story, members, found, hold, now)
    if _withdrawn(story):
        return _cancel(story, alert)
    if alert.state is AlertState.CANCELLED and isinstance(found, Miss):
        return Verdict(Decision.KNOWN, f"cancelled, and does not hold again: {found.reason}")
    changed = material(alert.incident, story.incident, (alert.sources, confirming(story, members)), updates)
    verdict = _again(alert, changed, updates, hold, now)
    return _all_the_same(verdict, found) if verdict and isinstance(found, Miss) else verdict


def decide_without_rule(story: Story, alert: Alert) -> Verdict:
    """Of an alert whose rule is not in force any more nothing new is told, but what is withdrawn must be."""
    if _withdrawn(story):
        return _cancel(story, alert)
    return Verdict(Decision.KNOWN, f"{GONE}: no updates, only a cancel should it be withdrawn")


def missed(verdict: Verdict, alert: Alert | None) -> str:
    """Why a match that nobody was told of is not told now, without figures; empty where it is told, or waits.

    A story has many versions; that one of them was not sure enough either is no news for the end of a shift.
    """
    told = alert is not None or verdict.decision in (Decision.SEND, Decision.HOLD)
    return "" if told else verdict.reason.partition(":")[0]


def is_late(members: Sequence[Member], now: datetime) -> bool:
    """Whether even the newest account was published long before it is told."""
    ages = [now - member.published for member in members if member.published is not None]
    return bool(ages) and min(ages) > LATE


def _first(
    rule: Rule,
    story: Story,
    members: Sequence[Member],
    found: Match | Miss,
    hold: Hold | None,
    now: datetime,
) -> Verdict | None:
    if isinstance(found, Miss):
        return Verdict(Decision.NEAR_MISS, f"holds no longer: {found.reason}") if hold else None
    if found.backlog:
        return Verdict(Decision.SUPPRESSED, "only articles of a feed's first poll tell it")
    said = f"{found.confidence:.2f} from {_counted(found.sources)}"
    if found.confidence >= rule.sure and (found.sure_by_one or found.sources > 1):
        return Verdict(Decision.SEND, f"new story, sure: {said}")
    return _less_sure(rule, found, said, hold, now, first_told=_since(story, members))


def _less_sure(
    rule: Rule, found: Match, said: str, hold: Hold | None, now: datetime, *, first_told: datetime
) -> Verdict | None:
    """Between likely and sure: a second independent source decides, within the time that the rule gives it."""
    if rule.likely is None or rule.hold is None or found.confidence < rule.likely:
        missed = Decision.NEAR_MISS if hold else Decision.KNOWN
        return Verdict(missed, f"not sure enough: {said}, needs {rule.likely or rule.sure:.2f}")
    if found.sources > 1:
        return Verdict(Decision.SEND, f"new story, likely and confirmed: {said}")
    until = hold.until if hold else first_told + rule.hold
    if now >= until:
        return Verdict(Decision.NEAR_MISS, f"no second source came: {said}, sure from {rule.sure:.2f}")
    if hold:
        return None
    return Verdict(Decision.HOLD, f"likely: {said}, waits for a second source", until=until)


def _again(
    alert: Alert, changed: tuple[Change, ...], updates: Updates, hold: Hold | None, now: datetime
) -> Verdict | None:
    if not changed:
        return Verdict(Decision.KNOWN, f"nothing material since version {alert.story_version}")
    reason = "; ".join(f"{change.field} {change.before or '–'} → {change.after or '–'}" for change in changed)
    earliest = (alert.told_at or alert.created_at) + updates.every
    if now < earliest:
        return None if hold else Verdict(Decision.HOLD, f"update waits its turn: {reason}", changed, until=earliest)
    return Verdict(Decision.UPDATE, reason, changed)


def _all_the_same(verdict: Verdict, found: Miss) -> Verdict:
    """Who was told of a story hears on of it, though the rule (edited perhaps) would not tell it now."""
    return replace(verdict, reason=f"{verdict.reason}; the rule itself does not hold now: {found.reason}")


def _cancel(story: Story, alert: Alert) -> Verdict:
    if alert.state is AlertState.CANCELLED:
        return Verdict(Decision.KNOWN, "cancelled already")
    return Verdict(Decision.CANCEL, _why_cancelled(story), reversed_status(alert.incident, story.incident))


def _withdrawn(story: Story) -> bool:
    incident = story.incident
    return incident is not None and (incident.retracted or incident.status is Status.DENIED)


def _why_cancelled(story: Story) -> str:
    return "retracted" if story.incident and story.incident.retracted else "denied"


def _since(story: Story, members: Sequence[Member]) -> datetime:
    """When the event was first told here; the story itself may have been opened by other news."""
    told = [member.observed_at for member in members if member.event is not None]
    return max(min(told), story.opened_at) if told else story.opened_at


def _counted(sources: int) -> str:
    return "1 source" if sources == 1 else f"{sources} sources"
