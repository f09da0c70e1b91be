"""All alerts and holds, and what a story's merging or closing does to them."""

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from alerts.telling import entry
from marsad.alert import Alert, AlertState, Decision, Hold, alert_id
from marsad.log import AlertChanged, Decided, Effect, HoldEnded, HoldSet
from marsad.story import Story


class AlertShelf:
    """Alerts by id and by story; holds by rule and story."""

    def __init__(self) -> None:
        self._alerts: dict[str, Alert] = {}
        self._by_story: dict[str, dict[str, str]] = {}
        self._holds: dict[tuple[str, str], Hold] = {}
        self._waiting: dict[tuple[str, str], Hold] = {}
        self._held: dict[str, set[str]] = {}

    def apply(self, effect: AlertChanged | HoldSet | HoldEnded) -> None:
        """Take an effect into the state."""
        match effect:
            case AlertChanged(alert=alert):
                self._alerts[alert.id] = alert
                self._by_story.setdefault(alert.story, {})[alert.rule] = alert.id
            case HoldSet(hold=hold):
                self._holds[hold.rule, hold.story] = hold
                self._waiting.pop((hold.rule, hold.story), None)
                if not hold.missed:
                    self._waiting[hold.rule, hold.story] = hold
                self._held.setdefault(hold.story, set()).add(hold.rule)
            case HoldEnded(rule=rule, story=story):
                self._holds.pop((rule, story), None)
                self._waiting.pop((rule, story), None)
                self._held.get(story, set()).discard(rule)

    def alert(self, alert: str) -> Alert | None:
        """An alert by its id."""
        return self._alerts.get(alert)

    def hold(self, rule: str, story: str) -> Hold | None:
        """The hold of a rule on a story, or the note of why its match was not told."""
        return self._holds.get((rule, story))

    def rules_of(self, story: str) -> Iterable[str]:
        """Rules that have an alert or a hold on the story."""
        return self._by_story.get(story, {}).keys() | self._held.get(story, set())

    def holds_until(self, moment: datetime) -> tuple[Hold, ...]:
        """Holds whose time is over, the earliest first."""
        over = [hold for hold in self._waiting.values() if hold.until <= moment]
        return tuple(sorted(over, key=lambda hold: (hold.until, hold.rule, hold.story)))

    def closed(self, story: Story, now: datetime) -> tuple[Effect, ...]:
        """Nothing new came for long: the story's alerts are closed, its holds end."""
        effects = self._end_holds(story.id)
        for alert in self._of(story.id):
            if alert.state not in (AlertState.CLOSED, AlertState.CANCELLED):
                closed = replace(alert, state=AlertState.CLOSED, updated_at=now, reason=story.reason)
                effects.append(AlertChanged(alert=closed))
        return tuple(effects)

    def merged(self, story: Story, survivor: str, now: datetime) -> tuple[Effect, ...]:
        """The story is another one's alias. Where the survivor has no alert of the rule, it inherits what was told."""
        effects = self._end_holds(story.id)
        for alert in self._of(story.id):
            if alert.state is AlertState.CLOSED:
                continue
            reason = f"merged into {survivor}"
            heir = alert_id(alert.rule, survivor)
            if heir not in self._alerts:
                effects.append(AlertChanged(alert=replace(alert, id=heir, story=survivor, updated_at=now)))
            closed = replace(alert, state=AlertState.CLOSED, updated_at=now, reason=reason)
            effects += [AlertChanged(alert=closed), Decided(entry=entry(Decision.KNOWN, closed, reason, now))]
        return tuple(effects)

    def _of(self, story: str) -> list[Alert]:
        return [self._alerts[alert] for _rule, alert in sorted(self._by_story.get(story, {}).items())]

    def _end_holds(self, story: str) -> list[Effect]:
        return [HoldEnded(rule=rule, story=story) for rule in sorted(self._held.get(story, ()))]
