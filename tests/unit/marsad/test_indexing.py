from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from unit.strategies.story_readings import event, reading

from marsad.article import Article, Source
from marsad.codec import encode
from marsad.indexing import BATCH, IndexStep, concepts, label_names
from marsad.log import ReadingRecord, Tick
from marsad.regions import Region
from marsad.sqlite import Database
from stream.index.concepts import Concepts
from stream.index.protocol import Indexed
from stream.log_table import LogTable
from stream.reading.gazetteer import Gazetteer
from stream.reading.lexicon import Lexicon
from stream.reading.topics import TopicTable

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NAMES = Concepts(countries={"BF": ("Burkina Faso", "بوركينا فاسو")}, topics={}, actors={})
REGIONS = {"burkina": Region(label={"en": "Burkina"}, countries=frozenset({"BF"}))}


class Index:
    """Keeps what it is given."""

    def __init__(self, cursor: int = 0) -> None:
        self.cursor = cursor
        self.kept: list[Indexed] = []
        self.cleared = 0

    def put(self, articles: Sequence[Indexed], cursor: int) -> None:
        self.kept += articles
        self.cursor = cursor

    def clear(self) -> None:
        self.cleared += 1
        self.kept, self.cursor = [], 0


@pytest.fixture
def database() -> Database:
    return Database.open(":memory:")


def step(database: Database, index: Index) -> IndexStep:
    return IndexStep(database, index, NAMES, lambda: REGIONS)


def store_article(database: Database, name: str, revision: int, body: str) -> None:
    article = Article(id=name, revision=revision, source=Source(feed="f"), body=body, observed_at=NOON)
    database.execute(
        "INSERT INTO inbox (article_id, revision, feed, body, waiting) VALUES (?, ?, 'f', ?, 0)",
        (name, revision, encode(article)),
    )


def test_readings_are_indexed_with_the_whole_text_labels_and_regions(database: Database) -> None:
    store_article(database, "one", 1, "the old text")
    store_article(database, "one", 2, "the whole text")
    log, index = LogTable(database), Index()
    log.append([Tick(minute=NOON), ReadingRecord(reading=reading("one", event(), revision=2))], NOON)
    one = step(database, index)
    assert (one.run_once(), one.run_once()) == (2, 0)
    (found,) = index.kept
    assert found.reading.article_id == "one"
    assert found.text == "the whole text"
    assert "بوركينا فاسو" in found.labels
    assert found.regions == ("burkina",)
    assert (index.cursor, one.cursor) == (2, 2)


def test_a_reading_without_its_article_is_indexed_by_what_it_keeps_of_it(database: Database) -> None:
    index = Index()
    LogTable(database).append([ReadingRecord(reading=reading("elsewhere", None))], NOON)
    step(database, index).run_once()
    assert [found.reading.article_id for found in index.kept] == ["elsewhere"]


def test_what_is_no_record_is_passed_over(database: Database) -> None:
    log, index = LogTable(database), Index()
    with database.transaction():
        log.append_within([b"9.0 {}"], NOON)
    assert step(database, index).run_once() == 1
    assert (index.kept, index.cursor) == ([], 1)


def test_it_goes_on_where_the_index_ends_in_batches(database: Database) -> None:
    LogTable(database).append([ReadingRecord(reading=reading(f"a{n}", None)) for n in range(BATCH + 5)], NOON)
    index = Index(cursor=3)
    one = step(database, index)
    assert (one.run_once(), one.run_once(), one.run_once()) == (BATCH, 2, 0)
    assert index.kept[0].reading.article_id == "a3"


def test_an_index_of_another_log_is_filled_anew(database: Database) -> None:
    LogTable(database).append([ReadingRecord(reading=reading("one", None))], NOON)
    index = Index(cursor=900)
    step(database, index).run_once()
    assert (index.cleared, [found.reading.article_id for found in index.kept]) == (1, ["one"])


def test_concepts_have_the_names_of_every_language() -> None:
    names = concepts(Gazetteer.packaged(), Lexicon.packaged(), TopicTable.packaged())
    told = names.labels(reading("one", event(town="Gao"), actors=("jnim",)))
    assert {"Mali", "مالي"} <= set(" ".join(told).split())


def test_labels_have_one_name_a_language() -> None:
    names = label_names(Lexicon.packaged(), TopicTable.packaged())
    assert names.countries["ML"] == {"ar": "مالي", "en": "Mali", "fr": "Mali"}
    assert set(names.topics["medtop:20000056"]) == set(names.actors["jnim"]) == {"ar", "en", "fr"}
