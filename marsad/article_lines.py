"""Articles as JSON Lines, the input of ``marsad read`` and ``marsad replay``."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO, Final

import msgspec

from marsad.article import Article, Source, article_id
from marsad.errors import MarsadError

MAX_LINE: Final = 20_000_000
NO_FEED: Final = "-"


class ArticleLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line. Unknown keys are left alone, so that a file may carry labels of its own."""

    id: str = ""
    url: str | None = None
    title: str | None = None
    summary: str | None = None
    body: str | None = None
    language: str | None = None
    published: str | None = None
    observed_at: str | None = None
    feed: str | None = None


class LineError(MarsadError):
    """A line that is no article."""


_decoder: Final = msgspec.json.Decoder(ArticleLine)


def bounded(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream, none held further than what shows that it is too long, so that an endless one ends."""
    while line := stream.readline(MAX_LINE + 1):
        yield line


def read_lines(lines: Iterable[bytes], name: str) -> Iterator[tuple[int, ArticleLine]]:
    """Line numbers (from 1) and lines; empty ones are passed over. Raises LineError with file:line."""
    for number, line in enumerate(lines, start=1):
        if len(line) > MAX_LINE:
            raise LineError(f"{name}:{number}: longer than {MAX_LINE:,} bytes: write one article a line")
        if not line.strip():
            continue
        try:
            yield number, _decoder.decode(line)
        except msgspec.DecodeError as error:
            raise LineError(
                f"{name}:{number}: {error}: write one JSON object a line with id, url, title, summary, body"
            ) from error


def to_article(
    line: ArticleLine, *, now: datetime, where: str, source: Source | None = None, revision: int = 1
) -> Article:
    """The line as an article; without ``published`` and ``observed_at`` it is of ``now``.

    Raises LineError for a date that is none.
    """
    observed = _moment(line.observed_at, f"{where}: observed_at") or now
    feed = line.feed or NO_FEED
    return Article(
        id=line.id or article_id(feed, line.url or line.title or line.body or ""),
        revision=revision,
        source=source or Source(feed=feed, family=feed),
        link=line.url or "",
        title=(line.title or "").strip(),
        summary=(line.summary or "").strip(),
        body=(line.body or "").strip(),
        language=line.language,
        published=_moment(line.published, f"{where}: published"),
        observed_at=observed,
    )


def _moment(text: str | None, where: str) -> datetime | None:
    """ISO 8601, a date alone included; without an offset it is UTC."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise LineError(f"{where}: {text!r} is no ISO 8601 date, such as 2026-11-16T09:14:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
