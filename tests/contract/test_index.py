"""What every search index must do, whatever it is built on.

Elasticsearch's is filled by ``ElasticBulk`` and has no cursor (that is Kafka's), so what is about cursors and files is
asked of the embedded one alone.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marsad.article import Source
from marsad.codes import EventType, Family, Status, SubType
from marsad.errors import StoreError
from marsad.reading import Event, Reading, Topic
from marsad.sqlite import Database
from stream.index.elastic_bulk import ElasticBulk
from stream.index.elastic_client import ElasticClient
from stream.index.elastic_documents import Documents
from stream.index.elastic_indices import Kind, Place, month_of
from stream.index.elastic_labels import LabelNames
from stream.index.elastic_search import ElasticSearch
from stream.index.elastic_templates import creation
from stream.index.fts import FtsIndex
from stream.index.protocol import Indexed, Query, QueryError
from stream.index.query_text import MOST_TERMS

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "search.db"


@pytest.fixture
def embedded(path):
    index = FtsIndex.open(path)
    yield index
    index.close()


class Elastic:
    """Elasticsearch as an ``ArticleIndex``: what was put is searched at once."""

    def __init__(self, access):
        self._access = access
        self._search = ElasticSearch(access)

    def put(self, batch, _cursor):
        assert asyncio.run(self._put([Documents(LabelNames()).article(one) for one in batch])) == []

    def search(self, query):
        return self._search.search(query)

    def count(self):
        return asyncio.run(self._asked("GET", f"/{self._access.prefix}articles/_count"))["count"]

    async def _put(self, operations):
        async with ElasticClient(self._access) as client:
            rejected = await ElasticBulk(client, self._access.prefix).put(operations)
            await client.send("POST", f"/{self._access.prefix}articles/_refresh")
            return rejected

    async def _asked(self, method, path):
        async with ElasticClient(self._access) as client:
            return await client.send(method, path)


@pytest.fixture
def elasticsearch(elastic_access):
    asyncio.run(_make_index(elastic_access))
    return Elastic(elastic_access)


async def _make_index(access):
    place = Place(Kind.ARTICLES, month_of(NOON))
    async with ElasticClient(access) as client:
        await client.send("PUT", f"/{place.index(access.prefix)}", creation(place, access.prefix))


@pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.slow)])
def index(request):
    return request.getfixturevalue(request.param)


def article(article_id, title, text="", **fields):
    names = ("labels", "regions")
    reading = Reading(
        **{
            "article_id": article_id,
            "revision": 1,
            "source": Source(feed=fields.pop("feed", "paper")),
            "title": title,
            "language": "fr",
            "observed_at": NOON,
            **{name: value for name, value in fields.items() if name not in names},
        }
    )
    return Indexed(reading=reading, text=text, **{name: fields[name] for name in names if name in fields})


def event(**fields):
    return Event(
        type=EventType.BATTLES,
        sub_type=SubType.ARMED_CLASH,
        family=Family.ARMED,
        status=Status.ACTUAL,
        fresh=True,
        score=0.9,
        **fields,
    )


def ids(index, text="", **conditions):
    return [found.article_id for found in index.search(Query(text=text, **conditions))]


ARABIC = article("ar", "مقتل ثلاثة جنود بمالي", "أعلن الجيشُ مقتلَ ثلاثة جنودٍ في غاو", language="ar")
FINANCE = article("finance", "الأزمة المالية", "وزارة المال تعلن الميزانية", language="ar")
FRENCH = article("fr", "Trois soldats tués à Gao", "L'attaque s'est produite dimanche à l'aube.")
ENGLISH = article("en", "Budget debate in Paris", "Parliament discussed the budget all night.", language="en")


def test_words_are_found_in_title_and_text_without_case_or_accents(index):
    index.put([FRENCH, ENGLISH], 2)
    assert ids(index, "TUES attaque") == ["fr"]
    assert ids(index, "gao budget") == []
    assert ids(index, "gao OR budget") == ["en", "fr"] or ids(index, "gao OR budget") == ["fr", "en"]


@pytest.mark.parametrize("asked", ["مالي", "بمالي", "ومالي", "لمالي", "الجيش", "جيش", "والجيش", "مقتل", "مَقتل", "غاو"])
def test_arabic_is_found_with_and_without_particles_and_vowels(index, asked):
    index.put([ARABIC, FINANCE], 2)
    assert ids(index, asked) == ["ar"]


def test_a_country_is_not_found_in_finance(index):
    index.put([FINANCE], 1)
    assert ids(index, "مالي") == []
    assert ids(index, "المالية") == ["finance"]


def test_a_french_query_finds_an_arabic_article_by_its_concepts(index):
    known = article("ar", ARABIC.reading.title, ARABIC.text, language="ar", labels=("Mali", "مالي", "attaque"))
    index.put([known, FRENCH], 2)
    assert ids(index, "attaque Mali") == ["ar"]
    assert ids(index, "attaque") == ["fr", "ar"], "what is written counts for more than what was concluded"


def test_phrases_stand_together_and_exclusions_exclude(index):
    index.put([FRENCH, article("other", "Gao : trois ans après, soldats tués", "")], 2)
    assert ids(index, '"trois soldats"') == ["fr"]
    assert ids(index, "soldats -ans") == ["fr"]
    assert ids(index, "-ans") == ["fr"]
    assert ids(index, 'soldats -"trois soldats"') == ["other"]


def test_every_condition_must_hold(index):
    index.put(
        [
            article("ml", "x", countries={"ML": 0.9}, feed="one", event=event(), regions=("sahel",)),
            article("ne", "x", countries={"NE": 0.9, "ML": 0.2}, topics=(Topic(code="medtop:1", name="t", score=1.0),)),
            article("sy", "x", language="ar-SY", event=event(country="SY"), observed_at=NOON + timedelta(hours=1)),
        ],
        3,
    )
    assert ids(index, country="ml") == ["ml", "ne"]
    assert ids(index, country="SY") == ["sy"], "the event's own country counts"
    assert ids(index, region="sahel") == ["ml"]
    assert ids(index, topic="medtop:1") == ["ne"]
    assert ids(index, language="ar") == ["sy"]
    assert ids(index, language="a") == []
    assert ids(index, feed="one") == ["ml"]
    assert ids(index, events_only=True) == ["sy", "ml"]
    assert ids(index, since=NOON + timedelta(minutes=1)) == ["sy"]
    assert ids(index, until=NOON + timedelta(hours=1)) == ["ml", "ne"]
    assert ids(index, since=NOON, until=NOON) == []
    assert ids(index, "x", country="ML", events_only=True, region="sahel", feed="one", language="fr") == ["ml"]


def test_times_are_compared_in_utc_whatever_zone_they_are_written_in(index):
    index.put([FRENCH], 1)
    zone = datetime.fromisoformat("2026-11-16T14:00:00+02:00")
    assert ids(index, since=zone) == ["fr"]
    assert ids(index, until=zone) == []


def test_best_first_or_newest_first(index):
    index.put(
        [
            article("title", "Gao", "autre chose"),
            article("text", "autre chose", "Gao", observed_at=NOON + timedelta(hours=1)),
        ],
        2,
    )
    assert ids(index, "Gao") == ["title", "text"]
    assert ids(index, "Gao", newest_first=True) == ["text", "title"]
    assert ids(index) == ["text", "title"], "without words the newest come first"
    assert ids(index, "Gao", limit=1) == ["title"]


def test_equal_articles_come_in_a_fixed_order(index):
    index.put([article(name, "Gao") for name in ("c", "a", "b")], 3)
    assert ids(index, "Gao") == ["a", "b", "c"]


def test_what_is_found_says_all_that_is_shown(index):
    index.put(
        [
            article(
                "ar",
                "عنوان",
                "قُتل جنديٌّ في مالي",
                language="ar",
                link="https://example.org/1",
                published=NOON,
                countries={"ML": 1.0},
                event=event(country="ML"),
                regions=("sahel",),
            )
        ],
        1,
    )
    (found,) = index.search(Query(text="مالي"))
    assert found.line() == {
        "id": "ar",
        "revision": 1,
        "feed": "paper",
        "language": "ar",
        "title": "عنوان",
        "link": "https://example.org/1",
        "observed_at": "2026-11-16T12:00:00Z",
        "published": "2026-11-16T12:00:00Z",
        "event": "Battles",
        "countries": ["ML"],
        "regions": ["sahel"],
        "topics": [],
        "score": round(found.score, 4),
        "snippet": "قُتل جنديٌّ في مالي",
        "matches": [[15, 19]],
    }


def test_an_edit_replaces_the_article_and_all_its_words_and_codes(index):
    index.put([article("a", "Gao", "ancien", countries={"ML": 1.0})], 1)
    index.put([article("a", "Kidal", "nouveau", revision=2, countries={"NE": 1.0})], 2)
    assert ids(index, "Gao") == ids(index, "ancien") == ids(index, country="ML") == []
    assert ids(index, "Kidal nouveau", country="NE") == ["a"]
    assert index.count() == 1


def test_nothing_of_an_edited_article_is_left_behind_in_the_file(embedded):
    embedded.put([article("a", "Gao", countries={"ML": 1.0})], 1)
    embedded.put([article("a", "Kidal", revision=2, countries={"NE": 1.0})], 2)
    assert embedded._database.all("SELECT value FROM code") == [("NE",)]


def test_a_redelivered_older_revision_changes_nothing(index):
    index.put([article("a", "Kidal", revision=2)], 2)
    index.put([article("a", "Gao", revision=1)], 2)
    assert ids(index, "Kidal") == ["a"]
    assert ids(index, "Gao") == []


def test_a_batch_given_twice_changes_nothing(index):
    for _ in range(2):
        index.put([FRENCH, ARABIC, FRENCH], 2)
    assert sorted(ids(index)) == ["ar", "fr"]


def test_the_cursor_is_kept_with_the_articles(path):
    index = FtsIndex.open(path)
    assert index.cursor == 0
    index.put([FRENCH], 41)
    index.put([], 42)
    index.close()
    again = FtsIndex.open(path)
    assert again.cursor == 42
    assert ids(again, "Gao") == ["fr"]
    again.close()


def test_a_batch_that_breaks_leaves_articles_and_cursor_as_they_were(embedded):
    embedded.put([FRENCH], 1)
    with pytest.raises(AttributeError):
        embedded.put([ENGLISH, None], 2)
    assert embedded.cursor == 1
    assert ids(embedded) == ["fr"]


def test_cleared_it_is_empty_and_can_be_filled_again(embedded):
    embedded.put([FRENCH], 9)
    embedded.clear()
    assert embedded.cursor == 0
    assert ids(embedded) == ids(embedded, "Gao") == []
    embedded.put([ENGLISH], 1)
    assert ids(embedded, "budget") == ["en"]


def test_a_reader_sees_what_a_writer_put_while_both_are_open(path, embedded):
    reader = FtsIndex.open(path)
    embedded.put([FRENCH], 1)
    assert ids(reader, "Gao") == ["fr"]
    reader.close()


def test_text_that_no_file_can_hold_is_stored_and_found(index):
    index.put([article("a", "Gao \ud800 \x00", "attaque\x00\udfff \ud83d mort", link="https://x/\ud800")], 1)
    (found,) = index.search(Query(text="attaque"))
    assert found.snippet[slice(*found.matches[0])] == "attaque"


def test_a_damaged_file_says_what_to_do_and_the_writer_starts_again(path):
    path.write_bytes(b"this is no database, but long enough to be taken for one" * 100)
    with pytest.raises(StoreError, match="not a readable database"):
        FtsIndex.open(path)
    index = FtsIndex.open_or_start_again(path)
    assert index.cursor == 0
    index.close()


def test_the_watchs_own_file_is_not_taken_for_an_index_nor_thrown_away(tmp_path):
    path = tmp_path / "watch.db"
    Database.open(path).close()
    with pytest.raises(StoreError, match="belongs to another program"):
        FtsIndex.open(path)
    with pytest.raises(StoreError, match="belongs to another program"):
        FtsIndex.open_or_start_again(path)
    Database.open(path).close()


def test_an_index_of_another_version_is_filled_again(path):
    index = FtsIndex.open(path)
    index.put([FRENCH], 5)
    index._database.execute("PRAGMA user_version = 99")
    index.close()
    with pytest.raises(StoreError, match="schema version 99, this Marsad reads 1: delete this file"):
        FtsIndex.open(path)
    index = FtsIndex.open_or_start_again(path)
    assert index.cursor == 0
    index.close()


def test_the_longest_query_accepted_is_answered(index):
    index.put([ARABIC], 1)
    words = [f"وبالكلمات{letter}" for letter in "ابتثجحخدذرزسشصضطظعغفقكلمنهويابت"]
    assert len(words) == MOST_TERMS - 1
    assert ids(index, " OR ".join([*words, "غاو"])) == ["ar"]
    assert ids(index, " ".join(words)) == []


SYNTAX = st.sampled_from(
    [
        '"',
        "'",
        "*",
        "(",
        ")",
        "NEAR(",
        "AND",
        "OR",
        "NOT",
        "-",
        "^",
        "title:",
        "{title}:",
        "+",
        "%",
        "\\",
        ";--",
        "x",
        "و",
        " ",
    ]
)


QUERIES = st.one_of(st.text(max_size=80), st.lists(SYNTAX, max_size=20).map("".join))
WHATEVER_IS_WRITTEN = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def no_query_is_syntax(index, text, code):
    try:
        found = index.search(Query(text=text, country=code, language=code, feed=code, region=code, topic=code))
    except QueryError:
        return
    assert found == []


@settings(WHATEVER_IS_WRITTEN, max_examples=300)
@given(QUERIES, st.text(max_size=6))
def test_no_query_is_syntax(embedded, text, code):
    no_query_is_syntax(embedded, text, code)


@pytest.mark.slow
@settings(WHATEVER_IS_WRITTEN, max_examples=100)
@given(QUERIES, st.text(max_size=6))
def test_no_query_is_syntax_to_elasticsearch(elasticsearch, text, code):
    no_query_is_syntax(elasticsearch, text, code)
