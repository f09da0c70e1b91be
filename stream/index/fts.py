"""The embedded search index: SQLite FTS5 in a file of its own, filled from the log, safe to delete.

FTS5's own tokeniser shreds vocalised Arabic and keeps tatweel, so it is fed text that went through
the reader's normaliser, and so are queries. The full-text table is contentless: an edited article
gets a new row number and the old row of words is left behind, unreachable, until the next rebuild.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from marsad.reading import Reading
from marsad.sqlite import Database, Layout, UnreadableError, moment
from stream.index.protocol import Found, Indexed, Query
from stream.index.query_text import Expression, parse, tokens_to_mark
from stream.index.snippet import snippet
from stream.reading.text import normalise

_TABLES: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE article (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL,
    feed TEXT NOT NULL, language TEXT NOT NULL, observed_at TEXT NOT NULL, published TEXT, event TEXT,
    link TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, codes TEXT NOT NULL
);
CREATE INDEX article_observed ON article (observed_at);
CREATE TABLE code (kind TEXT NOT NULL, value TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (kind, value, seq))
    WITHOUT ROWID;
CREATE INDEX code_article ON code (seq);
CREATE VIRTUAL TABLE words USING fts5(
    title, text, concepts, content = '', tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co'"
);
"""
LAYOUT: Final = Layout(
    application=0x4D525332,
    version=1,
    statements=_TABLES,
    otherwise="delete this file: it is filled again from the log",
)

_RANK: Final = "bm25(words, 4.0, 1.0, 0.5)"
"""Title, text, concepts: a word of the title says most, and what is written more than what was concluded."""
_COLUMNS: Final = (
    "article.article_id, article.revision, article.feed, article.language, article.title, article.link, "
    "article.observed_at, article.published, article.event, article.text, article.codes"
)


class FtsIndex:
    """An ``ArticleIndex``. One writer; any number of readers, also in other processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Open or create the file. Raises StoreError with what to do."""
        return cls(Database.open(path, LAYOUT))

    @classmethod
    def open_or_start_again(cls, path: Path) -> Self:
        """For the writer: a file that cannot be read, or is of another version, is replaced by an empty one."""
        try:
            return cls.open(path)
        except UnreadableError:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            return cls.open(path)

    @property
    def cursor(self) -> int:
        """The log offset up to which the index is filled; 0 for an empty one."""
        row = self._database.one("SELECT value FROM meta WHERE key = 'cursor'")
        return int(str(row[0])) if row else 0

    def put(self, batch: Sequence[Indexed], cursor: int) -> None:
        """See ``ArticleIndex.put``."""
        with self._database.transaction():
            for indexed in batch:
                self._put_one(indexed)
            self._database.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('cursor', ?)", (str(cursor),))

    def search(self, query: Query) -> list[Found]:
        """See ``ArticleIndex.search``."""
        expression = parse(query.text, normalise)
        sql, values = _statement(query, expression)
        tokens = tokens_to_mark(expression)
        return [_found(row, tokens) for row in self._database.all(sql, values)]

    def count(self) -> int:
        """How many articles can be found."""
        row = self._database.one("SELECT count(*) FROM article")
        return int(str(row[0])) if row else 0

    def clear(self) -> None:
        """See ``ArticleIndex.clear``."""
        with self._database.transaction():
            for table in ("meta", "article", "code"):
                self._database.execute(f"DELETE FROM {table}")
            self._database.execute("INSERT INTO words (words) VALUES ('delete-all')")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _put_one(self, indexed: Indexed) -> None:
        reading = indexed.reading
        known = self._database.one("SELECT seq, revision FROM article WHERE article_id = ?", (reading.article_id,))
        if known is not None:
            if int(str(known[1])) > reading.revision:
                return
            self._database.execute("DELETE FROM article WHERE seq = ?", (known[0],))
            self._database.execute("DELETE FROM code WHERE seq = ?", (known[0],))
        codes = _codes(indexed)
        seq = self._database.execute(_INSERT_ARTICLE, _article_row(indexed, codes)).lastrowid
        rows = [(kind, value, seq) for kind, values in codes.items() for value in values]
        self._database.executemany("INSERT INTO code (kind, value, seq) VALUES (?, ?, ?)", rows)
        self._database.execute(
            "INSERT INTO words (rowid, title, text, concepts) VALUES (?, ?, ?, ?)",
            (seq, normalise(reading.title), normalise(indexed.text), normalise("\n".join(indexed.labels))),
        )


_INSERT_ARTICLE: Final = (
    "INSERT INTO article "
    "(article_id, revision, feed, language, observed_at, published, event, link, title, text, codes) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _article_row(indexed: Indexed, codes: Mapping[str, Sequence[str]]) -> tuple[object, ...]:
    reading = indexed.reading
    return (
        reading.article_id,
        reading.revision,
        reading.source.feed,
        reading.language,
        _stamp(reading.observed_at),
        _stamp(reading.published) if reading.published else None,
        str(reading.event.type) if reading.event else None,
        _storable(reading.link),
        _storable(reading.title),
        _storable(indexed.text),
        json.dumps(codes, sort_keys=True),
    )


def _codes(indexed: Indexed) -> dict[str, list[str]]:
    reading = indexed.reading
    return {
        "country": sorted(_countries(reading)),
        "region": sorted(set(indexed.regions)),
        "topic": sorted({topic.code for topic in reading.topics}),
    }


def _countries(reading: Reading) -> set[str]:
    told = {reading.event.country} if reading.event and reading.event.country else set()
    return told | set(reading.countries)


def _stamp(moment: datetime) -> str:
    """ISO 8601 in UTC with a fixed width, so that text order is time's order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _storable(text: str) -> str:
    """Lone surrogates, which UTF-8 cannot hold, become question marks: as many characters as before."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _statement(query: Query, expression: Expression) -> tuple[str, list[object]]:
    """One SELECT for the query, and its values."""
    wanted, unwanted = expression.wanted, expression.unwanted
    conditions, values = [], []
    if wanted is not None:
        conditions.append("words MATCH ?")
        values.append(f"({wanted}) NOT ({unwanted})" if unwanted else wanted)
    elif unwanted is not None:
        conditions.append("article.seq NOT IN (SELECT rowid FROM words WHERE words MATCH ?)")
        values.append(unwanted)
    for condition, value in _filters(query):
        conditions.append(condition)
        values.extend(value)
    source = "words JOIN article ON article.seq = words.rowid" if wanted is not None else "article"
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    by_rank = wanted is not None and not query.newest_first
    order = f"{'score DESC, ' if by_rank else ''}article.observed_at DESC, article.article_id"
    score = f"-{_RANK}" if wanted is not None else "0.0"
    sql = f"SELECT {_COLUMNS}, {score} AS score FROM {source} {where} ORDER BY {order} LIMIT ?"
    return sql, [*values, max(query.limit, 0)]


def _filters(query: Query) -> Iterator[tuple[str, tuple[str, ...]]]:
    if query.language:
        language = _storable(query.language)
        # A regional variant counts as its language: ar finds ar-SY, ar-SY does not find ar.
        yield (
            "(article.language = ? OR substr(article.language, 1, ?) = ?)",
            (
                language,
                str(len(language) + 1),
                f"{language}-",
            ),
        )
    if query.feed:
        yield "article.feed = ?", (_storable(query.feed),)
    if query.since:
        yield "article.observed_at >= ?", (_stamp(query.since),)
    if query.until:
        yield "article.observed_at < ?", (_stamp(query.until),)
    if query.events_only:
        yield "article.event IS NOT NULL", ()
    for kind, value in _asked_codes(query):
        yield "article.seq IN (SELECT seq FROM code WHERE kind = ? AND value = ?)", (kind, _storable(value))


def _asked_codes(query: Query) -> Iterator[tuple[str, str]]:
    if query.country:
        yield "country", query.country.upper()
    if query.region:
        yield "region", query.region
    if query.topic:
        yield "topic", query.topic


def _found(row: Sequence[object], tokens: frozenset[str]) -> Found:
    article_id, revision, feed, language, title, link, observed_at, published, event, text, codes, score = row
    shown = snippet(str(text), tokens)
    return Found(
        article_id=str(article_id),
        revision=int(str(revision)),
        feed=str(feed),
        language=str(language),
        title=str(title),
        link=str(link),
        observed_at=moment(observed_at, "article.observed_at"),
        published=moment(published, "article.published") if published else None,
        event=str(event) if event else None,
        score=float(str(score)),
        snippet=shown.text,
        matches=shown.matches,
        codes={kind: tuple(values) for kind, values in json.loads(str(codes)).items()},
    )
