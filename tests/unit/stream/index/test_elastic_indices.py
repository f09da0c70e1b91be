from datetime import UTC, datetime, timedelta, timezone

import pytest

from stream.index.elastic_indices import Kind, Place, concrete, first_places, month_of, months_before

NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def test_names():
    november = Place(Kind.ARTICLES, "2026.11")
    assert november.alias("marsad-") == "marsad-articles-2026.11"
    assert november.index("marsad-", 3) == "marsad-articles-2026.11-v3"
    assert november.aliases("marsad-") == ("marsad-articles-2026.11", "marsad-articles")
    assert Place(Kind.STORIES).aliases("m-") == ("m-stories",)


@pytest.mark.parametrize("place", [*first_places(NEW_YEAR), Place(Kind.LEDGER, "1999.01")], ids=str)
def test_a_concrete_name_says_what_it_is_of(place):
    found = concrete(place.index("marsad-", 12), "marsad-")
    assert (found.place, found.version) == (place, 12)


@pytest.mark.parametrize(
    "name",
    [
        "marsad-articles-2026.11",
        "marsad-articles-v1",
        "marsad-stories-2026.11-v1",
        "marsad-notes-v1",
        "other-stories-v1",
        "marsad-stories-v1-old",
        "stories-v1",
    ],
)
def test_other_names_are_not_ours(name):
    assert concrete(name, "marsad-") is None


def test_months_are_those_of_utc():
    assert month_of(NEW_YEAR) == "2026.12"
    assert month_of(NEW_YEAR.astimezone(timezone(timedelta(hours=3)))) == "2026.12"
    assert {place.month for place in first_places(NEW_YEAR)} == {"", "2026.12", "2027.01"}


@pytest.mark.parametrize(
    ("months", "found"), [(-1, "2027.01"), (0, "2026.12"), (1, "2026.11"), (11, "2026.01"), (12, "2025.12")]
)
def test_months_are_counted_back_over_the_years(months, found):
    assert months_before(NEW_YEAR, months) == found
