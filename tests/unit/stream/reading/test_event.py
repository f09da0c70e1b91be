import datetime as dt

import msgspec
import pytest
from reading_builders import told

from marsad.codes import DatePrecision, Family, PlaceKind, Status
from marsad.reading import Place, Scores
from stream.reading.event import VETOED, judge
from stream.reading.heads import Judgement

FRESH = Scores(violence=0.99, fresh=0.95, actual=0.95, fresh_event=0.9)
STALE = msgspec.structs.replace(FRESH, fresh=0.1, fresh_event=0.05)
GAO = Place(name="Gao", kind=PlaceKind.TOWN, country="ML", admin1="ML-7", lat=16.3, lon=0.0)


def judged(title, lead="", scores=FRESH, place=None, state=0.1):
    judgement = Judgement(scores, state, (("t.kill", 1.0),))
    return judge(told(title, lead), judgement, threshold=0.4, actors=(), place_of=lambda _best: place)


def test_a_fresh_attack_has_all_its_fields():
    event = judged("12 soldiers killed in Gao ambush", "Gunmen struck on Tuesday, wounding four.", place=GAO).event
    assert (event.fresh, event.status, event.score) == (True, Status.ACTUAL, FRESH.fresh_event)
    assert (event.killed.best, event.injured.best, event.abducted) == (12, 4, None)
    assert (event.date, event.date_precision) == (dt.date(2026, 11, 17), DatePrecision.DAY)
    assert (event.place, event.country, event.admin1, event.lat) == ("Gao", "ML", "ML-7", 16.3)
    assert {"ev.ambush", "count.killed", "t.kill"} <= {evidence.feature for evidence in event.evidence}


def test_a_claim_told_in_the_body_names_its_group():
    body = "One sentence stands here. Another one. Then a third one. JNIM claimed the attack in a statement."
    judgement = Judgement(FRESH, 0.1, ())
    sentences = told("12 soldiers killed in Gao ambush", "Gunmen struck on Tuesday.", body)
    found = judge(sentences, judgement, threshold=0.4, actors=(), place_of=lambda _best: None)
    assert [s.position for s in sentences if s.of("act")] == ["body"]
    assert found.event.claimed_by == "jnim"


def test_a_figure_of_the_body_counts_unless_it_is_of_the_past():
    opening = ("Gunmen attack village near Gao", "They struck on Tuesday. Nobody was named.")
    judgement = Judgement(FRESH, 0.1, ())
    for body, killed in (("Nine people were killed.", 9), ("On 3 May 2019 nine people were killed.", None)):
        found = judge(told(*opening, body), judgement, threshold=0.4, actors=(), place_of=lambda _best: None)
        assert (found.event.killed and found.event.killed.best) == killed


def test_evidence_stands_where_it_says():
    title = "12 soldiers killed in Gao ambush"
    for evidence in judged(title).event.evidence:
        assert evidence.start < 0 or title[evidence.start : evidence.end] == evidence.term


def test_plain_words_overrule_the_heads():
    found = judged("Army foils bomb attack in Gao", "The attack was foiled on Thursday.")
    assert found.event.status is Status.FOILED
    assert not found.event.fresh
    assert found.event.score == found.scores.fresh_event <= VETOED


def test_words_that_are_not_plain_do_not():
    found = judged("Gunmen kill 12 in Gao", "Residents had feared an attack. The toll could rise.")
    assert found.event.fresh
    assert found.event.status is Status.ACTUAL


def test_no_word_of_violence_no_event():
    found = judged("Parliament votes on budget")
    assert found.event is None
    assert found.scores == FRESH


def test_attacks_in_a_policy_story_are_no_event():
    assert judged("Summit to discuss strategy after attacks", scores=STALE).event is None


def test_what_is_not_fresh_is_given_with_its_status():
    event = judged("Film recalls 2015 hotel attack", "The attack killed 20 people in 2015.", scores=STALE).event
    assert event.status is Status.HISTORICAL
    assert not event.fresh
    assert event.killed.best == 20


def test_the_day_the_ministry_spoke_is_not_the_event_s():
    event = judged(
        "Toll rises to 44", "The toll of last Friday's attack has risen to 44, the ministry said on Thursday."
    ).event
    assert event.date == dt.date(2026, 11, 13)


def test_a_release_is_no_fresh_violence():
    found = judged("Hostages kidnapped in Gao released", "Two hostages kidnapped last year were released on Friday.")
    assert found.event.family is Family.RELEASE
    assert found.event.status is Status.ACTUAL
    assert not found.event.fresh


def test_a_coup_is_fresh_by_the_other_heads():
    weak = msgspec.structs.replace(FRESH, fresh_event=0.2)
    found = judged("Soldiers announce coup in capital", scores=weak)
    assert found.event.family is Family.COUP
    assert found.event.fresh


@pytest.mark.parametrize(("state", "family"), [(0.95, Family.COUNTER_TERROR), (0.05, Family.ARMED)])
def test_an_army_s_own_operation_is_of_another_family(state, family):
    assert judged("20 killed in clash near Gao", state=state).event.family is family


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("Rectificatif : aucune attaque à Dori", "Notre dépêche de ce matin est annulée."),
        ("Army denies attack on Gao airport", "There was no attack, a spokesman said on Thursday."),
        ("تصحيح: نسحب خبر الهجوم على غاو", "تبين أن الخبر غير صحيح."),
    ],
)
def test_a_retraction_is_given_whatever_the_heads_say(title, lead):
    for scores in (FRESH, STALE):
        event = judged(title, lead, scores=scores).event
        assert event.retracts
        assert event.status is Status.DENIED
        assert not event.fresh


def test_denying_guilt_retracts_no_deaths():
    event = judged(
        "Army denies killing nine civilians in Gao", "Nine civilians were killed on Tuesday, residents said."
    ).event
    assert not event.retracts
    assert event.fresh


def test_a_claim_in_the_title_is_new_on_an_old_attack():
    assert judged(
        "JNIM claims responsibility for Gao attack", "The group said it killed 12 soldiers on Tuesday."
    ).event.update
