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
from marsad.codes import DatePrecision, Initiator, MessageType, Severity, SubType
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
        "What: Attack\n"
        "Where: Gao, Mali\n"
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
            ToldToll(kind="killed", toll=toll(8), family="family-two", article_id="two"),
        ),
        claimed_by="jnim",
    )
    changed = (
        Change(field="killed", before="8", after="12 (8–12)"),
        Change(field="claimed_by", before=None, after="jnim"),
    )
    text = shown("fr", told=told, kind=MessageType.UPDATE, changed=changed, members=[member(), member("two")])
    assert text.startswith("[ÉLEVÉ] MISE À JOUR : Attentat-suicide, Gao, Mali : 12 morts\n")
    assert "Changements : morts 8 → 12 ; revendiqué par GSIM (JNIM) (non communiqué auparavant)\n" in text
    assert "Morts : 12 (GSIM (JNIM)), 8 (autorités, The two Times)\n" in text
    assert "2 sources indépendantes : The one Times, The two Times\n" in text
    assert text.endswith("\nhttps://paper.example/two")


def test_an_alert_in_arabic():
    arabic = member("two", language="ar", title="مسلحون يهاجمون سوقا في غاو")
    text = shown("ar", members=[member(), arabic])
    assert text.startswith("[عالٍ] هجوم، غاو، مالي: 8 قتلى\n")
    assert "المكان: غاو، مالي\n" in text
    assert "التاريخ: 16 نوفمبر 2026\n" in text
    assert "القتلى: 8 (مسؤولون)\n" in text
    assert "مصدران مستقلان: The one Times، The two Times\n" in text
    assert "\nمسلحون يهاجمون سوقا في غاو\n" in text


def test_a_cancellation():
    text = shown(told=incident(retracted=True), kind=MessageType.CANCEL)
    assert text.startswith("[HIGH] CANCELLED: Attack, Gao, Mali\n\nThe report was withdrawn.")
    assert "\nWas reported: Attack, Gao, Mali, 16 November 2026, 8 killed\n" in text
    assert "unconfirmed" not in text
    assert "\nKilled" not in text


def test_marks():
    late = shown(
        late=True, story=story(possibly_same_as="s-two"), members=[member(published=NOON - timedelta(hours=9))]
    )
    assert "Late: it was published 16 November 2026.\n" in late
    assert "May be the same event as story s-two: told apart until that is sure.\n" in late


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"date_precision": DatePrecision.WEEK}, "When: around 16 November 2026"),
        ({"date_precision": DatePrecision.MONTH}, "When: November 2026"),
        ({"date_precision": DatePrecision.YEAR}, "When: 2026"),
        ({"country": None, "admin1": None, "place": None}, "Where: place not told, Sahel"),
        ({"place": None}, "Where: Gao, Mali"),
        ({"place": "Ansongo"}, "Where: Ansongo, Gao, Mali"),
        ({"admin1": "ML-99"}, "Where: Gao, Mali (ML-99)"),
        ({"actors": ("jnim", "nobody-knows")}, "Also named: JNIM, nobody-knows"),
        ({"actors": ("issp", "jnim"), "perpetrators": ("jnim",)}, "Carried out by: JNIM"),
        ({"actors": ("issp", "jnim"), "perpetrators": ("jnim",)}, "Also named: Islamic State Sahel Province"),
        ({"initiator": Initiator.STATE}, "Carried out by: state forces"),
        ({"injured": toll(1)}, "Injured: 1"),
        ({"sub_type": None}, "What: Attack on civilians"),
    ],
)
def test_no_more_exact_than_told(changes, line):
    told = replace(incident(), **changes)
    assert line in shown(told=told).split("\n")


@pytest.mark.parametrize(
    ("figures", "line"),
    [
        pytest.param([(8, None), (8, None)], "Killed: 8", id="papers that agree are not named"),
        pytest.param([(8, "official"), (8, None)], "Killed: 8", id="nor where one of them quotes officials"),
        pytest.param([(8, None), (12, None)], "Killed: 12 (The two Times), 8 (The one Times)", id="papers that differ"),
        pytest.param(
            [(8, "official"), (12, "medical")], "Killed: 12 (medical staff), 8 (officials)", id="their owners"
        ),
        pytest.param([(60, "jnim")], "Killed: 60 (JNIM)", id="a party is named, alone too"),
    ],
)
def test_figures_have_their_owners_where_these_matter(figures, line):
    told = tuple(
        ToldToll(kind="killed", toll=toll(number, owner=owner), family=f"family-{name}", article_id=name)
        for name, (number, owner) in zip(("one", "two"), figures, strict=False)
    )
    numbers = [number for number, _ in figures]
    merged = incident(killed=toll(max(numbers), low=min(numbers), high=max(numbers)), tolls=told)
    assert line in shown(told=merged, members=[member(), member("two")]).split("\n")


def test_of_many_figures_the_highest_and_the_lowest_are_shown():
    told = tuple(
        ToldToll(kind="killed", toll=toll(number), family=f"f{number}", article_id=f"a{number}")
        for number in range(1, 9)
    )
    text = shown(told=incident(killed=toll(8, low=1, high=8), tolls=told))
    assert "Killed: 8 (f8), 7 (f7), 6 (f6), 5 (f5), 1 (f1)\n" in text


def test_a_range_reads_from_right_to_left_without_a_dash():
    one = ToldToll(kind="killed", toll=toll(12, low=8, high=12), family="f", article_id="one")
    text = shown("ar", told=incident(killed=toll(12, low=8, high=12), tolls=(one,)))
    assert "القتلى: بين 8 و12\n" in text


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Changed: place Gao → Ansongo, Gao; named as the attacker JNIM → JNIM, Al-Qaeda"),
        ("ar", "ما تغيّر: المكان من غاو إلى أنسونغو، غاو؛ الجهة المتهمة بالتنفيذ من جماعة نصرة الإسلام والمسلمين إلى "),
    ],
)
def test_places_and_groups_that_changed_have_their_names(language, line):
    changed = (
        Change(field="place", before="ML-7", after="Ansongo, ML-7"),
        Change(field="perpetrator", before="jnim", after="jnim,aq"),
    )
    assert f"\n{line}" in shown(language, kind=MessageType.UPDATE, changed=changed)


def test_parts_in_a_row_are_parted_by_a_blank():
    for language, comma in (("en", ", "), ("fr", ", "), ("ar", "، ")):
        title = render(bulletin(), language, BOOK).title.translate(ISOLATES)
        assert title.count(comma) == title.count(comma.strip()) == 2


def test_an_update_does_not_say_again_what_is_watched_for():
    assert "Watching for" in shown()
    assert "Watching for" not in shown(kind=MessageType.UPDATE)


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
