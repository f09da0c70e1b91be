"""The article and its identity."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.article import Article, Source, article_id, joined_text

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


def article(**fields):
    return Article(**{"id": "a", "source": Source(feed="f"), "observed_at": NOON, **fields})


@pytest.mark.parametrize("field", ["observed_at", "published"])
def test_a_moment_without_a_zone_is_refused(field):
    with pytest.raises(ValueError, match=f"{field} must be timezone-aware"):
        article(**{field: datetime(2026, 11, 16, 12)})  # noqa: DTZ001  the naive moment is the case


def test_an_article_may_be_undated():
    assert article().published is None


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("t", "s", "b"), "t\ns\nb"),
        (("", "s", "b"), "s\nb"),
        (("t", "", "b"), "t\nb"),
        (("", "", ""), ""),
    ],
)
def test_offsets_count_in_the_parts_that_there_are(parts, expected):
    title, summary, body = parts
    assert joined_text(title, summary, body) == expected
    assert article(title=title, summary=summary, body=body).text == expected


def test_an_id_is_stable_across_releases():
    assert article_id("north-post", "https://north.example/1") == "14190cfc176d55cf91ec21089500403f"


@given(st.text(), st.text(), st.text(), st.text())
def test_other_entries_have_other_ids(feed, key, other_feed, other_key):
    same = (feed, key) == (other_feed, other_key)
    if not same and "\n" not in feed + other_feed:
        assert article_id(feed, key) != article_id(other_feed, other_key)
    assert article_id(feed, key) == article_id(feed, key)
    assert len(article_id(feed, key)) == 32


def test_a_key_that_utf8_cannot_hold_has_an_id():
    assert article_id("f", "\ud800") != article_id("f", "\ud801")
