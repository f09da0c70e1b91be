import asyncio
import logging

import pytest
from unit.ingest.kafka_doubles import NOW, TOPICS, FakeShare, ImpatientSender, MemoryKafka, inbox_on

from ingest.config import FeedConfig
from ingest.decide import Outcome
from ingest.feed_record import OTHERS_KEPT, FeedEntries, entries_key
from ingest.feed_state import EntryKeys, FeedState
from ingest.fetched import Fetched, FetchRequest, KnownEntry, ParsedEntry, ParsedFeed, ParseJob
from ingest.kafka_inbox import KafkaInbox, ShareLostError, shortened
from ingest.poller import Poller
from ingest.steady_sender import StoppedError
from marsad.article import Article, Source
from marsad.codec import decode, encode
from marsad.errors import StoreError
from marsad.kafka.errors import KafkaDownError
from marsad.kafka.producer import Message

WINDOW = (EntryKeys("g", "l", "c"),)


def article(id_: str = "x", **fields: str) -> Article:
    return Article(id=id_, source=Source(feed="a"), **{"title": id_, **fields}, observed_at=NOW)


def polled(*articles: Article, etag: str = "", entries: int = 0) -> Outcome:
    known = {one.id: KnownEntry(revision=1, digest="d") for one in articles}
    known |= {f"{n:032x}": KnownEntry(revision=1, digest="d" * 16) for n in range(entries)}
    state = FeedState(feed="a", etag=etag, window=WINDOW, first_poll_done=True)
    return Outcome(state, "articles", articles=articles, entries=known)


def topics_and_keys(kafka: MemoryKafka) -> list[tuple[str, bytes | None, int | None]]:
    return [(one.topic, one.key, one.partition) for one in kafka.sent]


def test_articles_come_first_then_entries_then_the_state() -> None:
    kafka = MemoryKafka()
    inbox_on(kafka).commit(polled(article()))
    assert topics_and_keys(kafka) == [
        (TOPICS.articles, b"a", None),
        (TOPICS.feed_state, b"a/entries", 3),
        (TOPICS.feed_state, b"a", 3),
    ]
    assert [len(call) for call in kafka.calls] == [1, 2]
    assert all(dict(one.headers)["schema-version"] for one in kafka.sent)


def test_a_poll_without_news_writes_the_short_state_alone() -> None:
    kafka = MemoryKafka()
    inbox = inbox_on(kafka)
    inbox.commit(polled(article()))
    inbox.known("a", ["x"])
    inbox.commit(Outcome(polled(etag="e").state, "not modified"))
    assert topics_and_keys(kafka)[3:] == [(TOPICS.feed_state, b"a", 3)]
    assert decode(FeedState, kafka.sent[-1].value).window == ()


def test_a_crash_between_articles_and_state_sends_the_same_again() -> None:
    kafka = MemoryKafka()
    inbox = inbox_on(kafka)
    send = kafka.send_all

    def send_then_die(messages: list[Message], within: float) -> None:
        send(messages, within)
        raise SystemExit

    kafka.send_all = send_then_die  # type: ignore[method-assign]
    with pytest.raises(SystemExit):
        inbox.commit(polled(article()))
    kafka.send_all = send  # type: ignore[method-assign]
    after = inbox_on(kafka)
    assert after.states() == {}
    after.commit(polled(article()))
    assert [one.id for one in kafka.articles()] == ["x", "x"]


def test_entries_whose_state_did_not_follow_are_known_all_the_same() -> None:
    kafka = MemoryKafka()
    inbox_on(kafka).commit(polled(article()))
    kafka.sent = [one for one in kafka.sent if one.key != b"a"]
    after = inbox_on(kafka)
    assert after.known("a", ["x"]) == {"x": KnownEntry(revision=1, digest="d")}
    assert after.states()["a"].first_poll_done
    assert after.states()["a"].etag == ""


def test_an_article_too_large_is_cut_marked_and_sent_and_the_others_once() -> None:
    kafka = MemoryKafka(limit=600)
    inbox_on(kafka).commit(polled(article("long", summary="told", body="b" * 5_000), article("short")))
    by_id = {one.id: one for one in kafka.articles()}
    assert sorted(by_id) == ["long", "short"]
    assert len(kafka.articles()) == 2
    long = by_id["long"]
    assert (long.truncated, long.title, long.summary) == (True, "long", "told")
    assert 0 < len(long.body) < 600
    assert not by_id["short"].truncated


def test_cutting_ends() -> None:
    with pytest.raises(StoreError, match=r"article x of a .* `marsad kafka setup`"):
        inbox_on(MemoryKafka(limit=10)).commit(polled(article(body="b" * 1_000_000)))


def test_the_body_is_cut_before_the_summary_and_the_summary_before_the_title() -> None:
    one = article(title="tttt", summary="ssss", body="b")
    lengths = []
    while one.title:
        one = shortened(one)
        lengths.append((len(one.title), len(one.summary), len(one.body)))
    assert lengths == [(4, 4, 0), (4, 2, 0), (4, 1, 0), (4, 0, 0), (2, 0, 0), (1, 0, 0), (0, 0, 0)]


def test_entries_too_many_for_a_message_are_halved_loudly(caplog: pytest.LogCaptureFixture) -> None:
    kafka = MemoryKafka(limit=5_000)
    inbox = inbox_on(kafka)
    inbox.commit(polled(etag="e", entries=200))
    stored = decode(FeedEntries, next(one.value for one in kafka.sent if one.key == entries_key("a")))
    assert len(stored.entries) == 50
    assert stored.entries[-1].id == f"{199:032x}"
    assert "half of what is known of a is forgotten" in caplog.text
    assert inbox_on(kafka).states()["a"].etag == "e"
    assert len(inbox.known("a", [f"{n:032x}" for n in range(200)])) == 50


def test_an_entry_that_comes_back_after_many_others_is_the_same_article_again() -> None:
    """Forgotten, it is sent once more, as what it was: id and revision are those that the stages behind it know."""

    class Feed:
        titles: tuple[str, ...] = ()

        async def fetch(self, request: FetchRequest) -> Fetched:
            return Fetched(body=repr(self.titles).encode(), content_type="", base="http://x.example/")

        async def parse(self, job: ParseJob) -> ParsedFeed:
            entries = tuple(ParsedEntry(guid=title, title=title) for title in self.titles)
            return ParsedFeed(version="rss20", entries=entries)

    kafka, feed = MemoryKafka(), Feed()
    config = FeedConfig(slug="a", url="http://x.example/")
    poller = Poller([config], {"a": "http://x.example/"}, feed, feed, inbox_on(kafka), lambda: NOW)

    async def shows(*titles: str) -> int:
        feed.titles = titles
        (report,) = await poller.poll_once()
        return report.articles

    async def scene() -> list[int]:
        others = [f"other {n}" for n in range(OTHERS_KEPT + 20)]
        counts = [await shows("first", "second")]
        counts += [await shows("first", *others[n : n + 20]) for n in range(0, len(others), 20)]
        return [*counts, await shows("first", "second")]

    counts = asyncio.run(scene())
    assert counts == [2] + [20] * (OTHERS_KEPT // 20 + 1) + [1]
    sent = [one for one in kafka.articles() if one.title == "second"]
    assert [(one.id, one.revision) for one in sent] == [(sent[0].id, 1)] * 2
    assert [one.backlog for one in sent] == [True, False]
    assert sum(one.title == "first" for one in kafka.articles()) == 1


def test_articles_are_sent_also_when_the_feed_is_lost_but_not_its_state() -> None:
    kafka, share = MemoryKafka(), FakeShare()
    inbox = inbox_on(kafka, share)
    share.lost = True
    with pytest.raises(ShareLostError):
        inbox.commit(polled(article()))
    assert topics_and_keys(kafka) == [(TOPICS.articles, b"a", None)]
    assert inbox.states() == {}


def test_a_share_that_is_in_doubt_is_waited_for() -> None:
    kafka = MemoryKafka()
    inbox_on(kafka, FakeShare(held=[False, False, True])).commit(polled(article()))
    assert len(kafka.sent) == 3


def test_a_stop_ends_the_wait_for_a_share_in_doubt() -> None:
    kafka = MemoryKafka()
    sender = ImpatientSender(kafka)
    inbox = KafkaInbox(sender, TOPICS, FakeShare(held=[False] * 100))
    sender.stop()
    with pytest.raises(StoppedError):
        inbox.commit(polled())


def test_an_undecodable_record_is_told_and_the_one_before_it_counts(caplog: pytest.LogCaptureFixture) -> None:
    kafka = MemoryKafka()
    inbox_on(kafka).commit(polled(article(), etag="e"))
    bad = (encode(FeedState(feed="a")).replace(b"1.0 ", b"9.0 ", 1), b"\xff")
    kafka.sent += [Message(topic=TOPICS.feed_state, key=key, value=bad[0]) for key in (b"a", b"a/entries")]
    kafka.sent.append(Message(topic=TOPICS.feed_state, key=b"a", value=bad[1]))
    caplog.set_level(logging.ERROR)
    after = inbox_on(kafka)
    assert after.states()["a"].etag == "e"
    assert after.known("a", ["x"])
    assert [record.args[2] for record in caplog.records] == [3, 4, 5]


def test_tombstones_and_foreign_messages_are_no_feeds() -> None:
    kafka = MemoryKafka()
    kafka.sent = [
        Message(topic=TOPICS.feed_state, key=b"a", value=None),
        Message(topic=TOPICS.feed_state, key=None, value=b"x"),
    ]
    assert inbox_on(kafka).states() == {}


def test_a_topic_that_cannot_be_read_to_its_end_is_no_new_feed() -> None:
    class Short(MemoryKafka):
        def last_offset(self) -> int:
            return 10

    with pytest.raises(KafkaDownError, match="partition 3: the messages behind offset 0 do not come"):
        inbox_on(Short())


def test_loading_ends_when_the_partition_goes() -> None:
    kafka = MemoryKafka()
    inbox_on(kafka).commit(polled(article()))
    with pytest.raises(ShareLostError):
        inbox_on(kafka, FakeShare(lost=True))
