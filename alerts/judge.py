"""One rule over one story, with what was told and what waits: the verdict, and what follows from it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from alerts.decide import GONE, Verdict, decide, decide_without_rule, missed
from alerts.guard import UNJUDGED, Effects, guarded, unjudged
from alerts.rules import Conditions, Rule, RuleSet
from alerts.shelf import AlertShelf
from alerts.shortlist import Shortlist
from alerts.telling import Case, note, tell
from alerts.words import phrasebook
from marsad.alert import Alert, Decision, Hold, alert_id
from marsad.log import Effect, HoldEnded, HoldSet
from marsad.story import Member, Story


class Judge:
    """The rules in force over the alerts and holds of ``shelf``. Computes effects, applies none."""

    def __init__(self, rule_set: RuleSet, shelf: AlertShelf) -> None:
        self._rule_set = rule_set
        self._shelf = shelf
        self._shortlist = Shortlist(rule_set.rules)
        self._book = phrasebook()

    def concerned(self, story: Story, members: Sequence[Member]) -> tuple[str, ...]:
        """Names of the rules that could hold, in the set's order, then those gone that told or held the story."""
        also = frozenset(self._shelf.rules_of(story.id))
        names = tuple(rule.name for rule in self._shortlist.of(story, members, also=also))
        return (*names, *sorted(also.difference(names)))

    def judge(
        self, name: str, story: Story, members: Sequence[Member], now: datetime, *, anew: bool = False
    ) -> Effects:
        """What the rule means for the story as it is. A defect met on the way is an effect too, told once.

        ``anew`` tells also a defect that was told before.
        """
        hold = self._shelf.hold(name, story.id)
        failed = unjudged(name, story.id, story.version, None if anew else hold, now)
        return guarded(lambda: self._judged(name, story, members, hold, now), failed)

    def _judged(self, name: str, story: Story, members: Sequence[Member], hold: Hold | None, now: datetime) -> Effects:
        alert = self._shelf.alert(alert_id(name, story.id))
        rule = self._shortlist.rule(name)
        if rule is not None:
            verdict = self._verdict(rule, story, members, alert, hold, now)
            rule_set = self._rule_set
        elif alert is not None:
            verdict = decide_without_rule(story, alert)
            rule, rule_set = _as_told(alert), _told_only(self._rule_set)
        else:
            return _hold_of_a_rule_gone(name, story, hold, now)
        if verdict is None or (hold and hold.missed and hold.missed == missed(verdict, alert)):
            return ()
        case = Case(rule=rule, rule_set=rule_set, story=story, members=members, alert=alert, now=now)
        return (*_hold_effects(case, verdict, hold), *tell(case, verdict, self._book))

    def _verdict(
        self,
        rule: Rule,
        story: Story,
        members: Sequence[Member],
        alert: Alert | None,
        hold: Hold | None,
        now: datetime,
    ) -> Verdict | None:
        waits = None if hold and hold.missed else hold
        verdict = decide(rule, self._rule_set.updates_of(rule), story, members, alert, waits, now)
        if verdict is None and hold and hold.missed.startswith(UNJUDGED):
            return Verdict(Decision.KNOWN, "judged after all: the rule does not hold")
        return verdict


def _hold_of_a_rule_gone(name: str, story: Story, hold: Hold | None, now: datetime) -> Effects:
    """What waited for a second source waits no longer; why a match was not told stays noted."""
    if hold is None or (hold.missed and not hold.missed.startswith(UNJUDGED)):
        return ()
    return HoldEnded(rule=name, story=story.id), note(Decision.SUPPRESSED, name, story, f"not told: {GONE}", now)


def _as_told(alert: Alert) -> Rule:
    """What a message needs to know of a rule that is gone."""
    return Rule(name=alert.rule, severity=alert.severity, when=Conditions())


def _told_only(rule_set: RuleSet) -> RuleSet:
    """The set without its routes: of a rule that is gone only those hear who were told before."""
    return rule_set.model_copy(update={"routes": (), "default": ()})


def _hold_effects(case: Case, verdict: Verdict, hold: Hold | None) -> Iterable[Effect]:
    """A hold begins with HOLD and ends with every other verdict; of a match that is not told the reason stays."""
    rule, story = case.rule.name, case.story.id
    why_not = missed(verdict, case.alert)
    if why_not or verdict.until is not None:
        until = verdict.until or case.now
        return (HoldSet(hold=Hold(rule=rule, story=story, since=case.now, until=until, missed=why_not)),)
    return (HoldEnded(rule=rule, story=story),) if hold else ()
