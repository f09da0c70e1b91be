"""`marsad feeds`: how the feeds stand, and new ones."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from ingest.config import FeedConfig
from ingest.feed_state import FeedState
from ingest.fetch import Fetcher
from ingest.inbox import Inbox
from ingest.opml import MOST_BYTES, feeds_from_opml
from ingest.parse import ParserPool
from ingest.preview import Preview, preview
from marsad.cli.opened import opened
from marsad.cli.options import folder_option, json_option, now, watch_folder
from marsad.cli.output import moment, print_json_line, print_table, progress, shown
from marsad.config import WatchConfig, configured_feeds, load
from marsad.errors import MarsadError, did_you_mean
from marsad.progress import feed_snapshots
from marsad.reading_lines import zulu
from marsad.view_parts import many

Result = TypeVar("Result")


@click.group()
def feeds() -> None:
    """List, check, preview and import feeds."""


@feeds.command("list")
@watch_folder
@json_option
def list_feeds(folder: Path, *, as_json: bool) -> None:
    r"""Every feed: its state, why it fails, how much came. One that was never polled is new.

    \b
    marsad feeds list my-watch
    marsad feeds list my-watch --json | jq -r 'select(.state == "failing") | .slug'
    """
    feeds = configured_feeds(folder).enabled()
    with opened(folder) as database:
        states = {feed.slug: FeedState(feed=feed.slug) for feed in feeds} | Inbox(database).states()
    rows = [(feed, states[feed.slug]) for feed in feed_snapshots(states)]
    if as_json:
        for feed, state in rows:
            print_json_line(
                {
                    "slug": feed.slug,
                    "state": feed.state,
                    "last_polled": zulu(feed.last_polled) if feed.last_polled else None,
                    "last_success": zulu(feed.last_success) if feed.last_success else None,
                    "next": zulu(state.next_at) if state.next_at else None,
                    "failures": feed.failures,
                    "error": state.last_error,
                    "articles": state.articles,
                    "revisions": state.revisions,
                    "gaps": state.gaps,
                    "identity": state.identity,
                }
            )
        return
    print_table(
        "Feeds",
        ("feed", "state", "polled", "articles", "failures", "gaps", "why"),
        (
            (
                feed.slug,
                feed.state,
                moment(feed.last_polled) if feed.last_polled else "",
                state.articles,
                feed.failures,
                state.gaps,
                shown(state.last_error if feed.failures else ""),
            )
            for feed, state in rows
        ),
    )


@feeds.command(short_help="Fetch every feed once: which can be read?")
@watch_folder
@json_option
def check(folder: Path, *, as_json: bool) -> None:
    r"""Fetch every feed once, now, storing nothing, and tell which can be read. Fails when one cannot.

    \b
    marsad feeds check my-watch
    """
    config = load(folder)
    wanted = config.feeds.enabled()
    bad = 0
    with progress(len(wanted), "fetching") as advance:
        results = asyncio.run(_preview_all(config, wanted, lambda: advance(1)))
    for feed, result in zip(wanted, results, strict=True):
        bad += result.failed
        if as_json:
            print_json_line(
                {
                    "slug": feed.slug,
                    "ok": not result.failed,
                    "reason": result.reason,
                    "articles": len(result.articles),
                    "format": result.version,
                }
            )
        else:
            click.echo(f"{'FAILS' if result.failed else 'ok   '} {feed.slug}: {shown(result.reason, 300)}")
    if bad:
        raise MarsadError(f"{bad} of {many(len(wanted), 'feed')} cannot be read")


@feeds.command("preview", short_help="Fetch one feed and show its articles.")
@click.argument("slug")
@folder_option
@json_option
def preview_feed(slug: str, folder: Path, *, as_json: bool) -> None:
    r"""Fetch the feed SLUG now and show its articles as Marsad takes them; nothing is stored.

    \b
    marsad feeds preview jeune-afrique --dir my-watch
    """
    config = load(folder)
    feed = next((one for one in config.feeds.enabled() if one.slug == slug), None)
    if feed is None:
        raise click.UsageError(f"there is no enabled feed {slug!r}{did_you_mean(slug, config.urls)}")
    (result,) = asyncio.run(_preview_all(config, (feed,), lambda: None))
    if result.failed:
        raise MarsadError(f"{slug}: {result.reason}")
    for article in result.articles:
        if as_json:
            print_json_line(
                {
                    "id": article.id,
                    "url": article.link,
                    "title": article.title,
                    "summary": article.summary,
                    "body": article.body,
                    "language": article.language,
                    "published": zulu(article.published) if article.published else None,
                    "feed": slug,
                }
            )
        else:
            published = zulu(article.published) if article.published else "undated"
            click.echo(f"{published:<22} {shown(article.title or article.body)}")
            click.echo(f"{'':<22} {shown(article.link, 200)}")


@feeds.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--into",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    help="New feeds.yaml to write; else standard output.",
)
def import_feeds(file: Path, target: Path | None) -> None:
    r"""Turn an OPML FILE of another feed reader into a feeds.yaml.

    \b
    marsad feeds import subscriptions.opml --into my-watch/feeds.yaml
    """
    if target is not None and target.exists():
        raise click.UsageError(f"{target} exists already: name a new file")
    with file.open("rb") as opml:
        found = feeds_from_opml(opml.read(MOST_BYTES + 1))
    for reason in found.skipped:
        click.echo(f"left out: {shown(reason, 300)}", err=True)
    if target is None:
        click.echo(found.text, nl=False)
    else:
        target.write_text(found.text, encoding="utf-8")
        click.echo(f"{target}: {many(found.feeds, 'feed')}")


async def _preview_all(config: WatchConfig, wanted: tuple[FeedConfig, ...], done: Callable[[], None]) -> list[Preview]:
    async with Fetcher(config.settings.fetch) as fetcher, ParserPool() as parser:

        async def one(feed: FeedConfig) -> Preview:
            return await preview(feed, config.urls[feed.slug], fetcher, parser, now(), limits=config.settings.fetch)

        return await asyncio.gather(*(_then(one(feed), done) for feed in wanted))


async def _then(work: Awaitable[Result], done: Callable[[], None]) -> Result:
    result = await work
    done()
    return result


COMMANDS = (feeds,)
