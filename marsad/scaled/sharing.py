"""Several pollers share the feeds: each polls those of its partitions, and no feed is polled by two at once."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Protocol

from ingest.feed_state import FeedState
from ingest.kafka_inbox import ShareLostError
from ingest.poller import Poller
from marsad.kafka.errors import KafkaDownError
from marsad.kafka.group import Share
from marsad.steps import all_or_none, wait_for_any

ROUND: Final = timedelta(seconds=0.1)
PAUSE: Final = timedelta(seconds=1)

log = logging.getLogger("marsad.poll")


class Shares(Protocol):
    """What is needed of a consumer group."""

    def shares(self) -> Sequence[Share]:
        """The partitions that are this process's."""


class Work(Protocol):
    """What is done with a partition."""

    async def open(self, share: Share) -> Poller:
        """A poller of the partition's feeds, with all that is stored of them. Raises KafkaDownError."""

    def close(self, share: Share) -> None:
        """The poller has ended."""


@dataclass(slots=True)
class _Worker:
    share: Share
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    poller: Poller | None = None


class Sharing:
    """A Poller for each partition, begun when the partition comes and ended before it goes."""

    def __init__(self, group: Shares, work: Work, on_round: Callable[[], None] = lambda: None) -> None:
        self._group = group
        self._work = work
        self._on_round = on_round
        self._workers: dict[int, _Worker] = {}
        self._troubles: dict[int, str] = {}

    @property
    def trouble(self) -> str:
        """Why a partition's feeds are not polled though they are this process's; empty where none is in trouble."""
        troubles = (self._troubles.get(share.partition, "") for share in self._group.shares())
        return next(filter(None, troubles), "")

    def states(self) -> dict[str, FeedState]:
        """The state of each feed that is polled here."""
        pollers = [worker.poller for _partition, worker in sorted(self._workers.items()) if worker.poller]
        return {slug: state for poller in pollers for slug, state in poller.states().items()}

    def held(self) -> dict[int, bool]:
        """The partitions of this process, and whether their feeds are polled at this moment."""
        return {share.partition: share.holds() and self._is_polled(share) for share in self._group.shares()}

    async def run(self, stop: asyncio.Event, before_end: Callable[[], None] = lambda: None) -> None:
        """Poll until ``stop``, and until what was fetched is stored. Raises MarsadError where it cannot go on.

        ``before_end`` is called as soon as no more is fetched.
        """
        async with all_or_none() as tasks:
            try:
                while not stop.is_set():
                    self._on_round()
                    self._end_what_went()
                    for worker in self._that_came():
                        tasks.create_task(self._poll(worker), name=f"partition {worker.share.partition}")
                    await wait_for_any([stop], ROUND)
            finally:
                before_end()
                for worker in self._workers.values():
                    worker.stop.set()

    def _end_what_went(self) -> None:
        for worker in self._workers.values():
            if not worker.share.holds():
                worker.stop.set()

    def _that_came(self) -> list[_Worker]:
        """A partition's former worker ends first."""
        came = [
            _Worker(share)
            for share in self._group.shares()
            if share.partition not in self._workers and share.holds() and share.begin()
        ]
        self._workers.update((worker.share.partition, worker) for worker in came)
        return came

    async def _poll(self, worker: _Worker) -> None:
        share = worker.share
        try:
            worker.poller = await self._work.open(share)
            self._troubles.pop(share.partition, None)
            await worker.poller.run(worker.stop)
        except ShareLostError as error:
            log.info("%s", error)
        except KafkaDownError as error:
            if not self.trouble:
                log.error("partition %d waits: %s", share.partition, error)  # noqa: TRY400  the message says what it is
            self._troubles[share.partition] = str(error)
            await wait_for_any([worker.stop], PAUSE)
        finally:
            self._work.close(share)
            share.end()
            del self._workers[share.partition]

    def _is_polled(self, share: Share) -> bool:
        worker = self._workers.get(share.partition)
        return worker is not None and worker.share is share and worker.poller is not None
