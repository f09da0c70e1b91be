import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

import pytest
from hostile.feeds import BOMBS
from hostile.local_site import rss
from msgspec.structs import replace

from ingest import parse
from ingest.fetched import Failed, Failure, ParsedFeed, ParseJob
from ingest.parse import ParserPool, _Worker

GOOD = ParseJob(body=rss("one").encode(), content_type="text/xml", base="http://p.example/", body_limit=1000)


def job(body: bytes) -> ParseJob:
    return ParseJob(body=body, content_type="text/xml", base="http://p.example/", body_limit=1000)


def with_pool(scene: Callable[[ParserPool], Awaitable[None]], **settings: float) -> None:
    async def inside() -> None:
        async with ParserPool(**settings) as pool:  # type: ignore[arg-type]
            await scene(pool)

    asyncio.run(asyncio.wait_for(inside(), 60))


def worker_of(pool: ParserPool) -> int:
    (worker,) = [slot for slot in pool._quick._slots._queue if slot]  # type: ignore[attr-defined]
    return worker._process.pid


def test_a_worker_is_used_again() -> None:
    async def scene(pool: ParserPool) -> None:
        await pool.parse(GOOD)
        pid = worker_of(pool)
        assert isinstance(await pool.parse(GOOD), ParsedFeed)
        assert worker_of(pool) == pid

    with_pool(scene, size=1)


def test_a_worker_that_takes_too_long_is_killed_and_the_next_feed_read() -> None:
    async def scene(pool: ParserPool) -> None:
        result = await pool.parse(job(BOMBS["60,000 items"]()))
        assert result == Failed(failure=Failure.PARSER, reason="parser killed after 0.5 s")
        assert isinstance(await pool.parse(GOOD), ParsedFeed)

    with_pool(scene, deadline=0.5)


def test_a_worker_that_hangs_before_its_first_answer_costs_one_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs(_worker: _Worker, _message: bytes) -> bytes:
        await asyncio.Event().wait()
        return b""

    async def scene(pool: ParserPool) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(_Worker, "_exchange", hangs)
            patch.setattr(parse, "START_SECONDS", 0.1)
            assert isinstance(await pool.parse(GOOD), Failed)
        assert isinstance(await pool.parse(GOOD), ParsedFeed)

    with_pool(scene, size=1)


def test_a_worker_that_dies_costs_one_feed() -> None:
    async def scene(pool: ParserPool) -> None:
        await pool.parse(GOOD)
        os.kill(worker_of(pool), 9)
        result = await pool.parse(GOOD)
        assert isinstance(result, Failed)
        assert "parser died" in result.reason
        assert isinstance(await pool.parse(GOOD), ParsedFeed)

    with_pool(scene, size=1)


def test_the_worker_can_open_no_file_and_has_no_secrets_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_CANARY", "s3cret")

    async def scene(pool: ParserPool) -> None:
        await pool.parse(GOOD)
        pid = worker_of(pool)
        with open(f"/proc/{pid}/limits", encoding="ascii") as limits:  # noqa: ASYNC230, PTH123
            rows = {line[:25].strip(): line[25:].split()[:2] for line in limits}
        assert rows["Max open files"] == ["3", "3"]
        assert rows["Max address space"] == [str(512 * 1024 * 1024)] * 2
        assert int(rows["Max cpu time"][0]) <= 20
        with open(f"/proc/{pid}/environ", "rb") as environ:  # noqa: ASYNC230, PTH123
            assert b"s3cret" not in environ.read()

    with_pool(scene, size=1)


def test_feeds_wait_for_a_free_worker() -> None:
    async def scene(pool: ParserPool) -> None:
        results = await asyncio.gather(*(pool.parse(GOOD) for _ in range(20)))
        assert all(isinstance(result, ParsedFeed) for result in results)

    with_pool(scene, size=1)


def test_a_worker_killed_in_the_middle_of_a_large_answer_is_gone_at_once() -> None:
    """The unread part of an answer must not keep the end of its process from being seen: the slot would be lost."""
    stuck = "import sys, time; sys.stdout.buffer.write(b'\\x00\\x7f\\xff\\xff' + b'x' * 50_000); sys.stdout.flush(); "
    flood = stuck + "sys.stdout.buffer.write(b'x' * 3_000_000); sys.stdout.flush(); time.sleep(600)"

    async def scene() -> None:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", flood, stdin=pipe, stdout=pipe, limit=4_096
        )
        worker = _Worker(process)
        assert process.stdout is not None
        await process.stdout.readexactly(10_000)  # it answers; nobody reads on
        await asyncio.wait_for(worker.kill(), 20)
        assert process.returncode is not None

    asyncio.run(scene())


@pytest.mark.parametrize("charset", ["utf-7", "hex", "unicode_escape", "../../x", "nonesuch"])
def test_a_charset_that_the_worker_cannot_load_is_passed_over(charset: str) -> None:
    async def scene(pool: ParserPool) -> None:
        odd = replace(GOOD, content_type=f"text/xml; charset={charset}")
        result = await pool.parse(odd)
        assert isinstance(result, ParsedFeed), result
        assert [entry.title for entry in result.entries] == ["one"]

    with_pool(scene)


@pytest.mark.parametrize("host", ["الصحيفة.example", "xn--mgbx4cd0ab.example", "xn--a.example", "ß.example"])
def test_a_link_in_another_script_costs_the_feed_nothing(host: str) -> None:
    async def scene(pool: ParserPool) -> None:
        result = await pool.parse(job(rss("one").replace("p.example", host).encode()))
        assert isinstance(result, ParsedFeed), result
        (entry,) = result.entries
        assert entry.link.startswith("http") or host == "xn--a.example"

    with_pool(scene)
