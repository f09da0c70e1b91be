"""The poller: every feed when it is due, each on its own, so that none can hurt another."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from time import perf_counter
from typing import Final, Protocol, TypeVar

from msgspec.structs import replace

from ingest.config import FeedConfig, FetchConfig
from ingest.decide import Outcome, decide
from ingest.due import DueTimes
from ingest.feed_state import FeedState
from ingest.fetched import (
    Failed,
    Failure,
    Fetched,
    FetchRequest,
    KnownEntry,
    NotModified,
    Parsed,
    ParsedFeed,
    ParseJob,
    PollReport,
    PollResult,
    Unchanged,
)
from ingest.schedule import Pace
from ingest.text import one_line
from marsad.errors import MarsadError, StoreError, did_you_mean

Answer = TypeVar("Answer")

LONGEST_WAIT: Final = timedelta(seconds=1)

log = logging.getLogger("marsad.poll")


class Fetches(Protocol):
    """What a poll needs of the network."""

    async def fetch(self, request: FetchRequest) -> Fetched | NotModified | Failed:
        """Never raises for a feed's fault."""


class Parses(Protocol):
    """What a poll needs of the parser."""

    async def parse(self, job: ParseJob) -> ParsedFeed | Failed:
        """Never raises for a feed's fault."""


class Keeps(Protocol):
    """What a poll needs of the inbox: a table here, Kafka topics where Marsad is scaled out. For any thread."""

    def states(self) -> dict[str, FeedState]:
        """Every feed's state that was ever stored, by slug."""

    def known(self, feed: str, ids: Sequence[str]) -> dict[str, KnownEntry]:
        """What is stored of these articles of a feed."""

    def commit(self, outcome: Outcome) -> None:
        """Durable when it returns, and never the state without its articles. Raises StoreError."""


class Poller:
    """Polls feeds. ``urls`` maps slugs to URLs, secrets filled in; ``may_poll`` is asked before each round."""

    def __init__(
        self,
        feeds: Sequence[FeedConfig],
        urls: Mapping[str, str],
        fetcher: Fetches,
        parser: Parses,
        inbox: Keeps,
        clock: Callable[[], datetime],
        *,
        limits: FetchConfig | None = None,
        may_poll: Callable[[], bool] = lambda: True,
        on_poll: Callable[[PollReport], None] = lambda _report: None,
        pace: Pace | None = None,
        due: DueTimes | None = None,
    ) -> None:
        """``due`` is shared by pollers whose feeds may have one host."""
        self._feeds = {feed.slug: feed for feed in feeds if feed.enabled}
        self._urls = urls
        self._fetcher = fetcher
        self._parser = parser
        self._inbox = inbox
        self._clock = clock
        self._limits = limits or FetchConfig()
        self._may_poll = may_poll
        self._on_poll = on_poll
        self._pace = pace or Pace()
        self._due = due or DueTimes(urls)
        stored = inbox.states()
        self._states = {slug: _current(stored.get(slug), slug, urls[slug]) for slug in self._feeds}

    def states(self) -> dict[str, FeedState]:
        """Each polled feed's state as it was last stored."""
        return dict(self._states)

    async def run(self, stop: asyncio.Event) -> None:
        """Poll whatever is due until ``stop``. Raises StoreError: what cannot be stored must not be fetched."""
        polls: dict[str, asyncio.Task[PollReport]] = {}
        stopping = asyncio.ensure_future(stop.wait())
        try:
            while not stop.is_set():
                self._start_due(polls)
                wait = min(LONGEST_WAIT, self._until_next(polls)).total_seconds()
                await asyncio.wait({stopping, *polls.values()}, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
                for slug in [slug for slug, poll in polls.items() if poll.done()]:
                    polls.pop(slug).result()
        finally:
            stopping.cancel()
            for poll in polls.values():
                poll.cancel()
            await asyncio.gather(*polls.values(), return_exceptions=True)

    async def poll_once(self, slug: str | None = None) -> list[PollReport]:
        """Poll all feeds now, or one, due or not; retired ones only when named. Raises StoreError, MarsadError."""
        if slug is not None and slug not in self._feeds:
            raise MarsadError(f"no enabled feed has the slug {slug!r}{did_you_mean(slug, sorted(self._feeds))}")
        slugs = [slug] if slug else [name for name in self._feeds if not self._states[name].retired]
        polls = [asyncio.ensure_future(self._poll(name)) for name in slugs]
        try:
            return list(await asyncio.gather(*polls))
        finally:
            for poll in polls:
                poll.cancel()
            await asyncio.gather(*polls, return_exceptions=True)

    def _start_due(self, polls: dict[str, asyncio.Task[PollReport]]) -> None:
        if not self._may_poll():
            return
        now = self._clock()
        for slug in self._feeds:
            due = self._due.of(self._states[slug], now)
            if slug not in polls and due is not None and due <= now:
                polls[slug] = asyncio.ensure_future(self._poll(slug))

    def _until_next(self, polls: Mapping[str, object]) -> timedelta:
        now = self._clock()
        idle = (self._states[slug] for slug in self._feeds if slug not in polls)
        waits = (due - now for state in idle if (due := self._due.of(state, now)))
        # Due and not started means that polling is paused: look again in a moment.
        return max(min(waits, default=LONGEST_WAIT), timedelta(seconds=0.05))

    async def _poll(self, slug: str) -> PollReport:
        began = perf_counter()
        state = self._states[slug]
        try:
            result = await self._result(slug, state)
            outcome = await self._decided(slug, state, result)
            await self._commit(outcome)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001  a fault of ours in one feed's data must not stop the other feeds
            result = _fault(error)
            outcome = await self._decided(slug, state, result)
            await self._commit(outcome)
        if isinstance(result, Failed) and result.failure is Failure.LIMITED and outcome.state.next_at:
            self._due.pause(slug, outcome.state.next_at)
        self._states[slug] = outcome.state
        report = PollReport(
            feed=slug,
            at=outcome.state.last_poll_at or self._clock(),
            outcome=outcome.outcome,
            reason=outcome.reason,
            articles=len(outcome.articles),
            gap=outcome.gap,
            seconds=perf_counter() - began,
        )
        self._on_poll(report)
        return report

    async def _result(self, slug: str, state: FeedState) -> PollResult:
        request = FetchRequest(slug=slug, url=self._urls[slug], etag=state.etag, last_modified=state.last_modified)
        fetched = await self._fetcher.fetch(request)
        if not isinstance(fetched, Fetched):
            return fetched
        body_hash = sha256(fetched.body).hexdigest()[:32]
        if body_hash == state.body_hash:
            return Unchanged(fetched=fetched)
        return await parsed(fetched, self._parser, self._limits.body_limit)

    async def _decided(self, slug: str, state: FeedState, result: PollResult) -> Outcome:
        """In a thread: a large feed takes a while, and the database may be slow."""
        return await _to_its_end(
            partial(
                decide,
                self._feeds[slug],
                state,
                result,
                partial(self._inbox.known, slug),
                self._clock(),
                most=self._limits.max_entries,
                pace=self._pace,
            )
        )

    async def _commit(self, outcome: Outcome) -> None:
        await _to_its_end(partial(self._inbox.commit, outcome))


async def _to_its_end(call: Callable[[], Answer]) -> Answer:
    """A call in a thread, waited for also when polling is stopped meanwhile: its connection is closed next.

    What it raises then is told and no more: the feed's state is not stored, so that its poll is repeated.
    """
    running = asyncio.ensure_future(asyncio.to_thread(call))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        if error := running.exception():
            log.info("a poll was not stored and will be repeated: %s", error)
        raise


async def parsed(fetched: Fetched, parser: Parses, body_limit: int) -> Parsed | Failed:
    """A fetched body, parsed."""
    job = ParseJob(body=fetched.body, content_type=fetched.content_type, base=fetched.base, body_limit=body_limit)
    feed = await parser.parse(job)
    if isinstance(feed, Failed):
        return replace(feed, hints=fetched.hints)
    return Parsed(fetched=fetched, feed=feed, body_hash=sha256(fetched.body).hexdigest()[:32])


def _fault(error: Exception) -> Failed:
    """What went wrong here, in words that can be stored and shown whatever the feed held."""
    text = one_line(f"a fault in Marsad: {type(error).__name__}: {error}"[:1000])
    return Failed(failure=Failure.INTERNAL, reason=text if "://" not in text else text.partition(": ")[0])


def _current(state: FeedState | None, slug: str, url: str) -> FeedState:
    """The stored state; under another URL without what belonged to the old one."""
    url_hash = sha256(url.encode()).hexdigest()[:16]
    if state is None:
        return FeedState(feed=slug, url_hash=url_hash)
    if state.url_hash == url_hash:
        return state
    return replace(
        state, url_hash=url_hash, etag="", last_modified="", body_hash="", retired=False, failures=0, next_at=None
    )
