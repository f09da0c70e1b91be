"""The host of the parser processes: bodies in, entries out, and a process that takes too long is killed.

A body that is large or looks costly goes to a lane of its own, and so does one that was not parsed within a
moment: a hostile feed then waits for other hostile feeds, and no other feed waits for it.
"""

import asyncio
import signal
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, Self

import msgspec

from ingest.fetched import Failed, Failure, ParsedFeed, ParseJob

DEADLINE_SECONDS: Final = 10.0
PATIENCE_SECONDS: Final = 5.0
"""For a quick worker, by the clock; its own processor time is limited to much less."""
START_SECONDS: Final = 60.0
"""Of a process. One that hangs before its first answer would hold its place in the lane for ever."""
LINGER_SECONDS: Final = 1.0
QUICK_BYTES: Final = 512 * 1024
QUICK_COMMENTS: Final = 1_000
"""Unclosed comments take quadratic time."""
_LENGTH: Final = struct.Struct(">I")
_ROOT: Final = Path(__file__).resolve().parent.parent


class _Answer(msgspec.Struct, frozen=True):
    feed: ParsedFeed | None = None
    failed: Failed | None = None


_jobs: Final = msgspec.msgpack.Encoder()
_answers: Final = msgspec.msgpack.Decoder(_Answer)


class ParserPool:
    """An async context manager over ``size`` quick and ``slow`` patient parser processes, started when needed."""

    def __init__(self, size: int = 2, slow: int = 1, *, deadline: float = DEADLINE_SECONDS) -> None:
        self._quick = _Lane(size)
        self._slow = _Lane(slow, "--yield")
        self._deadline = deadline

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._quick.close()
        await self._slow.close()

    async def parse(self, job: ParseJob) -> ParsedFeed | Failed:
        """Never raises for a feed's fault."""
        if len(job.body) <= QUICK_BYTES and job.body.count(b"<!--") <= QUICK_COMMENTS:
            with suppress(TimeoutError):
                return await self._quick.parse(job, min(PATIENCE_SECONDS, self._deadline))
        try:
            return await self._slow.parse(job, self._deadline)
        except TimeoutError:
            return Failed(failure=Failure.PARSER, reason=f"parser killed after {self._deadline:g} s")


class _Lane:
    """Workers that take turns. A slot holds None where its process is yet to be started."""

    def __init__(self, size: int, *arguments: str) -> None:
        self._arguments = arguments
        self._slots: asyncio.Queue[_Worker | None] = asyncio.Queue()
        for _ in range(size):
            self._slots.put_nowait(None)

    async def parse(self, job: ParseJob, seconds: float) -> ParsedFeed | Failed:
        """Raises TimeoutError when it took longer; the time to start a process does not count."""
        async with self._worker() as worker:
            async with asyncio.timeout(seconds):
                return await worker.parse(job)

    async def close(self) -> None:
        """Kill the processes that are at rest."""
        while not self._slots.empty():
            worker = self._slots.get_nowait()
            if worker is not None:
                await worker.kill()

    @asynccontextmanager
    async def _worker(self) -> AsyncIterator["_Worker"]:
        worker = await self._slots.get()
        try:
            if worker is None:
                worker = await _Worker.start(*self._arguments)
            yield worker
        finally:
            # One that did not answer to the end is in the middle of something: it cannot be used again.
            if worker is not None and not worker.ready:
                await asyncio.shield(worker.kill())
                worker = None
            self._slots.put_nowait(worker)


class _Worker:
    def __init__(self, process: Process) -> None:
        self._process = process
        self.ready = True

    @classmethod
    async def start(cls, *arguments: str) -> Self:
        """A warm process: it has answered once. Its environment holds nothing but the way to the code."""
        path = ":".join([str(_ROOT), *(entry for entry in sys.path if entry)])
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ingest.parse_worker", *arguments),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,  # a feed must not get to write to our terminal or log
            env={"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        worker = cls(process)
        worker.ready = False
        try:
            async with asyncio.timeout(START_SECONDS):
                await worker.parse(ParseJob(body=b"", content_type="", base="", body_limit=1))
        except BaseException:  # also a cancelled start: a process that nobody holds would stay
            await asyncio.shield(worker.kill())
            raise
        return worker

    async def parse(self, job: ParseJob) -> ParsedFeed | Failed:
        """Raises TimeoutError where a quick worker died of the job's cost."""
        self.ready = False
        try:
            answer = _answers.decode(await self._exchange(_jobs.encode(job)))
        except (asyncio.IncompleteReadError, ConnectionError):
            code = await self._exit_code()
            if code == -signal.SIGPROF:
                raise TimeoutError from None
            return Failed(failure=Failure.PARSER, reason=self._epitaph(code))
        result = answer.feed or answer.failed
        assert result is not None, "the worker answers with a feed or a failure"
        # After a lack of memory the process may be in any state.
        self.ready = not (isinstance(result, Failed) and result.failure is Failure.PARSER)
        return result

    async def kill(self) -> None:
        """End the process, and return when it is gone."""
        # The transport's close kills and lets go of the pipes. Without it `wait` would not return while a part of an
        # answer stands unread in the pipe: until Python 3.12.4 it waits for the pipes' end too (cpython gh-119710).
        self._process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001
        await self._process.wait()

    async def _exit_code(self) -> int:
        """Of a process whose output ended; one that lingers all the same is killed."""
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                return await self._process.wait()
        except TimeoutError:
            await self.kill()
            return self._process.returncode or 0

    async def _exchange(self, message: bytes) -> bytes:
        source, sink = self._process.stdout, self._process.stdin
        assert source is not None
        assert sink is not None
        sink.write(_LENGTH.pack(len(message)) + message)
        await sink.drain()
        (length,) = _LENGTH.unpack(await source.readexactly(_LENGTH.size))
        return await source.readexactly(length)

    @staticmethod
    def _epitaph(code: int) -> str:
        return "parser stopped: more than its CPU time" if code == -24 else f"parser died (exit code {code})"
