"""`marsad worker`: the stages between the pollers and the watch, where Marsad is scaled out."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from marsad.cli import logs
from marsad.cli.options import watch_folder
from marsad.cli.watching import stop_on_signals
from marsad.config import WatchConfig, load
from marsad.kafka.quiet import quieten
from marsad.scaled.index_worker import run_index
from marsad.scaled.read_worker import run_read

Run = Callable[[WatchConfig, asyncio.Event], Awaitable[None]]


@click.group()
def worker() -> None:
    """Work on what comes through Kafka. Any number may run: they share the work out."""


@worker.command(short_help="Read articles.")
@watch_folder
@click.option("--verbose", is_flag=True, help="Log more.")
def read(folder: Path, *, verbose: bool) -> None:
    r"""Read the articles that come through Kafka: their readings go to the log, and to the search index's topic.

    Each worker has a name of its own, the host's or what MARSAD_INSTANCE holds, and keeps it when it starts again.

    \b
    marsad worker read my-watch
    MARSAD_INSTANCE=second marsad worker read my-watch
    """
    _start(folder, run_read, verbose=verbose)


@worker.command(short_help="Fill the search index in Elasticsearch.")
@watch_folder
@click.option("--verbose", is_flag=True, help="Log more.")
def index(folder: Path, *, verbose: bool) -> None:
    r"""Put readings, stories, alerts, decisions and what was parked into Elasticsearch, for people to search.

    Nothing that alerts waits for it: while Elasticsearch is down it waits, and catches up by itself.

    \b
    marsad worker index my-watch
    """
    _start(folder, run_index, verbose=verbose)


def _start(folder: Path, run: Run, *, verbose: bool) -> None:
    config = load(folder, polls=False)
    logs.set_up(verbose=verbose)
    quieten()
    asyncio.run(_run(config, run))


async def _run(config: WatchConfig, run: Run) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    await run(config, stop)


COMMANDS = (worker,)
