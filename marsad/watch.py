"""The watch: the deterministic fold over the log. Record and state in, effects out.

It owns no file and no clock: ``now`` is the record's own time. Whoever runs it stores the effects
together with the cursor; the same records give the same effects, byte for byte, wherever they run.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

from alerts.fold import AlertFold
from alerts.guard import MACHINE_FAULTS, described, guarded
from alerts.rules import RuleSet
from marsad.codec import decode_record
from marsad.lease import granted
from marsad.log import (
    Acknowledge,
    AlertChanged,
    Delivery,
    DeliveryStarted,
    Effect,
    HoldEnded,
    HoldSet,
    JudgeAgain,
    LeaseClaim,
    LeaseTaken,
    MemberChanged,
    NotificationEnded,
    NotificationStarted,
    RawEntry,
    ReadingRecord,
    Record,
    RuleSetTaken,
    RulesInForce,
    StoryChanged,
    Tick,
    Ticked,
    Unfoldable,
    Unjudged,
)
from marsad.reading import Reading
from marsad.story import Member, Story
from stream.stories.fold import StoryFold


class Lookups(Protocol):
    """How the fold reaches what is stored but no longer in memory: closed stories and their members."""

    def member(self, article_id: str) -> tuple[str, Member] | None:
        """The story that an article is in, and its contribution."""

    def story(self, story_id: str) -> Story | None:
        """A story, open or closed."""

    def members(self, story_id: str) -> Sequence[Member]:
        """A story's members in the order in which they joined."""


class Watch:
    """Stories, then alerts, folded over one record after the other."""

    def __init__(self, lookups: Lookups, normalise: Callable[[str], str]) -> None:
        self._stories = StoryFold(lookups.member, lookups.story, lookups.members)
        self._alerts = AlertFold(normalise)
        self._lookups = lookups
        self._rule_set: RuleSet | None = None
        self._ticked: datetime | None = None
        self._lease: LeaseTaken | None = None

    @property
    def rule_set(self) -> RuleSet | None:
        """The rule set in force."""
        return self._rule_set

    def apply(self, effects: Iterable[Effect]) -> None:
        """Take effects into the state: those just folded, or those stored earlier."""
        for effect in effects:
            if isinstance(effect, StoryChanged | MemberChanged):
                self._stories.apply(effect)
            elif isinstance(effect, AlertChanged | HoldSet | HoldEnded):
                self._alerts.apply(effect)
            elif isinstance(effect, RulesInForce):
                self._rule_set = RuleSet.from_json(effect.taken.body)
                self._alerts.apply(effect)
            elif isinstance(effect, Ticked):
                self._ticked = effect.minute
            elif isinstance(effect, LeaseTaken):
                self._lease = effect

    def fold(self, entry: RawEntry) -> tuple[Effect, ...]:
        """The effects of one entry, already taken into the state.

        A record that breaks the fold is answered with Unfoldable, so that it cannot stop the watch.
        """
        effects: list[Effect] = []
        try:
            for step in self._steps(decode_record(entry.body), entry.at):
                self.apply(step)
                effects += step
        except MACHINE_FAULTS:
            raise
        except Exception as error:  # noqa: BLE001  one record that meets a defect must not blind the watch to the next
            effects.append(Unfoldable(offset=entry.offset, error=described(error)))
        return tuple(effects)

    def _steps(self, record: Record, now: datetime) -> Iterable[tuple[Effect, ...]]:
        """Effects in groups; each group is applied before the next is computed."""
        match record:
            case ReadingRecord(reading=reading):
                yield from self._read(reading, now)
            case Tick(minute=minute):
                yield from self._tick(minute)
            case RuleSetTaken():
                yield (RulesInForce(taken=record),)
            case Acknowledge():
                yield self._alerts.acknowledge(record, now)
            case JudgeAgain():
                yield self._judge_again(record, now)
            case DeliveryStarted(notification=notification, attempt=attempt, owner=owner):
                yield (NotificationStarted(notification=notification, attempt=attempt, owner=owner),)
            case Delivery(notification=notification, outcome=outcome):
                yield (NotificationEnded(notification=notification, outcome=outcome, at=now),)
                yield self._alerts.delivered(record, now)
            case LeaseClaim():
                taken = granted(record, self._lease, now)
                yield (taken,) if taken else ()

    def _read(self, reading: Reading, now: datetime) -> Iterable[tuple[Effect, ...]]:
        changed = self._stories.absorb(
            reading,
            rules_met=self._alerts.rules_met(reading),
            regions=self._rule_set.regions if self._rule_set else {},
            now=now,
        )
        yield changed
        yield from self._alert(changed, now)

    def _tick(self, minute: datetime) -> Iterable[tuple[Effect, ...]]:
        if self._ticked is not None and minute <= self._ticked:
            return
        yield (Ticked(minute=minute),)
        closed = self._stories.tick(minute)
        yield closed
        yield from self._alert(closed, minute)
        yield self._alerts.tick(minute, self._story, self._members)

    def _alert(self, changed: Iterable[Effect], now: datetime) -> Iterable[tuple[Effect, ...]]:
        """What changed stories mean to the rules, each story by itself: it is folded already, whatever a rule meets."""
        for effect in changed:
            if isinstance(effect, StoryChanged):
                yield guarded(partial(self._judged, effect.story, now), partial(_unjudged, effect.story.id))

    def _judged(self, story: Story, now: datetime) -> tuple[Effect, ...]:
        return self._alerts.story_changed(story, self._members(story.id), now)

    def _judge_again(self, record: JudgeAgain, now: datetime) -> tuple[Effect, ...]:
        story = self._story(record.story)
        while story is not None and story.alias_of is not None:
            story = self._story(story.alias_of)
        if story is None:
            raise ValueError(f"there is no story {record.story} to judge")
        return self._alerts.judge_again(record, story, self._members(story.id), now)

    def _story(self, story_id: str) -> Story | None:
        return self._stories.story(story_id) or self._lookups.story(story_id)

    def _members(self, story_id: str) -> Sequence[Member]:
        return self._stories.members(story_id) or self._lookups.members(story_id)


def _unjudged(story: str, error: Exception) -> tuple[Effect, ...]:
    return (Unjudged(story=story, error=described(error)),)
