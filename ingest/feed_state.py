"""What is remembered of a feed between polls."""

from datetime import datetime

from msgspec import Struct

from ingest.config import Identity


class EntryKeys(Struct, frozen=True, array_like=True):
    """Short hashes of an entry's three possible keys; empty where it has none."""

    guid: str
    link: str
    content: str


class FeedState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A feed's state. Stored in one transaction with the articles that led to it."""

    feed: str
    url_hash: str = ""
    """Of the URL in force: another URL starts without validators, and is not retired."""
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    next_at: datetime | None = None
    retired: bool = False
    failures: int = 0
    """In a row."""
    polls: int = 0
    last_poll_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_new_at: datetime | None = None
    last_error: str = ""
    rate: float | None = None
    """New articles an hour, smoothed."""
    identity: Identity = Identity.GUID
    reused: int = 0
    """Times that an old guid came with a new link and a new title."""
    window: tuple[EntryKeys, ...] = ()
    """The entries of the last whole poll."""
    first_poll_done: bool = False
    pending: int = 0
    """New entries that the next polls will take."""
    gaps: int = 0
    """Times that nothing of the former window was left: articles may have been missed in between."""
    gap_at: datetime | None = None
    articles: int = 0
    revisions: int = 0
    ttl: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
