"""`marsad read` and `marsad replay`: articles as JSON Lines in, readings or alerts out."""

import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

import click

from marsad.article import Source
from marsad.article_lines import read_lines, to_article
from marsad.cli.options import FOLDER, now
from marsad.cli.output import print_json_line
from marsad.config import WatchConfig, load, shipped_rules
from marsad.reading_lines import reading_line
from marsad.replay import Replay, replay_lines
from marsad.single import alerts_of_one
from marsad.wiring import build_reader
from stream.reading.text import normalise

CONFIG = click.option("--config", "folder", type=FOLDER, help="Use this watch's rules, regions, lexicon and feeds.")


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@CONFIG
@click.option("--evidence", is_flag=True, help="Add the reasons for topics and actors (events always have theirs).")
def read(files: tuple[Path, ...], folder: Path | None, *, evidence: bool) -> None:
    """Read articles (JSON Lines from FILES or standard input) and print a reading a line.

    \b
    echo '{"id": "1", "title": "Mali: 12 soldats tués dans une embuscade près de Gao"}' | marsad read
    """
    config = load(folder) if folder else None
    rule_set = config.rule_set if config else shipped_rules()
    reader = build_reader(config)
    alerts = alerts_of_one(rule_set, normalise)
    for name, lines in _inputs(files):
        for number, line in read_lines(lines, name):
            article = to_article(
                line, now=now(), where=f"{name}:{number}", source=_sources(config).get(line.feed or "")
            )
            reading = reader.read(article)
            print_json_line(reading_line(reading, rule_set.regions, alerts(reading), evidence=evidence))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@CONFIG
def replay(file: Path, folder: Path | None) -> None:
    """Run the articles of FILE through the whole watch without sending; print what it decides.

    \b
    Each line needs "observed_at" and "feed" beside what `marsad read` takes.
    marsad replay archive.jsonl --config my-watch | jq .rule
    """
    config = load(folder) if folder else None
    rule_set = config.rule_set if config else shipped_rules()
    reader = build_reader(config)
    for name, lines in _inputs((file,)):
        decided = replay_lines(
            read_lines(_progress(lines, file), name),
            name=name,
            read=reader.read,
            replay=Replay(rule_set, normalise),
            sources=_sources(config),
            now=now(),
        )
        for line in decided:
            print_json_line(line)


def _sources(config: WatchConfig | None) -> dict[str, Source]:
    return config.sources if config else {}


def _inputs(files: tuple[Path, ...]) -> Iterator[tuple[str, BinaryIO]]:
    for path in files or (Path("-"),):
        if str(path) == "-":
            yield "stdin", sys.stdin.buffer
        else:
            with path.open("rb") as stream:
                yield str(path), stream


def _progress(lines: Iterable[bytes], file: Path) -> Iterator[bytes]:
    """The lines, with a bar on a terminal's standard error that shows how much of the file is done."""
    size = file.stat().st_size if str(file) != "-" else 0
    with click.progressbar(
        length=size, label=file.name, file=sys.stderr, hidden=not (size and sys.stderr.isatty())
    ) as bar:
        advance = partial(bar.update)
        for line in lines:
            yield line
            advance(len(line))


COMMANDS = (read, replay)
