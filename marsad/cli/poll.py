"""`marsad poll`: poll feeds into Kafka."""

import asyncio
import re
from pathlib import Path
from typing import Final

import click

from marsad.cli import logs
from marsad.cli.options import watch_folder
from marsad.cli.watching import stop_on_signals
from marsad.config import WatchConfig, load
from marsad.kafka.quiet import quieten
from marsad.scaled.poll import run_poll

_INSTANCE: Final = re.compile(r"[A-Za-z0-9._-]{1,200}")


def _instance(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _INSTANCE.fullmatch(value):
        raise click.BadParameter("write letters, digits, '.', '_' and '-', such as poll-0")
    return value


@click.command(short_help="Scaled out: poll feeds, put their articles into Kafka.")
@watch_folder
@click.option(
    "--instance",
    metavar="NAME",
    callback=_instance,
    help="A name of its own that this poller keeps over restarts, such as the pod's: it then gets its feeds back.",
)
@click.option("--verbose", is_flag=True, help="Log every poll.")
def poll(folder: Path, instance: str | None, *, verbose: bool) -> None:
    r"""Poll the feeds of the watch in DIR and put their articles into Kafka, until it is stopped.

    Run as many as you like: they share the feeds, and when one dies the others take its feeds over within a quarter of
    a minute. It needs no disk.

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
