"""`marsad watch` that kills itself (SIGKILL) when a named step is done: `python step_watch.py FOLDER STEP`.

Its lease is short, because whoever follows waits for its end, and it takes a snapshot every second. With the step
`none` it runs until it is told to stop.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import marsad.lease
import marsad.scaled.start
import marsad.scaled.watch
from alerts.notifier import AppriseNotifier
from marsad.cli import logs
from marsad.cli.watching import stop_on_signals
from marsad.config import load
from marsad.kafka.quiet import quieten
from marsad.log import AlertChanged, Delivery, DeliveryStarted
from marsad.outgoing import Outgoing
from marsad.scaled.watch import run_watch
from marsad.store import WatchStore
from marsad.wiring import Outside

LEASE_SECONDS = 6.0
SNAPSHOT_EVERY = timedelta(seconds=1)


class Step(NamedTuple):
    """Where the real code is at the step: before or after this call, if it ``counts(result, arguments)``."""

    owner: Any
    name: str
    counts: Callable[[Any, Any], bool]
    before: bool = False


STEPS = {
    "in the fold": Step(WatchStore, "_write", lambda _r, given: any(isinstance(one, AlertChanged) for one in given[1])),
    "folded": Step(
        WatchStore, "fold", lambda folded, _g: any(isinstance(one, AlertChanged) for each in folded for one in each)
    ),
    "about to publish": Step(Outgoing, "waiting", lambda waiting, _g: any(one.kind == "alert" for one in waiting)),
    "published": Step(Outgoing, "done", lambda _r, given: any(one.kind == "alert" for one in given[1]), before=True),
    "announced": Step(
        marsad.scaled.watch._Kafka, "announce", lambda told, given: told and isinstance(given[1], DeliveryStarted)
    ),
    "sent": Step(AppriseNotifier, "send", lambda _r, _g: True),
    "told as sent": Step(
        marsad.scaled.watch._Kafka, "announce", lambda told, given: told and isinstance(given[1], Delivery)
    ),
    "copied": Step(marsad.scaled.start, "_flush", lambda _r, given: given[0].suffix == ".writing", before=True),
}


def arm(step: Step) -> None:
    original = getattr(step.owner, step.name)

    def wrapped(*arguments: Any, **options: Any) -> Any:
        if step.before and step.counts(None, arguments):
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*arguments, **options)
        if not step.before and step.counts(result, arguments):
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(step.owner, step.name, wrapped)


async def run(folder: Path) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    outside = Outside(observe=lambda _entry, _effects: None, console=lambda _message: None)
    await run_watch(load(folder), outside, stop)


if __name__ == "__main__":
    marsad.lease.SECONDS = LEASE_SECONDS
    marsad.lease.RENEWED_AFTER = LEASE_SECONDS / 3
    marsad.scaled.watch.SNAPSHOT_EVERY = SNAPSHOT_EVERY
    if sys.argv[2] != "none":
        arm(STEPS[sys.argv[2]])
    logs.set_up(verbose=False)
    quieten()
    asyncio.run(run(Path(sys.argv[1])))
