"""The inbox on Kafka: articles first, then what is known of their feed. For the feeds of one partition.

What is known is kept in memory and read from Kafka whenever the partition comes to this poller, so it needs no disk.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from typing import Final, NamedTuple, Protocol

from msgspec.structs import replace

from ingest.decide import Outcome
from ingest.feed_record import FeedEntries, apart, entries_key, is_of_entries, joined, state_key
from ingest.feed_state import FeedState
from ingest.fetched import KnownEntry
from ingest.steady_sender import FIRST_PAUSE, SteadySender, StoppedError
from marsad.article import Article
from marsad.codec import decode, encode
from marsad.errors import DecodeError, StoreError
from marsad.kafka.errors import KafkaDownError, MessageTooLargeError
from marsad.kafka.producer import Message
from marsad.kafka.reader import RawMessage
from marsad.kafka.topics import Topics
from marsad.kafka_log import SCHEMA_HEADER

READ_AT_ONCE: Final = 500
READ_SECONDS: Final = 5.0

log = logging.getLogger("marsad.poll")


class ShareLostError(StoreError):
    """The partition went to another poller: what it stores of these feeds counts from here on."""


class Share(Protocol):
    """A partition of the feeds, while it is this poller's."""

    @property
    def partition(self) -> int:
        """Its number."""

    @property
    def lost(self) -> bool:
        """Whether it was given up, or taken away, for good."""

    def holds(self) -> bool:
        """Whether no other poller can have it at this moment."""


class Reads(Protocol):
    """What is needed of a partition's reader."""

    def raw_after(self, offset: int, limit: int, wait: float) -> list[RawMessage]:
        """The messages behind ``offset``."""

    def first_offset(self) -> int:
        """Of the first message that is there."""

    def last_offset(self) -> int:
        """Of the last one."""


class _Kept(NamedTuple):
    """A feed as it is stored. Its entries are decoded while it is polled only: objects need ten times as much."""

    state: FeedState
    entries: bytes


class KafkaInbox:
    """Calls may come from any thread; of one feed one at a time, ``known`` before ``commit``."""

    def __init__(self, sender: SteadySender, topics: Topics, share: Share) -> None:
        self._sender = sender
        self._topics = topics
        self._share = share
        self._feeds: dict[str, _Kept] = {}
        self._seen: dict[str, frozenset[str]] = {}
        self._lock = Lock()

    def load(self, reader: Reads) -> None:
        """Read what is stored, once, before anything is asked. Raises KafkaDownError, ShareLostError."""
        states: dict[str, FeedState] = {}
        entries: dict[str, bytes] = {}
        for message in self._everything(reader):
            if message.key is None or message.value is None:
                continue
            try:
                if is_of_entries(message.key):
                    entries[decode(FeedEntries, message.value).feed] = message.value
                else:
                    state = decode(FeedState, message.value)
                    states[state.feed] = state
            except DecodeError as error:
                log.error(  # noqa: TRY400  the message says all
                    "%s, partition %d, offset %d is passed over, the feed %s goes on with what was stored before: %s",
                    *(self._topics.feed_state, self._share.partition, message.offset, ascii(message.key), error),
                )
        for feed in sorted({*states, *entries}):
            body = entries.get(feed) or encode(FeedEntries(feed=feed))
            self._feeds[feed] = _Kept(joined(states.get(feed), decode(FeedEntries, body)), body)

    def states(self) -> dict[str, FeedState]:
        """Every feed's state that was ever stored in this partition, by slug."""
        with self._lock:
            return {feed: kept.state for feed, kept in self._feeds.items()}

    def known(self, feed: str, ids: Sequence[str]) -> dict[str, KnownEntry]:
        """What is stored of these articles of a feed."""
        found = self._entries(feed).known(ids)
        with self._lock:
            self._seen[feed] = frozenset(found)
        return found

    def commit(self, outcome: Outcome) -> None:
        """Durable on return; an outage of Kafka is waited out. Raises StoreError.

        Articles are sent whoever has the feed by now: twice the same is harmless, not at all is not. The state is
        stored only while the feed is this poller's, for it would undo what another one has stored.
        """
        feed = outcome.state.feed
        before = self._entries(feed)
        with self._lock:
            seen = self._seen.pop(feed, frozenset())
        self._send_articles(outcome.articles)
        self._wait_for_share()
        entries = before.after(outcome, seen)
        entries = self._store(outcome.state, entries, entries_too=entries is not before)
        with self._lock:
            self._feeds[feed] = _Kept(outcome.state, encode(entries))

    def _entries(self, feed: str) -> FeedEntries:
        with self._lock:
            kept = self._feeds.get(feed)
        return decode(FeedEntries, kept.entries) if kept else FeedEntries(feed=feed)

    def _everything(self, reader: Reads) -> Iterator[RawMessage]:
        offset, last = reader.first_offset() - 1, reader.last_offset()
        while offset < last:
            if self._share.lost:
                raise ShareLostError(f"partition {self._share.partition} went to another poller")
            found = reader.raw_after(offset, READ_AT_ONCE, READ_SECONDS)
            if not found:
                raise KafkaDownError(
                    f"topic {self._topics.feed_state}, partition {self._share.partition}: the messages behind offset "
                    f"{offset} do not come: its feeds are not polled until they do"
                )
            yield from found
            offset = found[-1].offset

    def _send_articles(self, articles: Iterable[Article]) -> None:
        waiting = list(articles)
        while waiting:
            messages = [
                self._message(self._topics.articles, state_key(one.source.feed), encode(one)) for one in waiting
            ]
            try:
                self._sender.send_all(messages)
            except MessageTooLargeError as error:
                large = [waiting[index] for index in error.indexes]
                log.warning("articles %s of %s are cut: %s", [one.id for one in large], large[0].source.feed, error)
                waiting = [shortened(article) for article in large]
            else:
                return

    def _wait_for_share(self) -> None:
        """An outage may leave it open for a while whose the feed is."""
        while not self._share.holds():
            if self._share.lost:
                raise ShareLostError(f"partition {self._share.partition} went to another poller while it was polled")
            if self._sender.pause(FIRST_PAUSE):
                raise StoppedError("polling was stopped while it was open whose the feed is")

    def _store(self, state: FeedState, entries: FeedEntries, *, entries_too: bool) -> FeedEntries:
        """The entries as they were stored. They come first: without its entries a state would know too much."""
        short = self._message(self._topics.feed_state, state_key(state.feed), encode(apart(state)), in_partition=True)
        while True:
            long = self._message(self._topics.feed_state, entries_key(state.feed), encode(entries), in_partition=True)
            try:
                self._sender.send_all([long, short] if entries_too else [short])
            except MessageTooLargeError as error:
                if not (entries.entries or entries.window):
                    raise StoreError(f"a feed's state cannot be stored: {error}") from error
                log.error("half of what is known of %s is forgotten: %s", state.feed, error)  # noqa: TRY400  it says all
                entries = entries.halved()
            else:
                return entries

    def _message(self, topic: str, key: bytes, value: bytes, *, in_partition: bool = False) -> Message:
        partition = self._share.partition if in_partition else None
        return Message(topic=topic, key=key, value=value, headers=(SCHEMA_HEADER,), partition=partition)


def shortened(article: Article) -> Article:
    """The article with half its body, marked; without a body its summary is halved, then its title.

    Raises StoreError where there is nothing left to cut.
    """
    for name in ("body", "summary", "title"):
        text: str = getattr(article, name)
        if text:
            return replace(article, **{name: text[: len(text) // 2]}, truncated=True)
    raise StoreError(
        f"article {article.id} of {article.source.feed} is too large for Kafka even without its text: `marsad kafka "
        "setup` puts the topic's max.message.bytes right"
    )
