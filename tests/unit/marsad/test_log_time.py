from datetime import UTC, datetime, timedelta

import pytest

from marsad.errors import StoreError
from marsad.log_time import check_log_time, standing_still

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        pytest.param(timedelta(days=-9), "", id="as it should be"),
        pytest.param(timedelta(minutes=5), "", id="a clock that was set right"),
        pytest.param(timedelta(minutes=6), "the log's time is 2026-11-24 12:06 UTC, 6 min ahead of", id="minutes"),
        pytest.param(timedelta(hours=30), "the log's time is 2026-11-25 18:00 UTC, 30 h 0 min ahead of", id="hours"),
        pytest.param(timedelta(days=400), "the log's time is 2027-12-29 12:00 UTC, 400 days ahead of", id="days"),
    ],
)
def test_a_log_whose_time_stands_still_says_so(ahead: timedelta, said: str) -> None:
    assert standing_still(NOON + ahead, NOON).startswith(said)
    assert bool(standing_still(NOON + ahead, NOON)) is bool(said)


def test_an_empty_log_has_no_time() -> None:
    assert standing_still(None, NOON) == ""
    check_log_time(None, NOON)


def test_a_watch_starts_where_its_log_is_ahead_for_a_moment_only() -> None:
    check_log_time(NOON + timedelta(hours=1), NOON)
    with pytest.raises(
        StoreError, match=r"2026-11-24 13:01 UTC, 1 h 1 min ahead .* \(2026-11-24 12:00 UTC\): if the clock"
    ):
        check_log_time(NOON + timedelta(minutes=61), NOON)
