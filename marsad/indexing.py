"""The step that fills the search index from the log: a projection, which nothing that alerts waits for."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from alerts.words import phrasebook
from marsad.article import Article, joined_text
from marsad.codec import decode_article, decode_record
from marsad.codes import PlaceKind
from marsad.errors import DecodeError
from marsad.log import RawEntry, ReadingRecord
from marsad.reading import Reading
from marsad.reading_lines import reading_regions
from marsad.regions import Region
from marsad.sqlite import Database
from stream.index.concepts import Concepts
from stream.index.elastic_labels import LabelNames
from stream.index.protocol import ArticleIndex, Indexed
from stream.log_table import LogTable
from stream.reading.gazetteer import Gazetteer
from stream.reading.lexicon import Lexicon
from stream.reading.topics import TopicTable

BATCH: Final = 200


class IndexStep:
    """The log's next readings, with their articles' whole text, into the index."""

    def __init__(
        self, database: Database, index: ArticleIndex, concepts: Concepts, regions: Callable[[], Mapping[str, Region]]
    ) -> None:
        self._database = database
        self._index = index
        self._concepts = concepts
        self._regions = regions
        self._log = LogTable(database)
        if index.cursor > self._log.last_offset():
            index.clear()  # it belongs to another log: the watch's database was replaced
        self.cursor = index.cursor

    def run_once(self) -> int:
        """Index one batch; how many log entries there were. Raises StoreError."""
        entries = self._log.after(self.cursor, BATCH)
        if entries:
            self._index.put(list(self._batch(entries)), entries[-1].offset)
            self.cursor = entries[-1].offset
        return len(entries)

    def _batch(self, entries: Sequence[RawEntry]) -> Iterator[Indexed]:
        for entry in entries:
            try:
                record = decode_record(entry.body)
            except DecodeError:
                continue  # the watch parks it
            if isinstance(record, ReadingRecord):
                yield self._indexed(record.reading)

    def _indexed(self, reading: Reading) -> Indexed:
        article = self._article(reading)
        body = article.body if article else reading.body_head
        return Indexed(
            reading=reading,
            text=joined_text("", reading.summary, body),
            labels=self._concepts.labels(reading),
            regions=reading_regions(reading, self._regions()),
        )

    def _article(self, reading: Reading) -> Article | None:
        """The whole article; a log that came from elsewhere has readings without one."""
        row = self._database.one(
            "SELECT body FROM inbox WHERE article_id = ? AND revision = ?", (reading.article_id, reading.revision)
        )
        return decode_article(row[0]) if row else None


def concepts(gazetteer: Gazetteer, lexicon: Lexicon, topics: TopicTable) -> Concepts:
    """The names of countries, topics and actors in every language that we have them in."""
    countries: dict[str, list[str]] = defaultdict(list)
    for name, _flag, meaning in gazetteer.names:
        if meaning.place and meaning.place.kind is PlaceKind.COUNTRY and not meaning.demonym:
            countries[meaning.place.country].append(name)
    return Concepts(
        countries=dict(countries),
        topics={code: tuple(names.values()) for code, names in topics.names.items()},
        actors={actor: tuple(names.values()) for actor, names in lexicon.actors.items()},
    )


def label_names(lexicon: Lexicon, topics: TopicTable) -> LabelNames:
    """One name a language for countries, topics and actors, as charts show them."""
    return LabelNames(countries=phrasebook().countries, topics=topics.names, actors=lexicon.actors)
