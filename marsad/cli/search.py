"""`marsad search`: find articles by words, in any of their languages."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from ingest.code_lists import COUNTRIES
from marsad.cli.later import imported
from marsad.cli.options import folder_option, json_option, limit_option
from marsad.cli.output import moment, print_json_line, print_table, shown
from marsad.config import data_folder, elastic_access, known_regions
from marsad.errors import StoreError, did_you_mean
from marsad.settings import settings_of
from marsad.wiring import SEARCH_FILE
from stream.index.fts import FtsIndex
from stream.index.protocol import ArticleSearch, Found, Query

DATE = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


@click.command(short_help="Find articles that were read, in any language.")
@click.argument("words", nargs=-1)
@folder_option
@json_option
@limit_option
@click.option("--language", help="BCP 47 code, such as ar.")
@click.option("--country", help="ISO 3166-1 code, such as ML.")
@click.option("--region", help="A named region, such as sahel.")
@click.option("--topic", help="IPTC Media Topic, such as medtop:20000056.")
@click.option("--feed", help="Slug of a feed.")
@click.option("--since", type=DATE, help="Observed at or after (UTC).")
@click.option("--until", type=DATE, help="Observed before (UTC).")
@click.option("--events", is_flag=True, help="Only articles that tell an event.")
@click.option("--newest", is_flag=True, help="Newest first instead of best first.")
def search(
    words: tuple[str, ...],
    folder: Path,
    *,
    limit: int,
    language: str | None,
    country: str | None,
    region: str | None,
    topic: str | None,
    feed: str | None,
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
    events: bool,
    newest: bool,
) -> None:
    r"""Find articles that have all WORDS, in any of their languages.

    "A phrase" in quotes, -without, this OR that. The names of countries, topics and groups find articles in every
    language.

    \b
    marsad search --dir my-watch attaque Mali
    marsad search --dir my-watch 'هجوم' --country ML --since 2026-11-01
    """
    query = Query(
        text=" ".join(words),
        language=language.lower() if language else None,
        country=_known("country", country.upper(), COUNTRIES) if country else None,
        region=_known("region", region, known_regions(folder)) if region else None,
        topic=topic,
        feed=feed,
        since=since.replace(tzinfo=UTC) if since else None,
        until=until.replace(tzinfo=UTC) if until else None,
        events_only=events,
        newest_first=newest,
        limit=limit,
    )
    with _index(folder) as index:
        found = index.search(query)
    _print(found, as_json=as_json)


@contextmanager
def _index(folder: Path) -> Iterator[ArticleSearch]:
    """Elasticsearch where it is configured, else the watch's own file."""
    settings = settings_of(folder)
    if settings.elasticsearch:
        yield imported("stream.index.elastic_search").ElasticSearch(elastic_access(folder, settings))
        return
    path = data_folder(folder) / SEARCH_FILE
    if not path.is_file():
        raise StoreError(f"{path}: there is no search index: this watch has not run yet (`marsad run {folder}`)")
    with closing(FtsIndex.open(path)) as index:
        yield index


def _print(found: Sequence[Found], *, as_json: bool) -> None:
    if as_json:
        for one in found:
            print_json_line(one.line())
        return
    print_table(
        "Articles",
        ("observed", "language", "source", "title", "link", "article"),
        (
            (moment(one.observed_at), one.language, one.feed, shown(one.title), one.link, one.article_id)
            for one in found
        ),
    )


def _known(kind: str, name: str, known: Collection[str]) -> str:
    """A name that is never found because it is misspelt looks like a quiet day: it is refused instead."""
    if name not in known:
        raise click.UsageError(f"there is no {kind} {name!r}{did_you_mean(name, sorted(known))}")
    return name


COMMANDS = (search,)
