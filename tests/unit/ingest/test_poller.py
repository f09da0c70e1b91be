"""The poller's decisions with a network and a parser that are functions."""

import asyncio
import gc
import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest

from ingest.config import FeedConfig
from ingest.decide import Outcome
from ingest.fetched import Failed, Failure, Fetched, FetchRequest, ParsedEntry, ParsedFeed, ParseJob, PollReport
from ingest.inbox import Inbox
from ingest.poller import Poller, _fault
from marsad.errors import MarsadError, StoreError
from marsad.sqlite import Database

NOW = datetime(2026, 7, 7, 12, 0, tzinfo=UTC)


class Network:
    etag = "e"

    def __init__(self) -> None:
        self.requests: list[FetchRequest] = []

    async def fetch(self, request: FetchRequest) -> Fetched | Failed:
        self.requests.append(request)
        if request.slug == "broken":
            raise RuntimeError("a fault of ours")
        return Fetched(body=request.slug.encode(), content_type="", base="http://x.example/", etag=self.etag)


class Parser:
    def __init__(self) -> None:
        self.jobs = 0

    async def parse(self, job: ParseJob) -> ParsedFeed | Failed:
        self.jobs += 1
        if job.body == b"bad":
            return Failed(failure=Failure.PARSER, reason="parser killed after 10 s")
        return ParsedFeed(version="rss20", entries=(ParsedEntry(guid="1", title=job.body.decode()),))


def polled(*slugs: str, times: int = 1) -> tuple[list[PollReport], Network, Parser, Poller]:
    database = Database.open(":memory:")
    network, parser = Network(), Parser()
    feeds = [FeedConfig(slug=slug, url="http://x.example/") for slug in slugs]
    urls = dict.fromkeys(slugs, "http://x.example/")
    poller = Poller(feeds, urls, network, parser, Inbox(database), lambda: NOW)
    try:
        reports = [report for _ in range(times) for report in asyncio.run(poller.poll_once())]
    finally:
        database.close()
    return reports, network, parser, poller


def test_a_fault_of_ours_in_one_feed_is_told_and_the_others_go_on() -> None:
    reports, *_ = polled("broken", "fine")
    assert [(report.outcome, report.articles) for report in reports] == [("internal", 0), ("articles", 1)]
    assert "RuntimeError: a fault of ours" in reports[0].reason


def test_an_unchanged_body_is_not_parsed_again() -> None:
    reports, network, parser, _ = polled("fine", times=3)
    assert [report.outcome for report in reports] == ["articles", "nothing new", "nothing new"]
    assert parser.jobs == 1
    assert [request.etag for request in network.requests] == ["", "e", "e"]


def test_a_body_that_could_not_be_parsed_is_tried_again() -> None:
    reports, network, parser, poller = polled("bad", times=2)
    assert [report.reason for report in reports] == ["parser killed after 10 s"] * 2
    assert parser.jobs == 2
    assert [request.etag for request in network.requests] == ["", ""]
    assert poller.states()["bad"].failures == 2


@pytest.mark.parametrize("enabled", [True, False])
def test_a_disabled_feed_is_not_polled(enabled: bool) -> None:
    database = Database.open(":memory:")
    network = Network()
    feed = FeedConfig(slug="a", url="http://x.example/", enabled=enabled)
    poller = Poller([feed], {"a": "http://x.example/"}, network, Parser(), Inbox(database), lambda: NOW)
    asyncio.run(poller.poll_once())
    database.close()
    assert len(network.requests) == enabled


def test_the_next_poll_is_set() -> None:
    *_, poller = polled("fine")
    due = poller.states()["fine"].next_at
    assert due is not None
    assert timedelta(minutes=5) <= due - NOW <= timedelta(minutes=6)


def test_a_feed_that_is_not_there_is_said_to_be_so() -> None:
    database = Database.open(":memory:")
    feed = FeedConfig(slug="paper", url="http://x.example/")
    poller = Poller([feed], {"paper": "http://x.example/"}, Network(), Parser(), Inbox(database), lambda: NOW)
    with pytest.raises(MarsadError, match="did you mean 'paper'"):
        asyncio.run(poller.poll_once("papr"))
    database.close()


def test_a_state_that_cannot_be_stored_costs_its_feed_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Network, "etag", "\udcff", raising=False)
    reports, *_, poller = polled("fine")
    assert [(report.outcome, report.articles) for report in reports] == [("internal", 0)]
    assert "UnicodeEncodeError" in poller.states()["fine"].last_error


def test_a_fault_is_told_without_an_address() -> None:
    assert _fault(ValueError("no such http://x.example/?token=s3cret")).reason == "a fault in Marsad"
    assert _fault(ValueError("a\x1b[31m\nb")).reason == "a fault in Marsad: ValueError: a[31m b"


def test_what_cannot_be_stored_when_polling_is_stopped_is_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    committing, stopped = threading.Event(), threading.Event()

    class Slow(Inbox):
        def commit(self, outcome: Outcome) -> None:
            committing.set()
            assert stopped.wait(10)
            raise StoreError("the disk is full")

    async def scene() -> None:
        feeds, urls = [FeedConfig(slug="a", url="http://x.example/")], {"a": "http://x.example/"}
        poller = Poller(feeds, urls, Network(), Parser(), Slow(database), lambda: NOW)
        stop = asyncio.Event()
        running = asyncio.ensure_future(poller.run(stop))
        await asyncio.to_thread(committing.wait, 10)
        stop.set()
        await asyncio.sleep(0)
        stopped.set()
        await running
        gc.collect()  # a future whose error nobody saw would complain here

    database = Database.open(":memory:")
    asyncio.run(scene())
    database.close()
    assert [record.message for record in caplog.records] == [
        "a poll was not stored and will be repeated: the disk is full"
    ]
