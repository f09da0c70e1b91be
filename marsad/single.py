"""Which rules one article alone would send now: the fold's own judgement, on an empty watch."""

from collections.abc import Callable, Iterable, Iterator

from alerts.fold import AlertFold
from alerts.rules import RuleSet
from marsad.alert import Decision
from marsad.errors import MarsadError
from marsad.log import Decided, Effect, RuleSetTaken, RulesInForce, StoryChanged, Unjudged
from marsad.reading import Reading
from stream.stories.fold import StoryFold


def alerts_of_one(rule_set: RuleSet, normalise: Callable[[str], str]) -> Callable[[Reading], tuple[str, ...]]:
    """A function of a reading. Both folds stay as they are: they compute effects and apply none."""
    stories = StoryFold(lambda _article: None, lambda _story: None, lambda _story: ())
    alerts = AlertFold(normalise)
    alerts.apply(RulesInForce(taken=RuleSetTaken(digest=rule_set.digest(), body=rule_set.to_json())))

    def send_now(reading: Reading) -> tuple[str, ...]:
        now = reading.observed_at
        changed = stories.absorb(reading, rules_met=alerts.rules_met(reading), regions=rule_set.regions, now=now)
        members = tuple(effect.member for effect in changed if not isinstance(effect, StoryChanged))
        decided = (
            decision
            for effect in changed
            if isinstance(effect, StoryChanged)
            for decision in alerts.story_changed(effect.story, members, now)
        )
        return tuple(_sent(decided))

    return send_now


def _sent(effects: Iterable[Effect]) -> Iterator[str]:
    """Raises MarsadError for a rule that could not be judged: it must not look like one that is silent."""
    for effect in effects:
        if isinstance(effect, Unjudged):
            raise MarsadError(f"rule {effect.rule} could not be judged: {effect.error}")
        if isinstance(effect, Decided) and effect.entry.decision is Decision.SEND:
            yield effect.entry.rule
