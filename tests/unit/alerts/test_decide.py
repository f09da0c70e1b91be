"""The decision with its reason; every way to say nothing is one."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from unit.alerts.told import MINUTE, NOON, RULE, incident, member, story

from alerts.decide import LATE, decide, is_late
from alerts.rules import Rule, Updates
from marsad.alert import Alert, AlertState, Decision, Hold
from marsad.codes import Severity

SURE = Rule.model_validate(RULE)
UPDATES = Updates()
ALERT = Alert(
    id="a-1",
    rule="attack",
    story="s-one",
    severity=Severity.HIGH,
    state=AlertState.NEW,
    created_at=NOON,
    updated_at=NOON,
    reason="",
    story_version=1,
    sources=1,
    articles=("one",),
    incident=incident(),
    told_at=NOON,
)


def decided(told, *, rule=SURE, alert=None, hold=None, now=NOON, members=None):
    return decide(rule, UPDATES, story(told), members or [member()], alert, hold, now)


@pytest.mark.parametrize(
    ("probability", "waited", "expected"),
    [
        pytest.param(0.97, timedelta(0), Decision.SEND, id="sure goes out at once"),
        pytest.param(0.80, timedelta(0), Decision.SEND, id="exactly sure too"),
        pytest.param(0.70, timedelta(minutes=2), Decision.HOLD, id="less sure waits"),
        pytest.param(0.40, timedelta(minutes=2), Decision.HOLD, id="exactly likely waits"),
        pytest.param(0.70, timedelta(minutes=10), Decision.NEAR_MISS, id="and becomes a near miss"),
        pytest.param(0.39, timedelta(0), Decision.KNOWN, id="less than likely is only noted"),
    ],
)
def test_confidence(probability, waited, expected):
    assert decided(incident(probability=probability), now=NOON + waited).decision is expected


def test_reasons_say_how_sure_and_by_whom():
    assert decided(incident()).reason == "new story, sure: 0.90 from 1 source"
    near = decided(incident(probability=0.7), now=NOON + 10 * MINUTE)
    assert near.reason == "no second source came: 0.70 from 1 source, sure from 0.80"


def test_without_likely_there_is_no_hold():
    rule = Rule.model_validate({key: RULE[key] for key in RULE if key not in ("likely", "hold")})
    assert decided(incident(probability=0.7), rule=rule).decision is Decision.KNOWN


def test_the_wait_counts_from_the_first_article_that_tells_the_event():
    earlier = replace(member(), event=None, observed_at=NOON - timedelta(hours=3))
    verdict = decided(incident(probability=0.7), members=[earlier, member("two")])
    assert verdict.until == NOON + 10 * MINUTE


def test_a_running_hold_keeps_its_end():
    hold = Hold(rule="attack", story="s-one", since=NOON, until=NOON + 5 * MINUTE)
    assert decided(incident(probability=0.7), hold=hold, now=NOON + 4 * MINUTE) is None
    assert decided(incident(probability=0.7), hold=hold, now=NOON + 5 * MINUTE).decision is Decision.NEAR_MISS


def test_a_hold_whose_story_changes_its_meaning_is_a_near_miss():
    hold = Hold(rule="attack", story="s-one", since=NOON, until=NOON + 5 * MINUTE)
    verdict = decide(SURE, UPDATES, story(regions=()), [member()], None, hold, NOON)
    assert (verdict.decision, verdict.reason) == (Decision.NEAR_MISS, "holds no longer: not in sahel")


def test_the_update_waits_from_when_receivers_were_last_told():
    risen = replace(incident(), claimed_by="jnim")
    touched = replace(ALERT, updated_at=NOON + timedelta(hours=5))
    assert decided(risen, alert=touched, now=NOON + 29 * MINUTE).until == NOON + 30 * MINUTE
    assert decided(risen, alert=touched, now=NOON + 30 * MINUTE).decision is Decision.UPDATE


def test_an_update_is_told_although_the_rule_holds_no_longer():
    moved = incident(country="SN", admin1="SN-DK", place="Dakar")
    verdict = decide(SURE, UPDATES, story(moved, regions=()), [member()], ALERT, None, NOON + timedelta(hours=1))
    assert verdict.decision is Decision.UPDATE
    assert verdict.reason == "place Gao, ML-7 → Dakar, SN-DK; the rule itself does not hold now: not in sahel"


def test_late_is_what_even_the_newest_article_is():
    old = member(published=NOON - LATE - MINUTE)
    assert is_late([old], NOON)
    assert not is_late([old, member("two")], NOON)
    assert not is_late([member(published=None)], NOON)
