"""When a feed is polled next. Pure: jitter comes from a hash, so that a schedule can be replayed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from ingest.config import LONGEST, SHORTEST
from ingest.fetched import ServerHints

POLLS_PER_ARTICLE: Final = 8
"""A feed with one new article a day need not be polled every five minutes."""
MOST_STRETCH: Final = 4
MOST_HINTED: Final = timedelta(hours=1)
"""Cache times and TTL beyond this are a server's habit rather than a wish."""
MOST_BACKOFF: Final = timedelta(hours=6)
JITTER: Final = 0.1
_NO_HINTS: Final = ServerHints()


@dataclass(frozen=True, slots=True)
class Pace:
    """Bounds of every interval."""

    shortest: timedelta = SHORTEST
    longest: timedelta = LONGEST

    def held(self, interval: timedelta) -> timedelta:
        """The interval within the bounds."""
        return min(max(interval, self.shortest), self.longest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """What a feed's schedule depends on."""

    slug: str
    interval: timedelta
    rate: float | None = None
    """New articles an hour, None while unknown."""
    ttl: int | None = None
    hints: ServerHints = _NO_HINTS
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
    failures: int = 0
    attempt: int = 0
    hurry: bool = False
    """After a gap, or with entries left to take: poll as soon as is polite."""


def next_poll(rhythm: Rhythm, now: datetime, pace: Pace | None = None) -> datetime:
    """The later of the feed's own rhythm and what the server asks for."""
    held = pace or Pace()
    wanted = _backed_off(rhythm) if rhythm.failures else _own(rhythm)
    asked = max(wanted, _hinted(rhythm))
    varied = held.held(asked) * (1 + JITTER * _fraction(rhythm.slug, rhythm.attempt))
    after = max(varied, timedelta(seconds=min(rhythm.hints.retry_after or 0, held.longest.total_seconds())))
    return _out_of_skipped(now + after, rhythm)


def smoothed_rate(rate: float | None, new: int, elapsed: timedelta, interval: timedelta) -> float:
    """New articles an hour, an exponential mean over a day; at first what the configured interval is made for."""
    hours = max(elapsed.total_seconds() / 3600, 1 / 60)
    expected = timedelta(hours=1) / interval / POLLS_PER_ARTICLE if rate is None else rate
    weight = min(1.0, hours / 24)
    return expected * (1 - weight) + new / hours * weight


def _own(rhythm: Rhythm) -> timedelta:
    if rhythm.hurry:
        return rhythm.interval / 4
    if rhythm.rate is None:
        return rhythm.interval
    longest = rhythm.interval * MOST_STRETCH
    polls_an_hour = max(rhythm.rate * POLLS_PER_ARTICLE, 0.01)
    return min(longest, max(rhythm.interval, timedelta(hours=1 / polls_an_hour)))


def _backed_off(rhythm: Rhythm) -> timedelta:
    return min(rhythm.interval * (1 << min(rhythm.failures - 1, 10)), max(MOST_BACKOFF, rhythm.interval))


def _hinted(rhythm: Rhythm) -> timedelta:
    hints = rhythm.hints
    seconds = max(rhythm.ttl or 0, hints.max_age if hints.max_age is not None else hints.expires or 0)
    return timedelta(0) if rhythm.hurry else min(timedelta(seconds=seconds), MOST_HINTED)


def _out_of_skipped(moment: datetime, rhythm: Rhythm) -> datetime:
    """The first moment from here on that the feed does not exclude; a feed that excludes all is not believed."""
    candidate = moment
    for _hour in range(7 * 24):
        if candidate.hour not in rhythm.skip_hours and candidate.strftime("%A").lower() not in rhythm.skip_days:
            return candidate
        candidate = candidate.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return moment


def _fraction(slug: str, attempt: int) -> float:
    digest = sha256(f"{slug}\n{attempt}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32
