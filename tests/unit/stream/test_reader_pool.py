from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from unit.strategies.story_readings import reading

from marsad.article import Article, Source
from marsad.codec import decode_record, encode
from marsad.log import ReadingRecord
from marsad.reading import Reading
from stream import reader_pool
from stream.reader_pool import TookTooLongError, Unreadable


def test_time_that_runs_out_behind_the_reading_costs_that_article_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: object) -> bytes:
        raise TookTooLongError("reading cost more than 10 s of CPU")

    monkeypatch.setattr(reader_pool, "read_one", late)
    read = reader_pool._timed(None, b"")  # type: ignore[arg-type]
    assert read == Unreadable("TookTooLongError: reading cost more than 10 s of CPU")


NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class PickyReader:
    """Reads what has an even id; counts how often it is asked."""

    def __init__(self) -> None:
        self.together: list[int] = []
        self.alone: list[str] = []

    def read(self, article: Article) -> Reading:
        self.alone.append(article.id)
        return self._read(article)

    def read_many(self, articles: Sequence[Article]) -> list[Reading]:
        self.together.append(len(articles))
        return [self._read(article) for article in articles]

    def _read(self, article: Article) -> Reading:
        if int(article.id) % 2:
            raise ValueError(article.id)
        return reading(article.id, None, at=NOON)


def worked(picky: PickyReader, monkeypatch: pytest.MonkeyPatch, *bodies: bytes) -> list[str]:
    """Ids of what was read, errors of what was not."""
    monkeypatch.setattr(reader_pool, "_reader", picky)
    told: list[str] = []
    for one in reader_pool._work(list(bodies)):
        record = None if isinstance(one, Unreadable) else decode_record(one)
        told.append(record.reading.article_id if isinstance(record, ReadingRecord) else one.error)  # type: ignore[union-attr]
    return told


def body(name: str) -> bytes:
    return encode(Article(id=name, source=Source(feed="f"), title="", observed_at=NOON))


def test_what_can_be_read_is_read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    picky = PickyReader()
    told = worked(picky, monkeypatch, body("2"), b"9.0 {}", body("4"))
    assert (told[0], told[2]) == ("2", "4")
    assert "9.0" in told[1], "bytes that are no article are told, and cost the others nothing"
    assert (picky.together, picky.alone) == ([2], [])


def test_where_one_cannot_be_read_each_is_read_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    picky = PickyReader()
    assert worked(picky, monkeypatch, body("2"), body("3"), body("4")) == ["2", "ValueError: 3", "4"]
    assert picky.alone == ["2", "3", "4"]


def test_a_single_one_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    picky = PickyReader()
    assert worked(picky, monkeypatch, body("3")) == ["ValueError: 3"]
    assert (picky.together, picky.alone) == ([], ["3"])
