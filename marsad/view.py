"""The live view: feeds, readings, stories and alerts as they come; plain lines where there is no terminal.

The caller hands in plain snapshots; nothing here looks at a store. Feed text is shown as text: no markup, no
control characters, and each title in its own direction between bidi isolates. Titles stand last in their row and
nothing is drawn to the right of them, since terminals disagree about the width of joined letters and isolates.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from rich import box
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from marsad.view_parts import (
    AlertShown,
    FeedShown,
    ReadingShown,
    StoryShown,
    isolated,
    many,
    shortened,
    words,
)

READINGS: Final = 8
STORIES: Final = 6
ALERTS: Final = 6
REFRESH: Final = 4

_STATES: Final = {"ok": "green", "waiting": "dim", "failing": "red", "retired": "yellow"}
_KINDS: Final = {"alert": "bold white on red", "update": "bold black on yellow", "cancel": "bold white on blue"}


class LiveView:
    """Shows what it is told while the block lasts.

    >>> with LiveView(title="Marsad demo") as view:
    ...     view.feed(FeedShown(slug="savannah-post", language="en", state="ok"))

    In a terminal the whole picture is redrawn a few times a second; elsewhere each alert, each incident's new
    version and each change of a feed's state is one line.
    """

    def __init__(self, *, title: str, console: Console | None = None) -> None:
        self._title = title
        self._console = console or Console()
        self._feeds: dict[str, FeedShown] = {}
        self._readings: deque[ReadingShown] = deque(maxlen=READINGS)
        self._read = 0
        self._stories: dict[str, StoryShown] = {}
        self._alerts: deque[AlertShown] = deque(maxlen=ALERTS)
        self._told = 0
        self._live = Live(console=self._console, get_renderable=self._picture, refresh_per_second=REFRESH)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def retitle(self, title: str) -> None:
        """Another heading from here on."""
        self._title = title

    def feed(self, feed: FeedShown) -> None:
        """A feed was polled."""
        before = self._feeds.get(feed.slug)
        self._feeds[feed.slug] = feed
        if before is None or before.state != feed.state:
            self._line(lambda: words("feed", feed.slug, feed.state, feed.error))

    def reading(self, reading: ReadingShown) -> None:
        """An article was read."""
        self._readings.appendleft(reading)
        self._read += 1
        what = "fresh " + reading.what if reading.fresh else reading.what
        self._line(
            lambda: words("read", reading.feed, reading.language, reading.country, what, isolated(reading.title))
        )

    def story(self, story: StoryShown) -> None:
        """An incident is new or changed. The last one told of stands first."""
        self._stories.pop(story.id, None)
        self._stories[story.id] = story
        self._line(lambda: words("story", story.where, story.what, _counts(story), isolated(story.title)))

    def alert(self, alert: AlertShown) -> None:
        """Receivers are being told."""
        self._alerts.appendleft(alert)
        self._told += 1
        self._line(lambda: words(alert.kind.upper(), alert.rule, _headline(alert), isolated(alert.title), alert.domain))

    def _line(self, text: Callable[[], str]) -> None:
        if not self._console.is_terminal:
            self._console.print(Text(text()), soft_wrap=True)

    def _picture(self) -> RenderableType:
        """What matters most stands first, and keeps its place when the terminal is low."""
        rooms = rooms_of(self._console.height)
        newest = list(reversed(self._stories.values()))
        return Group(
            Text(f" {self._title}", style="bold"),
            _alerts_panel(list(self._alerts)[: rooms.alerts], self._told),
            Text(f" {_incidents(newest)}", style="bold"),
            _stories_table(_fresh_first(newest)[: rooms.stories]),
            Text(f" {many(self._read, 'article')} read", style="bold"),
            _readings_table(list(self._readings)[: rooms.readings]),
            Text(f" {many(len(self._feeds), 'feed')}", style="bold"),
            _feeds_table(self._feeds.values(), rooms.feeds),
        )


@dataclass(frozen=True, slots=True)
class Rooms:
    """How many of each are shown; an alert takes three lines, two feeds one."""

    alerts: int
    stories: int
    readings: int
    feeds: int


def rooms_of(height: int) -> Rooms:
    """A terminal's lines, shared out. Headings take six."""
    alerts = min(ALERTS, max(1, height * 2 // 5 // 3))
    stories = min(STORIES, max(1, height // 7))
    readings = min(READINGS, max(1, height // 6))
    left = height - 6 - 3 * alerts - stories - readings
    return Rooms(alerts, stories, readings, max(0, 2 * left))


def _counts(story: StoryShown) -> str:
    counts = f"{many(story.articles, 'article')}, {many(story.sources, 'source')}"
    return words(counts, f"{story.killed} killed" if story.killed else "")


def _incidents(stories: Sequence[StoryShown]) -> str:
    fresh = sum(story.fresh for story in stories)
    others = len(stories) - fresh
    return many(fresh, "incident") + (f", {others} only mentioned" if others else "")


def _fresh_first(stories: Iterable[StoryShown]) -> list[StoryShown]:
    """In their order, but what is only mentioned behind what has just happened."""
    return sorted(stories, key=lambda story: not story.fresh)


def _headline(alert: AlertShown) -> str:
    sources = many(alert.sources, "source") + (", unconfirmed" if alert.sources == 1 else "")
    return words(f"{alert.what}, {alert.where}", alert.toll, sources, "; ".join(alert.changed))


def _grid() -> Table:
    return Table(box=None, show_header=False, pad_edge=True, expand=False, padding=(0, 1))


def _cell(text: str, style: str = "") -> Text:
    return Text(text, style=style, no_wrap=True, overflow="ellipsis")


def _feeds_table(feeds: Iterable[FeedShown], room: int) -> Table:
    """Two feeds a row, in the order of their slugs; where not all have room, those that fail come first."""
    table = _grid()
    first = sorted(feeds, key=lambda feed: (feed.state != "failing", feed.slug))[:room]
    cells = [_feed_cells(feed) for feed in sorted(first, key=lambda feed: feed.slug)]
    half = (len(cells) + 1) // 2
    for index in range(half):
        right = cells[index + half] if index + half < len(cells) else ()
        table.add_row(*cells[index], *right)
    return table


def _feed_cells(feed: FeedShown) -> tuple[Text, ...]:
    polled = f"{feed.polled_at:%H:%M:%S}" if feed.polled_at else ""
    state = feed.error or feed.state
    return (
        _cell(feed.slug),
        _cell(feed.language, "cyan"),
        _cell(polled, "dim"),
        _cell(str(feed.articles or ""), "dim"),
        _cell(isolated(shortened(state, 34)), _STATES.get(feed.state, "")),
    )


def _readings_table(readings: Iterable[ReadingShown]) -> Table:
    table = _grid()
    for reading in readings:
        style = "bold red" if reading.fresh else ""
        table.add_row(
            _cell(reading.feed, "dim"),
            _cell(reading.language, "cyan"),
            _cell(reading.country),
            _cell(shortened(reading.what, 30), style),
            _cell(isolated(reading.title), style),
        )
    return table


def _stories_table(stories: Iterable[StoryShown]) -> Table:
    table = _grid()
    for story in stories:
        style = "" if story.fresh else "dim"
        texts = (story.where, shortened(story.what, 36), _counts(story), isolated(story.title))
        table.add_row(*(_cell(text, style) for text in texts))
    return table


def _alerts_panel(alerts: Iterable[AlertShown], told: int) -> RenderableType:
    lines: list[Text] = []
    for alert in alerts:
        kind = Text(f" {alert.kind.upper()} ", style=_KINDS.get(alert.kind, ""))
        lines.append(_cell("") + kind + Text(f" {alert.at:%H:%M:%S} {alert.rule} ({alert.severity})", style="bold"))
        lines.append(_cell("   " + _headline(alert)))
        lines.append(_cell("   " + words(isolated(alert.title), alert.domain), "italic"))
    content = Group(*lines) if lines else Text("none so far", style="dim")
    # Lines above and below only: a right border would be torn by titles whose width terminals disagree about.
    return Panel(content, title=f"{told} told", border_style="red" if lines else "dim", box=box.HORIZONTALS)
