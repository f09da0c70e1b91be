"""What has to be published waits durably, in order, and is forgotten once somebody published it."""

from datetime import UTC, datetime, timedelta

import pytest
from golden.words import ALERT, ENTRY, STORY

from marsad.codec import decode, decode_record, encode
from marsad.log import (
    AlertChanged,
    Decided,
    Effect,
    JudgeAgain,
    LeaseTaken,
    RawEntry,
    StoryChanged,
    Tick,
    Ticked,
    Unfoldable,
    Unjudged,
)
from marsad.outgoing import Kind, Outgoing, Publication
from marsad.parked import ParkedThing
from marsad.sqlite import Database

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture
def outgoing() -> Outgoing:
    return Outgoing(Database.open(":memory:"))


def entry(offset: int, body: bytes = b"") -> RawEntry:
    return RawEntry(offset=offset, at=NOON, body=body)


def lease(published: int) -> LeaseTaken:
    return LeaseTaken(owner="a", number=1, until=NOON + timedelta(seconds=15), published=published)


def kinds(waiting: list[Publication]) -> list[tuple[Kind, str]]:
    return [(one.kind, one.key) for one in waiting]


def test_what_others_see_is_published_and_nothing_else(outgoing: Outgoing) -> None:
    effects: list[Effect] = [
        StoryChanged(story=STORY),
        Ticked(minute=NOON),
        AlertChanged(alert=ALERT),
        Decided(entry=ENTRY),
    ]
    outgoing.add_within(effects, entry(7))
    waiting = outgoing.waiting(10, changes=True)
    assert kinds(waiting) == [(Kind.STORY, STORY.id), (Kind.ALERT, ALERT.id), (Kind.LEDGER, "7-3")]
    assert [one.body for one in waiting] == [encode(STORY), encode(ALERT), encode(ENTRY)]


def test_what_is_parked_can_be_replayed(outgoing: Outgoing) -> None:
    outgoing.add_within([Unfoldable(offset=7, error="broken")], entry(7, b"bytes of any kind \xff"))
    outgoing.add_within([Unjudged(story="s", rule="r", error="broken")], entry(8))
    folded, judged = (decode(ParkedThing, one.body) for one in outgoing.waiting(10, changes=True))
    assert (folded.id, folded.body, folded.at) == ("fold:7", b"bytes of any kind \xff", NOON)
    assert judged.id == "judge:s r"
    assert decode_record(judged.body) == JudgeAgain(story="s", rule="r")


def test_what_is_published_is_gone(outgoing: Outgoing) -> None:
    outgoing.add_within([StoryChanged(story=STORY), AlertChanged(alert=ALERT)], entry(7))
    first = outgoing.waiting(1, changes=True)
    outgoing.done(first)
    assert kinds(outgoing.waiting(10, changes=True)) == [(Kind.ALERT, ALERT.id)]


def test_it_tells_how_far_the_publishing_came(outgoing: Outgoing) -> None:
    assert outgoing.published_up_to(5) == 5
    outgoing.add_within([StoryChanged(story=STORY)], entry(7))
    outgoing.add_within([StoryChanged(story=STORY)], entry(9))
    assert outgoing.published_up_to(9) == 6
    outgoing.done(outgoing.waiting(1, changes=True))
    assert outgoing.published_up_to(9) == 8
    outgoing.done(outgoing.waiting(1, changes=True))
    assert outgoing.published_up_to(9) == 9


def test_what_the_holder_of_the_lease_has_published_is_forgotten(outgoing: Outgoing) -> None:
    for offset in (7, 8, 9):
        outgoing.add_within([StoryChanged(story=STORY)], entry(offset))
    outgoing.record_within(Tick(minute=NOON))
    outgoing.add_within([lease(published=8)], entry(10))
    assert outgoing.published_up_to(10) == 8
    assert outgoing.count() == 2


def test_records_of_this_process_go_out_without_a_lease(outgoing: Outgoing) -> None:
    outgoing.add_within([StoryChanged(story=STORY)], entry(7))
    outgoing.record_within(Tick(minute=NOON))
    (record,) = outgoing.waiting(10, changes=False)
    assert (record.kind, decode_record(record.body)) == (Kind.RECORD, Tick(minute=NOON))
    assert outgoing.published_up_to(7) == 6
