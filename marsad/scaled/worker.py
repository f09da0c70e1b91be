"""A worker on Kafka: one stage of the news' way in a process of its own, beside any number of its kind."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from hashlib import sha256
from time import monotonic
from typing import Final

from marsad.config import WatchConfig, instance_name, kafka_access
from marsad.http import Gauge, serve
from marsad.kafka.admin import Admin
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Topics
from marsad.scaled.lag_step import LagStep
from marsad.scaled.patience import Patience
from marsad.scaled.pulse import Pulse
from marsad.scaled.rebalances import Rebalances
from marsad.scaled.watchdog import Limits, Watchdog, give_up
from marsad.scaled.worker_state import WorkerState
from marsad.scaled.worker_topics import check_topics
from marsad.settings import kafka_section
from marsad.steps import all_or_none, repeat, wait_for_any
from marsad.wiring import threaded_by, utc_now
from stream.faust_app import BATCH, WITHIN, FaustApp, Group, Handle
from stream.reading.gazetteer import read_files
from stream.safe_agent import Delivery, Received, Sends

LOOK: Final = timedelta(seconds=1)

log = logging.getLogger("marsad.worker")


class Bench:
    """What a stage works with: where to send, and who hears how it gets on."""

    def __init__(self, sends: Sends, topics: Topics, pulse: Pulse, patience: Patience) -> None:
        self.topics = topics
        self.delivery = Delivery(sends, self, topics.parked)
        self._pulse = pulse
        self._patience = patience

    def worked(self, part: Sequence[Received]) -> None:
        """Part of a batch is done."""
        self._pulse.worked({(one.topic, one.partition) for one in part}, monotonic())

    def met(self, name: str, error: str) -> None:
        """Something is waited out. That there is no answer at all is no excuse: the client may hang, and not Kafka."""
        self._patience.met(name, error)
        if name != "confirm":
            self._pulse.excused(monotonic())

    def over(self, name: str) -> None:
        """It has passed."""
        self._patience.over(name)


@dataclass(frozen=True, slots=True)
class Work:
    """How a batch is handled. ``gauges`` are figures of this kind of worker only."""

    handle: Handle
    trouble: Callable[[], str] = str
    """What is being waited out, besides Kafka; empty where nothing is."""
    gauges: Callable[[], tuple[Gauge, ...]] = tuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A kind of worker, with the topics that it reads, and those to which it writes."""

    name: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    digest: str
    """Names the files that it works by."""
    open: Callable[[Bench], AbstractAsyncContextManager[Work]]
    batch: int = BATCH
    within: float = WITHIN


def digest(config: WatchConfig) -> str:
    """Of lexicon, gazetteer and rule files: processes with the same one read and alert alike."""
    told = sha256(config.rule_set.digest().encode())
    for text in (*config.lexicon, *(text for _path, text in read_files(config.gazetteer))):
        told.update(sha256(text.encode()).digest())
    return told.hexdigest()[:16]


async def run_worker(config: WatchConfig, stage: Stage, stop: asyncio.Event, limits: Limits | None = None) -> None:
    """Work until ``stop``, and end in order. Raises MarsadError where it cannot begin.

    It ends the process at once (``give_up``) where going on, or ending in order, might lose something.
    """
    limits = limits or Limits()
    access, section = kafka_access(config.folder, config.settings), kafka_section(config.folder, config.settings)
    pulse, patience = Pulse(monotonic()), Patience(stop, utc_now)
    with ExitStack() as closing:
        thread = threaded_by(closing)
        topics = Topics(section.prefix)
        await thread.run(_check, access, topics, {*stage.reads, *stage.writes}, section.partitions)
        group = Group(name=f"{section.prefix}{stage.name}", instance=instance_name(), topics=stage.reads)
        app = FaustApp(access, group, give_up, batch=stage.batch, within=stage.within)
        bench = Bench(app, topics, pulse, patience)
        lag = LagStep(access, group.name, stage.reads, thread, pulse, monotonic)
        async with stage.open(bench) as work:
            state = WorkerState(
                step=stage.name,
                pulse=pulse,
                tally=bench.delivery.tally,
                limits=limits,
                digest=stage.digest,
                clock=utc_now,
                moment=monotonic,
                waits=lambda: patience.trouble or work.trouble(),
                more=work.gauges,
            )
            http = config.settings.http
            running = _running(app, work, pulse, limits, stop)
            async with serve(state.take, host=http.host, port=http.port) as port, running:
                address = f"http://{http.host}:{port}"
                log.info("%s reads %s; health and metrics on %s", group.instance, ", ".join(stage.reads), address)
                async with all_or_none() as tasks:
                    ask = patience.step("lag", partial(lag.run_once, app))
                    again = partial(repeat, wake=asyncio.Event(), done=_nothing, idle_seconds=limits.ask_every)
                    tasks.create_task(again(ask, stop=stop))
                    tasks.create_task(_look_after(app, work, pulse, patience, group.instance, stop))


def _check(access: KafkaAccess, topics: Topics, names: Collection[str], partitions: int) -> None:
    with Admin(access) as admin:
        check_topics(admin, topics, names, partitions)


@asynccontextmanager
async def _running(app: FaustApp, work: Work, pulse: Pulse, limits: Limits, stop: asyncio.Event) -> AsyncIterator[None]:
    """Faust, and who ends the process should it hang, or not stop in time."""
    watchdog = Watchdog(pulse, limits)
    await app.start(work.handle)
    pulse.excused(monotonic())  # its start may have taken long
    watchdog.start()
    # The time that it has runs from the signal: who looks at the lag may wait for Kafka for a while before it ends.
    telling = asyncio.create_task(_tell(watchdog, stop))
    try:
        yield
    finally:
        telling.cancel()
        watchdog.stopping()
        await app.stop()
        watchdog.close()


async def _tell(watchdog: Watchdog, stop: asyncio.Event) -> None:
    await stop.wait()
    watchdog.stopping()


async def _look_after(
    app: FaustApp, work: Work, pulse: Pulse, patience: Patience, instance: str, stop: asyncio.Event
) -> None:
    rebalances = Rebalances()
    while not stop.is_set():
        pulse.beat(monotonic())
        if work.trouble():
            pulse.excused(monotonic())
        if trouble := rebalances.trouble(app.rebalances, monotonic(), instance):
            patience.met("group", trouble)
        else:
            patience.over("group")
        if app.crash:
            give_up(f"Faust has stopped: {app.crash}")
        await wait_for_any([stop], LOOK)


def _nothing(_count: int) -> None:
    """Health of a worker asks its pulse, not how often a step came round."""
