"""An article becomes two messages, or is parked with its reason."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from agent_fakes import NOON, FakeKafka, delivery, received
from unit.strategies.story_readings import reading

from marsad.article import Article, Source
from marsad.codec import decode, decode_article, encode
from marsad.log import ReadingRecord
from marsad.parked import ParkedThing
from marsad.reading import WholeReading
from stream.read_agent import SLICE, ReadAgent
from stream.reader_pool import Unreadable
from stream.safe_agent import Received


def article(number: int, body: str = "body") -> Article:
    return Article(
        id=f"a{number}",
        source=Source(feed="f"),
        title="title",
        summary="summary",
        body=body,
        observed_at=datetime(2026, 11, 24, tzinfo=UTC),
    )


class Pool:
    """Cannot read what says so; notes how many it is given at a time."""

    def __init__(self) -> None:
        self.given: list[int] = []

    async def read(self, bodies: Sequence[bytes]) -> list[bytes | Unreadable]:
        self.given.append(len(bodies))
        await asyncio.sleep(0)
        return [
            Unreadable("KeyError: 'x'") if b"broken" in body or not body else encode(record(body)) for body in bodies
        ]


def record(body: bytes) -> ReadingRecord:
    return ReadingRecord(reading=reading(decode_article(body).id, None, at=NOON))


def agent(kafka: FakeKafka, pool: Pool | None = None, worked: list[int] | None = None) -> ReadAgent:
    seen: list[int] = [] if worked is None else worked

    def note(part: Sequence[Received]) -> None:
        seen.append(len(part))

    return ReadAgent(pool or Pool(), delivery(kafka), "m.log", "m.readings", lambda: NOON, note)


def test_an_article_becomes_a_record_and_a_reading_with_its_text() -> None:
    kafka = FakeKafka()
    made = agent(kafka)
    asyncio.run(made([received(encode(article(1)))]))
    log, whole = kafka.durable
    body = encode(article(1))
    assert (log.topic, log.key, log.value) == ("m.log", None, encode(record(body)))
    assert (whole.topic, whole.key) == ("m.readings", b"a1")
    assert whole.value == encode(WholeReading(reading=record(body).reading, text="summary\nbody"))
    assert made.delivery.tally.received == 1


def test_articles_keep_their_order_and_are_read_by_slices() -> None:
    kafka, pool, worked = FakeKafka(), Pool(), list[int]()
    asyncio.run(agent(kafka, pool, worked)([received(encode(article(number))) for number in range(25)]))
    assert [one.key for one in kafka.of("m.readings")] == [f"a{number}".encode() for number in range(25)]
    assert pool.given == worked == [SLICE, SLICE, 5]


def test_what_cannot_be_read_is_parked_and_the_rest_goes_on() -> None:
    kafka = FakeKafka()
    batch = [
        received(encode(article(1, "broken"))),
        received(None, partition=2, offset=7),
        received(encode(article(2))),
    ]
    asyncio.run(agent(kafka)(batch))
    assert [one.key for one in kafka.of("m.readings")] == [b"a2"]
    assert [decode(ParkedThing, one.value) for one in kafka.of("m.parked")] == [
        ParkedThing(
            step="read",
            subject="a1",
            at=NOON,
            error="KeyError: 'x'",
            body=encode(article(1, "broken")),
            origin="m.articles/0/0",
        ),
        ParkedThing(
            step="read",
            subject="m.articles/2/7",  # it names no article, and another such one must not take its place
            at=NOON,
            error="KeyError: 'x'",
            body=b"",
            origin="m.articles/2/7",
        ),
    ]


def test_what_a_topic_does_not_take_is_parked() -> None:
    kafka = FakeKafka(limits={"m.readings": 3_000})
    asyncio.run(agent(kafka)([received(encode(article(1, "b" * 3_000))), received(encode(article(2)))]))
    assert [one.key for one in kafka.of("m.readings")] == [b"a2"]
    assert len(kafka.of("m.log")) == 2
    (parked,) = [decode(ParkedThing, one.value) for one in kafka.of("m.parked")]
    assert parked.subject == "a1"
    assert "bytes for topic m.readings: MessageSizeTooLargeError" in parked.error


def test_nothing_is_done_before_it_is_durable() -> None:
    kafka = FakeKafka(down=3)
    asyncio.run(agent(kafka)([received(encode(article(1)))]))
    assert len(kafka.durable) == 2
