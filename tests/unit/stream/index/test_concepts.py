"""The names under which an article can be found in another language."""

from datetime import UTC, datetime

from marsad.article import Source
from marsad.codes import EventType, Family, PlaceKind, Status, SubType
from marsad.reading import Actor, Event, Place, Reading, Topic
from stream.index.concepts import _SUB_TYPE_WORDS, _TYPE_WORDS, Concepts

NAMES = Concepts(
    countries={"ML": ("Mali", "مالي"), "NE": ("Niger", "النيجر")},
    topics={"medtop:20000056": ("armed conflict", "conflit armé", "نزاع مسلح")},
    actors={"jnim": ("JNIM", "GSIM", "نصرة الإسلام والمسلمين")},
)


def reading(**fields):
    return Reading(
        article_id="a1",
        revision=1,
        source=Source(feed="f"),
        language="ar",
        observed_at=datetime(2026, 11, 16, tzinfo=UTC),
        **fields,
    )


def event(**fields):
    return Event(
        type=EventType.CIVILIANS,
        sub_type=SubType.ABDUCTION,
        family=Family.ABDUCTION,
        status=Status.ACTUAL,
        fresh=True,
        score=0.9,
        **fields,
    )


def test_countries_topics_actors_and_places_by_every_name():
    labels = NAMES.labels(
        reading(
            countries={"NE": 0.2, "ML": 0.8},
            topics=(Topic(code="medtop:20000056", name="armed conflict", score=0.9),),
            actors=(Actor(id="jnim"),),
            places=(Place(name="Gao", kind=PlaceKind.TOWN),),
        )
    )
    assert labels == (
        *("Mali", "مالي", "Niger", "النيجر"),
        *("armed conflict", "conflit armé", "نزاع مسلح"),
        *("JNIM", "GSIM", "نصرة الإسلام والمسلمين"),
        "Gao",
    )


def test_an_event_by_its_words_in_three_languages_and_its_own_country():
    labels = " ".join(NAMES.labels(reading(event=event(country="ML"))))
    for word in ("kidnapping", "enlèvement", "اختطاف", "Mali", "مالي"):
        assert word in labels


def test_what_has_no_names_is_found_by_its_own():
    found = reading(topics=(Topic(code="medtop:1", name="tides", score=1.0),), actors=(Actor(id="unheard-of"),))
    assert Concepts().labels(found) == ("tides", "unheard-of")


def test_every_event_type_and_sub_type_has_its_words():
    assert set(_TYPE_WORDS) == set(EventType)
    assert set(_SUB_TYPE_WORDS) == set(SubType)


def test_a_name_is_given_once():
    assert NAMES.labels(reading(countries={"ML": 1.0}, event=event(country="ML"))).count("Mali") == 1
