"""The article: one feed entry in a single shape, whatever the feed's format was.

Field names follow schema.org NewsArticle where it has them.
"""

from datetime import datetime
from hashlib import sha256

from msgspec import Struct

TEXT_SEPARATOR = "\n"


class Source(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What may be known of a feed outside ingest. Its URL is not here: it may hold a token."""

    feed: str
    """The feed's slug, its id everywhere."""
    name: str = ""
    family: str = ""
    """Publisher family: feeds of one family are one independent source."""
    country: str | None = None
    """ISO 3166-1 alpha-2 code of the publisher's seat."""
    reliability: str = "F"
    """Admiralty scale, A (completely reliable) to F (cannot be judged)."""
    tags: tuple[str, ...] = ()
    tlp: str = "CLEAR"


class Article(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An entry as it was published: plain text, markup already removed."""

    id: str
    revision: int = 1
    source: Source
    link: str = ""
    title: str = ""
    summary: str = ""
    body: str = ""
    truncated: bool = False
    """The body was cut to the size limit."""
    language: str | None = None
    """As the feed or its configuration declares it (BCP 47), not as it was read."""
    categories: tuple[str, ...] = ()
    published: datetime | None = None
    published_raw: str = ""
    """The date as the feed gave it, when it could not be read or was not believable."""
    date_suspect: bool = False
    observed_at: datetime
    """When the article first became durable. Decides lateness and the index month only."""
    backlog: bool = False
    """Came with the feed's first poll: read and joined, but never alerted on its own."""

    def __post_init__(self) -> None:
        for name in ("observed_at", "published"):
            moment = getattr(self, name)
            if moment is not None and moment.tzinfo is None:
                raise ValueError(f"{name} must be timezone-aware: {moment!r}")

    @property
    def text(self) -> str:
        """The text that every ``start`` and ``end`` in a reading counts characters of."""
        return joined_text(self.title, self.summary, self.body)


def joined_text(title: str, summary: str, body: str) -> str:
    """The non-empty ones of title, summary and body, joined by one newline."""
    return TEXT_SEPARATOR.join(part for part in (title, summary, body) if part)


def article_id(feed: str, entry_key: str) -> str:
    """Same entry, same id: this is what makes every write after it idempotent."""
    return sha256(f"{feed}\n{entry_key}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
