"""Parsed entries to articles: ids, digests, what is new and what was edited. Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
    apart: str
    """Its id by link or content, for a guid that other articles have too."""


def candidates(
    feed: str, entries: Sequence[ParsedEntry], keys: Sequence[EntryKeys], identity: Identity
) -> list[Candidate]:
    """The entries that say something, in the feed's order."""
    return [
        Candidate(
            id=article_id(feed, key_under(key, identity)),
            position=position,
            digest=digest(entry),
            keys=key,
            entry=entry,
            apart=article_id(feed, key_under(key, Identity.LINK if identity is Identity.GUID else identity)),
        )
        for position, (entry, key) in enumerate(zip(entries, keys, strict=True))
        if entry.title or entry.summary or entry.body
    ]


def told_apart(found: Sequence[Candidate], known: Mapping[str, KnownEntry]) -> list[Candidate]:
    """Entries under one guid that share neither link nor content are articles of their own, and stay it."""
    links, contents = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for one in found:
        links[one.id].add(one.keys.link)
        contents[one.id].add(one.keys.content)
    return [
        replace(one, id=one.apart) if one.apart in known or min(len(links[one.id]), len(contents[one.id])) > 1 else one
        for one in found
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
