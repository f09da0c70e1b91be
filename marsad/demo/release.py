"""Which articles can be seen when. Pure: the clock is an argument.

The demo's seconds begin when every readable feed has been fetched once, so that nothing told later is a
first poll's backlog; and no article appears before the earlier ones have been fetched, so that they arrive
in the order that was written, however slow the machine is.
"""

from collections.abc import Sequence
from typing import Final

from marsad.demo.world import DemoArticle, DemoFeed, World

PATIENCE: Final = 15.0
"""Seconds to wait for a feed that nobody fetches; then the demo goes on without it."""


class Releases:
    """How far the demo has come. ``now`` is any clock in seconds that never goes back."""

    def __init__(self, world: World, speed: float, now: float) -> None:
        self._feeds = {feed.slug: feed for feed in world.healthy}
        self._seconds = world.seconds
        self._speed = speed
        self._step = 0
        self._since = now
        """When the step began."""
        self._began: float | None = None
        self._served: dict[str, int] = {}

    def visible(self, slug: str, now: float) -> tuple[DemoArticle, ...]:
        """What a feed holds now. A revision replaces the article that it revises."""
        self._advance(now)
        shown = [article for article in self._feeds[slug].articles if article.at <= self._second]
        revised = {article.revises for article in shown}
        return tuple(article for article in shown if article.key not in revised)

    def served(self, slug: str, now: float) -> None:
        """The feed was fetched as it is visible now."""
        self._served[slug] = self._step
        if self._began is None and self._all_fetched():
            self._began = now

    @property
    def second(self) -> int:
        """The demo's second: that of the last articles to appear."""
        return self._second

    @property
    def finished(self) -> bool:
        """Everything has appeared and been fetched."""
        return self._step == len(self._seconds) - 1 and self._all_fetched()

    @property
    def _second(self) -> int:
        return self._seconds[self._step] if self._seconds else 0

    def _advance(self, now: float) -> None:
        while self._step < len(self._seconds) - 1 and self._may_advance(now):
            self._step += 1
            self._since = now

    def _may_advance(self, now: float) -> bool:
        if not self._all_fetched() and now < self._since + PATIENCE:
            return False
        if self._began is None:
            self._began = now
        return now >= self._began + self._seconds[self._step + 1] / self._speed

    def _all_fetched(self) -> bool:
        return all(self._served.get(feed.slug, -1) >= self._due_step(feed) for feed in self._feeds.values())

    def _due_step(self, feed: DemoFeed) -> int:
        """The last step so far at which this feed got something new; step 0 counts for every feed."""
        return max((step for step in self._steps(feed.articles) if step <= self._step), default=0)

    def _steps(self, articles: Sequence[DemoArticle]) -> list[int]:
        return [self._seconds.index(article.at) for article in articles]
