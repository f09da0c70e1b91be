"""What a feed would give now. Nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ingest.config import FeedConfig, FetchConfig
from ingest.decide import decide
from ingest.feed_state import FeedState
from ingest.fetched import Failed, Fetched, FetchRequest, NotModified
from ingest.poller import Fetches, Parses, parsed
from ingest.schedule import Pace
from marsad.article import Article


@dataclass(frozen=True, slots=True)
class Preview:
    """The articles, or the reason why there are none."""

    articles: Sequence[Article]
    reason: str
    failed: bool
    version: str = ""
    state: FeedState | None = None


async def preview(
    feed: FeedConfig, url: str, fetcher: Fetches, parser: Parses, now: datetime, *, limits: FetchConfig | None = None
) -> Preview:
    """Fetch and parse one feed as its first poll would."""
    bounds = limits or FetchConfig()
    fetched = await fetcher.fetch(FetchRequest(slug=feed.slug, url=url))
    if isinstance(fetched, NotModified):
        return Preview((), "HTTP 304 to a request without conditions", failed=True)
    result = await parsed(fetched, parser, bounds.body_limit) if isinstance(fetched, Fetched) else fetched
    if isinstance(result, Failed):
        return Preview((), result.reason, failed=True)
    state = FeedState(feed=feed.slug)
    outcome = decide(feed, state, result, lambda _ids: {}, now, most=bounds.max_entries, pace=Pace())
    return Preview(outcome.articles, outcome.reason, failed=False, version=result.feed.version, state=outcome.state)
