import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from marsad.view import LiveView, rooms_of
from marsad.view_parts import FIRST_STRONG, POP, AlertShown, FeedShown, ReadingShown, StoryShown, isolated

NOW = datetime(2026, 11, 24, 12, 30, 15, tzinfo=UTC)
ARABIC = "مقتل 12 مدنياً في هجوم مسلح على سوق مدينة جيبو"
SHOWN = f"{FIRST_STRONG}{ARABIC}{POP}"

ALERT = AlertShown(
    kind="alert",
    rule="new-sahel-attack",
    severity="high",
    what="Attack",
    where="Djibo, BF",
    title=ARABIC,
    at=NOW,
    toll="12 killed",
    domain="al-difaf.example",
)


def shown(*, terminal: bool, width: int = 100) -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=width, height=60, color_system=None)
    with LiveView(title="Marsad", console=console) as view:
        view.feed(FeedShown(slug="al-difaf", language="ar", state="ok", polled_at=NOW, articles=8))
        view.feed(FeedShown(slug="al-difaf", language="ar", state="ok", polled_at=NOW, articles=9))
        view.feed(FeedShown(slug="radio-colline", language="fr", state="failing", error="500 Internal Server Error"))
        view.reading(
            ReadingShown(feed="al-difaf", language="ar", country="BF", what="Attack", fresh=True, title=ARABIC)
        )
        view.story(StoryShown(id="s-1", title=ARABIC, what="Attack", where="Djibo, BF", killed="8", fresh=True))
        view.story(
            StoryShown(id="s-1", title=ARABIC, what="Attack", where="Djibo, BF", articles=2, sources=2, fresh=True)
        )
        view.story(
            StoryShown(id="s-2", title="Chess: an attack on the king", what="mentioned: Attack", where="Mopti, ML")
        )
        view.alert(ALERT)
        view.alert(AlertShown(**{**fields(ALERT), "kind": "update", "sources": 2, "changed": ("killed: 8 → 12",)}))
    return out.getvalue()


def fields(alert: AlertShown) -> dict[str, object]:
    return {name: getattr(alert, name) for name in alert.__slots__}


def test_without_a_terminal_each_thing_is_one_plain_line() -> None:
    assert shown(terminal=False).splitlines() == [
        "feed  al-difaf  ok",
        "feed  radio-colline  failing  500 Internal Server Error",
        f"read  al-difaf  ar  BF  fresh Attack  {SHOWN}",
        f"story  Djibo, BF  Attack  1 article, 1 source  8 killed  {SHOWN}",
        f"story  Djibo, BF  Attack  2 articles, 2 sources  {SHOWN}",
        f"story  Mopti, ML  mentioned: Attack  1 article, 1 source  {isolated('Chess: an attack on the king')}",
        f"ALERT  new-sahel-attack  Attack, Djibo, BF  12 killed  1 source, unconfirmed  {SHOWN}  al-difaf.example",
        f"UPDATE  new-sahel-attack  Attack, Djibo, BF  12 killed  2 sources  killed: 8 → 12  {SHOWN}  al-difaf.example",
    ]


def test_a_terminal_gets_the_whole_picture() -> None:
    picture = shown(terminal=True)
    for part in (
        "al-difaf",
        "12:30:15",
        "500 Internal Server Error",
        "1 article read",
        "1 incident, 1 only mentioned",
        "2 told",
    ):
        assert part in picture
    assert "killed: 8 → 12" in picture
    assert "ALERT" in picture


def test_what_is_only_mentioned_stands_behind_what_has_happened() -> None:
    last = shown(terminal=True).rpartition("1 incident")[2]
    assert 0 < last.index("Djibo, BF") < last.index("mentioned: Attack")


def test_nothing_is_drawn_to_the_right_of_a_title() -> None:
    last = shown(terminal=True).rpartition("Marsad")[2]
    rows = [row.rstrip() for row in last.splitlines() if ARABIC[:10] in row]
    assert rows
    for row in rows:
        assert row.endswith((POP, "al-difaf.example")), row


def test_a_long_error_is_cut_inside_its_isolate() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=140, height=60, color_system=None)
    with LiveView(title="Marsad", console=console) as view:
        view.feed(FeedShown(slug="al-difaf", language="ar", state="failing", error="خطأ " * 40))
    shown = out.getvalue().rpartition("1 feed")[2]
    assert "…" + POP in shown
    assert shown.count(FIRST_STRONG) == shown.count(POP)


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_any_width_will_do(width: int) -> None:
    assert "ALERT" in shown(terminal=True, width=width)


@pytest.mark.parametrize("height", [5, 12, 24, 40, 60, 200])
def test_a_low_terminal_still_shows_the_last_alert(height: int) -> None:
    rooms = rooms_of(height)
    assert min(rooms.alerts, rooms.stories, rooms.readings) >= 1
    lines = 6 + 3 * rooms.alerts + rooms.stories + rooms.readings + (rooms.feeds + 1) // 2
    assert height < 12 or lines <= height


def test_where_few_feeds_have_room_those_that_fail_are_shown() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=120, height=14, color_system=None)
    with LiveView(title="Marsad", console=console) as view:
        for number in range(30):
            view.feed(FeedShown(slug=f"paper-{number:02}", language="en", state="ok"))
        view.feed(FeedShown(slug="zebra", language="en", state="failing", error="410 Gone"))
    assert "zebra" in out.getvalue().rpartition("31 feeds")[2]


def test_feed_text_is_only_text() -> None:
    assert isolated("[red]a[/red]\x1b[31m\nb\u202ec\u2069d ") == f"{FIRST_STRONG}[red]a[/red] [31m bcd{POP}"
    assert isolated("\x00\n ") == ""
    out = io.StringIO()
    with LiveView(title="Marsad", console=Console(file=out, width=100)) as view:
        view.reading(ReadingShown(feed="f", language="en", title="[bold]\x1b]0;owned\x07 [/nosuch]"))
    assert "[bold] ]0;owned [/nosuch]" in out.getvalue()
    assert "\x1b" not in out.getvalue()
