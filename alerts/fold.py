"""The fold of story versions into alerts, holds, decisions and notifications due.

What a change does is computed first and applied after: ``apply`` is the only way in which the state
changes, for the effects just computed as for those loaded from disk, so both give the same state.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec.structs import replace

from alerts.article_conditions import ArticleConditions
from alerts.decide import Verdict, decide, missed
from alerts.rules import Rule, RuleSet
from alerts.shelf import AlertShelf
from alerts.shortlist import Shortlist
from alerts.telling import Case, entry, tell
from alerts.words import phrasebook
from marsad.alert import AlertState, Decision, Hold, alert_id
from marsad.log import (
    Acknowledge,
    AlertChanged,
    Decided,
    Delivery,
    Effect,
    HoldEnded,
    HoldSet,
    Outcome,
    RulesInForce,
)
from marsad.reading import Reading
from marsad.story import Member, Story

__all__ = ["AlertFold"]

Effects = tuple[Effect, ...]


class AlertFold:
    """The rule set in force, every alert, every hold. ``normalise`` folds text as the reader does."""

    def __init__(self, normalise: Callable[[str], str]) -> None:
        self._normalise = normalise
        self._shelf = AlertShelf()
        self._book = phrasebook()
        self._rule_set = RuleSet()
        self._digest = ""
        self._take(self._rule_set)

    def apply(self, effect: AlertChanged | HoldSet | HoldEnded | RulesInForce) -> None:
        """Take an effect into the state; again has no further effect."""
        if not isinstance(effect, RulesInForce):
            self._shelf.apply(effect)
        elif effect.taken.digest != self._digest:
            self._take(RuleSet.from_json(effect.taken.body))
            self._digest = effect.taken.digest

    def rules_met(self, reading: Reading) -> tuple[str, ...]:
        """Names of the rules whose conditions on one article (text, topics, language, feed) the reading meets."""
        return self._articles.met_by(reading)

    def story_changed(self, story: Story, members: Sequence[Member], now: datetime) -> Effects:
        """What a new version of a story means for every rule."""
        if story.alias_of is not None:
            return self._shelf.merged(story, story.alias_of, now)
        if not story.open:
            return self._shelf.closed(story, now)
        rules = self._shortlist.of(story, members, also=self._shelf.rules_of(story.id))
        return tuple(effect for rule in rules for effect in self._judge(rule, story, members, now))

    def tick(
        self,
        minute: datetime,
        story_of: Callable[[str], Story | None],
        members_of: Callable[[str], Sequence[Member]],
    ) -> Effects:
        """Holds whose time is over: a match becomes a near miss, a waiting update goes out."""
        effects: list[Effect] = []
        for hold in self._shelf.holds_until(minute):
            rule, story = self._shortlist.rule(hold.rule), story_of(hold.story)
            if rule is None or story is None or story.alias_of is not None or not story.open:
                effects.append(HoldEnded(rule=hold.rule, story=hold.story))
            else:
                effects += self._judge(rule, story, members_of(story.id), minute)
        return tuple(effects)

    def acknowledge(self, record: Acknowledge, now: datetime) -> Effects:
        """An officer takes an alert; what is unknown, or taken so already, changes nothing."""
        alert = self._shelf.alert(record.alert)
        if alert is None:
            return ()
        taken = replace(
            alert, state=AlertState.ACKNOWLEDGED, acknowledged_by=record.by, note=record.note, updated_at=now
        )
        if replace(taken, updated_at=alert.updated_at) == alert:
            return ()
        reason = f"by {record.by}" + (f": {record.note}" if record.note else "")
        return AlertChanged(alert=taken), Decided(entry=entry(Decision.ACKNOWLEDGED, taken, reason, now))

    def delivered(self, record: Delivery, now: datetime) -> Effects:
        """What became of a notification, for the ledger."""
        alert = self._shelf.alert(record.alert)
        if alert is None:
            return ()
        sent = record.outcome is Outcome.SENT
        reason = f"{'sent' if sent else 'given up'} after {record.attempts} attempt{'s' * (record.attempts != 1)}"
        reason += ", possible repeat" if record.repeat else ""
        reason += f": {record.error}" if record.error else ""
        said = entry(Decision.DELIVERED if sent else Decision.UNDELIVERED, alert, reason, now)
        return (Decided(entry=replace(said, receiver=record.receiver, notification=record.notification)),)

    def _take(self, rule_set: RuleSet) -> None:
        self._rule_set = rule_set
        self._articles = ArticleConditions(rule_set.rules, self._normalise)
        self._shortlist = Shortlist(rule_set.rules)

    def _judge(self, rule: Rule, story: Story, members: Sequence[Member], now: datetime) -> Effects:
        alert = self._shelf.alert(alert_id(rule.name, story.id))
        hold = self._shelf.hold(rule.name, story.id)
        updates = self._rule_set.updates_of(rule)
        verdict = decide(rule, updates, story, members, alert, None if hold and hold.missed else hold, now)
        if verdict is None or (hold and hold.missed and hold.missed == missed(verdict, alert)):
            return ()
        case = Case(rule=rule, rule_set=self._rule_set, story=story, members=members, alert=alert, now=now)
        return (*_hold_effects(case, verdict, hold), *tell(case, verdict, self._book))


def _hold_effects(case: Case, verdict: Verdict, hold: Hold | None) -> Effects:
    """A hold begins with HOLD and ends with every other verdict; of a match that is not told the reason stays."""
    rule, story = case.rule.name, case.story.id
    why_not = missed(verdict, case.alert)
    if why_not or verdict.until is not None:
        until = verdict.until or case.now
        return (HoldSet(hold=Hold(rule=rule, story=story, since=case.now, until=until, missed=why_not)),)
    return (HoldEnded(rule=rule, story=story),) if hold else ()
