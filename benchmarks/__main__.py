"""`make bench`: ours beside the naive design in one run. Quote the ratios; the machine's noise is in both."""

import asyncio
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.articles import articles
from benchmarks.naive import NaiveReader, whole_way
from marsad.article import Article
from marsad.codec import encode
from marsad.config import shipped_rules
from marsad.indexing import IndexStep, concepts
from marsad.log import ReadingRecord, RuleSetTaken
from marsad.sqlite import Database
from marsad.steps import FoldStep
from marsad.store import WatchStore
from marsad.watch import Watch
from stream.embedded import ReadStep
from stream.index.fts import FtsIndex
from stream.log_table import LogTable
from stream.reader_pool import CHUNK, ReaderPool, quiet_collector
from stream.reading.gazetteer import Gazetteer
from stream.reading.lexicon import Lexicon
from stream.reading.reader import Reader
from stream.reading.text import normalise
from stream.reading.topics import TopicTable

READ = 2_000
WHOLE = 6_000
FOLD = 10_000
PAUSE = 0.01


def utc_now() -> datetime:
    return datetime.now(UTC)


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Wall-clock and CPU seconds of this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def report(name: str, count: int, wall: float, cpu: float | None = None) -> float:
    rate = count / wall
    per_core = f", {count / cpu:,.0f} per CPU second" if cpu else ""
    print(f"{name:<44} {count:>7,} in {wall:6.2f} s = {rate:>8,.0f}/s{per_core}", flush=True)
    return rate


def reading(batch: Sequence[Article], reader: Reader, naive: NaiveReader) -> None:
    chunks = [batch[start : start + CHUNK] for start in range(0, len(batch), CHUNK)]
    for chunk in chunks[:5]:
        reader.read_many(chunk)
    size = sum(len(article.text.encode()) for article in batch) / len(batch)
    print(f"read: {len(batch):,} articles of {size / 1000:.1f} kB, half Arabic, one in ten an attack;", end=" ")
    print(f"ours {CHUNK} at a time, as a reading process takes them, with its settings")
    ours = report("  ours, one process", len(batch), *seconds(lambda: [reader.read_many(chunk) for chunk in chunks]))
    base = report("  naive, one process", len(batch), *seconds(lambda: [naive.read(article) for article in batch]))
    print(f"  ratio {ours / base:.2f}")


def folding(reader: Reader, folder: Path) -> None:
    rule_set = shipped_rules()
    database = Database.open(folder / "fold.db")
    log = LogTable(database)
    log.append([RuleSetTaken(digest=rule_set.digest(), body=rule_set.to_json())], utc_now())
    records = [ReadingRecord(reading=reader.read(article)) for article in articles(FOLD, seed=11)]
    log.append(records, utc_now())
    store = WatchStore(database)
    fold = FoldStep(log, store, Watch(store.queries, normalise), lambda _entry, _effects: None)

    def run() -> None:
        while fold.run_once():
            pass

    report("fold, effects stored", FOLD, *seconds(run))


async def whole(folder: Path, batch: Sequence[Article]) -> float:
    """Inbox to index with every core: read in processes, fold, full text."""
    rule_set = shipped_rules()
    database = Database.open(folder / "whole.db")
    log = LogTable(database)
    log.append([RuleSetTaken(digest=rule_set.digest(), body=rule_set.to_json())], utc_now())
    store = WatchStore(database)
    fold = FoldStep(log, store, Watch(store.queries, normalise), lambda _entry, _effects: None)
    index = IndexStep(
        Database.open(folder / "whole.db"),
        FtsIndex.open(folder / "search.db"),
        concepts(Gazetteer.packaged(), Lexicon.packaged(), TopicTable.packaged()),
        lambda: rule_set.regions,
    )
    rows = [(article.id, article.revision, article.source.feed, encode(article)) for article in batch]
    with database.transaction():
        database.executemany("INSERT INTO inbox (article_id, revision, feed, body) VALUES (?, ?, ?, ?)", rows)
    async with ReaderPool(Reader.packaged, multiprocessing.cpu_count()) as pool:
        step = ReadStep(Database.open(folder / "whole.db"), pool, utc_now)
        start = time.perf_counter()
        read = asyncio.create_task(_drain(step.run_once, lambda: True))
        folded = asyncio.create_task(_drain(partial(asyncio.to_thread, fold.run_once), read.done))
        await _drain(partial(asyncio.to_thread, index.run_once), folded.done)
        seconds_taken = time.perf_counter() - start
        print(f"memory: {_peak(os.getpid()):,.0f} MB this process (holds the made-up articles), the workers", end=" ")
        print(", ".join(f"{_peak(worker.pid):,.0f} MB" for worker in multiprocessing.active_children()))
        return seconds_taken


def _peak(pid: int | None) -> float:
    """The most memory a process had, in MB. (What ``getrusage`` says of a child starts with its parent's.)"""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


async def _drain(step: Callable[[], Awaitable[int]], no_more_comes: Callable[[], bool]) -> None:
    """Run a step until it has nothing to do and what feeds it had ended before."""
    while True:
        last = no_more_comes()
        if not await step():
            if last:
                return
            await asyncio.sleep(PAUSE)


def main() -> None:
    reader, naive = Reader.packaged(), NaiveReader(Lexicon.packaged())
    quiet_collector()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        reading(articles(READ), reader, naive)
        folding(reader, folder)
        batch = articles(WHOLE, seed=13)
        print(f"whole way: {WHOLE:,} articles, inbox to search index, {multiprocessing.cpu_count()} cores")
        ours = report("  ours", WHOLE, asyncio.run(whole(folder, batch)))
        part = batch[: WHOLE // 10]
        base = report("  naive", len(part), *seconds(partial(whole_way, part, naive, folder / "naive.db")))
        print(f"  ratio {ours / base:.2f}")
    print(json.dumps({"python": sys.version.split()[0], "cores": multiprocessing.cpu_count()}))


if __name__ == "__main__":
    main()
