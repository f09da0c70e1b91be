"""`marsad demo`: the whole watch on bundled feeds, served on this machine; no network."""

import asyncio
import logging
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import click
import yaml

from ingest.feed_state import FeedState
from marsad.alert import Notification
from marsad.cli import logs
from marsad.cli.output import print_json_line
from marsad.cli.shown import observer
from marsad.cli.watching import stop_on_signals
from marsad.config import load
from marsad.demo.expected import differences, load_expected, told
from marsad.demo.server import DemoServer
from marsad.demo.world import load_world
from marsad.log import Effect, RawEntry
from marsad.progress import feed_snapshots
from marsad.reading_lines import alert_lines
from marsad.sqlite import Database
from marsad.store_queries import StoreQueries
from marsad.view import LiveView
from marsad.view_parts import FeedShown
from marsad.wiring import WATCH_FILE, Outside, run_embedded

POLL_EVERY: Final = timedelta(seconds=0.5)
SETTLED: Final = 2.0
"""Seconds without anything waiting, after which the demo is over."""
INTERRUPTED: Final = 130
TITLE: Final = "Marsad demo: every paper, person and event is invented"
UNTIL_STOPPED: Final = "It stays until Ctrl-C"
TOLD_TITLE: Final = "Marsad demo: everything was told. Ctrl-C ends it"

_WAITING: Final = """
SELECT (SELECT count(*) FROM inbox WHERE waiting = 1)
    + (SELECT coalesce(max(seq), 0) FROM log)
    - (SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM watch WHERE key = 'cursor')
    + (SELECT count(*) FROM notification WHERE state IN ('due', 'sending'))
"""


@click.command(short_help="See it work on invented papers; no network needed.")
@click.option(
    "--exit", "ends", is_flag=True, help="End when everything was told (so it does too where there is no terminal)."
)
@click.option("--json", "as_json", is_flag=True, help="Print the alerts as JSON Lines instead of the view.")
@click.option(
    "--speed", type=click.FloatRange(0.1, 20), default=1.0, show_default=True, help="How fast the minute passes."
)
@click.option(
    "--keep", type=click.Path(path_type=Path, file_okay=False), help="Leave the demo's watch in this new folder."
)
def demo(*, ends: bool, as_json: bool, speed: float, keep: Path | None) -> None:
    r"""Watch invented papers in Arabic, French, English and Hausa for a minute; alerts as they come.

    \b
    marsad demo
    marsad demo --exit --json | jq -r '[.kind, .rule, .event.place] | @tsv'
    """
    logs.set_up(verbose=False)
    logging.getLogger("marsad").setLevel(logging.ERROR)  # the broken feeds, polled twice a second, are in the view
    ends = ends or not sys.stdout.isatty()
    with _folder(keep) as folder:
        found = asyncio.run(_demo(folder, speed=speed, ends=ends, as_json=as_json))
    if found is None:
        click.echo("stopped before everything was told", err=True)
        sys.exit(INTERRUPTED)
    for line in found:
        click.echo(f"differs from what was expected: {line}", err=True)
    if not found:
        click.echo("everything that had to be told was told, and nothing else", err=True)
    sys.exit(1 if found else 0)


async def _demo(folder: Path, *, speed: float, ends: bool, as_json: bool) -> list[str] | None:
    """Run it; every difference from what the demo must tell, or None when it was stopped before its end."""
    world = load_world()
    stop = asyncio.Event()
    stop_on_signals(stop)
    came: list[dict[str, Any]] = []
    async with DemoServer(world, speed=speed) as server:
        server.feeds_config(folder)
        _write_watch(folder)
        config = load(folder)
        path = config.data / WATCH_FILE
        view = LiveView(title=TITLE if ends else f"{TITLE}. {UNTIL_STOPPED}")
        with closing(Database.open(path)) as database, nullcontext() if as_json else view:
            outside = _outside(StoreQueries(database), view, came, as_json=as_json)
            ending = asyncio.create_task(_settle(server, database))
            ending.add_done_callback(lambda _task: stop.set() if ends else view.retitle(TOLD_TITLE))
            await run_embedded(config, outside, stop)
            settled = ending.done()
            if settled:
                ending.result()
            ending.cancel()
    keys = world.key_of()
    return differences(load_expected(world), (told(line, keys) for line in came)) if settled else None


def _outside(queries: StoreQueries, view: LiveView, came: list[dict[str, Any]], *, as_json: bool) -> Outside:
    show = None if as_json else observer(view, queries.story)

    def observe(entry: RawEntry, effects: Sequence[Effect]) -> None:
        lines = alert_lines(effects, queries.story)
        came.extend(lines)
        if show is not None:
            show(entry, effects)
            return
        for line in lines:
            print_json_line(line)

    return Outside(observe=observe, console=_nothing, feeds=_feeds_shown(view, as_json=as_json), poll_every=POLL_EVERY)


def _nothing(_notification: Notification) -> None:
    """The view shows the alert already."""


def _feeds_shown(view: LiveView, *, as_json: bool) -> Callable[[Mapping[str, FeedState]], None]:
    def show(states: Mapping[str, FeedState]) -> None:
        for feed in feed_snapshots(states) if not as_json else ():
            state = states[feed.slug]
            view.feed(
                FeedShown(
                    slug=feed.slug,
                    language="",
                    state=feed.state,
                    polled_at=feed.last_polled,
                    articles=state.articles,
                    error=state.last_error if state.failures else "",
                )
            )

    return show


async def _settle(server: DemoServer, database: Database) -> None:
    """Wait until everything has been served, read, folded and sent."""
    await server.all_fetched()
    quiet = 0.0
    while quiet < SETTLED:
        await asyncio.sleep(0.2)
        quiet = 0.0 if _waiting(database) else quiet + 0.2


def _waiting(database: Database) -> bool:
    row = database.one(_WAITING)
    return bool(row and row[0])


def _write_watch(folder: Path) -> None:
    """The rest of the demo's watch; the server wrote its feeds."""
    (folder / "rules").mkdir(exist_ok=True)
    files = {
        "marsad.yaml": {"fetch": {"allow_networks": ["127.0.0.0/8"]}, "http": {"port": 0}, "workers": 1},
        "routes.yaml": {"receivers": [{"name": "desk", "console": True}], "default": ["desk"]},
        "rules/demo.yaml": {"updates": {"every": "0s"}},  # the demo is a minute long: no update may wait half an hour
    }
    for name, value in files.items():
        (folder / name).write_text(yaml.safe_dump(value), encoding="utf-8")
    (folder / "data").mkdir(exist_ok=True)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        if keep.exists():
            raise click.UsageError(f"{keep} exists already: --keep wants a new folder")
        keep.mkdir(parents=True)
        yield keep
        return
    folder = Path(tempfile.mkdtemp(prefix="marsad-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


COMMANDS = (demo,)
