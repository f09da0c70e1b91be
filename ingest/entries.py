"""Parsed entries to articles: ids, digests, what is new and what was edited. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from ingest.config import FeedConfig, Identity
from ingest.dates import published
from ingest.feed_state import EntryKeys
from ingest.fetched import KnownEntry, ParsedEntry
from ingest.identity import key_under
from marsad.article import Article, article_id

_NOT_WORDS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry of a poll under its id."""

    id: str
    position: int
    digest: str
    keys: EntryKeys
    entry: ParsedEntry


def candidates(
    feed: str, entries: Sequence[ParsedEntry], keys: Sequence[EntryKeys], identity: Identity
) -> list[Candidate]:
    """The entries that say something, in the feed's order."""
    return [
        Candidate(article_id(feed, key_under(key, identity)), position, digest(entry), key, entry)
        for position, (entry, key) in enumerate(zip(entries, keys, strict=True))
        if entry.title or entry.summary or entry.body
    ]


def digest(entry: ParsedEntry) -> str:
    """Equal for entries that tell the same in the same words; links, dates, order and punctuation do not count."""
    text = "\n".join(" ".join(_NOT_WORDS.sub(" ", part).split()) for part in (entry.title, entry.summary, entry.body))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def unseen(found: Sequence[Candidate], known: Mapping[str, KnownEntry]) -> list[Candidate]:
    """New and edited entries, oldest first. Of several under one id the first counts, and none if one is as known."""
    by_id: dict[str, list[Candidate]] = {}
    for candidate in found:
        by_id.setdefault(candidate.id, []).append(candidate)
    changed = [
        same[0]
        for id_, same in by_id.items()
        if id_ not in known or all(candidate.digest != known[id_].digest for candidate in same)
    ]
    # Feeds put the newest first.
    return sorted(changed, key=lambda candidate: -candidate.position)


def article(
    candidate: Candidate, feed: FeedConfig, feed_language: str, revision: int, now: datetime, *, backlog: bool
) -> Article:
    """The article of an entry, stamped with ``now``."""
    entry = candidate.entry
    date = published(entry.date, now)
    return Article(
        id=candidate.id,
        revision=revision,
        source=feed.source(),
        link=entry.link,
        title=entry.title,
        summary=entry.summary,
        body=entry.body,
        truncated=entry.truncated,
        language=feed.language or entry.language or feed_language or None,
        categories=entry.categories,
        published=date.moment,
        published_raw=date.raw,
        date_suspect=date.suspect,
        observed_at=now,
        backlog=backlog,
    )
