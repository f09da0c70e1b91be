"""When a feed may be polled: not before its own time, nor while its host has asked for quiet."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from yarl import URL

from ingest.feed_state import FeedState

CLOCK_SLACK: Final = timedelta(minutes=1)
"""A clock that is set right by less than this costs no extra poll."""
_AT_ONCE: Final = datetime.min.replace(tzinfo=UTC)


class DueTimes:
    """A 429 or 503 of one feed holds up all feeds of its host."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._hosts = {slug: URL(url).host or "" for slug, url in urls.items()}
        self._paused: dict[str, datetime] = {}

    def pause(self, slug: str, until: datetime) -> None:
        """Leave the feed's host alone until then."""
        host = self._hosts[slug]
        self._paused[host] = max(until, self._paused.get(host, _AT_ONCE))

    def of(self, state: FeedState, now: datetime) -> datetime | None:
        """None for a retired feed: never. A feed whose last poll is still to come is due: the clock was set back."""
        if state.retired:
            return None
        if state.last_poll_at is not None and state.last_poll_at > now + CLOCK_SLACK:
            return _AT_ONCE
        return max(state.next_at or _AT_ONCE, self._paused.get(self._hosts[state.feed], _AT_ONCE))
