"""`marsad init`, `check`, `run`: a watch of one's own."""

import asyncio
import signal
from pathlib import Path

import click

from marsad.alert import Notification
from marsad.cli import logs
from marsad.cli.options import FOLDER, json_option, watch_folder
from marsad.cli.output import print_json_line, shown
from marsad.config import WatchConfig, check_secrets, load
from marsad.errors import ConfigError
from marsad.init_watch import LANGUAGES, BadChoiceError, packs, write_watch
from marsad.settings import main_document
from marsad.view_parts import many
from marsad.wiring import Outside, run_embedded


@click.command(short_help="Write a small watch of your own.")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option(
    "--pack", "names", multiple=True, default=("sahel",), show_default=True, help="Feeds of a region; repeatable."
)
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the messages."
)
@click.option("--force", is_flag=True, help="Overwrite the files of an existing watch.")
@click.option(
    "--list-packs",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda c, _p, v: _list_packs(c, asked=v),
    help="Show the packs and end.",
)
def init(folder: Path, names: tuple[str, ...], language: str, *, force: bool) -> None:
    r"""Write a small watch of your own to DIR: feeds, rules, routes and a commented marsad.yaml.

    \b
    marsad init my-watch --pack sahel --pack lake-chad --language fr
    """
    try:
        written = write_watch(folder, names, language, force=force)
    except BadChoiceError as error:
        raise click.UsageError(str(error)) from error
    for path in written:
        click.echo(f"wrote {path}")
    click.echo(f"next: marsad check {folder}  then: marsad run {folder}")


def _list_packs(context: click.Context, *, asked: bool) -> None:
    if asked:
        for name, about in packs().items():
            click.echo(f"{name:<14} {about}")
        context.exit()


@click.command(short_help="Is a watch's configuration good?")
@watch_folder
@json_option
def check(folder: Path, *, as_json: bool) -> None:
    r"""Check every file of the watch in DIR; each error as file:line: path: what to write instead.

    Secrets that feeds, receivers, Kafka and Elasticsearch need are looked up too, so run it where the watch will run.

    \b
    marsad check my-watch
    """
    config = good_config(folder, searches=True)
    counts = {
        "feeds": len(config.urls),
        "rules": len(config.rule_set.rules),
        "receivers": len(config.rule_set.receivers),
    }
    if as_json:
        print_json_line(counts)
        return
    click.echo(f"good: {', '.join(many(count, word.removesuffix('s')) for word, count in counts.items())}")


@click.command(short_help="Run a watch: poll, read, join, alert, until it is stopped.")
@watch_folder
@click.option("--verbose", is_flag=True, help="Log every poll.")
def run(folder: Path, *, verbose: bool) -> None:
    r"""Run the watch in DIR: poll, read, join, alert, until it is stopped. Nothing else needs to run.

    \b
    marsad run my-watch
    """
    config = good_config(folder)
    _refuse_scaled_out(config)
    logs.set_up(verbose=verbose)
    outside = Outside(observe=lambda _entry, _effects: None, console=print_notification)
    asyncio.run(_run(config, outside))


def _refuse_scaled_out(config: WatchConfig) -> None:
    """One process with its own index beside sections that say otherwise would be read two ways."""
    main = main_document(config.folder)
    found = [name for name in ("kafka", "elasticsearch") if getattr(config.settings, name) is not None]
    if found:
        message = "is for a watch that is scaled out: run `marsad poll`, `worker` and `watch`, or take this section out"
        raise ConfigError([main.problem((name,), message) for name in found])


def good_config(folder: Path, *, polls: bool = True, searches: bool = False) -> WatchConfig:
    """The configuration with every secret found: a message that reaches nobody is found out too late.

    ``polls``: whether feeds are fetched; otherwise their secrets are not looked for. ``searches``: Elasticsearch's.
    """
    config = load(folder, polls=polls)
    check_secrets(config, searches=searches)
    return config


async def _run(config: WatchConfig, outside: Outside) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    await run_embedded(config, outside, stop)


def stop_on_signals(stop: asyncio.Event) -> None:
    """SIGTERM and Ctrl-C end the watch in order; the second one ends it at once."""

    def first() -> None:
        stop.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, first)


def print_notification(notification: Notification) -> None:
    """A message for a receiver with ``console: true``: its lines, safe for a terminal."""
    lines = [notification.title, *notification.body.splitlines()]
    click.echo("\n".join(shown(line, 500) for line in lines) + "\n")


COMMANDS = (init, check, run)
