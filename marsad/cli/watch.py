"""`marsad watch`: fold the log on Kafka, and alert."""

import asyncio
from pathlib import Path

import click

from marsad.cli import logs
from marsad.cli.options import instance_option, watch_folder
from marsad.cli.watching import good_config, print_notification, stop_on_signals
from marsad.config import WatchConfig
from marsad.kafka.quiet import quieten
from marsad.scaled.watch import run_watch
from marsad.wiring import Outside


@click.command(short_help="Scaled out: fold the log on Kafka, and alert.")
@watch_folder
@instance_option
@click.option("--verbose", is_flag=True, help="Log more.")
def watch(folder: Path, instance: str | None, *, verbose: bool) -> None:
    r"""Fold the log on Kafka into stories and alerts, and send them.

    Run two for safety: both fold, one sends, and the other goes on within half a minute should that one die.

    \b
    marsad watch my-watch
    """
    config = good_config(folder, polls=False)
    logs.set_up(verbose=verbose)
    quieten()
    asyncio.run(_run(config, instance))


async def _run(config: WatchConfig, instance: str | None) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    outside = Outside(observe=lambda _entry, _effects: None, console=print_notification)
    await run_watch(config, outside, stop, instance=instance)


COMMANDS = (watch,)
