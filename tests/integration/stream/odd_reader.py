"""A reader that does what an article's title says, for processes of a pool."""

import os
import signal
from collections.abc import Sequence
from datetime import UTC, datetime

from unit.strategies.story_readings import reading

from marsad.article import Article
from marsad.errors import ConfigError, ConfigProblem
from marsad.reading import Reading
from stream import reader_pool

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class OddReader:
    def read(self, article: Article) -> Reading:
        match article.title:
            case "raises":
                raise KeyError("x")
            case "dies":
                os._exit(3)
            case "burns":
                burn()
            case "burns deaf":
                signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})
                burn()
        return reading(article.id, None, at=NOON)

    def read_many(self, articles: Sequence[Article]) -> list[Reading]:
        return [self.read(article) for article in articles]


def burn() -> None:
    while True:
        pass


def build() -> OddReader:
    """Runs in the worker, which then has little patience."""
    reader_pool.CPU_SECONDS = 0.3
    reader_pool.KILL_AFTER = 0.6
    return OddReader()


def misconfigured() -> OddReader:
    raise ConfigError([ConfigProblem("towns.tsv", 3, "", "unknown kind 'twon'")])


def cannot_build() -> OddReader:
    raise OSError("no lexicon")
