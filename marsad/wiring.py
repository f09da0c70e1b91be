"""The composition root: which pieces there are, and how they are joined. Straight-line on purpose."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from alerts.deliver import Courier
from alerts.notifier import AppriseNotifier
from alerts.outbox import Outbox
from alerts.receivers import Receiver
from alerts.rules import RuleSet
from ingest.feed_state import FeedState
from ingest.fetch import Fetcher
from ingest.fetched import PollReport
from ingest.inbox import Inbox
from ingest.parse import ParserPool
from ingest.poller import Poller
from ingest.schedule import Pace
from marsad.alert import Notification
from marsad.codec import encode
from marsad.config import Stamp, WatchConfig, check_receivers, config_stamp, load
from marsad.errors import ConfigError, MarsadError, StoreError
from marsad.http import Snapshot, serve
from marsad.indexing import IndexStep, concepts
from marsad.log import Effect, NotificationDue, RawEntry, Record, Unfoldable
from marsad.progress import Progress, feed_snapshots, snapshot
from marsad.regions import Region
from marsad.sqlite import Database, Lock
from marsad.steps import FoldStep, Observe, RulesStep, TickStep, repeat, wait_for_any
from marsad.store import WatchStore
from marsad.watch import Watch
from stream.embedded import ReadStep, waiting_articles
from stream.index.fts import FtsIndex
from stream.log_table import LogTable
from stream.reader_pool import ReaderPool
from stream.reading.gazetteer import Gazetteer
from stream.reading.lexicon import Lexicon
from stream.reading.reader import Reader
from stream.reading.text import normalise
from stream.reading.topics import TopicTable

WATCH_FILE: Final = "watch.db"
SEARCH_FILE: Final = "search.db"
LOCK_FILE: Final = "watch.lock"
RELOAD: Final = timedelta(seconds=2)
INDEX_PAUSE: Final = timedelta(seconds=30)
MOST_WAITING: Final = 20_000
"""Articles waiting to be read, above which polling pauses: nothing is fetched that cannot be taken."""

log = logging.getLogger("marsad")

_POLLED_WELL: Final = frozenset(("articles", "nothing new", "not modified"))


def reader_factory(config: WatchConfig | None) -> Callable[[], Reader]:
    """Makes a reader with the watch's lexicon and gazetteer; picklable, for reading processes."""
    if config is None:
        return Reader.packaged
    return partial(Reader.packaged, config.lexicon, config.gazetteer)


def build_reader(config: WatchConfig | None) -> Reader:
    """A reader in this process."""
    return reader_factory(config)()


def utc_now() -> datetime:
    """The clock of a running watch."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Outside:
    """What a running watch shows and prints, and how often it polls where not by the feeds' own rate."""

    observe: Observe
    """Hears of each log entry with its effects."""
    console: Callable[[Notification], None]
    """Prints a message for a receiver with ``console: true``."""
    feeds: Callable[[Mapping[str, FeedState]], None] = lambda _states: None
    """Hears how the feeds stand, about once a second."""
    poll_every: timedelta | None = None


class _Wakes:
    """Who has to look again because somebody before it did something."""

    def __init__(self) -> None:
        self.read, self.fold, self.send, self.index = (asyncio.Event() for _ in range(4))

    def after_poll(self, report: PollReport) -> None:
        level = logging.DEBUG if report.outcome in _POLLED_WELL else logging.WARNING
        log.log(level, "%s: %s%s", report.feed, report.outcome, f": {report.reason}" if report.reason else "")
        if report.articles:
            self.read.set()

    def after_fold(self, effects: Sequence[Effect]) -> None:
        self.index.set()
        if any(isinstance(effect, NotificationDue) for effect in effects):
            self.send.set()
        for effect in effects:
            if isinstance(effect, Unfoldable):
                log.error("log entry %d is parked, the fold goes on without it: %s", effect.offset, effect.error)


@dataclass(frozen=True, slots=True)
class _Core:
    """Log, fold and what feeds it with time and rules: everything that alerts depend on but the outside."""

    database: Database
    log: LogTable
    watch: Watch
    fold: FoldStep
    tick: TickStep
    rules: RulesStep

    async def run_once(self) -> int:
        """Tick and fold."""
        return self.tick.run_once() + self.fold.run_once()


async def run_embedded(config: WatchConfig, outside: Outside, stop: asyncio.Event) -> None:
    """Poll, read, fold, send and index until ``stop``. Raises MarsadError where it cannot go on."""
    config.data.mkdir(parents=True, exist_ok=True)
    with Lock(config.data / LOCK_FILE), ExitStack() as closing:
        opened = partial(_opened, closing, config)
        wakes, progress = _Wakes(), Progress(utc_now)
        core = _core(config, opened(), outside, wakes)
        stamp = config_stamp(config)  # before the files are read again: an edit from here on is seen
        core.rules.take(utc_now())
        index = _index_step(config, opened(), core.watch, closing)
        courier = _courier(config, opened(), core.watch, outside, progress)
        async with (
            Fetcher(config.settings.fetch) as fetcher,
            ParserPool() as parser,
            ReaderPool(reader_factory(config), config.workers) as readers,
        ):
            poller = _poller(config, core.database, Inbox(opened()), fetcher, parser, outside, wakes, progress)
            read = ReadStep(core.database, readers, utc_now)
            shown = partial(_snapshot, core, progress, poller, index)
            http = config.settings.http
            async with serve(shown, host=http.host, port=http.port) as port, _all_or_none() as tasks:
                log.info("watching %d feeds; health and metrics on http://%s:%d", len(config.urls), http.host, port)
                run = partial(repeat, stop=stop)
                tasks.create_task(poller.run(stop), name="poll")
                tasks.create_task(run(read.run_once, wake=wakes.read, done=progress.done("read", wakes.fold)))
                tasks.create_task(run(core.run_once, wake=wakes.fold, done=progress.done("fold")))
                tasks.create_task(run(_indexing(index, stop), wake=wakes.index, done=progress.done("index")))
                tasks.create_task(courier.run(stop, wakes.send), name="send")
                tasks.create_task(_look_after(config, stamp, core.rules, poller, outside, stop))


def _opened(closing: ExitStack, config: WatchConfig) -> Database:
    """A connection of its own for each thread that writes."""
    database = Database.open(config.data / WATCH_FILE)
    closing.callback(database.close)
    return database


def _core(config: WatchConfig, database: Database, outside: Outside, wakes: _Wakes) -> _Core:
    table, store = LogTable(database), WatchStore(database)
    watch = Watch(store.queries, normalise)

    def observe(entry: RawEntry, effects: Sequence[Effect]) -> None:
        wakes.after_fold(effects)
        outside.observe(entry, effects)

    fold = FoldStep(table, store, watch, observe)
    rules = RulesStep(table, partial(_rules_now, config.folder), watch.rule_set)
    return _Core(database, table, watch, fold, TickStep(table, utc_now), rules)


def _rules_now(folder: Path) -> RuleSet:
    """The rule set of the files as they are now, its receivers' secrets found. Raises ConfigError."""
    config = load(folder)
    check_receivers(config)
    return config.rule_set


def _poller(
    config: WatchConfig,
    database: Database,
    inbox: Inbox,
    fetcher: Fetcher,
    parser: ParserPool,
    outside: Outside,
    wakes: _Wakes,
    progress: Progress,
) -> Poller:
    def may_poll() -> bool:
        progress.seen("poll")  # it is asked in every round, so this shows that the rounds go on
        return waiting_articles(database) < MOST_WAITING

    every = outside.poll_every
    return Poller(
        config.feeds.feeds,
        config.urls,
        fetcher,
        parser,
        inbox,
        utc_now,
        limits=config.settings.fetch,
        may_poll=may_poll,
        on_poll=wakes.after_poll,
        pace=Pace(shortest=every, longest=every) if every else None,
    )


def _courier(config: WatchConfig, database: Database, watch: Watch, outside: Outside, progress: Progress) -> Courier:
    table = LogTable(database)

    def append(record: Record, now: datetime) -> None:
        table.append_within([encode(record)], now)

    def receivers() -> dict[str, Receiver]:
        return {receiver.name: receiver for receiver in watch.rule_set.receivers} if watch.rule_set else {}

    return Courier(
        Outbox(database, append),
        receivers=receivers,
        urls_of=config.receiver_urls,
        send=AppriseNotifier().send,
        console=outside.console,
        clock=utc_now,
        on_round=partial(progress.seen, "send"),
    )


def _index_step(config: WatchConfig, database: Database, watch: Watch, closing: ExitStack) -> IndexStep:
    def regions() -> Mapping[str, Region]:
        return watch.rule_set.regions if watch.rule_set else {}

    names = concepts(Gazetteer.packaged(), Lexicon.packaged(config.lexicon), TopicTable.packaged())
    index = FtsIndex.open_or_start_again(config.data / SEARCH_FILE)
    closing.callback(index.close)
    return IndexStep(database, index, names, regions)


def _snapshot(core: _Core, progress: Progress, poller: Poller, index: IndexStep) -> Snapshot:
    rule_set = core.watch.rule_set
    return snapshot(
        core.database,
        progress,
        now=utc_now(),
        feeds=feed_snapshots(poller.states()),
        indexed=index.cursor,
        rules_digest=rule_set.digest() if rule_set else None,
        not_ready="" if rule_set else "no rules are in force yet",
    )


def _indexing(index: IndexStep, stop: asyncio.Event) -> Callable[[], Awaitable[int]]:
    """The index step in a thread. Nothing that alerts waits for it, so its file's trouble is told and waited out."""

    async def run_once() -> int:
        try:
            return await asyncio.to_thread(index.run_once)
        except StoreError as error:
            log.error("search stands still, alerts go on: %s", error)  # noqa: TRY400  the message says what to do
            await wait_for_any([stop], INDEX_PAUSE)
            return 0

    return run_once


async def _look_after(
    config: WatchConfig, before: Stamp, rules: RulesStep, poller: Poller, outside: Outside, stop: asyncio.Event
) -> None:
    """Every two seconds: show the feeds; take changed rule files into force, or say loudly why not."""
    while not stop.is_set():
        await wait_for_any([stop], RELOAD)
        outside.feeds(poller.states())
        stamp = config_stamp(config)
        if stamp != before:
            before = stamp
            await asyncio.to_thread(_reload, rules)


def _reload(rules: RulesStep) -> None:
    try:
        if rules.take(utc_now()):
            log.info("the changed rules are in force")
    except ConfigError as error:
        # Without a traceback: the message has every problem with its file and line.
        log.error("the changed rules are NOT in force, the last good ones stay:\n%s", error)  # noqa: TRY400


@asynccontextmanager
async def _all_or_none() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group whose first MarsadError comes out as itself: one step that cannot go on ends the watch."""
    try:
        async with asyncio.TaskGroup() as tasks:
            yield tasks
    except* MarsadError as group:
        raise _first(group) from None


def _first(group: BaseExceptionGroup[MarsadError]) -> MarsadError:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
