"""Builders for tests of the reader: sentences from text with the shipped lexicon, articles, one reader for all."""

import datetime as dt
from functools import cache

from marsad.article import Article, Source, joined_text
from stream.reading.lexicon import Lexicon
from stream.reading.matcher import Matcher
from stream.reading.reader import Reader
from stream.reading.sentences import Sentence, Spans, opening, sentences
from stream.reading.text import Text

FRIDAY = dt.date(2026, 11, 20)
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


@cache
def reader() -> Reader:
    """The shipped reader; loading it takes about a second."""
    return Reader.packaged()


@cache
def _matcher() -> Matcher:
    return Matcher(Lexicon.packaged().terms())


def told(title: str, lead: str = "", body: str = "", today: dt.date = FRIDAY) -> tuple[Sentence, ...]:
    """Title, lead and body as the steps behind segmentation get them."""
    raw = joined_text(title, lead, body)
    text = Text(raw)
    spans = Spans((0, len(title)), ((min(len(title) + 1, len(raw)), len(raw)),))
    return sentences(text, opening(text, spans), _matcher().find(text), today)


def article(title: str = "", summary: str = "", body: str = "", **fields: object) -> Article:
    """An article published on Friday 20 November 2026."""
    known = {"id": "1", "source": Source(feed="f"), "published": NOON, "observed_at": NOON} | fields
    return Article(title=title, summary=summary, body=body, **known)
