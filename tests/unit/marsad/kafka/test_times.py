"""A message's time, whatever its producer wrote."""

from datetime import UTC, datetime

import pytest

from marsad.kafka.times import written_at


@pytest.mark.parametrize(
    ("milliseconds", "expected"),
    [
        (1_795_521_600_123, datetime(2026, 11, 24, 12, 0, 0, 123_000, UTC)),
        (-1, datetime(1970, 1, 1, tzinfo=UTC)),
        (-(2**63), datetime(1970, 1, 1, tzinfo=UTC)),
        (2**63 - 1, datetime(9999, 12, 31, 23, 59, 59, 999_000, UTC)),
    ],
)
def test_it_is_held_within_what_can_be_told(milliseconds: int, expected: datetime) -> None:
    assert written_at(milliseconds) == expected
