"""The fold of story versions into alerts, holds, decisions and notifications due.

What a change does is computed first and applied after: ``apply`` is the only way in which the state
changes, for the effects just computed as for those loaded from disk, so both give the same state.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from alerts.article_conditions import ArticleConditions
from alerts.guard import Effects, guarded, unjudged
from alerts.judge import Judge
from alerts.rules import RuleSet
from alerts.shelf import AlertShelf
from alerts.telling import entry, note
from marsad.alert import AlertState, Decision, Hold
from marsad.log import (
    Acknowledge,
    AlertChanged,
    Decided,
    Delivery,
    HoldEnded,
    HoldSet,
    JudgeAgain,
    Outcome,
    RulesInForce,
)
from marsad.reading import Reading
from marsad.story import Member, Story

__all__ = ["AlertFold"]

StoryOf = Callable[[str], Story | None]
MembersOf = Callable[[str], Sequence[Member]]


class AlertFold:
    """The rule set in force, every alert, every hold. ``normalise`` folds text as the reader does."""

    def __init__(self, normalise: Callable[[str], str]) -> None:
        self._normalise = normalise
        self._shelf = AlertShelf()
        self._digest = ""
        self._take(RuleSet())

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
        """What a new version of a story means for every rule; a rule that cannot be judged stops no other."""
        if story.alias_of is not None:
            return self._shelf.merged(story, story.alias_of, now)
        if not story.open:
            return self._shelf.closed(story, now)
        names = self._judge.concerned(story, members)
        return tuple(effect for name in names for effect in self._judge.judge(name, story, members, now))

    def tick(self, minute: datetime, story_of: StoryOf, members_of: MembersOf) -> Effects:
        """Holds whose time is over: a match becomes a near miss, a waiting update goes out."""
        return tuple(
            effect
            for hold in self._shelf.holds_until(minute)
            for effect in guarded(
                partial(self._hold_over, hold, minute, story_of, members_of),
                unjudged(hold.rule, hold.story, 0, hold, minute),
            )
        )

    def judge_again(self, record: JudgeAgain, story: Story, members: Sequence[Member], now: datetime) -> Effects:
        """A rule, or every rule, over a story as it stands; a defect that is still there is told again."""
        if not story.open:
            reason = f"judged again, but the story is over ({story.reason}): nobody is told"
            return (note(Decision.SUPPRESSED, record.rule, story, reason, now),)
        names = (record.rule,) if record.rule else self._judge.concerned(story, members)
        return tuple(effect for name in names for effect in self._judge.judge(name, story, members, now, anew=True))

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
        self._articles = ArticleConditions(rule_set.rules, self._normalise)
        self._judge = Judge(rule_set, self._shelf)

    def _hold_over(self, hold: Hold, minute: datetime, story_of: StoryOf, members_of: MembersOf) -> Effects:
        story = story_of(hold.story)
        if story is None or story.alias_of is not None or not story.open:
            return (HoldEnded(rule=hold.rule, story=hold.story),)
        return self._judge.judge(hold.rule, story, members_of(story.id), minute)
