"""Messages as people read them, in three languages."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from unit.alerts.told import NOON, RULE, SAHEL, event, incident, member, plain_story, story, toll

from alerts.bulletin import Bulletin
from alerts.message import BODY_LIMIT, TITLE_LIMIT, marked_repeat, render
from alerts.rules import Rule
from alerts.words import phrasebook, plural_category
from marsad.alert import Change, Notification
from marsad.article import Source
from marsad.codes import DatePrecision, MessageType, Severity, SubType
from marsad.story import ToldToll

BOOK = phrasebook()
ISOLATES = str.maketrans("", "", "\u2068\u2069\u200b")


def bulletin(told=None, kind=MessageType.ALERT, members=None, **changes):
    members = members or [member()]
    base = {
        "kind": kind,
        "alert": "a-1",
        "rule": Rule.model_validate(RULE | {"description": "Attacks in the Sahel"}),
        "story": story(told),
        "members": members,
        "telling": members,
        "sources": len(members),
        "regions": (SAHEL,),
    }
    return Bulletin(**{**base, **changes})


def shown(language="en", **changes) -> str:
    message = render(bulletin(**changes), language, BOOK)
    return f"{message.title}\n\n{message.body}".translate(ISOLATES)


def test_an_alert_in_english():
    assert shown() == (
        "[HIGH] Attack, Gao, Mali: 8 killed\n\n"
        "Attack\n"
        "Where: Gao, Mali (ML-7)\n"
        "When: 16 November 2026\n"
        "Killed: 8 (officials)\n"
        "1 source, unconfirmed: The one Times\n"
        "Watching for: Attacks in the Sahel\n"
        "Rule: attack\n"
        "Alert: a-1\n\n"
        "Gunmen attack a market in Gao\n"
        "The one Times\n"
        "paper.example\n"
        "https://paper.example/one"
    )


def test_an_update_in_french():
    told = incident(
        sub_type=SubType.SUICIDE,
        killed=toll(12, low=8, high=12),
        tolls=(
            ToldToll(kind="killed", toll=toll(8, owner="official"), family="family-one", article_id="one"),
            ToldToll(kind="killed", toll=toll(12, owner="jnim"), family="family-two", article_id="two"),
            ToldToll(kind="killed", toll=toll(9), family="family-two", article_id="two"),
        ),
        claimed_by="jnim",
    )
    changed = (
        Change(field="killed", before="8", after="12 (8–12)"),
        Change(field="claimed_by", before=None, after="jnim"),
    )
    text = shown("fr", told=told, kind=MessageType.UPDATE, changed=changed, members=[member(), member("two")])
    assert text.startswith("[ÉLEVÉ] MISE À JOUR : Attentat-suicide, Gao, Mali : 12 morts\n")
    assert "Changements : morts : 8 → 12 (8–12), revendiqué par : GSIM (JNIM) (non communiqué auparavant)\n" in text
    assert "Morts : 8–12 : 8 (autorités), 12 (GSIM (JNIM)), 9 (The two Times)\n" in text
    assert "2 sources indépendantes : The one Times, The two Times\n" in text
    assert text.endswith("\nhttps://paper.example/two")


def test_an_alert_in_arabic():
    arabic = member("two", language="ar", title="مسلحون يهاجمون سوقا في غاو")
    text = shown("ar", members=[member(), arabic])
    assert text.startswith("[عالٍ] هجوم، Gao، مالي: 8 قتلى\n")
    assert "المكان: Gao، مالي (ML-7)\n" in text
    assert "التاريخ: 16 نوفمبر 2026\n" in text
    assert "القتلى: 8 (مسؤولون)\n" in text
    assert "مصدران مستقلان: The one Times، The two Times\n" in text
    assert "\nمسلحون يهاجمون سوقا في غاو\n" in text


def test_a_cancellation():
    text = shown(told=incident(retracted=True), kind=MessageType.CANCEL)
    assert text.startswith("[HIGH] CANCELLED: Attack, Gao, Mali\n\nThe report was withdrawn.")
    assert "unconfirmed" not in text


def test_marks():
    late = shown(
        late=True, story=story(possibly_same_as="s-two"), members=[member(published=NOON - timedelta(hours=9))]
    )
    assert "Late: it was published 16 November 2026.\n" in late
    assert "Possibly the same as s-two.\n" in late


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"date_precision": DatePrecision.WEEK}, "When: around 16 November 2026"),
        ({"date_precision": DatePrecision.MONTH}, "When: November 2026"),
        ({"date_precision": DatePrecision.YEAR}, "When: 2026"),
        ({"country": None, "admin1": None, "place": None}, "Where: place not told, Sahel"),
        ({"place": None}, "Where: Mali (ML-7)"),
        ({"actors": ("jnim", "nobody-knows")}, "Involved: JNIM, nobody-knows"),
        ({"injured": toll(1)}, "Injured: 1"),
        ({"sub_type": None}, "Attack on civilians"),
    ],
)
def test_no_more_exact_than_told(changes, line):
    told = replace(incident(), **changes)
    assert line in shown(told=told).split("\n")


def test_an_unknown_date_is_left_out():
    assert "When" not in shown(told=replace(incident(), date_precision=DatePrecision.UNKNOWN))
    assert "When" not in shown(told=incident(date=None))


def test_a_story_without_an_event():
    text = shown(story=plain_story(), members=[replace(member(), event=None)])
    assert text.startswith("[HIGH] Report, Mali\n")


HOSTILE = "\u202e@everyone <!here> <@U1> [click](http://evil.example/x) <b>now</b> evil.example\nhttps://last.example"


def test_hostile_fields_stay_text():
    hostile = member(
        title=HOSTILE,
        link="https://paper.example/@everyone?<script>",
        domain="evil\u202e.example",
        source=Source(feed="feed", name=f"Paper {HOSTILE}", family="x"),
        told=event(place=HOSTILE),
    )
    told = incident(place=HOSTILE, claimed_by=HOSTILE, actors=(HOSTILE,))
    message = render(bulletin(told, members=[hostile]), "en", BOOK)
    text = f"{message.title}\n{message.body}"
    assert "\u202e" not in text
    assert "@everyone" not in text
    assert "<" not in text
    assert "](" not in text
    assert text.count("://") == 1
    assert text.endswith("https://paper.example/%40everyone?%3Cscript%3E")


@given(st.text(max_size=600), st.text(max_size=100), st.sampled_from(["ar", "en", "fr"]))
def test_limits_hold_and_the_link_stays_whole(title, place, language):
    one = member(title=title * 20, source=Source(feed="f", name=title, family="x"))
    told = incident(place=place, actors=tuple(f"{title}{n}" for n in range(9)))
    message = render(bulletin(told, members=[one]), language, BOOK)
    assert len(message.title) <= TITLE_LIMIT
    assert len(message.body) <= BODY_LIMIT
    assert message.body.endswith("\nhttps://paper.example/one")
    assert message.title.count("\u2068") == message.title.count("\u2069")
    assert "\n" not in message.title


def test_a_possible_repeat_says_so():
    notification = Notification(
        id="n-1", alert="a-1", rule="attack", story="s-1", receiver="desk", type=MessageType.ALERT,
        severity=Severity.HIGH, language="fr", title="t" * 200, body="b" * BODY_LIMIT, due_at=NOON,
    )  # fmt: skip
    marked = marked_repeat(notification, BOOK)
    assert "répétition possible" in marked.title
    assert marked.body.startswith("Répétition possible : ")
    assert len(marked.title) <= TITLE_LIMIT
    assert len(marked.body) <= BODY_LIMIT
    assert marked.id == notification.id


@pytest.mark.parametrize(
    ("language", "number", "category"),
    [
        ("ar", 1, "one"), ("ar", 2, "two"), ("ar", 3, "few"), ("ar", 10, "few"), ("ar", 11, "many"), ("ar", 99, "many"),
        ("ar", 100, "other"), ("ar", 103, "few"), ("ar", 111, "many"), ("fr", 0, "one"), ("fr", 1, "one"),
        ("fr", 2, "other"), ("en", 0, "other"), ("en", 1, "one"), ("en", 2, "other"),
    ],
)  # fmt: skip
def test_plurals(language, number, category):
    assert plural_category(language, number) == category


def test_every_language_has_the_same_words():
    for name in ("labels", "fields", "statuses", "owners", "families"):
        keys = [set(getattr(BOOK.words(language), name)) for language in ("ar", "en", "fr")]
        assert keys[0] == keys[1] == keys[2]
    for names in BOOK.actors.values():
        assert set(names) == {"ar", "en", "fr"}
    for names in BOOK.countries.values():
        assert set(names) == {"ar", "en", "fr"}
