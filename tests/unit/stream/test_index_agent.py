"""A message becomes a document of its kind; what the index never takes is parked, once."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest
from agent_fakes import NOON, FakeKafka, delivery, received
from golden.words import ALERT, ENTRY, READING, STORY, TRAVELLING

from marsad.codec import decode, encode
from marsad.parked import ParkedThing
from marsad.reading import WholeReading
from stream.index.elastic_documents import Documents
from stream.index.elastic_labels import LabelNames
from stream.index.elastic_operation import Operation, Rejected
from stream.index.protocol import Indexed
from stream.index_agent import IndexAgent, Sources, converts
from stream.safe_agent import Received

SOURCES = Sources(readings="m.readings", stories="m.stories", alerts="m.alerts", ledger="m.ledger", parked="m.parked")
WHOLE = received(encode(TRAVELLING["whole-reading"]), topic="m.readings", key=READING.article_id.encode())
PARKED = received(encode(TRAVELLING["parked"]), topic="m.parked", key=b"read:x", offset=9)


class Index:
    """Takes all but ids that hold one of some words, and gives back others than it was given, as the real one may."""

    def __init__(self, *refused: str) -> None:
        self._refused = refused
        self.taken: list[Operation] = []

    async def put(self, operations: Sequence[Operation]) -> list[Rejected]:
        rejected = [one for one in operations if any(word in one.id for word in self._refused)]
        self.taken += [one for one in operations if one not in rejected]
        return [Rejected(operation=replace(one), reason="mapper_parsing_exception: no number") for one in rejected]


def indexed(whole: WholeReading) -> Indexed:
    return Indexed(reading=whole.reading, text=whole.text)


def parked_at(moment: datetime) -> bytes:
    return encode(msgspec.structs.replace(TRAVELLING["parked"], at=moment))


def agent(index: Index, kafka: FakeKafka | None = None) -> IndexAgent:
    made = converts(SOURCES, Documents(LabelNames()), indexed)
    return IndexAgent(index, delivery(kafka or FakeKafka()), made, lambda: NOON)


def test_each_kind_becomes_its_document() -> None:
    index = Index()
    batch = [
        WHOLE,
        received(encode(STORY), topic="m.stories"),
        received(encode(ALERT), topic="m.alerts"),
        received(encode(ENTRY), topic="m.ledger"),
        PARKED,
        received(None, topic="m.parked", key=b"read:y"),
    ]
    made = agent(index)
    asyncio.run(made(batch))
    assert [str(one.place.kind) for one in index.taken] == [
        "articles",
        "stories",
        "alerts",
        "ledger",
        "parked",
        "parked",
    ]
    assert [one.id for one in index.taken][:3] == [READING.article_id, STORY.id, ALERT.id]
    assert [one.id for one in index.taken][4:] == ["read:x", "read:y"]
    assert index.taken[5].document is None
    assert made.delivery.tally.received == 6


def test_what_came_later_in_the_topic_wins_whatever_any_clock_said() -> None:
    index = Index()
    ahead = received(parked_at(NOON + timedelta(days=300)), topic="m.parked", key=b"read:x", offset=7)
    gone = received(None, topic="m.parked", key=b"read:x", offset=8)
    again = received(parked_at(NOON - timedelta(days=300)), topic="m.parked", key=b"read:x", offset=9)
    for batch in ([ahead], [gone, again], [ahead, gone, again]):  # the last is a redelivery
        asyncio.run(agent(index)(batch))
    assert [(one.id, one.version, one.document is None) for one in index.taken[:3]] == [
        ("read:x", 7, False),
        ("read:x", 8, True),
        ("read:x", 9, False),
    ]
    assert index.taken[3:] == index.taken[:3]


def test_what_the_index_refuses_is_parked_with_its_bytes() -> None:
    kafka = FakeKafka()
    asyncio.run(agent(Index(READING.article_id), kafka)([WHOLE]))
    (thing,) = [decode(ParkedThing, one.value) for one in kafka.of("m.parked")]
    assert (thing.step, thing.subject) == ("index", f"articles/{READING.article_id}")
    assert thing.error == "mapper_parsing_exception: no number"
    assert (thing.body, thing.origin, thing.key) == (WHOLE.value, "m.readings/0/0", READING.article_id.encode())


@pytest.mark.parametrize("newest_first", [False, True])
def test_of_two_versions_that_are_refused_the_newer_is_kept(newest_first: bool) -> None:
    older, newer = (
        received(encode(msgspec.structs.replace(STORY, version=version)), topic="m.stories", offset=version)
        for version in (3, 4)
    )
    kafka = FakeKafka()
    asyncio.run(agent(Index(STORY.id), kafka)([newer, older] if newest_first else [older, newer]))
    (thing,) = [decode(ParkedThing, one.value) for one in kafka.of("m.parked")]
    assert thing.body == newer.value


def test_what_is_refused_is_parked_and_not_another_version_of_it_that_is_taken() -> None:
    class OnlyNewer(Index):
        async def put(self, operations: Sequence[Operation]) -> list[Rejected]:
            return [Rejected(operation=one, reason="no number") for one in operations if one.version == 3]

    bodies = [encode(msgspec.structs.replace(STORY, version=version)) for version in (3, 4)]
    kafka = FakeKafka()
    asyncio.run(agent(OnlyNewer(), kafka)([received(body, topic="m.stories") for body in bodies]))
    (thing,) = [decode(ParkedThing, one.value) for one in kafka.of("m.parked")]
    assert thing.body == bodies[0]


def test_what_is_no_word_is_parked_and_the_rest_indexed() -> None:
    kafka, index = FakeKafka(), Index()
    broken = [
        received(b"garbage", topic="m.stories", offset=4),
        received(b'2.0 {"id":1}', topic="m.alerts", offset=5),
        received(None, topic="m.ledger", offset=6),
    ]
    asyncio.run(agent(index, kafka)([*broken, WHOLE]))
    parked = [decode(ParkedThing, one.value) for one in kafka.of("m.parked")]
    assert [one.subject for one in parked] == ["m.stories/0/4", "m.alerts/0/5", "m.ledger/0/6"]
    assert "schema version 2.0" in parked[1].error
    assert [one.id for one in index.taken] == [READING.article_id]


def test_what_breaks_the_making_of_its_document_is_parked() -> None:
    def breaks(_received: Received) -> Operation:
        raise KeyError("x")

    kafka = FakeKafka()
    made = IndexAgent(Index(), delivery(kafka), {"m.stories": breaks}, lambda: NOON)
    asyncio.run(made([received(b"1.0 {}", topic="m.stories")]))
    assert [decode(ParkedThing, one.value).error for one in kafka.of("m.parked")] == ["KeyError: 'x'"]


@pytest.mark.parametrize("one", [PARKED, received(b"garbage", topic="m.parked", key=b"read:x")])
def test_what_is_parked_already_is_not_parked_again(one: Received, caplog: pytest.LogCaptureFixture) -> None:
    kafka = FakeKafka()
    with caplog.at_level(logging.ERROR):
        asyncio.run(agent(Index("read:x"), kafka)([one]))
    assert kafka.durable == []
    assert "read:x' stays parked, but the index does not show it" in caplog.text
