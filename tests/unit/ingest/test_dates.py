from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import FUTURE, OLDEST, published, read_date

NOW = datetime(2026, 7, 7, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Mon, 06 Jul 2026 10:00:00 GMT", "2026-07-06T10:00:00+00:00"),
        ("Mon, 06 Jul 2026 10:00:00 +0300", "2026-07-06T07:00:00+00:00"),
        ("06 Jul 26 10:00 EST", "2026-07-06T15:00:00+00:00"),
        ("2026-07-06T10:00:00Z", "2026-07-06T10:00:00+00:00"),
        ("2026-07-06T10:00:00.123+01:00", "2026-07-06T09:00:00+00:00"),
        ("2026-07-06 10:00:00", "2026-07-06T10:00:00+00:00"),
        ("2026-07-06", "2026-07-06T00:00:00+00:00"),
        ("6 يوليو 2026", "2026-07-06T00:00:00+00:00"),
        ("٦ يوليو ٢٠٢٦ 10:30 م", "2026-07-06T22:30:00+00:00"),
        ("الاثنين، 6 تموز 2026 - 10:30", "2026-07-06T10:30:00+00:00"),
        ("6 كانون الثاني 2026", "2026-01-06T00:00:00+00:00"),
        ("6 تشرين الأول 2025", "2025-10-06T00:00:00+00:00"),
        ("06 جويلية 2026", "2026-07-06T00:00:00+00:00"),
        ("6 يوليوز 2026", "2026-07-06T00:00:00+00:00"),
        ("6 غشت 2025", "2025-08-06T00:00:00+00:00"),
        ("6 دجنبر 2025", "2025-12-06T00:00:00+00:00"),
        ("lundi 6 juillet 2026 à 14h30", "2026-07-06T14:30:00+00:00"),
        ("1er août 2025", "2025-08-01T00:00:00+00:00"),
        ("6 févr. 2026", "2026-02-06T00:00:00+00:00"),
        ("July 6, 2026 10:00 am", "2026-07-06T10:00:00+00:00"),
        ("26/06/2026 10:00", "2026-06-26T10:00:00+00:00"),
        ("1783332000", "2026-07-06T10:00:00+00:00"),
        ("1783332000000", "2026-07-06T10:00:00+00:00"),
        ("2026年07月06日", "2026-07-06T00:00:00+00:00"),
        ("20260706T100000Z", "2026-07-06T10:00:00+00:00"),
    ],
)
def test_dates_that_papers_write(raw: str, expected: str) -> None:
    read = read_date(raw)
    assert read.moment is not None
    assert (read.moment.isoformat(), read.doubtful) == (expected, False)


@pytest.mark.parametrize(
    "raw", ["31 Feb 2026", "yesterday", "منذ ساعتين", "6 brumaire 2026", "2026-13-01", "99/99/2026"]
)
def test_what_cannot_be_read_has_no_date_and_keeps_its_words(raw: str) -> None:
    date = published(raw, NOW)
    assert (date.moment, date.suspect, date.raw) == (None, True, raw)


@pytest.mark.parametrize("raw", ["06/07/2026", "Mon, 06 Jul 2026 10:00:00 AST", "Mon, 06 Jul 2026 10:00:00 XYZ"])
def test_a_guess_is_said_to_be_one(raw: str) -> None:
    date = published(raw, NOW)
    assert date.moment is not None
    assert date.moment.date().isoformat() == "2026-07-06"
    assert (date.suspect, date.raw) == (True, raw)


@pytest.mark.parametrize(
    ("raw", "held"),
    [
        ("2099-01-01T00:00:00Z", NOW + FUTURE),
        ("9999-12-31", NOW + FUTURE),
        ("0001-01-01", NOW - OLDEST),
        ("1970-01-01T00:00:00Z", NOW - OLDEST),
    ],
)
def test_a_date_that_cannot_be_is_held_and_flagged(raw: str, held: datetime) -> None:
    date = published(raw, NOW)
    assert (date.moment, date.suspect, date.raw) == (held, True, raw)


def test_a_few_minutes_ahead_are_a_clock_and_no_fault() -> None:
    date = published((NOW + timedelta(minutes=9)).isoformat(), NOW)
    assert (date.moment, date.suspect) == (NOW + timedelta(minutes=9), False)


def test_no_date_is_nothing_suspect() -> None:
    assert not published("  ", NOW).suspect


@given(st.text(max_size=120))
def test_no_text_breaks_it(raw: str) -> None:
    date = published(raw, NOW)
    assert date.moment is None or NOW - OLDEST <= date.moment <= NOW + FUTURE


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2026, 7, 1)))  # noqa: DTZ001
def test_an_rfc_822_date_is_read_as_it_was_written(moment: datetime) -> None:
    aware = moment.replace(microsecond=0, tzinfo=UTC)
    assert published(aware.strftime("%a, %d %b %Y %H:%M:%S +0000"), NOW).moment == aware
