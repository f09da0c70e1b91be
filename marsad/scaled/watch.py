"""`marsad watch`: folds the log on Kafka, and sends while it has the lease. Any number may run; one of them sends."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

from alerts.leased_outbox import LeasedOutbox
from marsad.codec import encode
from marsad.config import WatchConfig, instance_name, kafka_access
from marsad.errors import StoreError
from marsad.http import serve
from marsad.kafka.admin import Admin
from marsad.kafka.errors import KafkaDownError
from marsad.kafka.producer import Producer
from marsad.kafka.reader import PartitionReader
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Topics
from marsad.kafka_log import KafkaLog
from marsad.lease import Tenure
from marsad.log import Delivery, DeliveryStarted, Effect, NotificationDue, RawEntry, Record
from marsad.log_time import check_log_time
from marsad.outgoing import Outgoing
from marsad.own_thread import OwnThread
from marsad.progress import Progress
from marsad.reload import ConfigFiles
from marsad.scaled.lead import Lead
from marsad.scaled.lease_step import LeaseStep, boot_seconds
from marsad.scaled.parked_step import ParkedStep, keep_counting
from marsad.scaled.patience import Patience
from marsad.scaled.publish import PublishStep
from marsad.scaled.start import check, restore, take_snapshot
from marsad.scaled.watch_state import WatchState
from marsad.settings import kafka_section
from marsad.sqlite import Database, Lock
from marsad.steps import FoldStep, all_or_none, repeat, wait_for_any
from marsad.store import WatchStore
from marsad.watch import Watch
from marsad.wiring import LOCK_FILE, WATCH_FILE, Outside, courier_of, opened_by, tell_parked, threaded_by, utc_now
from stream.reading.text import normalise

LIMITS: Final[Mapping[str, timedelta]] = {
    "fold": timedelta(minutes=1),
    "lead": timedelta(minutes=1),
    "publish": timedelta(minutes=2),
    "send": timedelta(minutes=5),
}
"""Without coming round for longer than this a step is sick. An outage of Kafka is no sickness: it is waited out."""
SNAPSHOT_EVERY: Final = timedelta(hours=1)
ANNOUNCED_WITHIN: Final = 5.0

log = logging.getLogger("marsad.watch")


class _Wakes:
    """Who has to look again because somebody before it did something."""

    def __init__(self) -> None:
        self.fold, self.lead, self.publish, self.send = (asyncio.Event() for _ in range(4))

    def after_fold(self, effects: Sequence[Effect]) -> None:
        self.publish.set()
        if any(isinstance(effect, NotificationDue) for effect in effects):
            self.send.set()


class _Step(NamedTuple):
    """What is repeated: woken by ``wake``, and after ``idle`` seconds without work."""

    name: str
    run_once: Callable[[], Awaitable[int]]
    wake: asyncio.Event
    idle: float


class _Fold:
    """The fold, which also hears in the log who has the lease."""

    def __init__(self, step: FoldStep, lease: LeaseStep, thread: OwnThread, wakes: _Wakes) -> None:
        self._step = step
        self._lease = lease
        self._thread = thread
        self._wakes = wakes

    async def run_once(self) -> int:
        """Fold a batch."""
        return self._step.tell(await self._thread.run(self._step.fold))

    def observe(self, effects: Sequence[Effect]) -> None:
        """What follows from an entry's effects here."""
        term = self._lease.term
        self._lease.observe(effects)
        self._wakes.after_fold(effects)
        tell_parked(effects)
        if self._lease.term != term:
            log.warning("this watch has the lease: it sends from here on")
            for wake in (self._wakes.lead, self._wakes.publish, self._wakes.send):
                wake.set()


@dataclass(slots=True)
class _Kafka:
    """One watch's connections. Each reader belongs to one thread."""

    fold_log: KafkaLog
    lead_log: KafkaLog
    parked: PartitionReader
    producer: Producer
    down_until: float = 0.0
    """Until then it is not asked again: whatever waits for an announcement would wait for each in turn."""

    def may_announce(self) -> bool:
        """Whether the log is worth asking."""
        return boot_seconds() >= self.down_until

    def announce(self, record: DeliveryStarted | Delivery) -> bool:
        """Whether a record is in the log for sure."""
        if not self.may_announce():
            return False
        try:
            self.lead_log.append_bodies([encode(record)], ANNOUNCED_WITHIN)
        except KafkaDownError as error:
            log.warning("the log cannot be told of a message, and without that none is sent: %s", error)
            self.down_until = boot_seconds() + ANNOUNCED_WITHIN
            return False
        return True


async def run_watch(config: WatchConfig, outside: Outside, stop: asyncio.Event, *, instance: str | None = None) -> None:
    """Fold the log until ``stop``; with the lease tick, publish and send. Raises MarsadError where it cannot go on.

    ``instance``: what people know this watch by; by default its host's name.
    """
    access = kafka_access(config.folder, config.settings)
    topics = Topics(kafka_section(config.folder, config.settings).prefix)
    config.data.mkdir(parents=True, exist_ok=True)
    with Lock(config.data / LOCK_FILE), ExitStack() as closing:
        threaded = partial(threaded_by, closing)
        database = _database(config, access, topics, closing)
        kafka = _connected(access, topics, WatchStore(database).cursor_at(), closing)
        opened = partial(opened_by, closing, config)
        progress, patience = Progress(utc_now, LIMITS), Patience(stop, utc_now)
        wakes, files = _Wakes(), ConfigFiles(config)
        owner = _owner(instance or instance_name())
        store = WatchStore(database, Outgoing(database), owner)
        watch = Watch(store.queries, normalise)

        def observe(entry: RawEntry, effects: Sequence[Effect]) -> None:
            fold.observe(effects)
            outside.observe(entry, effects)

        step = FoldStep(kafka.fold_log, store, watch, observe)
        own, cursor = Tenure(owner), lambda: step.cursor
        lease = LeaseStep(own, kafka.lead_log, Outgoing(opened()), cursor, utc_now, lambda: lead.end - step.cursor)
        fold = _Fold(step, lease, threaded(), wakes)
        lead = Lead(lease, kafka.lead_log, kafka.fold_log.last_at, files, watch, cursor, utc_now)
        publish = PublishStep(Outgoing(opened()), kafka.producer, topics, lease.may_act)
        courier = courier_of(config, _outbox(opened(), lease, kafka), watch, outside, progress)
        parked = ParkedStep(kafka.parked)
        state = WatchState(opened(), threaded(), lead, progress, patience, lease, files, parked)
        leading, publishing = threaded(), threaded()
        steps = (
            _Step("fold", fold.run_once, wakes.fold, 0.0),  # it waits in reading the log
            _Step("lead", partial(leading.run, lead.run_once), wakes.lead, 1.0),
            _Step("publish", partial(publishing.run, publish.run_once), wakes.publish, 0.2),
        )
        http = config.settings.http
        async with serve(partial(state.take, watch), host=http.host, port=http.port) as port, all_or_none() as others:
            log.info("folding %s; health and metrics on http://%s:%d", topics.log, http.host, port)
            others.create_task(_keep_copies(opened(), threaded(), config, step, stop), name="copies")
            others.create_task(keep_counting(parked, threaded(), stop), name="parked")
            await _run(steps, partial(courier.run, stop, wakes.send), patience, progress)
            await _give_back(lease, leading)  # a copy that is being written takes its time


def _database(config: WatchConfig, access: KafkaAccess, topics: Topics, closing: ExitStack) -> Database:
    """The watch's file, from a snapshot if need be. Raises StoreError where it and the log do not belong together."""
    with Admin(access) as admin:
        admin.partitions([topics.log, topics.stories, topics.alerts, topics.ledger, topics.parked])
        cluster = admin.cluster().id
    reader = PartitionReader(access, topics.log)
    try:
        if taken := restore(config.data, WATCH_FILE, reader.first_offset()):
            log.warning("the data folder is empty: the watch goes on from the snapshot %s", taken)
        database = opened_by(closing, config)
        store = WatchStore(database)
        check(database, store.cursor(), reader, cluster)
        check_log_time(store.cursor_at(), utc_now())
    finally:
        reader.close()
    return database


def _connected(access: KafkaAccess, topics: Topics, at: datetime | None, closing: ExitStack) -> _Kafka:
    producer = Producer(access)
    closing.callback(producer.close)
    *readers, parked = [PartitionReader(access, topic) for topic in (topics.log, topics.log, topics.parked)]
    for reader in (*readers, parked):
        closing.callback(reader.close)
    fold_log, lead_log = (KafkaLog(reader, producer, topics.log, at) for reader in readers)
    return _Kafka(fold_log, lead_log, parked, producer)


async def _run(
    steps: Sequence[_Step], deliver: Callable[[], Awaitable[None]], patience: Patience, progress: Progress
) -> None:
    """Until the last message is out: without the lease's renewal another watch would send it, too."""
    delivered = asyncio.Event()

    async def send() -> None:
        try:
            await deliver()
        finally:
            delivered.set()

    async with all_or_none() as tasks:
        for step in steps:
            patient, done = patience.step(step.name, step.run_once), progress.done(step.name)
            again = repeat(patient, stop=delivered, wake=step.wake, done=done, idle_seconds=step.idle)
            tasks.create_task(again, name=step.name)
        tasks.create_task(send(), name="send")


def _outbox(database: Database, lease: LeaseStep, kafka: _Kafka) -> LeasedOutbox:
    outgoing = Outgoing(database)

    def append(record: Record, _now: datetime) -> None:
        outgoing.record_within(record)

    return LeasedOutbox(
        database,
        append,
        may_send=lease.may_act,
        owner=lease.owner,
        announce=kafka.announce,
        may_announce=kafka.may_announce,
    )


def _owner(instance: str) -> str:
    """Another one each time: a process that was taken for dead must not be taken for its successor."""
    return f"{instance}-{uuid.uuid4().hex[:8]}"


async def _keep_copies(
    database: Database, thread: OwnThread, config: WatchConfig, fold: FoldStep, stop: asyncio.Event
) -> None:
    """A snapshot every hour: a new watch begins with one, not with the whole log."""
    while not stop.is_set():
        await wait_for_any([stop], SNAPSHOT_EVERY)
        if stop.is_set() or not fold.cursor:
            continue
        try:
            path = await thread.run(take_snapshot, database, config.data, fold.cursor)
        except (StoreError, OSError) as error:
            log.error("no snapshot, the watch goes on without: %s", error)  # noqa: TRY400  the message says what to do
        else:
            log.info("snapshot taken: %s", path)


async def _give_back(lease: LeaseStep, thread: OwnThread) -> None:
    try:
        await thread.run(lease.release)
    except KafkaDownError as error:
        log.warning("the lease could not be given back, the next watch waits for its end: %s", error.reason)
