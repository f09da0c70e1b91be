"""Who may work on a partition, by a clock that the test sets; what Kafka has to do with it is tested on a broker."""

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from marsad.kafka import group as module
from marsad.kafka.group import LEASE_SECONDS, SESSION_SECONDS, Group
from marsad.kafka.settings import KafkaAccess


class Member:
    """A group of one member, and what its client knows of heartbeats."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.heartbeat = SimpleNamespace(last_send=float("-inf"), last_receive=float("-inf"))
        self.group = Group(KafkaAccess(("k:9092",)), "t.poll", "t.feed-state", moment=lambda: self.now)
        self.group._since = self.now
        monkeypatch.setattr(module, "monotonic", lambda: self.now)

    def beat(self, sent: float, *, answered: bool = True) -> None:
        self.heartbeat.last_send = sent
        if answered:
            self.heartbeat.last_receive = max(self.now, sent)
        self.look()

    def look(self) -> None:
        self.group._note_heartbeat(self.heartbeat)

    def held(self) -> list[int]:
        return [share.partition for share in self.group.shares() if share.holds()]


@pytest.fixture
def member(monkeypatch: pytest.MonkeyPatch) -> Member:
    return Member(monkeypatch)


def test_a_partition_counts_once_a_heartbeat_sent_after_it_is_answered(member: Member) -> None:
    member.beat(99)
    member.group.given([1, 0])
    assert member.held() == []
    member.now = 101
    member.beat(100.5, answered=False)
    assert member.held() == []
    member.beat(100.5)
    assert member.held() == [0, 1]


def test_without_answers_it_is_held_no_longer_than_kafka_holds_it(member: Member) -> None:
    member.group.given([0])
    member.beat(100)
    member.now = 100 + LEASE_SECONDS - 0.1
    member.beat(111, answered=False)
    assert member.held() == [0]
    member.now = 100 + LEASE_SECONDS
    member.look()
    assert member.held() == []
    assert "answers no heartbeat" in member.group.trouble
    assert LEASE_SECONDS < SESSION_SECONDS
    member.beat(112)
    assert member.held() == [0]
    assert member.group.trouble == ""


def test_time_counts_from_the_sending_not_from_the_answer(member: Member) -> None:
    member.group.given([0])
    member.now = 110
    member.beat(100)
    member.now = 100 + LEASE_SECONDS
    assert member.held() == []


def test_an_answer_that_was_noted_before_the_machine_slept_is_not_new_after_it(
    member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    member.group.given([0])
    member.beat(100)
    monkeypatch.setattr(module, "monotonic", lambda: 101.0)
    member.now = 500
    member.look()
    assert member.held() == []


def test_what_is_taken_away_is_lost_for_good_and_comes_as_another_share(member: Member) -> None:
    member.group.given([0])
    member.beat(100)
    (first,) = member.group.shares()
    member.group.taken([0, 7], 0)
    assert (first.lost, first.holds(), first.begin(), member.group.shares()) == (True, False, False, [])
    member.group.given([0])
    member.now = 101
    member.beat(101)
    (second,) = member.group.shares()
    assert second.holds()
    assert not first.holds()


def test_giving_up_waits_for_the_work_to_end(member: Member) -> None:
    member.group.given([0])
    (share,) = member.group.shares()
    assert share.begin()
    seen: list[Any] = []

    def work() -> None:
        while not share.lost:
            pass
        seen.append("ended")
        share.end()

    thread = threading.Thread(target=work)
    thread.start()
    member.group.taken([0], 10)
    assert seen == ["ended"]
    thread.join()


def test_work_that_does_not_end_is_told(member: Member, caplog: pytest.LogCaptureFixture) -> None:
    member.group.given([0, 1])
    for share in member.group.shares():
        share.begin()
    member.group.shares()[1].end()
    member.group.taken([0, 1], 0.01)
    assert "partitions [0] of t.feed-state are given up before the work on them ended" in caplog.text


@pytest.mark.parametrize(
    ("rejoining", "needed", "asked"),
    [
        pytest.param(True, False, [1], id="forgotten half-way"),
        pytest.param(True, True, [], id="it is at it"),
        pytest.param(False, False, [], id="a member"),
    ],
)
def test_a_joining_that_was_forgotten_goes_on(*, rejoining: bool, needed: bool, asked: list[int]) -> None:
    found: list[int] = []
    module._go_on_joining(
        SimpleNamespace(rejoining=rejoining, need_rejoin=lambda: needed, request_rejoin=lambda: found.append(1))
    )
    assert found == asked
