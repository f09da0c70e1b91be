"""Run articles through the whole watch without sending: the same fold, on a store in memory."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from alerts.rules import RuleSet
from marsad.article import Article, Source
from marsad.article_lines import ArticleLine, to_article
from marsad.codec import encode
from marsad.log import Effect, RawEntry, ReadingRecord, Record, RuleSetTaken, Tick, Unfoldable, Unjudged
from marsad.reading import Reading
from marsad.reading_lines import alert_lines
from marsad.sqlite import Database
from marsad.store import WatchStore
from marsad.store_queries import StoreQueries
from marsad.watch import Watch

MINUTE: Final = timedelta(minutes=1)
AFTERWARDS: Final = timedelta(hours=1)
"""Ticks run on for this long behind the last article, and longer while a match is still held."""
LONGEST: Final = timedelta(days=2)
EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2900, 1, 1, tzinfo=UTC)
"""The log's time stays between these: behind them there is no day before or after to count with."""

Read = Callable[[Article], Reading]


class Replay:
    """A watch of its own in memory, fed record by record in the log's time."""

    def __init__(self, rule_set: RuleSet, normalise: Callable[[str], str]) -> None:
        self._store = WatchStore(Database.open(":memory:"))
        self._watch = Watch(self._store.queries, normalise)
        self._rule_set = rule_set
        self._offset = 0
        self._now: datetime | None = None
        self.unfoldable: list[str] = []
        """Errors of what could not be folded or judged; a running watch parks such."""

    @property
    def queries(self) -> StoreQueries:
        """The stories, alerts and ledger so far."""
        return self._store.queries

    def take(self, reading: Reading) -> list[dict[str, Any]]:
        """Fold one reading at its ``observed_at``, never earlier than the one before; the alerts decided."""
        lines = self._advance(max(reading.observed_at, self._now or reading.observed_at))
        return lines + self._fold(ReadingRecord(reading=reading))

    def finish(self) -> list[dict[str, Any]]:
        """Tick on until every hold has ended; the alerts decided."""
        if self._now is None:
            return []
        end = self._now + AFTERWARDS
        lines = self._advance(end)
        while self._held() and self._now < end + LONGEST:
            lines += self._advance(self._now + MINUTE)
        return lines

    def _advance(self, moment: datetime) -> list[dict[str, Any]]:
        """Bring the log's time to ``moment``: the rule set first, then every minute between."""
        moment = min(max(moment, EARLIEST), LATEST).astimezone(UTC)
        if self._now is None:
            self._now = moment
            return self._fold(RuleSetTaken(digest=self._rule_set.digest(), body=self._rule_set.to_json()))
        lines = []
        minute = self._now.replace(second=0, microsecond=0) + MINUTE
        while minute <= moment:
            if minute.minute == 0 and self._store.queries.is_quiet():
                minute = moment.replace(second=0, microsecond=0)  # an archive with a gap of years has few ticks to run
            self._now = minute
            lines += self._fold(Tick(minute=minute))
            minute += MINUTE
        self._now = max(moment, self._now)
        return lines

    def _fold(self, record: Record) -> list[dict[str, Any]]:
        assert self._now is not None
        self._offset += 1
        entry = RawEntry(offset=self._offset, at=self._now, body=encode(record))
        (effects,) = self._store.fold(self._watch, [entry])
        self.unfoldable += [effect.error for effect in effects if isinstance(effect, Unfoldable | Unjudged)]
        return self._lines(effects)

    def _lines(self, effects: Iterable[Effect]) -> list[dict[str, Any]]:
        return alert_lines(effects, self._store.queries.story)

    def _held(self) -> bool:
        """Whether a match still waits; a hold that was missed only says why nothing was told."""
        return any(not hold.missed for hold in self._store.queries.holds())


def replay_lines(
    lines: Iterable[tuple[int, ArticleLine]],
    *,
    name: str,
    read: Read,
    replay: Replay,
    sources: Mapping[str, Source],
    now: datetime,
) -> Iterator[dict[str, Any]]:
    """Articles in their order in; alerts, updates and cancels out as they are decided.

    A feed that ``sources`` does not know is its own publisher family. An id that comes again with
    another text is a revision of the same article. Raises LineError.
    """
    revisions: dict[str, tuple[int, ArticleLine]] = {}
    for number, line in lines:
        before = revisions.get(line.id)
        revision = before[0] + (before[1] != line) if before else 1
        revisions[line.id] = (revision, line)
        source = sources.get(line.feed or "")
        article = to_article(line, now=now, where=f"{name}:{number}", source=source, revision=revision)
        yield from replay.take(read(article))
    yield from replay.finish()
