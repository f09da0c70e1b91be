"""The naive design, measured beside ours in the same run: what a first script for this job would do.

Every term searched one by one in lower-cased text, dictionary translation, rules as a list of
functions, stdlib JSON, one durable SQLite transaction an article.
"""

import json
import sqlite3
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

from marsad.article import Article
from stream.reading.lexicon import Lexicon

_MARKS = dict.fromkeys(range(1611, 1632)) | {ord("أ"): "ا", ord("إ"): "ا", ord("ى"): "ي", ord("ة"): "ه"}


def fold(text: str) -> str:
    """NFKC, lower case, marks dropped by ``str.translate``."""
    return unicodedata.normalize("NFKC", text).lower().translate(_MARKS)


class NaiveReader:
    """Keyword counting over the whole text."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._terms = [(fold(entry.term), entry.cls, entry.concept) for entry in lexicon.entries]

    def read(self, article: Article) -> dict[str, object]:
        """The terms found, and whether an attack word is among them."""
        text = fold(article.text)
        found = [(cls, concept, text.count(term)) for term, cls, concept in self._terms if term in text]
        return {"id": article.id, "terms": found, "attack": any(cls == "ev" for cls, _concept, _count in found)}


def whole_way(articles: Sequence[Article], reader: NaiveReader, path: Path) -> int:
    """Read, match, store and index one article after the other; how many would alert."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE article (id TEXT PRIMARY KEY, body TEXT)")
    database.execute("CREATE VIRTUAL TABLE text USING fts5 (id, body)")
    rules: list[Callable[[dict[str, object]], bool]] = [lambda reading: bool(reading["attack"])] * 10
    alerts = 0
    for article in articles:
        reading = reader.read(article)
        database.execute("BEGIN")
        database.execute("INSERT INTO article VALUES (?, ?)", (article.id, json.dumps(reading)))
        database.execute("INSERT INTO text VALUES (?, ?)", (article.id, article.text))
        database.execute("COMMIT")
        alerts += any(rule(reading) for rule in rules)
    database.close()
    return alerts
