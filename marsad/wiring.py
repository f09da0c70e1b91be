"""The composition root: which pieces there are, and how they are joined. Straight-line on purpose."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from alerts.deliver import Courier
from alerts.notifier import AppriseNotifier
from alerts.outbox import Outbox
from alerts.receivers import Receiver
from ingest.feed_state import FeedState
from ingest.fetch import Fetcher
from ingest.fetched import PollReport
from ingest.inbox import Inbox
from ingest.parse import ParserPool
from ingest.poller import Poller
from ingest.schedule import Pace
from marsad.alert import Notification
from marsad.codec import encode
from marsad.config import WatchConfig
from marsad.errors import ConfigError, StoreError
from marsad.http import Snapshot, serve
from marsad.indexing import IndexStep, concepts
from marsad.log import Effect, NotificationDue, RawEntry, Record, Unfoldable, Unjudged
from marsad.log_time import check_log_time
from marsad.own_thread import OwnThread
from marsad.progress import Progress, TableCounts, feed_snapshots, snapshot
from marsad.regions import Region
from marsad.reload import ConfigFiles
from marsad.sqlite import Database, Lock
from marsad.steps import FoldStep, Observe, RulesStep, TickStep, all_or_none, repeat, wait_for_any
from marsad.store import WatchStore
from marsad.watch import Watch
from stream.embedded import ReadStep, waiting_articles
from stream.index.fts import FtsIndex
from stream.log_table import LogTable
from stream.reader_pool import ReaderPool
from stream.reading.gazetteer import Gazetteer, read_files
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
    """Makes a reader with the watch's lexicon and gazetteer as they are now; picklable, for reading processes."""
    if config is None:
        return Reader.packaged
    return partial(Reader.packaged, config.lexicon, read_files(config.gazetteer))


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
        tell_poll(report)
        if report.articles:
            self.read.set()

    def after_fold(self, effects: Sequence[Effect]) -> None:
        self.index.set()
        if any(isinstance(effect, NotificationDue) for effect in effects):
            self.send.set()
        tell_parked(effects)


def tell_poll(report: PollReport) -> None:
    """What became of a poll, for whoever reads the process's log."""
    level = logging.DEBUG if report.outcome in _POLLED_WELL else logging.WARNING
    log.log(level, "%s: %s%s", report.feed, report.outcome, f": {report.reason}" if report.reason else "")


def tell_parked(effects: Sequence[Effect]) -> None:
    """What the fold put aside, for whoever reads the process's log."""
    for effect in effects:
        if isinstance(effect, Unfoldable):
            log.error("log entry %d is parked, the fold goes on without it: %s", effect.offset, effect.error)
        elif isinstance(effect, Unjudged):
            rule = effect.rule or "every rule"
            log.error("%s could not be judged over story %s, and is parked: %s", rule, effect.story, effect.error)


@dataclass(frozen=True, slots=True)
class _Core:
    """The fold and what feeds it with time."""

    watch: Watch
    fold: FoldStep
    tick: TickStep
    thread: OwnThread
    """A batch takes up to a fifth of a second, in which polls, readers and health go on."""

    async def run_once(self) -> int:
        """Tick and fold."""
        ticked = await self.thread.run(self.tick.run_once)
        if ticked and self.tick.standing_still:
            log.error("the clock was set back, or ran ahead once: %s", self.tick.standing_still)
        return ticked + self.fold.tell(await self.thread.run(self.fold.fold))


async def run_embedded(config: WatchConfig, outside: Outside, stop: asyncio.Event) -> None:
    """Poll, read, fold, send and index until ``stop``. Raises MarsadError where it cannot go on."""
    config.data.mkdir(parents=True, exist_ok=True)
    with Lock(config.data / LOCK_FILE), ExitStack() as closing:
        opened, threaded = partial(opened_by, closing, config), partial(threaded_by, closing)
        wakes, progress = _Wakes(), Progress(utc_now)
        database, files = opened(), ConfigFiles(config)
        check_log_time(LogTable(database).last_at(), utc_now())
        core = _core(opened(), outside, wakes, threaded)
        rules = RulesStep(LogTable(database), files.rule_set, core.watch.rule_set, core.fold.cursor)
        rules.take(utc_now())
        index = _index_step(config, opened(), core.watch, closing)
        courier = courier_of(config, _outbox(opened()), core.watch, outside, progress)
        look_after = partial(_look_after, files, rules, outside, stop, threaded())
        async with (
            Fetcher(config.settings.fetch) as fetcher,
            ParserPool() as parser,
            ReaderPool(reader_factory(config), config.workers) as readers,
        ):
            poller = _poller(config, opened(), Inbox(opened()), fetcher, parser, outside, wakes, progress)
            read = ReadStep(opened(), readers, utc_now, threaded().run)
            shown = partial(_snapshot, TableCounts(opened()), threaded(), core, progress, poller, index, files)
            http = config.settings.http
            async with serve(shown, host=http.host, port=http.port) as port, all_or_none() as tasks:
                log.info("watching %d feeds; health and metrics on http://%s:%d", len(config.urls), http.host, port)
                run = partial(repeat, stop=stop)
                tasks.create_task(poller.run(stop), name="poll")
                tasks.create_task(run(read.run_once, wake=wakes.read, done=progress.done("read", wakes.fold)))
                tasks.create_task(run(core.run_once, wake=wakes.fold, done=progress.done("fold")))
                tasks.create_task(
                    run(_indexing(index, threaded(), stop), wake=wakes.index, done=progress.done("index"))
                )
                tasks.create_task(courier.run(stop, wakes.send), name="send")
                tasks.create_task(look_after(poller))


def opened_by(closing: ExitStack, config: WatchConfig) -> Database:
    """A connection of its own for each thread that writes."""
    database = Database.open(config.data / WATCH_FILE)
    closing.callback(database.close)
    return database


def threaded_by(closing: ExitStack) -> OwnThread:
    """Ended before the connections that were opened before it are closed."""
    thread = OwnThread()
    closing.callback(thread.close)
    return thread


def _core(database: Database, outside: Outside, wakes: _Wakes, threaded: Callable[[], OwnThread]) -> _Core:
    table, store = LogTable(database), WatchStore(database)
    watch = Watch(store.queries, normalise)

    def observe(entry: RawEntry, effects: Sequence[Effect]) -> None:
        wakes.after_fold(effects)
        outside.observe(entry, effects)

    fold = FoldStep(table, store, watch, observe)
    return _Core(watch, fold, TickStep(table, utc_now), threaded())


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


def _outbox(database: Database) -> Outbox:
    table = LogTable(database)

    def append(record: Record, now: datetime) -> None:
        table.append_within([encode(record)], now)

    return Outbox(database, append)


def courier_of(config: WatchConfig, outbox: Outbox, watch: Watch, outside: Outside, progress: Progress) -> Courier:
    """The courier of an outbox: receivers by the rules in force, their secrets looked up at each sending."""

    def receivers() -> dict[str, Receiver]:
        return {receiver.name: receiver for receiver in watch.rule_set.receivers} if watch.rule_set else {}

    return Courier(
        outbox,
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


async def _snapshot(
    tables: TableCounts,
    thread: OwnThread,
    core: _Core,
    progress: Progress,
    poller: Poller,
    index: IndexStep,
    files: ConfigFiles,
) -> Snapshot:
    counted = await thread.run(tables.take)
    rule_set = core.watch.rule_set
    shown = snapshot(counted, progress, now=utc_now(), feeds=feed_snapshots(poller.states()), indexed=index.cursor)
    return replace(
        shown,
        rules_digest=rule_set.digest() if rule_set else None,
        not_ready=core.tick.standing_still if rule_set else "no rules are in force yet",
        refused=files.refused,
        at_restart=files.at_restart(),
    )


def _indexing(index: IndexStep, thread: OwnThread, stop: asyncio.Event) -> Callable[[], Awaitable[int]]:
    """The index step in a thread. Nothing that alerts waits for it, so its file's trouble is told and waited out."""

    async def run_once() -> int:
        try:
            return await thread.run(index.run_once)
        except StoreError as error:
            log.error("search stands still, alerts go on: %s", error)  # noqa: TRY400  the message says what to do
            await wait_for_any([stop], INDEX_PAUSE)
            return 0

    return run_once


async def _look_after(
    files: ConfigFiles, rules: RulesStep, outside: Outside, stop: asyncio.Event, thread: OwnThread, poller: Poller
) -> None:
    """Every two seconds: show the feeds; take changed rule files into force, or say loudly why not."""
    while not stop.is_set():
        await wait_for_any([stop], RELOAD)
        outside.feeds(poller.states())
        await thread.run(_reload, files, rules)


def _reload(files: ConfigFiles, rules: RulesStep) -> None:
    if not files.changed():
        return
    try:
        if rules.take(utc_now()):
            log.info("the changed rules are in force")
    except ConfigError as error:
        # Without a traceback: the message has every problem with its file and line.
        log.error("the changed rules are NOT in force, the last good ones stay:\n%s", error)  # noqa: TRY400
    else:
        if files.at_restart():
            log.warning("changed on disk, takes effect when the watch is restarted: %s", ", ".join(files.at_restart()))
