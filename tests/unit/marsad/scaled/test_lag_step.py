"""How far a group has come, as Kafka says, of the partitions that are this worker's."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Self

import pytest

from marsad.kafka.errors import KafkaDownError
from marsad.kafka.settings import KafkaAccess
from marsad.own_thread import OwnThread
from marsad.scaled import lag_step
from marsad.scaled.lag_step import LagStep
from marsad.scaled.pulse import Place, Pulse, Standing

A, B, C = ("m.a", 0), ("m.a", 1), ("m.b", 0)


class Admin:
    """Kafka's answers."""

    ends: Mapping[str, Mapping[int, int]] = {"m.a": {0: 9, 1: 4}, "m.b": {0: 7}}
    committed: Mapping[Place, int] = {A: 5, C: 7}
    down = False

    def __init__(self, _access: KafkaAccess) -> None:
        if self.down:
            raise KafkaDownError("down")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def end_offsets(self, topic: str) -> Mapping[int, int]:
        return self.ends[topic]

    def group_offsets(self, group: str) -> Mapping[Place, int]:
        assert group == "m.read"
        return self.committed


class Faust:
    def __init__(self, *own: Place) -> None:
        self._own = frozenset(own)

    def assignment(self) -> frozenset[Place]:
        return self._own

    async def first_offsets(self, places: Sequence[Place]) -> dict[Place, int]:
        return dict.fromkeys(places, 3)


@pytest.fixture
def pulse(monkeypatch: pytest.MonkeyPatch) -> Pulse:
    monkeypatch.setattr(lag_step, "Admin", Admin)
    return Pulse(0.0)


def ask(pulse: Pulse, faust: Faust, now: float = 10.0, times: int = 1) -> None:
    thread = OwnThread()
    try:
        step = LagStep(KafkaAccess(("127.0.0.1:9",)), "m.read", ["m.a", "m.b"], thread, pulse, lambda: now)
        for _ in range(times):
            assert asyncio.run(step.run_once(faust)) == 0
    finally:
        thread.close()


def test_only_its_own_partitions_count(pulse: Pulse) -> None:
    ask(pulse, Faust(A, C))
    assert pulse.standings == {A: Standing(9, 5), C: Standing(7, 7)}
    assert pulse.since == {A: 10.0, C: 10.0}


def test_what_age_threw_away_does_not_wait_where_nothing_was_committed_yet(pulse: Pulse) -> None:
    ask(pulse, Faust(B))
    assert pulse.standings == {B: Standing(4, 3)}


def test_what_age_threw_away_unread_is_told_once(
    pulse: Pulse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Admin, "committed", {A: 2})
    ask(pulse, Faust(A), times=2)
    assert [record.getMessage().partition(" before")[0] for record in caplog.records] == [
        "1 messages of m.a, partition 0, were thrown away by their age"
    ]


def test_a_worker_without_partitions_looks_whether_anybody_reads(pulse: Pulse) -> None:
    ask(pulse, Faust())
    assert set(pulse.standings) == {A, B, C}


def test_while_kafka_is_down_nobody_hangs(pulse: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(pulse, Faust(A))
    monkeypatch.setattr(Admin, "down", True)
    with pytest.raises(KafkaDownError):
        ask(pulse, Faust(A), 500.0)
    assert pulse.since == {A: 500.0}
