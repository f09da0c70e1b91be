"""A watch that kills itself (SIGKILL) at a named step: `python child.py FOLDER STEP NTH ARTICLES`.

With the step `none` it ends by itself when ARTICLES were taken in and nothing waits any more.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from alerts.notifier import AppriseNotifier
from ingest.fetch import Fetcher
from ingest.fetched import Fetched
from ingest.inbox import Inbox
from marsad.config import load
from marsad.log import AlertChanged
from marsad.sqlite import Database
from marsad.store import WatchStore
from marsad.wiring import WATCH_FILE, Outside, run_embedded
from stream.embedded import ReadStep
from stream.reader_pool import ReaderPool

WAITING = """
SELECT (SELECT count(*) FROM entry) < ? OR (SELECT count(*) FROM inbox WHERE waiting = 1) > 0
    OR (SELECT coalesce(max(seq), 0) FROM log)
        > (SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM watch WHERE key = 'cursor')
    OR (SELECT count(*) FROM notification WHERE state IN ('due', 'sending')) > 0
"""


class Countdown:
    """Kills this process when it is reached for the nth time."""

    def __init__(self, nth: int) -> None:
        self._left = nth

    def __call__(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def arm(step: str, reached: Countdown) -> None:
    """Let a step of the real code reach the countdown."""
    if step == "none":
        return
    owner, name, when, counts = STEPS[step]
    original = getattr(owner, name)
    if asyncio.iscoroutinefunction(original):

        async def wrapped(*arguments: Any) -> Any:
            result = await original(*arguments)
            if counts(result, arguments):
                reached()
            return result
    else:

        def wrapped(*arguments: Any) -> Any:
            if when == "before":
                reached()
            result = original(*arguments)
            if when == "after" and counts(result, arguments):
                reached()
            return result

    setattr(owner, name, wrapped)


def _always(_result: object, _arguments: object) -> bool:
    return True


STEPS: dict[str, tuple[type, str, str, Callable[[Any, Any], bool]]] = {
    "after-fetch": (Fetcher, "fetch", "after", lambda result, _a: isinstance(result, Fetched)),
    "after-inbox": (Inbox, "commit", "after", lambda _r, arguments: bool(arguments[1].articles)),
    "after-reading": (ReaderPool, "read", "after", lambda result, _a: bool(result)),
    "after-log": (ReadStep, "run_once", "after", lambda result, _a: result > 0),
    "mid-fold": (WatchStore, "_write", "after", lambda _r, a: any(isinstance(e, AlertChanged) for e in a[1])),
    "before-send": (AppriseNotifier, "send", "before", _always),
    "after-send": (AppriseNotifier, "send", "after", _always),
}


async def run(folder: Path, articles: int) -> None:
    config, stop = load(folder), asyncio.Event()
    outside = Outside(
        observe=lambda _entry, _effects: None, console=lambda _message: None, poll_every=timedelta(seconds=0.2)
    )
    watching = asyncio.create_task(run_embedded(config, outside, stop))
    config.data.mkdir(exist_ok=True)
    settled = asyncio.create_task(_settle(config.data / WATCH_FILE, articles, stop))
    await watching
    settled.cancel()


async def _settle(path: Path, articles: int, stop: asyncio.Event) -> None:
    """The database is also written by the watch's other threads: nothing tells when all is done but a look."""
    database = Database.open(path)
    while (row := database.one(WAITING, (articles,))) and row[0]:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    stop.set()


if __name__ == "__main__":
    arm(sys.argv[2], Countdown(int(sys.argv[3])))
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[4])))
