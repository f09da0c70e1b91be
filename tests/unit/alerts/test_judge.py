"""A rule that cannot be judged takes no other with it, and a rule that is gone tells nothing but a cancel."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from unit.alerts.told import (
    MINUTE,
    NOON,
    RULE,
    apply,
    decisions,
    due,
    fold_with,
    incident,
    member,
    rule_set,
    story,
    toll,
)

from alerts import judge
from alerts.decide import decide
from marsad.alert import Decision
from marsad.codes import MessageType, Status
from marsad.errors import StoreError
from marsad.log import AlertChanged, Decided, HoldEnded, HoldSet, JudgeAgain, RuleSetTaken, RulesInForce, Unjudged

ONE = member("one")
BREAKS, HOLDS = RULE | {"name": "breaks"}, RULE | {"name": "holds"}
DOUBTFUL = incident(probability=0.6)


@pytest.fixture
def defect(monkeypatch):
    """Breaks the judgement of the rule ``breaks`` until it is mended."""

    def broken(rule, *arguments):
        if rule.name == "breaks":
            raise KeyError("x")
        return decide(rule, *arguments)

    def mend():
        monkeypatch.setattr(judge, "decide", decide)

    monkeypatch.setattr(judge, "decide", broken)
    return mend


def taken(rules):
    return RulesInForce(taken=RuleSetTaken(digest=rules.digest(), body=rules.to_json()))


def by_rule(effects):
    return [(effect.entry.rule, effect.entry.decision) for effect in effects if isinstance(effect, Decided)]


@pytest.mark.usefixtures("defect")
def test_a_rule_that_cannot_be_judged_is_told_and_the_next_is_judged():
    fold = fold_with(rule_set(BREAKS, HOLDS))
    effects = apply(fold, _but_unjudged(fold.story_changed(story(), [ONE], NOON)))
    assert by_rule(effects) == [("breaks", Decision.SUPPRESSED), ("holds", Decision.SEND)]
    assert [one.rule for one in due(effects)] == ["holds"]


@pytest.mark.usefixtures("defect")
def test_the_defect_is_told_once_as_long_as_it_is_the_same():
    fold = fold_with(rule_set(BREAKS))
    effects = fold.story_changed(story(), [ONE], NOON)
    assert effects[-1] == Unjudged(story="s-one", rule="breaks", error="KeyError: 'x'")
    apply(fold, _but_unjudged(effects))
    assert fold.story_changed(story(version=2), [ONE], NOON + MINUTE) == ()


def test_a_hold_that_cannot_be_judged_ends_and_the_others_end_as_they_should(monkeypatch):
    fold = fold_with(rule_set(BREAKS, HOLDS))
    apply(fold, fold.story_changed(story(DOUBTFUL), [ONE], NOON))
    over = NOON + 10 * MINUTE

    def broken(rule, *arguments):
        if rule.name == "breaks":
            raise KeyError("x")
        return decide(rule, *arguments)

    monkeypatch.setattr(judge, "decide", broken)
    effects = fold.tick(over, lambda _: story(DOUBTFUL), lambda _: [ONE])
    assert by_rule(effects) == [("breaks", Decision.SUPPRESSED), ("holds", Decision.NEAR_MISS)]
    assert effects == fold.tick(over, lambda _: story(DOUBTFUL), lambda _: [ONE]), "the same log, the same effects"
    apply(fold, _but_unjudged(effects))
    assert fold.tick(over + MINUTE, lambda _: story(DOUBTFUL), lambda _: [ONE]) == (), "and not again every minute"


def test_a_story_that_cannot_be_found_ends_its_own_hold_only():
    fold = fold_with(rule_set())
    for name in ("s-one", "s-two"):
        apply(fold, fold.story_changed(story(DOUBTFUL, id=name), [ONE], NOON))

    def look_up(story_id):
        if story_id == "s-one":
            raise ValueError("undecodable")
        return story(DOUBTFUL, id=story_id)

    effects = fold.tick(NOON + 10 * MINUTE, look_up, lambda _: [ONE])
    assert [effect.story for effect in effects if isinstance(effect, Unjudged)] == ["s-one"]
    assert decisions(effects) == ["suppressed", "near-miss"]


@pytest.mark.parametrize("error", [StoreError("full"), OSError("gone"), MemoryError()])
def test_the_machines_fault_is_not_the_rules(error):
    fold = fold_with(rule_set())
    apply(fold, fold.story_changed(story(DOUBTFUL), [ONE], NOON))

    def look_up(_story):
        raise error

    with pytest.raises(type(error)):
        fold.tick(NOON + 10 * MINUTE, look_up, lambda _: [ONE])


def test_judged_again_after_the_defect_is_mended_the_alert_comes(defect):
    fold = fold_with(rule_set(BREAKS))
    apply(fold, _but_unjudged(fold.story_changed(story(), [ONE], NOON)))
    defect()
    effects = apply(fold, fold.judge_again(AGAIN, story(), [ONE], NOON + MINUTE))
    assert by_rule(effects) == [("breaks", Decision.SEND)]
    assert HoldEnded(rule="breaks", story="s-one") in effects
    assert decisions(fold.judge_again(AGAIN, story(), [ONE], NOON + MINUTE)) == ["known"], "and no second one"


@pytest.mark.usefixtures("defect")
def test_judged_again_with_the_defect_still_there_it_is_told_again():
    fold = fold_with(rule_set(BREAKS))
    apply(fold, _but_unjudged(fold.story_changed(story(), [ONE], NOON)))
    assert isinstance(fold.judge_again(AGAIN, story(), [ONE], NOON)[-1], Unjudged)


def test_judged_again_without_a_match_says_so(defect):
    fold = fold_with(rule_set(BREAKS))
    apply(fold, _but_unjudged(fold.story_changed(story(), [ONE], NOON)))
    defect()
    elsewhere = story(regions=("levant",), version=2)
    effects = apply(fold, fold.judge_again(AGAIN, elsewhere, [ONE], NOON))
    assert [effect.entry.reason for effect in effects if isinstance(effect, Decided)] == [
        "judged after all: the rule does not hold"
    ]
    assert fold.judge_again(AGAIN, elsewhere, [ONE], NOON) == ()


def test_every_rule_is_judged_again_where_none_is_named():
    fold = fold_with(rule_set(BREAKS, HOLDS))
    effects = fold.judge_again(JudgeAgain(story="s-one"), story(), [ONE], NOON)
    assert by_rule(effects) == [("breaks", Decision.SEND), ("holds", Decision.SEND)]


def test_a_story_that_is_over_is_told_to_nobody_and_says_so():
    fold = fold_with(rule_set(BREAKS))
    over = story(open=False, reason="closed: nothing new for 10 days")
    effects = fold.judge_again(AGAIN, over, [ONE], NOON)
    assert due(effects) == []
    (entry,) = [effect.entry for effect in effects]
    assert entry.reason == "judged again, but the story is over (closed: nothing new for 10 days): nobody is told"


def test_an_alert_whose_rule_is_gone_is_not_told_on_and_the_ledger_says_so_once():
    fold = _alerted_and_gone()
    effects = apply(fold, fold.story_changed(story(incident(killed=toll(40)), version=2), [ONE], NOON + 60 * MINUTE))
    assert due(effects) == []
    assert [effect.entry.reason for effect in effects if isinstance(effect, Decided)] == [
        "its rule is not in force any more: no updates, only a cancel should it be withdrawn"
    ]
    assert fold.story_changed(story(incident(killed=toll(41)), version=3), [ONE], NOON + 90 * MINUTE) == ()


def test_a_withdrawn_report_is_cancelled_although_its_rule_is_gone_to_those_who_were_told():
    fold = _alerted_and_gone(routes=[{"receivers": ["bureau"]}])
    withdrawn = story(incident(retracted=True, status=Status.DENIED), version=2)
    effects = apply(fold, fold.story_changed(withdrawn, [ONE], NOON + MINUTE))
    (notification,) = due(effects)
    assert (notification.type, notification.receiver, notification.rule) == (MessageType.CANCEL, "desk", "attack")
    assert notification.severity == "high", "as it was told"
    assert decisions(fold.story_changed(replace(withdrawn, version=3), [ONE], NOON + 2 * MINUTE)) == ["known"]


def test_an_update_that_waited_is_not_sent_when_its_rule_is_gone():
    fold = fold_with(rule_set())
    risen = story(incident(killed=toll(12)), version=2)
    apply(fold, fold.story_changed(story(), [ONE], NOON))
    apply(fold, fold.story_changed(risen, [ONE], NOON + MINUTE))
    fold.apply(taken(rule_set(RULE | {"name": "other"})))
    effects = apply(fold, fold.tick(NOON + timedelta(hours=1), lambda _: risen, lambda _: [ONE]))
    assert (decisions(effects), due(effects)) == (["known"], [])
    assert fold.tick(NOON + timedelta(hours=2), lambda _: risen, lambda _: [ONE]) == ()


def test_a_renamed_rule_alerts_under_its_new_name_too():
    fold = _alerted_and_gone(country="ML")
    assert ("other", Decision.SEND) in by_rule(fold.story_changed(story(version=2), [ONE], NOON + MINUTE))


def test_a_rule_that_comes_back_tells_on():
    fold = _alerted_and_gone()
    apply(fold, fold.story_changed(story(version=2), [ONE], NOON + MINUTE))
    fold.apply(taken(rule_set()))
    risen = story(incident(killed=toll(40)), version=3)
    assert decisions(fold.story_changed(risen, [ONE], NOON + 60 * MINUTE)) == ["update"]


AGAIN = JudgeAgain(story="s-one", rule="breaks")


def _alerted_and_gone(country="SN", **changes):
    """A story that the rule ``attack`` alerted, under a set with only ``other``, which asks for a country."""
    fold = fold_with(rule_set())
    effects = apply(fold, fold.story_changed(story(), [ONE], NOON))
    assert any(isinstance(effect, AlertChanged) for effect in effects)
    fold.apply(taken(rule_set(RULE | {"name": "other", "when": {"fresh": True, "countries": [country]}}, **changes)))
    return fold


def _but_unjudged(effects):
    """Those that a fold takes into its state."""
    assert any(isinstance(effect, HoldSet) for effect in effects)
    return tuple(effect for effect in effects if not isinstance(effect, Unjudged))
