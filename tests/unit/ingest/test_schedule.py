from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.fetched import ServerHints
from ingest.schedule import JITTER, Pace, Rhythm, next_poll, smoothed_rate

NOW = datetime(2026, 7, 7, 12, 0, tzinfo=UTC)
FIVE = timedelta(minutes=5)


def after(**given_: object) -> timedelta:
    return next_poll(Rhythm(slug="a", interval=FIVE, **given_), NOW) - NOW  # type: ignore[arg-type]


def about(wait: timedelta, expected: timedelta) -> bool:
    return expected <= wait <= expected * (1 + JITTER)


@pytest.mark.parametrize(
    ("given_", "minutes"),
    [
        pytest.param({}, 5, id="as configured"),
        pytest.param({"rate": 10.0}, 5, id="a busy feed as configured"),
        pytest.param({"rate": 0.75}, 10, id="a slow one less often"),
        pytest.param({"rate": 0.0}, 20, id="a silent one at most four times as long"),
        pytest.param({"ttl": 1800}, 30, id="as the feed's ttl asks"),
        pytest.param({"ttl": 86_400}, 60, id="a ttl of a day is not believed"),
        pytest.param({"hints": ServerHints(max_age=600)}, 10, id="as Cache-Control asks"),
        pytest.param({"hints": ServerHints(max_age=600, expires=1200)}, 10, id="Cache-Control before Expires"),
        pytest.param({"hints": ServerHints(expires=1200)}, 20, id="as Expires asks"),
        pytest.param({"hints": ServerHints(retry_after=7200)}, 120, id="Retry-After is always honoured"),
        pytest.param({"hints": ServerHints(retry_after=10**7)}, 1440, id="for a day at most"),
        pytest.param({"failures": 1}, 5, id="a first failure"),
        pytest.param({"failures": 4}, 40, id="more failures wait longer"),
        pytest.param({"failures": 99}, 360, id="and six hours at most"),
        pytest.param({"hurry": True, "ttl": 1800}, 1.25, id="after a gap"),
    ],
)
def test_the_next_poll(given_: dict[str, object], minutes: float) -> None:
    wait = after(**given_)
    exact = "hints" in given_ and given_["hints"].retry_after
    assert wait == timedelta(minutes=minutes) if exact else about(wait, timedelta(minutes=minutes))


def test_jitter_is_the_same_each_time_and_differs_between_feeds_and_attempts() -> None:
    def wait(slug: str, attempt: int) -> datetime:
        return next_poll(Rhythm(slug=slug, interval=FIVE, attempt=attempt), NOW)

    assert wait("a", 1) == wait("a", 1)
    assert len({wait(slug, attempt) for slug in "abc" for attempt in range(3)}) == 9


def test_skipped_hours_and_days_are_waited_out() -> None:
    due = next_poll(Rhythm(slug="a", interval=FIVE, skip_hours=(12, 13), skip_days=("wednesday",)), NOW)
    assert due == NOW.replace(hour=14)
    late = next_poll(Rhythm(slug="a", interval=FIVE, skip_days=("tuesday",)), NOW)
    assert late == datetime(2026, 7, 8, tzinfo=UTC)


def test_a_feed_that_skips_every_hour_is_not_believed() -> None:
    assert about(after(skip_hours=tuple(range(24))), FIVE)


def test_the_rate_learns_over_a_day() -> None:
    rate: float | None = None
    for _ in range(288):
        rate = smoothed_rate(rate, 1, FIVE, FIVE)
    assert rate == pytest.approx(8, rel=0.5)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 200), st.floats(0, 1e6) | st.none(), st.booleans())
def test_every_wait_is_within_bounds(ttl: int, retry: int, failures: int, rate: float | None, hurry: bool) -> None:
    pace = Pace()
    wait = after(ttl=ttl, hints=ServerHints(retry_after=retry), failures=failures, rate=rate, hurry=hurry)
    assert pace.shortest <= wait <= pace.longest * (1 + JITTER)
