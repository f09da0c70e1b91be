"""`marsad poll`: polls feeds and puts their articles into Kafka. Any number may run: they share the feeds."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from typing import Final

from ingest.fetch import Fetcher
from ingest.parse import ParserPool
from ingest.schedule import Pace
from ingest.steady_sender import SteadySender
from marsad.config import WatchConfig, kafka_access
from marsad.errors import ConfigError
from marsad.http import Gauge, Snapshot, serve
from marsad.kafka.admin import Admin
from marsad.kafka.group import Group
from marsad.kafka.producer import Producer
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Topics
from marsad.own_thread import OwnThread
from marsad.progress import Progress, feed_snapshots
from marsad.reload import ConfigFiles
from marsad.scaled.lease_step import boot_seconds
from marsad.scaled.polling import Kafka, Polling
from marsad.scaled.sharing import Sharing
from marsad.scaled.uncommitted import Uncommitted
from marsad.settings import kafka_section
from marsad.steps import all_or_none, wait_for_any
from marsad.wiring import RELOAD, threaded_by, utc_now

LIMITS: Final[Mapping[str, timedelta]] = {"poll": timedelta(minutes=1), "share": timedelta(minutes=1)}
"""Without coming round for longer than this a step is sick. An outage of Kafka is no sickness: it is waited out."""
STOP_SECONDS: Final = 15.0
"""How long a poller that is to end waits for Kafka to take what was fetched."""
LOADERS: Final = 4

log = logging.getLogger("marsad.poll")


@dataclass(frozen=True, slots=True)
class _State:
    """How a poller stands, for health and metrics."""

    config: WatchConfig
    progress: Progress
    group: Group
    sharing: Sharing
    polling: Polling
    uncommitted: Uncommitted
    sender: SteadySender
    files: ConfigFiles

    async def take(self) -> Snapshot:
        """Now."""
        states, held = self.sharing.states(), self.sharing.held()
        return Snapshot(
            now=utc_now(),
            version=version("marsad"),
            feeds=tuple(feed_snapshots(states)),
            steps=self.progress.steps({"poll": len(self.uncommitted)}),
            counts={"articles": self.polling.articles},
            not_ready=self.sender.trouble or self.group.trouble or self.sharing.trouble,
            refused=self.files.refused,
            at_restart=self.files.at_restart(),
            gauges=(
                Gauge(
                    name="poll_partition",
                    documentation="1 where the feeds of this process's partition are polled, 0 where they will be.",
                    labels=("partition",),
                    values={(str(partition),): float(polled) for partition, polled in held.items()},
                ),
                Gauge(
                    name="poll_uncommitted",
                    documentation="Feeds that were fetched and are not stored in Kafka yet.",
                    values={(): float(len(self.uncommitted))},
                ),
                Gauge(
                    name="poll_waiting_for_kafka",
                    documentation="Of these the ones that Kafka has not taken at the first attempt.",
                    values={(): float(self.sender.waiting)},
                ),
                Gauge(
                    name="poll_config",
                    documentation="1 for the digest of the feeds and of how they are fetched.",
                    labels=("digest",),
                    values={(digest(self.config),): 1.0},
                ),
            ),
        )


async def run_poll(
    config: WatchConfig, stop: asyncio.Event, *, instance: str | None = None, every: timedelta | None = None
) -> None:
    """Poll this process's share of the feeds until ``stop``. Raises MarsadError where it cannot go on.

    ``instance``: a name of its own that it keeps when it is started again. ``every``: how often, where not by the
    feeds' own rhythm.
    """
    access = kafka_access(config.folder, config.settings)
    topics = Topics(kafka_section(config.folder, config.settings).prefix)
    with ExitStack() as closing:
        threaded = partial(threaded_by, closing)
        partitions = await threaded().run(_partitions, access, topics)
        producer = Producer(access)
        closing.callback(producer.close)
        sender, files, progress = SteadySender(producer), ConfigFiles(config), Progress(utc_now, LIMITS)
        grouped = threaded()
        group = Group(
            access,
            f"{topics.prefix}poll",
            topics.feed_state,
            moment=boot_seconds,
            instance=instance,
            on_round=partial(progress.seen, "share"),
        )
        closing.callback(group.stop)
        loaders = [threaded() for _ in range(LOADERS)]
        async with Fetcher(config.settings.fetch) as fetcher, ParserPool() as parser:
            uncommitted = Uncommitted(fetcher)
            kafka = Kafka(access, topics, partitions, sender)
            pace = Pace(shortest=every, longest=every) if every else None
            polling = Polling(config, kafka, uncommitted, parser, loaders, pace)
            sharing = Sharing(group, polling, partial(progress.seen, "poll"))
            state = _State(config, progress, group, sharing, polling, uncommitted, sender, files)
            http = config.settings.http
            async with serve(state.take, host=http.host, port=http.port) as port, all_or_none() as tasks:
                log.info(
                    "sharing %d feeds in %d parts; health and metrics on http://%s:%d",
                    *(len(config.urls), partitions, http.host, port),
                )
                tasks.create_task(_member(group, grouped), name="share")
                tasks.create_task(_look_after(files, threaded(), stop), name="files")
                tasks.create_task(_share(sharing, sender, group, stop), name="poll")


def digest(config: WatchConfig) -> str:
    """Equal for processes that poll the same feeds in the same way."""
    parts = (config.feeds.model_dump_json(), config.settings.fetch.model_dump_json())
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def _partitions(access: KafkaAccess, topics: Topics) -> int:
    """By which the feeds are shared out. Raises TopicMissingError, KafkaDownError."""
    with Admin(access) as admin:
        return admin.partitions([topics.articles, topics.feed_state])[topics.feed_state]


async def _member(group: Group, thread: OwnThread) -> None:
    try:
        await thread.run(group.run)
    finally:
        group.stop()


async def _share(sharing: Sharing, sender: SteadySender, group: Group, stop: asyncio.Event) -> None:
    """The feeds go to other pollers only when what was fetched here is stored."""
    loop = asyncio.get_running_loop()
    try:
        await sharing.run(stop, before_end=lambda: _schedule(loop, sender))
    finally:
        group.stop()


def _schedule(loop: asyncio.AbstractEventLoop, sender: SteadySender) -> None:
    loop.call_later(STOP_SECONDS, sender.stop)


async def _look_after(files: ConfigFiles, thread: OwnThread, stop: asyncio.Event) -> None:
    """Tell of changed files: all of them are read once, at the start."""
    while not stop.is_set():
        await wait_for_any([stop], RELOAD)
        await thread.run(_look, files)


def _look(files: ConfigFiles) -> None:
    if not files.changed():
        return
    try:
        files.look()
    except ConfigError as error:
        # Without a traceback: the message has every problem with its file and line.
        log.error("the changed files are bad, and would keep this poller from starting again:\n%s", error)  # noqa: TRY400
    else:
        if files.at_restart():
            log.warning("changed on disk, takes effect when the poller is restarted: %s", ", ".join(files.at_restart()))
