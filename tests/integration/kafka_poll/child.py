"""`marsad poll`, as often as told: `python child.py FOLDER SECONDS NTH INSTANCE`.

If NTH is not 0 it kills itself (SIGKILL) when it has sent articles for the nth time, before it stores what is known of
their feed.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from ingest.kafka_inbox import KafkaInbox
from marsad.article import Article
from marsad.cli import logs
from marsad.cli.watching import stop_on_signals
from marsad.config import load
from marsad.errors import MarsadError
from marsad.kafka.quiet import quieten
from marsad.scaled.poll import run_poll


def kill_between(nth: int) -> None:
    left = nth
    send = KafkaInbox._send_articles

    def send_and_die(inbox: KafkaInbox, articles: Sequence[Article]) -> None:
        nonlocal left
        send(inbox, articles)
        left -= bool(articles)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    KafkaInbox._send_articles = send_and_die


async def run(folder: Path, every: timedelta, instance: str) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    await run_poll(load(folder), stop, instance=instance or None, every=every)


if __name__ == "__main__":
    folder, seconds, nth, name = sys.argv[1:]
    if nth != "0":
        kill_between(int(nth))
    logs.set_up(verbose=True)
    quieten()
    try:
        asyncio.run(run(Path(folder), timedelta(seconds=float(seconds)), name))
    except MarsadError as error:
        sys.exit(f"marsad: {error}")
