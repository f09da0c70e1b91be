"""What a fetch and a parse give, as plain data."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class FetchRequest(Struct, frozen=True, kw_only=True):
    """One feed to fetch. Validators are those of its last whole 200."""

    slug: str
    url: str
    etag: str = ""
    last_modified: str = ""


class ServerHints(Struct, frozen=True, kw_only=True):
    """When the server wants the next poll. Seconds from now; None where it says nothing."""

    max_age: int | None = None
    expires: int | None = None
    retry_after: int | None = None


class Fetched(Struct, frozen=True, kw_only=True):
    """A 200 with its body, decompressed."""

    body: bytes
    content_type: str
    base: str
    """The final URL without user, query and fragment, for relative links."""
    etag: str = ""
    last_modified: str = ""
    hints: ServerHints = ServerHints()


class NotModified(Struct, frozen=True, kw_only=True):
    """A 304."""

    last_modified: str = ""
    hints: ServerHints = ServerHints()


class Failure(StrEnum):
    """Kinds of a poll's failure."""

    REFUSED = "refused"
    TIMEOUT = "timeout"
    TOO_LARGE = "too large"
    NETWORK = "network"
    STATUS = "status"
    GONE = "gone"
    LIMITED = "limited"
    NOT_A_FEED = "not a feed"
    TRUNCATED = "truncated"
    PARSER = "parser"
    INTERNAL = "internal"


class Failed(Struct, frozen=True, kw_only=True):
    """Why a poll gave nothing. ``reason`` never holds the feed's URL."""

    failure: Failure
    reason: str
    hints: ServerHints = ServerHints()


class ParsedEntry(Struct, frozen=True, kw_only=True):
    """An entry as parsed: clean text already, dates still as the feed wrote them."""

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    body: str = ""
    truncated: bool = False
    date: str = ""
    language: str = ""
    categories: tuple[str, ...] = ()


class ParsedFeed(Struct, frozen=True, kw_only=True):
    """A feed's entries in the order in which they stand."""

    version: str
    entries: tuple[ParsedEntry, ...] = ()
    language: str = ""
    ttl: int | None = None
    """Seconds, from ttl or sy:updatePeriod."""
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
    truncated: bool = False
    """The feed was cut short: only its whole entries are here."""


class ParseJob(Struct, frozen=True, kw_only=True):
    """What the worker gets."""

    body: bytes
    content_type: str
    base: str
    body_limit: int


class Unchanged(Struct, frozen=True, kw_only=True):
    """A 200 whose body is that of last time."""

    fetched: Fetched


class Parsed(Struct, frozen=True, kw_only=True):
    """A 200 that was parsed."""

    fetched: Fetched
    feed: ParsedFeed
    body_hash: str


PollResult = NotModified | Unchanged | Parsed | Failed


class KnownEntry(Struct, frozen=True, kw_only=True):
    """What is stored of an entry that was taken before."""

    revision: int
    digest: str


class PollReport(Struct, frozen=True, kw_only=True):
    """What one poll came to, for people and metrics."""

    feed: str
    at: datetime
    outcome: str
    """``articles``, ``nothing new``, ``not modified`` or a ``Failure``."""
    reason: str = ""
    articles: int = 0
    gap: bool = False
    seconds: float = 0.0
