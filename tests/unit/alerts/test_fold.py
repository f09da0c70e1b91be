"""The life of an alert, step by step."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from unit.alerts.told import (
    MINUTE,
    NOON,
    RULE,
    apply,
    decisions,
    due,
    event,
    fold_with,
    incident,
    member,
    plain_story,
    rule_set,
    story,
    toll,
)

from alerts.fold import AlertFold
from marsad.alert import AlertState, Decision
from marsad.codec import encode
from marsad.codes import MessageType, Status, SubType
from marsad.log import (
    Acknowledge,
    AlertChanged,
    Decided,
    Delivery,
    HoldEnded,
    HoldSet,
    Outcome,
    RuleSetTaken,
    RulesInForce,
)

ONE, TWO = member("one"), member("two")


def alerted(fold: AlertFold, **changes):
    """A fold that has alerted the story, and the alert."""
    effects = apply(fold, fold.story_changed(story(**changes), [ONE], NOON))
    return next(effect.alert for effect in effects if isinstance(effect, AlertChanged))


def test_a_sure_match_is_sent_once():
    fold = fold_with(rule_set())
    effects = apply(fold, fold.story_changed(story(), [ONE], NOON))
    assert decisions(effects) == ["send"]
    assert [notification.receiver for notification in due(effects)] == ["desk"]
    assert decisions(apply(fold, fold.story_changed(story(version=2), [ONE], NOON))) == ["known"]
    assert fold.story_changed(story(version=3), [ONE], NOON) == ()


def test_computing_changes_nothing():
    fold = fold_with(rule_set())
    assert fold.story_changed(story(), [ONE], NOON) == fold.story_changed(story(), [ONE], NOON)


def test_a_story_outside_the_rule_leaves_no_trace():
    fold = fold_with(rule_set())
    assert fold.story_changed(story(regions=("levant",)), [ONE], NOON) == ()


def test_likely_is_held_and_becomes_a_near_miss():
    fold = fold_with(rule_set())
    doubtful = story(incident(probability=0.6))
    effects = apply(fold, fold.story_changed(doubtful, [ONE], NOON))
    assert decisions(effects) == ["hold"]
    assert fold.story_changed(replace(doubtful, version=2), [ONE], NOON + MINUTE) == ()
    assert fold.tick(NOON + 9 * MINUTE, lambda _: doubtful, lambda _: [ONE]) == ()
    ended = apply(fold, fold.tick(NOON + 10 * MINUTE, lambda _: doubtful, lambda _: [ONE]))
    assert decisions(ended) == ["near-miss"]
    assert isinstance(ended[0], HoldSet)
    assert ended[0].hold.missed
    assert fold.tick(NOON + 11 * MINUTE, lambda _: doubtful, lambda _: [ONE]) == ()


def test_a_near_miss_is_entered_once_until_its_reason_changes_in_kind():
    fold = fold_with(rule_set())

    def version(number, probability, minutes):
        return apply(
            fold,
            fold.story_changed(
                story(incident(probability=probability), version=number), [ONE], NOON + minutes * MINUTE
            ),
        )

    assert decisions(version(1, 0.2, 0)) == ["known"]
    assert version(2, 0.3, 1) == ()
    assert decisions(version(3, 0.6, 2)) == ["hold"]
    ended = fold.tick(NOON + 20 * MINUTE, lambda _: story(incident(probability=0.6)), lambda _: [ONE])
    assert decisions(apply(fold, ended)) == ["near-miss"]
    assert version(4, 0.61, 21) == ()
    assert decisions(version(5, 0.3, 22)) == ["known"]
    sent = version(6, 0.9, 23)
    assert decisions(sent) == ["send"]
    assert isinstance(sent[0], HoldEnded)


def test_articles_of_a_first_poll_are_noted_once():
    fold = fold_with(rule_set())
    old = [replace(ONE, backlog=True)]
    assert decisions(apply(fold, fold.story_changed(story(), old, NOON))) == ["suppressed"]
    assert fold.story_changed(story(version=2), old, NOON + MINUTE) == ()


def test_a_second_source_ends_the_hold_at_once():
    fold = fold_with(rule_set())
    apply(fold, fold.story_changed(story(incident(probability=0.6)), [ONE], NOON))
    confirmed = story(incident(probability=0.75), (ONE, TWO), version=2)
    effects = apply(fold, fold.story_changed(confirmed, [ONE, TWO], NOON + MINUTE))
    assert decisions(effects) == ["send"]
    assert isinstance(effects[0], HoldEnded)


def test_two_papers_with_one_agencys_text_are_one_source():
    fold = fold_with(rule_set())
    wire = (replace(ONE, origin="afp"), replace(TWO, origin="afp"))
    effects = fold.story_changed(story(incident(probability=0.6), wire), wire, NOON)
    assert decisions(effects) == ["hold"]


def test_nothing_fresh_is_sent_on_one_sources_word_alone():
    """Commentaries add up to a high probability, but no source tells a fresh event."""
    fold = fold_with(rule_set())
    weak = member("one", told=event(fresh=False, score=0.85))
    effects = fold.story_changed(story(incident(probability=0.85, fresh=False)), [weak], NOON)
    assert decisions(effects) == ["hold"]


def test_a_first_polls_articles_do_not_alert_but_a_later_one_does():
    fold = fold_with(rule_set())
    old = replace(ONE, backlog=True)
    assert decisions(apply(fold, fold.story_changed(story(), [old], NOON))) == ["suppressed"]
    effects = fold.story_changed(story(members=(ONE, TWO), version=2), [old, TWO], NOON)
    assert decisions(effects) == ["send"]


def test_an_update_says_what_changed():
    fold = fold_with(rule_set())
    alerted(fold)
    risen = story(incident(killed=toll(12)), version=2)
    effects = apply(fold, fold.story_changed(risen, [ONE], NOON + 31 * MINUTE))
    (entry,) = [effect.entry for effect in effects if isinstance(effect, Decided)]
    assert entry.decision is Decision.UPDATE
    assert [(change.field, change.before, change.after) for change in entry.changed] == [("killed", "8", "12")]
    (notification,) = due(effects)
    assert notification.type is MessageType.UPDATE
    assert "killed 8 → 12" in notification.body


def test_an_early_update_waits_and_then_goes_out_with_all_that_came():
    fold = fold_with(rule_set())
    alerted(fold)
    apply(fold, fold.story_changed(story(incident(killed=toll(12)), version=2), [ONE], NOON + MINUTE))
    last = story(incident(killed=toll(20), claimed_by="jnim"), version=3)
    assert fold.story_changed(last, [ONE], NOON + 2 * MINUTE) == ()
    assert fold.tick(NOON + 29 * MINUTE, lambda _: last, lambda _: [ONE]) == ()
    effects = apply(fold, fold.tick(NOON + 30 * MINUTE, lambda _: last, lambda _: [ONE]))
    assert decisions(effects) == ["update"]
    (notification,) = due(effects)
    assert "killed 8 → 20" in notification.body
    assert "JNIM" in notification.body
    assert fold.tick(NOON + 60 * MINUTE, lambda _: last, lambda _: [ONE]) == ()


def test_a_waiting_update_that_is_taken_back_is_not_sent():
    fold = fold_with(rule_set())
    alerted(fold)
    apply(fold, fold.story_changed(story(incident(killed=toll(12)), version=2), [ONE], NOON + MINUTE))
    back = story(version=3)
    assert decisions(apply(fold, fold.story_changed(back, [ONE], NOON + 2 * MINUTE))) == ["known"]
    assert fold.tick(NOON + 60 * MINUTE, lambda _: back, lambda _: [ONE]) == ()


def test_a_second_source_is_an_update_and_a_third_is_not():
    fold = fold_with(rule_set(updates={"every": "0s"}))
    alerted(fold)
    three = (ONE, TWO, member("three"))
    effects = apply(fold, fold.story_changed(story(members=three[:2], version=2), three[:2], NOON + MINUTE))
    assert [change.field for e in effects if isinstance(e, Decided) for change in e.entry.changed] == ["sources"]
    effects = apply(fold, fold.story_changed(story(members=three, version=3), three, NOON + MINUTE))
    assert decisions(effects) == ["known"]


@pytest.mark.parametrize(
    "changes", [{"retracted": True, "status": Status.DENIED}, {"status": Status.DENIED}], ids=["retracted", "denied"]
)
def test_a_withdrawal_cancels_at_once_and_once(changes):
    fold = fold_with(rule_set())
    alerted(fold)
    withdrawn = story(incident(**changes), version=2)
    effects = apply(fold, fold.story_changed(withdrawn, [ONE], NOON + MINUTE))
    assert decisions(effects) == ["cancel"]
    (notification,) = due(effects)
    assert notification.type is MessageType.CANCEL
    assert "CANCELLED" in notification.title
    assert decisions(apply(fold, fold.story_changed(replace(withdrawn, version=3), [ONE], NOON))) == ["known"]


def test_a_cancelled_alert_that_holds_again_is_an_update():
    fold = fold_with(rule_set(updates={"every": "0s"}))
    alerted(fold)
    apply(fold, fold.story_changed(story(incident(status=Status.DENIED), version=2), [ONE], NOON + MINUTE))
    effects = fold.story_changed(story(version=3), [ONE], NOON + 2 * MINUTE)
    assert decisions(effects) == ["update"]
    (notification,) = due(effects)
    assert "denied → took place" in notification.body


def test_a_withdrawn_story_that_nobody_was_told_is_silent():
    fold = fold_with(rule_set())
    assert fold.story_changed(story(incident(retracted=True, status=Status.DENIED)), [ONE], NOON) == ()


def test_a_cancel_reaches_those_who_were_told_also_when_routes_changed():
    fold = fold_with(rule_set())
    alerted(fold)
    rules = rule_set(routes=[{"receivers": ["bureau"]}])
    fold.apply(RulesInForce(taken=_taken(rules)))
    effects = fold.story_changed(story(incident(retracted=True), version=2), [ONE], NOON)
    assert {notification.receiver for notification in due(effects)} == {"desk", "bureau"}


def test_a_new_rule_set_keeps_what_was_told():
    fold = fold_with(rule_set())
    alerted(fold)
    fold.apply(RulesInForce(taken=_taken(rule_set(RULE | {"sure": 0.5}))))
    assert decisions(fold.story_changed(story(version=2), [ONE], NOON)) == ["known"]


def test_late_news_is_marked():
    fold = fold_with(rule_set())
    effects = fold.story_changed(story(), [replace(ONE, published=NOON - timedelta(hours=5))], NOON)
    assert effects[0].alert.late
    assert "Late" in due(effects)[0].body


def test_an_alias_hands_its_alert_on_without_a_message():
    fold = fold_with(rule_set())
    first = alerted(fold)
    effects = apply(fold, fold.story_changed(story(alias_of="s-two", version=2), [ONE], NOON + MINUTE))
    assert due(effects) == []
    states = {effect.alert.story: effect.alert.state for effect in effects if isinstance(effect, AlertChanged)}
    assert states == {"s-two": AlertState.NEW, "s-one": AlertState.CLOSED}
    survivor = story(id="s-two", version=5)
    assert decisions(fold.story_changed(survivor, [ONE], NOON + MINUTE)) == ["known"]
    assert first.story == "s-one"


def test_an_alias_of_an_alerted_story_only_closes():
    fold = fold_with(rule_set())
    apply(fold, fold.story_changed(story(id="s-two"), [TWO], NOON))
    alerted(fold)
    effects = fold.story_changed(story(alias_of="s-two", version=2), [ONE], NOON + MINUTE)
    assert [effect.alert.story for effect in effects if isinstance(effect, AlertChanged)] == ["s-one"]


def test_a_closed_story_closes_its_alert_and_ends_its_hold():
    fold = fold_with(rule_set())
    alerted(fold)
    apply(fold, fold.story_changed(story(incident(killed=toll(50)), version=2), [ONE], NOON))
    effects = apply(fold, fold.story_changed(story(open=False, version=3, reason="old"), [ONE], NOON))
    assert isinstance(effects[0], HoldEnded)
    assert effects[1].alert.state is AlertState.CLOSED
    assert fold.story_changed(story(open=False, version=4), [ONE], NOON) == ()


def test_a_hold_of_a_rule_that_was_removed_ends():
    fold = fold_with(rule_set())
    apply(fold, fold.story_changed(story(incident(probability=0.6)), [ONE], NOON))
    fold.apply(RulesInForce(taken=_taken(rule_set(RULE | {"name": "other"}))))
    effects = fold.tick(NOON + timedelta(hours=1), lambda _: story(), lambda _: [ONE])
    assert effects[0] == HoldEnded(rule="attack", story="s-one")
    assert [effect.entry.reason for effect in effects[1:]] == ["not told: its rule is not in force any more"]


def test_acknowledging():
    fold = fold_with(rule_set())
    alert = alerted(fold)
    record = Acknowledge(alert=alert.id, by="amina", note="calling Gao")
    effects = apply(fold, fold.acknowledge(record, NOON + MINUTE))
    assert effects[0].alert.state is AlertState.ACKNOWLEDGED
    assert effects[1].entry.reason == "by amina: calling Gao"
    assert fold.acknowledge(record, NOON + 2 * MINUTE) == ()
    assert fold.acknowledge(Acknowledge(alert="a-none", by="amina"), NOON) == ()


@pytest.mark.parametrize(
    ("record", "decision", "reason"),
    [
        ({"outcome": Outcome.SENT, "attempts": 1}, Decision.DELIVERED, "sent after 1 attempt"),
        (
            {"outcome": Outcome.SENT, "attempts": 2, "repeat": True},
            Decision.DELIVERED,
            "sent after 2 attempts, possible repeat",
        ),
        (
            {"outcome": Outcome.FAILED, "attempts": 9, "error": "503"},
            Decision.UNDELIVERED,
            "given up after 9 attempts: 503",
        ),
    ],
)
def test_deliveries_stand_in_the_ledger(record, decision, reason):
    fold = fold_with(rule_set())
    alert = alerted(fold)
    (effect,) = fold.delivered(Delivery(notification="n-1", alert=alert.id, receiver="desk", **record), NOON)
    entry = effect.entry
    assert (entry.decision, entry.reason) == (decision, reason)
    assert (entry.receiver, entry.notification, entry.story) == ("desk", "n-1", "s-one")


def test_a_rule_on_articles_asks_that_one_of_them_meets_it():
    rules = rule_set({"name": "mines", "when": {"text": {"any": ["mine"]}}})
    fold = fold_with(rules)
    assert fold.story_changed(plain_story(), [ONE], NOON) == ()
    met = replace(ONE, rules=("mines",))
    assert decisions(fold.story_changed(plain_story(), [met], NOON)) == ["send"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.2, 0.5, 0.9]),
            st.integers(0, 40),
            st.sampled_from([SubType.ATTACK, SubType.IED, None]),
            st.booleans(),
            st.integers(1, 2),
            st.integers(0, 60),
        ),
        max_size=12,
    )
)
def test_the_state_is_what_the_effects_say(steps):
    """A fold rebuilt from the stored effects decides as the one that lived through them."""
    fold = fold_with(rule_set())
    stored = {}
    now = NOON
    for version, (probability, killed, sub_type, retracted, sources, minutes) in enumerate(steps, start=1):
        now += minutes * MINUTE
        members = (ONE, TWO)[:sources]
        told = incident(probability=probability, killed=toll(killed), retracted=retracted)
        current = story(replace(told, sub_type=sub_type), members, version=version)
        rebuilt = fold_with(rule_set())
        for effect in stored.values():
            rebuilt.apply(effect)
        for step in (
            lambda f, s=current, m=members, n=now: f.story_changed(s, m, n),
            lambda f, s=current, m=members, n=now: f.tick(n, lambda _: s, lambda _: m),
        ):
            effects = step(fold)
            assert [encode(effect) for effect in step(rebuilt)] == [encode(effect) for effect in effects]
            apply(fold, effects)
            apply(rebuilt, effects)
            apply(rebuilt, effects)
            _store(stored, effects)


def _store(stored, effects):
    """As the tables do: the last word on each alert and hold."""
    for effect in effects:
        if isinstance(effect, AlertChanged):
            stored["alert", effect.alert.id] = effect
        elif isinstance(effect, HoldSet):
            stored["hold", effect.hold.rule, effect.hold.story] = effect
        elif isinstance(effect, HoldEnded):
            stored.pop(("hold", effect.rule, effect.story), None)


def _taken(rules):
    return RuleSetTaken(digest=rules.digest(), body=rules.to_json())
