"""Reading in real processes: an article that breaks one costs only itself."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from integration.stream.odd_reader import build, cannot_build, misconfigured

from marsad.article import Article, Source
from marsad.codec import decode_record, encode
from marsad.errors import MarsadError
from marsad.log import ReadingRecord
from stream.reader_pool import CHUNK, ReaderPool, Unreadable

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def body(name: str, title: str = "") -> bytes:
    return encode(Article(id=name, source=Source(feed="f"), title=title, observed_at=NOON))


def read(*batches: Sequence[bytes], workers: int = 1) -> list[list[bytes | Unreadable]]:
    async def scenario() -> list[list[bytes | Unreadable]]:
        async with ReaderPool(build, workers) as pool:
            return [await pool.read(batch) for batch in batches]

    return asyncio.run(asyncio.wait_for(scenario(), 100))


def ids(results: Sequence[bytes | Unreadable]) -> list[str]:
    """Article ids of what was read, the errors of what was not."""
    found = []
    for result in results:
        record = None if isinstance(result, Unreadable) else decode_record(result)
        found.append(record.reading.article_id if isinstance(record, ReadingRecord) else result.error)
    return found


def test_articles_are_read_in_their_order_over_several_processes() -> None:
    names = [f"a{number}" for number in range(2 * CHUNK + 5)]
    (results,) = read([body(name) for name in names], workers=2)
    assert ids(results) == names


@pytest.mark.parametrize(
    ("title", "error"),
    [
        ("raises", "KeyError: 'x'"),
        ("burns", "TookTooLongError: reading cost more than 0 s of CPU"),
        ("burns deaf", "the process that read it died, 2 times"),
        ("dies", "the process that read it died, 2 times"),
    ],
)
def test_an_article_that_breaks_reading_costs_only_itself(title: str, error: str) -> None:
    first, second = read([body("before"), body("odd", title), body("after")], [body("later")])
    assert ids(first) == ["before", error, "after"]
    assert ids(second) == ["later"]


def test_of_batches_read_at_once_only_the_article_that_breaks_its_process_is_given_up() -> None:
    async def scenario() -> list[list[bytes | Unreadable]]:
        async with ReaderPool(build, 2) as pool:
            return await asyncio.gather(
                pool.read([body("a"), body("odd", "dies"), body("b")]),
                pool.read([body(f"innocent-{number}") for number in range(CHUNK + 2)]),
            )

    killed, beside = asyncio.run(asyncio.wait_for(scenario(), 100))
    assert ids(killed) == ["a", "the process that read it died, 2 times", "b"]
    assert ids(beside) == [f"innocent-{number}" for number in range(CHUNK + 2)]


def test_a_worker_that_is_killed_costs_one_new_process_and_no_article(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the kernel does where memory is short: nothing that was being read is at fault."""
    started: list[int] = []
    start = ReaderPool._start

    def counted(pool: ReaderPool, workers: int) -> ProcessPoolExecutor:
        started.append(workers)
        return start(pool, workers)

    monkeypatch.setattr(ReaderPool, "_start", counted)
    names = [f"a{number}" for number in range(5 * CHUNK)]

    async def scenario() -> list[bytes | Unreadable]:
        async with ReaderPool(build, 1) as pool:
            worker = multiprocessing.active_children()[0]
            reading = asyncio.ensure_future(pool.read([body(name) for name in names]))
            await asyncio.sleep(0)
            assert worker.pid is not None
            os.kill(worker.pid, signal.SIGKILL)
            return await reading

    assert ids(asyncio.run(asyncio.wait_for(scenario(), 100))) == names
    assert started == [1, 1, 1], "the pool, the pool again, and one for what was being read"


def test_bytes_that_are_no_article_are_told() -> None:
    ((result,),) = read([b"9.0 {}"])
    assert isinstance(result, Unreadable)


def test_an_empty_batch_is_no_work() -> None:
    assert read([]) == [[]]


def test_a_reader_that_cannot_be_built_is_told_at_the_start(capfd: pytest.CaptureFixture[str]) -> None:
    async def scenario() -> None:
        async with ReaderPool(cannot_build, 1):
            pass

    with pytest.raises(MarsadError, match="no reading process could start"):
        asyncio.run(asyncio.wait_for(scenario(), 60))
    assert "no lexicon" in capfd.readouterr().err, "the worker says why"


def test_a_reader_that_is_misconfigured_is_told_as_it_would_be_in_this_process(
    capfd: pytest.CaptureFixture[str],
) -> None:
    async def scenario() -> None:
        async with ReaderPool(misconfigured, 1):
            pass

    with pytest.raises(MarsadError, match=r"towns\.tsv:3: unknown kind 'twon'"):
        asyncio.run(asyncio.wait_for(scenario(), 60))
    assert capfd.readouterr().err == ""


def test_an_interrupt_while_the_workers_start_is_the_parents_affair_only() -> None:
    tests = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{tests}{os.pathsep}{tests.parent}"}
    with subprocess.Popen(
        [sys.executable, "-m", "integration.stream.interrupted"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "starting\n"
        deadline = time.monotonic() + 100
        while process.poll() is None and time.monotonic() < deadline:
            os.killpg(process.pid, signal.SIGINT)
            time.sleep(0.01)
        read, errors = process.communicate(timeout=10)
    assert (read, errors) == ("read 2, interrupted\n", "")


def test_the_workers_end_with_the_pool() -> None:
    async def scenario() -> list[int]:
        async with ReaderPool(build, 2) as pool:
            await pool.read([body("one")])
            return list(pool._executor._processes)

    for number in asyncio.run(asyncio.wait_for(scenario(), 60)):
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)
