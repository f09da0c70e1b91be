"""`marsad read` and `marsad replay`: articles as JSON Lines in, readings or alerts out."""

import codecs
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from marsad.article import Article, Source
from marsad.article_lines import ArticleLine, LineError, bounded, read_lines, to_article
from marsad.cli.options import FOLDER, now
from marsad.cli.output import print_json_line, progress
from marsad.config import WatchConfig, load, shipped_rules
from marsad.errors import MarsadError
from marsad.reading_lines import reading_line
from marsad.replay import Replay, replay_lines
from marsad.single import alerts_of_one
from marsad.view_parts import many
from marsad.wiring import build_reader
from stream.reading.text import normalise

Read = TypeVar("Read")

CONFIG = click.option("--config", "folder", type=FOLDER, help="Use this watch's rules, regions, lexicon and feeds.")


@click.command(short_help="Read articles (JSON Lines) and print a reading a line.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@CONFIG
@click.option("--evidence", is_flag=True, help="Add the reasons for topics and actors (events always have theirs).")
def read(files: tuple[Path, ...], folder: Path | None, *, evidence: bool) -> None:
    r"""Read articles (JSON Lines from FILES or standard input) and print a reading a line.

    \b
    echo '{"id": "1", "title": "Mali: 12 soldats tués dans une embuscade près de Gao"}' | marsad read
    It ends at the first line that is no article, with its file and line; what came before is printed.
    """
    config = load(folder, polls=False) if folder else None
    rule_set = config.rule_set if config else shipped_rules()
    reader, sources = build_reader(config), _sources(config)
    alerts = alerts_of_one(rule_set, normalise)

    def line_of(article: Article) -> dict[str, Any]:
        reading = reader.read(article)
        return reading_line(reading, rule_set.regions, alerts(reading), evidence=evidence)

    told = _telling(line_of)
    for name, lines in _inputs(files):
        for number, line in _articles(lines, name):
            where = f"{name}:{number}"
            print_json_line(told(to_article(line, now=now(), where=where, source=sources.get(line.feed or ""))))


@click.command(short_help="Run articles through a whole watch; print what it decides.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@CONFIG
def replay(file: Path, folder: Path | None) -> None:
    r"""Run the articles of FILE through the whole watch without sending; print what it decides.

    \b
    Each line needs "observed_at" and "feed" beside what `marsad read` takes.
    marsad replay archive.jsonl --config my-watch | jq .rule
    """
    config = load(folder, polls=False) if folder else None
    rule_set = config.rule_set if config else shipped_rules()
    read_article = _telling(build_reader(config).read)
    run = Replay(rule_set, normalise)
    for name, lines in _inputs((file,)):
        decided = replay_lines(
            _articles(lines, name),
            name=name,
            read=read_article,
            replay=run,
            sources=_sources(config),
            now=now(),
        )
        for line in decided:
            print_json_line(line)
    if run.unfoldable:
        raise MarsadError(f"{many(len(run.unfoldable), 'record')} could not be folded, the first: {run.unfoldable[0]}")


def _sources(config: WatchConfig | None) -> dict[str, Source]:
    return config.sources if config else {}


def _telling(read_article: Callable[[Article], Read]) -> Callable[[Article], Read]:
    """The reader, whose defects are told with the article that shows them."""

    def read_or_tell(article: Article) -> Read:
        try:
            return read_article(article)
        except Exception as error:  # whatever defect of the reader it is; a running watch parks such an article
            raise MarsadError(f"article {article.id!r} cannot be read: {type(error).__name__}: {error}") from error

    return read_or_tell


def _articles(lines: Iterable[bytes], name: str) -> Iterator[tuple[int, ArticleLine]]:
    """Line numbers and articles. Raises LineError with file:line, whatever the bytes are."""
    number = 0

    def counted() -> Iterator[bytes]:
        nonlocal number
        for number, line in enumerate(lines, start=1):
            yield line.removeprefix(codecs.BOM_UTF8) if number == 1 else line

    try:
        yield from read_lines(counted(), name)
    except UnicodeDecodeError as error:
        raise LineError(f"{name}:{number}: not UTF-8 (byte {error.start}): save the file as UTF-8") from error
    except RecursionError as error:
        raise LineError(f"{name}:{number}: nested too deeply: no article is") from error


def _inputs(files: tuple[Path, ...]) -> Iterator[tuple[str, Iterable[bytes]]]:
    for path in files or (Path("-"),):
        if str(path) == "-":
            yield "stdin", bounded(sys.stdin.buffer)
        else:
            with path.open("rb") as stream:
                yield str(path), _with_bar(stream, path)


def _with_bar(lines: BinaryIO, file: Path) -> Iterator[bytes]:
    """The lines, with a bar that shows how much of the file is done; none where the output is on the terminal too."""
    size = 0 if sys.stdout.isatty() else file.stat().st_size
    with progress(size, file.name) as advance:
        for line in bounded(lines):
            yield line
            advance(len(line))


COMMANDS = (read, replay)
