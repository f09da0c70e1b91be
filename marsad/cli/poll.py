"""`marsad poll`: poll feeds into Kafka."""

import asyncio
from pathlib import Path

import click

from marsad.cli import logs
from marsad.cli.options import instance_option, watch_folder
from marsad.cli.watching import stop_on_signals
from marsad.config import WatchConfig, load
from marsad.kafka.quiet import quieten
from marsad.scaled.poll import run_poll


@click.command(short_help="Scaled out: poll feeds, put their articles into Kafka.")
@watch_folder
@instance_option
@click.option("--verbose", is_flag=True, help="Log every poll.")
def poll(folder: Path, instance: str | None, *, verbose: bool) -> None:
    r"""Poll the feeds of the watch in DIR and put their articles into Kafka, until it is stopped.

    Run as many as you like: they share the feeds, and when one dies the others take its feeds over within a quarter of
    a minute. It needs no disk. One that keeps its name gets its own feeds back when it is started again.

    \b
    marsad poll my-watch
    marsad poll my-watch --instance poll-0
    """
    config = load(folder)
    logs.set_up(verbose=verbose)
    quieten()
    asyncio.run(_run(config, instance))


async def _run(config: WatchConfig, instance: str | None) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    await run_poll(config, stop, instance=instance)


COMMANDS = (poll,)
