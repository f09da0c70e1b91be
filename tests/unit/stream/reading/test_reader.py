import datetime as dt

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading_builders import article, reader

from benchmarks.articles import articles
from marsad.codes import Initiator, Status, SubType
from marsad.reading import BODY_HEAD

ATTACK = article(
    "Mali: 12 soldiers killed in ambush near Gao",
    "Gunmen ambushed an army convoy near Gao on Thursday, killing 12 soldiers, a security source said.",
    link="https://www.Example.com/news/1",
)


def test_an_attack_is_read_whole():
    reading = reader().read(ATTACK)
    event = reading.event
    assert (reading.language, reading.domain, reading.gated) == ("en", "example.com", False)
    assert (event.fresh, event.status, event.initiator) == (True, Status.ACTUAL, Initiator.NON_STATE)
    assert (event.country, event.place, event.killed.best, event.date) == ("ML", "Gao", 12, dt.date(2026, 11, 19))
    assert event.sub_type is SubType.ARMED_CLASH
    assert event.score == reading.scores.fresh_event
    assert max(reading.countries, key=reading.countries.get) == "ML"
    assert reading.sketch
    assert reading.topics


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("مالي: مقتل 12 جنديا في كمين قرب غاو", "قتل 12 جنديا الخميس في كمين نصبه مسلحون لقافلة عسكرية قرب غاو."),
        ("Mali : douze soldats tués dans une embuscade près de Gao", "Un convoi est tombé jeudi dans une embuscade."),
        ("مالي: مقتل 12 جنديا في كمين قرب غاو", ""),
        ("Mali : douze soldats tués dans une embuscade près de Gao", ""),
    ],
)
def test_the_same_attack_in_other_languages_and_without_a_summary(title, summary):
    event = reader().read(article(title, summary)).event
    assert event.fresh
    assert (event.country, event.killed.best) == ("ML", 12)


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("Football: Mali's attack too strong for Niger", "The striker scored twice in the match on Thursday."),
        ("Il y a dix ans, l'attaque de l'hôtel de Bamako", "Une cérémonie a été organisée vendredi pour les victimes."),
        ("قمة الساحل تبحث استراتيجية لمكافحة الإرهاب", "ناقش القادة سبل مواجهة الجماعات بعد هجمات العام الماضي."),
        ("Troops simulate ambush in joint drill", "The exercise in Niger ended on Thursday."),
        ("Attacks in the Sahel up 20 percent, report says", "More than 4,000 people were killed last year."),
        ("Army foils attack on Gao base", "Soldiers foiled a car bomb attack on Thursday; no one was hurt."),
    ],
)
def test_what_only_sounds_like_an_attack(title, summary):
    event = reader().read(article(title, summary)).event
    assert event is None or not event.fresh


def test_gated_articles_have_no_scores():
    reading = reader().read(article("Parliament votes on budget", "Members passed the finance bill."))
    assert reading.gated
    assert reading.event is None
    assert reading.scores.fresh_event == 0.0


def test_relative_dates_count_from_publication_else_from_observation():
    later = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)
    undated = msgspec.structs.replace(ATTACK, published=None, observed_at=later)
    assert reader().read(undated).event.date == dt.date(2026, 11, 26)


def test_a_long_body_is_cut_for_the_log():
    reading = reader().read(article("Title here", body="word " * 2_000))
    assert len(reading.body_head) == BODY_HEAD


def test_places_stand_where_they_say():
    reading = reader().read(ATTACK)
    assert all(ATTACK.text[start:end] for place in reading.places for start, end in place.mentions)


def test_an_appended_article_is_read_apart():
    reading = reader().read(article("Minister presents budget to parliament", body=APPENDED))
    assert reading.event is None
    assert [item.event.sub_type for item in reading.appended] == [SubType.SUICIDE]


def test_reading_twice_gives_the_same():
    assert msgspec.json.encode(reader().read(ATTACK)) == msgspec.json.encode(reader().read(ATTACK))


APPENDED = (
    "The finance minister presented the budget on Thursday. Members will vote next week on the bill.\n"
    "Related articles\n"
    "Suicide bomber kills seven at Mogadishu cafe on Thursday\n"
    "At least seven people were killed on Thursday when a suicide bomber struck a cafe in Mogadishu.\n"
)
SORTS = st.one_of(
    st.sampled_from(articles(40, attacks=0.5)),
    st.builds(
        article,
        st.sampled_from(["", "Attack in Gao", "مقتل جنود في كمين", "Élection \ud7ff présidentielle", "😀"]),
        st.sampled_from(["", "Gunmen killed five soldiers, AFP said.", "œuvre"]),
        st.sampled_from(["", APPENDED, "Photo (AFP)\nRelated articles\nx"]),
    ),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(SORTS, max_size=6))
def test_several_read_at_once_are_read_as_one_by_one(several):
    assert reader().read_many(several) == [reader().read(one) for one in several]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(max_size=80),
    st.text(max_size=120),
    st.lists(
        st.sampled_from(["attack", "قتل", "12", "\n", "tués", "؟", "«", "مالي", "\ud800", "2015", "%", " . "]),
        max_size=40,
    ),
)
def test_no_text_breaks_it(title, summary, parts):
    given_article = article(title, summary, " ".join(parts))
    reading = reader().read(given_article)
    length = len(given_article.text)
    assert all(0 <= part <= 1 for part in msgspec.structs.astuple(reading.scores))
    for evidence in reading.event.evidence if reading.event else ():
        assert evidence.start == -1 or 0 <= evidence.start < evidence.end <= length


@pytest.mark.parametrize("year", [1, 1900, 9999])
def test_an_article_of_an_absurd_date_is_read_all_the_same(year):
    moment = dt.datetime(year, 6, 15, tzinfo=dt.UTC)
    text = "Gunmen killed 5 villagers near Gao yesterday, three years ago, last week and tomorrow."
    absurd = msgspec.structs.replace(article("Attack", text), published=moment, observed_at=moment)
    assert reader().read(absurd).article_id == absurd.id


def test_digits_that_no_number_is_made_of_break_nothing():
    odd = article("Attack", "Gunmen killed 1፩ people and 5᧚ soldiers near Gao.")
    assert reader().read(odd).article_id == odd.id
