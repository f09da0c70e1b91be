"""A feed over many polls, with its state and its known entries in memory."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from ingest.config import FeedConfig, Identity
from ingest.decide import Outcome, decide
from ingest.feed_state import FeedState
from ingest.fetched import (
    Failed,
    Failure,
    Fetched,
    KnownEntry,
    NotModified,
    Parsed,
    ParsedEntry,
    ParsedFeed,
    PollResult,
    ServerHints,
    Unchanged,
)
from ingest.schedule import Pace
from marsad.article import Article

NOON = datetime(2026, 7, 7, 12, 0, tzinfo=UTC)


class Feed:
    """What a store would remember of one feed."""

    def __init__(self, most: int = 500, **settings: object) -> None:
        self.config = FeedConfig.model_validate({"slug": "a", "url": "http://x.example/", **settings})
        self.state = FeedState(feed="a")
        self.known: dict[str, KnownEntry] = {}
        self.now = NOON
        self.most = most

    def poll(self, result: PollResult | Sequence[ParsedEntry], *, truncated: bool = False) -> Outcome:
        if not isinstance(result, PollResult):
            feed = ParsedFeed(version="rss20", entries=tuple(result), truncated=truncated)
            fetched = Fetched(body=b"", content_type="", base="", etag='"e"', last_modified="m")
            result = Parsed(fetched=fetched, feed=feed, body_hash="h")
        outcome = decide(self.config, self.state, result, self._known, self.now, most=self.most, pace=Pace())
        self.state = outcome.state
        self.known.update(outcome.entries)
        self.now += timedelta(minutes=5)
        return outcome

    def _known(self, ids: Sequence[str]) -> dict[str, KnownEntry]:
        return {id_: self.known[id_] for id_ in ids if id_ in self.known}


def entry(number: int, **changes: str) -> ParsedEntry:
    fields = {
        "guid": f"guid-{number}",
        "link": f"https://x.example/{number}",
        "title": f"Title {number}",
        "summary": f"What happened in place {number}",
        **changes,
    }
    return ParsedEntry(**fields)  # type: ignore[arg-type]


def entries(newest: int, count: int = 10) -> list[ParsedEntry]:
    return [entry(number) for number in range(newest, newest - count, -1)]


def _without(one: ParsedEntry, **changes: str) -> ParsedEntry:
    fields = {name: getattr(one, name) for name in ("guid", "link", "title", "summary")}
    return ParsedEntry(**{**fields, **changes})


def _by_position(newest: int) -> list[ParsedEntry]:
    return [_without(one, guid=str(position)) for position, one in enumerate(entries(newest))]


def _guid_per_fetch(newest: int) -> list[ParsedEntry]:
    return [_without(one, guid=f"{newest}-{position}") for position, one in enumerate(entries(newest))]


def _all_per_fetch(newest: int) -> list[ParsedEntry]:
    return [
        _without(one, guid=f"{newest}-{position}", link=f"{one.link}?sid={newest}{position}")
        for position, one in enumerate(entries(newest))
    ]


def _one_link(newest: int) -> list[ParsedEntry]:
    return [_without(one, guid="", link="https://x.example/") for one in entries(newest)]


def titles(articles: Sequence[Article]) -> list[str]:
    return [article.title for article in articles]


def test_the_first_poll_is_backlog_and_oldest_first() -> None:
    feed = Feed()
    first = feed.poll(entries(3, 3))
    assert titles(first.articles) == ["Title 1", "Title 2", "Title 3"]
    assert all(article.backlog for article in first.articles)
    second = feed.poll(entries(4, 4))
    assert [(a.title, a.backlog, a.revision) for a in second.articles] == [("Title 4", False, 1)]


def test_a_feed_may_be_asked_to_catch_up() -> None:
    assert not any(article.backlog for article in Feed(catch_up=True).poll(entries(3, 3)).articles)


def test_an_edit_is_a_revision_of_the_same_article() -> None:
    feed = Feed()
    (first,) = feed.poll([entry(1)]).articles
    (second,) = feed.poll([entry(1, title="Title 1, corrected")]).articles
    (third,) = feed.poll([entry(1, title="Title 1, corrected", summary="More is known")]).articles
    assert (first.id, 2, 3) == (second.id, second.revision, third.revision)
    assert third.id == first.id
    assert (feed.state.articles, feed.state.revisions) == (1, 2)


def test_order_tracking_parameters_dates_and_punctuation_are_no_edit() -> None:
    feed = Feed()
    feed.poll(entries(5, 5))
    changed = [
        entry(n, link=f"http://www.x.example/{n}/?utm_source=rss", date="2026-07-07", title=f"Title {n}!")
        for n in (2, 5, 1, 3, 4)
    ]
    assert feed.poll(changed).articles == ()


@pytest.mark.parametrize(
    ("name", "window", "expected"),
    [
        pytest.param("guid reused by position", _by_position, Identity.LINK, id="guid reused"),
        pytest.param("guid per fetch", _guid_per_fetch, Identity.LINK, id="guid per fetch"),
        pytest.param("guid and link per fetch", _all_per_fetch, Identity.CONTENT, id="link per fetch"),
        pytest.param("no guid", lambda n: [_without(e, guid="") for e in entries(n)], Identity.LINK, id="no guid"),
        pytest.param("one link", _one_link, Identity.CONTENT, id="no guid and one link for all"),
        pytest.param("sound", entries, Identity.GUID, id="sound"),
    ],
)
def test_fifty_polls_give_each_article_once(
    name: str, window: Callable[[int], list[ParsedEntry]], expected: Identity
) -> None:
    feed = Feed()
    given: list[str] = []
    for poll in range(50):
        given += titles(feed.poll(window(10 + poll)).articles)
    assert feed.state.identity is expected, name
    assert sorted(given) == sorted(f"Title {number}" for number in range(1, 60))


def test_fifty_title_edits_are_fifty_revisions_of_one_article() -> None:
    feed = Feed()
    given: list[Article] = []
    for poll in range(50):
        given += feed.poll([entry(2, title=f"Title as of {poll}"), entry(1)]).articles
    edited = [article for article in given if "as of" in article.title]
    assert {article.id for article in edited} == {edited[0].id}
    assert [article.revision for article in edited] == list(range(1, 51))
    assert feed.state.identity is Identity.GUID


def test_an_identity_that_is_set_is_not_learnt() -> None:
    feed = Feed(identity="guid")
    for poll in range(3):
        feed.poll(_guid_per_fetch(10 + poll))
    assert feed.state.identity is Identity.GUID


def test_a_flood_is_taken_in_parts_and_nothing_is_lost() -> None:
    feed = Feed(most=4)
    window = entries(10)
    first = feed.poll(window)
    assert titles(first.articles) == ["Title 1", "Title 2", "Title 3", "Title 4"]
    assert (first.state.etag, first.state.body_hash, first.state.pending) == ("", "", 6)
    assert not first.state.first_poll_done
    second, third = feed.poll(window), feed.poll(window)
    assert titles(second.articles + third.articles) == [f"Title {n}" for n in range(5, 11)]
    assert (third.state.etag, third.state.body_hash, third.state.pending) == ('"e"', "h", 0)
    assert all(article.backlog for article in third.articles)


def test_a_cut_feed_gives_its_entries_but_no_validators() -> None:
    feed = Feed()
    outcome = feed.poll(entries(3, 3), truncated=True)
    assert len(outcome.articles) == 3
    assert (outcome.state.etag, outcome.state.body_hash) == ("", "")
    assert "cut short" in outcome.reason


def test_a_window_with_nothing_left_of_the_last_is_a_gap() -> None:
    feed = Feed()
    feed.poll(entries(10))
    assert not feed.poll(entries(19)).gap
    outcome = feed.poll(entries(40))
    assert outcome.gap
    assert outcome.state.gaps == 1
    assert outcome.state.next_at is not None
    assert outcome.state.next_at - outcome.state.last_poll_at < timedelta(minutes=2)  # type: ignore[operator]


def test_a_failure_keeps_what_is_known_and_backs_off() -> None:
    feed = Feed()
    feed.poll(entries(3, 3))
    waits = []
    for _ in range(5):
        state = feed.poll(Failed(failure=Failure.STATUS, reason="HTTP 500")).state
        waits.append(state.next_at - state.last_poll_at)  # type: ignore[operator]
    assert waits == sorted(waits)
    assert waits[-1] > timedelta(hours=1)
    assert (state.failures, state.last_error, state.etag) == (5, "HTTP 500", '"e"')
    assert feed.poll(NotModified()).state.failures == 0


def test_gone_retires() -> None:
    state = Feed().poll(Failed(failure=Failure.GONE, reason="HTTP 410")).state
    assert (state.retired, state.next_at) == (True, None)


def test_retry_after_is_waited_for() -> None:
    failed = Failed(failure=Failure.LIMITED, reason="HTTP 429", hints=ServerHints(retry_after=3600))
    assert Feed().poll(failed).state.next_at == NOON + timedelta(hours=1)


def test_not_modified_keeps_the_etag_and_takes_a_new_date() -> None:
    feed = Feed()
    feed.poll(entries(3, 3))
    state = feed.poll(NotModified(last_modified="later")).state
    assert (state.etag, state.last_modified) == ('"e"', "later")


def test_an_unchanged_body_takes_its_new_validators() -> None:
    feed = Feed()
    feed.poll(entries(3, 3))
    fetched = Fetched(body=b"", content_type="", base="", etag='"new"')
    outcome = feed.poll(Unchanged(fetched=fetched))
    assert (outcome.outcome, outcome.state.etag) == ("nothing new", '"new"')


def test_entries_that_say_nothing_are_no_articles() -> None:
    assert Feed().poll([ParsedEntry(guid="x", link="https://x.example/")]).articles == ()


def test_doubles_in_one_feed_do_not_take_turns() -> None:
    feed = Feed()
    feed.poll([entry(1), entry(1, summary="Another wording")])
    assert feed.poll([entry(1, summary="Another wording"), entry(1)]).articles == ()


def test_two_articles_under_one_guid_are_both_taken_and_stay_what_they_are() -> None:
    feed = Feed()
    rest = [entry(number) for number in range(20)]
    one, two = entry(50, guid="same"), entry(51, guid="same")
    assert len(feed.poll([one, *rest]).articles) == 21
    (article,) = feed.poll([two, one, *rest]).articles
    assert (article.title, article.revision) == (two.title, 1)
    assert feed.poll([one, two, *rest]).articles == ()
    assert feed.poll([two, *rest]).articles == ()
    (edited,) = feed.poll([replace(two, summary="Edited"), *rest]).articles
    assert (edited.id, edited.revision) == (article.id, 2)


def test_a_guid_is_told_apart_by_its_fragment() -> None:
    feed = Feed()
    rest = [entry(number) for number in range(20)]
    live = [entry(50 + n, guid=f"https://x.example/live#{n}", link="https://x.example/live") for n in range(2)]
    assert len(feed.poll([*live, *rest]).articles) == 22
