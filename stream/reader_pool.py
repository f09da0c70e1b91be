"""Reading in processes of its own: parallel, and an article that kills or hangs a process costs only itself."""

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Final, Self

from marsad.article import Article
from marsad.codec import decode_article, encode
from marsad.errors import DecodeError, MarsadError
from marsad.log import ReadingRecord
from stream.reading.reader import Reader

CPU_SECONDS: Final = 10.0
"""What one article may cost; the usual cost is a thousandth of a second."""
KILL_AFTER: Final = 3 * CPU_SECONDS
"""For code that does not come back to Python: the process is ended by its own timer."""
CHUNK: Final = 20
YOUNG: Final = 20_000
"""New objects still held after which a reading process looks for garbage; reading a chunk holds fewer."""
ATTEMPTS: Final = 2
"""How often an article may end its process before it is given up: the machine may have done it once."""

BuildReader = Callable[[], Reader]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why an article could not be read."""

    error: str


class TookTooLongError(Exception):
    """One article cost more CPU than any real one does."""


def read_one(reader: Reader, body: bytes) -> bytes | Unreadable:
    """An encoded article to its encoded log record."""
    try:
        return encode(ReadingRecord(reading=reader.read(decode_article(body))))
    except DecodeError as error:
        return Unreadable(str(error))
    except Exception as error:  # noqa: BLE001  whatever an article does to the reader, the next one is read
        return Unreadable(f"{type(error).__name__}: {error}")


def read_together(reader: Reader, bodies: Sequence[bytes]) -> list[bytes | Unreadable]:
    """The same of several, which costs less than one by one; what any of them does to the reader is raised."""
    decoded = [_decoded(body) for body in bodies]
    readings = iter(reader.read_many([article for article in decoded if isinstance(article, Article)]))
    return [
        encode(ReadingRecord(reading=next(readings))) if isinstance(article, Article) else article
        for article in decoded
    ]


def _decoded(body: bytes) -> Article | Unreadable:
    try:
        return decode_article(body)
    except DecodeError as error:
        return Unreadable(str(error))


class ReaderPool:
    """``workers`` processes, each with a reader of its own.

    ``build`` makes the reader inside the worker; it must be picklable.
    """

    def __init__(self, build: BuildReader, workers: int) -> None:
        self._build = build
        self._workers = workers
        self._suspecting = asyncio.Lock()
        self._apart: ProcessPoolExecutor | None = None
        self._executor = self._start(workers)

    async def __aenter__(self) -> Self:
        """Wait until the first worker can read. Raises MarsadError where no reader can be built, and says why."""
        try:
            await _read_in(self._executor, [])
        except BrokenProcessPool as error:
            raise MarsadError("no reading process could start: `marsad read` with the same config says why") from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for executor in (self._executor, self._apart):
            if executor is not None:
                executor.shutdown(wait=True, cancel_futures=True)

    async def read(self, bodies: Sequence[bytes]) -> list[bytes | Unreadable]:
        """Encoded articles to encoded log records, in order. May be called again before it is done."""
        executor = self._executor
        chunks = [bodies[start : start + CHUNK] for start in range(0, len(bodies), CHUNK)]
        results = await asyncio.gather(*(_read_in(executor, chunk) for chunk in chunks), return_exceptions=True)
        if any(isinstance(result, BrokenProcessPool) for result in results) and self._executor is executor:
            executor.shutdown(wait=False)
            self._executor = self._start(self._workers)
        read: list[bytes | Unreadable] = []
        for chunk, result in zip(chunks, results, strict=True):
            if isinstance(result, BrokenProcessPool):
                read += await self._read_apart(chunk)
            elif isinstance(result, BaseException):
                raise result
            else:
                read += result
        return read

    async def _read_apart(self, chunk: Sequence[bytes]) -> list[bytes | Unreadable]:
        """A worker died: what it and its fellows had not done is read in one process that reads nothing else.

        A chunk in which that process dies too is read article by article, so the one that did it is found.
        """
        async with self._suspecting:
            try:
                return await self._read_suspect(chunk)
            except BrokenProcessPool:
                return [await self._read_alone(body) for body in chunk]

    async def _read_alone(self, body: bytes) -> bytes | Unreadable:
        for _attempt in range(ATTEMPTS):
            try:
                return (await self._read_suspect([body]))[0]
            except BrokenProcessPool:
                continue
        return Unreadable(f"the process that read it died, {ATTEMPTS} times")

    async def _read_suspect(self, chunk: Sequence[bytes]) -> list[bytes | Unreadable]:
        """Raises BrokenProcessPool; the next suspect has a new process then."""
        if self._apart is None:
            self._apart = self._start(1)
        try:
            return await _read_in(self._apart, chunk)
        except BrokenProcessPool:
            self._apart.shutdown(wait=False)
            self._apart = None
            raise

    def _start(self, workers: int) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")  # forking a process that runs threads may deadlock
        return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(self._build,))


async def _read_in(executor: ProcessPoolExecutor, chunk: Sequence[bytes]) -> list[bytes | Unreadable]:
    with _interrupts_held():
        work = executor.submit(_work, list(chunk))
    return await asyncio.wrap_future(work)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Handing over work may start a process, which inherits what is held here.

    So Ctrl-C finds a worker deaf from its first instruction on, long before ``_begin``. (The start of Python's
    resource tracker releases the signal, but the executor's queues have started that one before.)
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_reader: Reader | MarsadError | None = None


def _begin(build: BuildReader) -> None:
    """Runs once in each worker: Ctrl-C is the parent's affair, and a runaway article ends itself.

    Why no reader can be built is told by the first work that asks for it.
    """
    global _reader  # noqa: PLW0603  a pool's worker can keep its reader nowhere else
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, _too_long)
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    try:
        _reader = build()
        quiet_collector()
    except MarsadError as error:
        _reader = MarsadError(str(error))  # its subclasses need not survive the way to the parent


def quiet_collector() -> None:
    """Lexicon and gazetteer stay, and reading leaves little that only the collector finds: it need not look often.

    That costs a twentieth less than Python's usual settings.
    """
    gc.freeze()
    gc.set_threshold(YOUNG)


def _end_with_parent() -> None:
    """A parent that was killed tells nobody; a worker without one would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(bodies: list[bytes]) -> list[bytes | Unreadable]:
    """All together; if anything is wrong with that, one by one, so that the article that does it costs only itself."""
    if isinstance(_reader, MarsadError):
        raise _reader
    assert _reader is not None
    together = _together(_reader, bodies) if len(bodies) > 1 else None
    return [_timed(_reader, body) for body in bodies] if together is None else together


def _together(reader: Reader, bodies: Sequence[bytes]) -> list[bytes | Unreadable] | None:
    """None where one of them raises, or they cost more than a single one may."""
    try:
        with _limited():
            return read_together(reader, bodies)
    except Exception:  # noqa: BLE001  whatever it is, it is told of the article that does it when that is read alone
        return None


def _timed(reader: Reader, body: bytes) -> bytes | Unreadable:
    try:
        with _limited():
            return read_one(reader, body)
    except TookTooLongError as error:  # the time ran out just outside of read_one, which would have told it
        return Unreadable(f"{type(error).__name__}: {error}")


@contextmanager
def _limited() -> Iterator[None]:
    """Raises TookTooLongError inside where the time that an article may cost runs out."""
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    signal.setitimer(signal.ITIMER_VIRTUAL, KILL_AFTER)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TookTooLongError(f"reading cost more than {CPU_SECONDS:.0f} s of CPU")
