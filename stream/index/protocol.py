"""The port of the search index: what goes in, what may be asked, what comes back.

An index is a projection. It can be thrown away and filled again from the log, and nothing that
decides an alert ever reads it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from marsad.errors import MarsadError
from marsad.reading import Reading


class QueryError(MarsadError):
    """A search that cannot be answered; the message says what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """One article with all that is searched in it."""

    reading: Reading
    text: str
    """Summary and body as published; the title is the reading's."""
    labels: tuple[str, ...] = ()
    """Names, in every language of the watch, of what the reading was found to be about."""
    regions: tuple[str, ...] = ()
    """The named regions of the set in force that it lies in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to look for. Every condition must hold; those left out hold for all.

    In ``text`` words are ANDed, ``"a phrase"`` stands together, ``OR`` joins its two neighbours and
    ``-`` excludes. Times are compared with ``observed_at``: ``since`` included, ``until`` not.
    """

    text: str = ""
    language: str | None = None
    country: str | None = None
    region: str | None = None
    topic: str | None = None
    feed: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    events_only: bool = False
    newest_first: bool = False
    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One article found. ``matches`` are (start, end) in characters of ``snippet``."""

    article_id: str
    revision: int
    feed: str
    language: str
    title: str
    link: str
    observed_at: datetime
    published: datetime | None
    event: str | None
    """ACLED event type, where the article tells an event."""
    score: float
    """Relevance, higher is better; 0 where no words were asked for."""
    snippet: str
    matches: tuple[tuple[int, int], ...] = ()
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """``country``, ``region`` and ``topic`` → codes, sorted."""

    def line(self) -> dict[str, Any]:
        """The JSON shape in which a program reads it."""
        return {
            "id": self.article_id,
            "revision": self.revision,
            "feed": self.feed,
            "language": self.language,
            "title": self.title,
            "link": self.link,
            "observed_at": _zulu(self.observed_at),
            "published": _zulu(self.published) if self.published else None,
            "event": self.event,
            "countries": list(self.codes.get("country", ())),
            "regions": list(self.codes.get("region", ())),
            "topics": list(self.codes.get("topic", ())),
            "score": round(self.score, 4),
            "snippet": self.snippet,
            "matches": [list(span) for span in self.matches],
        }


class ArticleSearch(Protocol):
    """Whatever articles can be searched in."""

    def search(self, query: Query) -> list[Found]:
        """Best (or newest) first. Raises QueryError, StoreError."""


class ArticleIndex(ArticleSearch, Protocol):
    """One that is filled from the log, and knows how far."""

    @property
    def cursor(self) -> int:
        """The log offset up to which the index is filled."""

    def put(self, batch: Sequence[Indexed], cursor: int) -> None:
        """Take articles and the cursor in, all or nothing. Raises StoreError.

        The same article again replaces itself, an older revision is passed over: a batch given twice
        changes nothing.
        """

    def clear(self) -> None:
        """Forget everything, the cursor too, so that it is filled again from the log's start."""


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
