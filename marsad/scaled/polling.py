"""What the pollers of all partitions of one process have in common: its network, its parser, its way to Kafka."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from ingest.config import FeedConfig
from ingest.due import DueTimes
from ingest.fetched import PollReport
from ingest.kafka_inbox import KafkaInbox
from ingest.poller import Parses, Poller
from ingest.schedule import Pace
from ingest.steady_sender import SteadySender
from marsad.config import WatchConfig
from marsad.errors import MarsadError
from marsad.kafka.group import Share
from marsad.kafka.producer import partition_of
from marsad.kafka.reader import PartitionReader
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Topics
from marsad.own_thread import OwnThread
from marsad.scaled.uncommitted import Uncommitted
from marsad.wiring import tell_poll, utc_now


@dataclass(frozen=True, slots=True)
class Kafka:
    """What is needed of Kafka."""

    access: KafkaAccess
    topics: Topics
    partitions: int
    """Of the topic of feed states. By them the feeds are shared out."""
    sender: SteadySender


class Polling:
    """Makes a Poller of a partition's feeds."""

    def __init__(
        self,
        config: WatchConfig,
        kafka: Kafka,
        fetcher: Uncommitted,
        parser: Parses,
        loaders: Sequence[OwnThread],
        pace: Pace | None,
    ) -> None:
        """``loaders``: partitions are read from Kafka in these threads."""
        self._config = config
        self._kafka = kafka
        self._fetcher = fetcher
        self._parser = parser
        self._loaders = loaders
        self._pace = pace
        self._due = DueTimes(config.urls)
        self._feeds = by_partition(config.feeds.enabled(), kafka.partitions)
        self._turns = count()
        self.articles = 0
        """Sent since the start."""

    async def open(self, share: Share) -> Poller:
        """With all that Kafka has of the partition's feeds. Raises KafkaDownError, ShareLostError."""
        if share.partition >= self._kafka.partitions:
            raise MarsadError(
                f"topic {self._kafka.topics.feed_state} has more partitions than the {self._kafka.partitions} of when "
                "this poller was started: stop all pollers, and start them again"
            )
        inbox = KafkaInbox(self._kafka.sender, self._kafka.topics, share)
        await self._loaders[next(self._turns) % len(self._loaders)].run(self._load, inbox, share.partition)

        def may_poll() -> bool:
            return share.holds() and not self._kafka.sender.waiting and not self._fetcher.full

        return Poller(
            self._feeds.get(share.partition, ()),
            self._config.urls,
            self._fetcher,
            self._parser,
            inbox,
            utc_now,
            limits=self._config.settings.fetch,
            may_poll=may_poll,
            on_poll=self._after_poll,
            pace=self._pace,
            due=self._due,
        )

    def close(self, share: Share) -> None:
        """What was fetched of its feeds and is not stored is given up."""
        self._fetcher.done(feed.slug for feed in self._feeds.get(share.partition, ()))

    def _load(self, inbox: KafkaInbox, partition: int) -> None:
        reader = PartitionReader(self._kafka.access, self._kafka.topics.feed_state, partition)
        try:
            inbox.load(reader)
        finally:
            reader.close()

    def _after_poll(self, report: PollReport) -> None:
        tell_poll(report)
        self._fetcher.done([report.feed])
        self.articles += report.articles


def by_partition(feeds: Sequence[FeedConfig], partitions: int) -> Mapping[int, Sequence[FeedConfig]]:
    """The feeds of each partition: by their slug, as Kafka itself would have it."""
    shared: dict[int, list[FeedConfig]] = defaultdict(list)
    for feed in feeds:
        shared[partition_of(feed.slug.encode(), partitions)].append(feed)
    return dict(shared)
