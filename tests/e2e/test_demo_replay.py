"""The demo's articles through reader and watch, at any hour of any day: the words for dates move with it.

No server, no clock: what comes is what the articles say, so that a difference here is the reader's or the watch's.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.loader import Known, load_rule_set
from alerts.rules import RuleSet
from ingest.text import html_text
from marsad.article import Article, Source
from marsad.demo.expected import Told, differences, load_expected, told
from marsad.demo.feed_xml import Edition
from marsad.demo.world import World, load_world
from marsad.regions import load_regions
from marsad.replay import Replay
from stream.reading.reader import Reader
from stream.reading.text import normalise

WORLD = load_world()
EXPECTED = load_expected(WORLD)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.packaged()


@pytest.fixture(scope="module")
def rule_set(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    own = tmp_path_factory.mktemp("rules") / "demo.yaml"
    own.write_text("updates: {every: 0s}\n", encoding="utf-8")
    return load_rule_set(shipped=True, rule_files=[Path(own)], routes_file=None, regions=load_regions(), known=Known())


def articles(world: World, opened_at: datetime) -> Iterator[Article]:
    """Every article as ingest would hand it on, in the order of its appearance."""
    edition = Edition(opened_at)
    for feed, article in world.articles():
        if feed.fault is not None:
            continue
        summary, body = (html_text(edition.fill(text)) for text in (article.summary, article.body))
        yield Article(
            id=feed.article_id(article),
            revision=2 if article.revises else 1,
            source=Source(
                feed=feed.slug, family=feed.family, country=feed.country, reliability=feed.reliability, name=feed.name
            ),
            link=feed.link(article),
            title=html_text(edition.fill(article.title)),
            summary=summary,
            body=body,
            language=feed.language,
            published=edition.published(article),
            observed_at=opened_at + timedelta(seconds=article.at),
            backlog=article.at == 0,
        )


def messages(reader: Reader, rule_set: RuleSet, opened_at: datetime) -> list[Told]:
    replay = Replay(rule_set, normalise)
    lines = [line for article in articles(WORLD, opened_at) for line in replay.take(reader.read(article))]
    return [told(line, WORLD.key_of()) for line in [*lines, *replay.finish()]]


@pytest.mark.parametrize(
    "opened_at",
    [
        datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
        datetime(2026, 11, 27, 23, 58, tzinfo=UTC),
        datetime(2026, 11, 30, 0, 5, tzinfo=UTC),
        datetime(2027, 1, 1, 8, 30, tzinfo=UTC),
        datetime(2027, 3, 1, 0, 45, tzinfo=UTC),
        datetime(2028, 2, 29, 18, 15, tzinfo=UTC),
        datetime(2027, 8, 15, 6, 0, tzinfo=UTC),
    ],
    ids=str,
)
def test_exactly_the_right_things_are_told_on_any_day(reader: Reader, rule_set: RuleSet, opened_at: datetime) -> None:
    assert differences(EXPECTED, messages(reader, rule_set, opened_at)) == []
