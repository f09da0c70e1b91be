"""A schedule of faults, the same for the same seed: each part and each server killed and stalled, in turn."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from e2e.running import until
from faults.scaled_scene import PARTS, ScaledScene
from servers.kafka_state import unready

Kind = Literal["kill", "stall"]
BROKERS = ("broker-1", "broker-2", "broker-3")
ELASTIC = "elastic"
TARGETS = (*PARTS, *BROKERS, ELASTIC)
SHORT, LONG = (1.0, 8.0), (16.0, 25.0)
"""Seconds. The long ones outlast a lease and a group's session."""
MOST_ARE_SHORT = 0.8
IN_SYNC_WITHIN = 180.0


@dataclass(frozen=True)
class Fault:
    """``target`` is killed, and started again after ``lasts`` seconds; or it is stalled for so long."""

    target: str
    kind: Kind
    lasts: float

    def __str__(self) -> str:
        return f"{self.kind} {self.target} for {self.lasts:.0f} s"


def schedule(count: int, seed: int) -> list[Fault]:
    """``count`` faults; of as many as there are kinds of them, each comes once."""
    draw = random.Random(seed)
    return [_drawn(draw, target, kind) for target, kind in _dealt(draw, count)]


def _dealt(draw: random.Random, count: int) -> Iterator[tuple[str, Kind]]:
    kinds: tuple[Kind, ...] = ("kill", "stall")
    deck: list[tuple[str, Kind]] = []
    for _ in range(count):
        deck = deck or draw.sample([(target, kind) for target in TARGETS for kind in kinds], len(TARGETS) * 2)
        yield deck.pop()


def _drawn(draw: random.Random, target: str, kind: Kind) -> Fault:
    return Fault(target, kind, draw.uniform(*(SHORT if draw.random() < MOST_ARE_SHORT else LONG)))


def begin(scene: ScaledScene, fault: Fault) -> None:
    """A broker only when all copies are in sync: one that lags behind is as good as down, and one at a time is."""
    if fault.target in BROKERS:
        wait_in_sync(scene)
    _do(scene, fault.target, fault.kind)


def end(scene: ScaledScene, fault: Fault) -> None:
    _do(scene, fault.target, {"kill": "start", "stall": "resume"}[fault.kind])


def wait_in_sync(scene: ScaledScene) -> None:
    ports = [one.internal for one in scene.kafka.ports]
    until(lambda: not unready(ports), "all copies are in sync", IN_SYNC_WITHIN)


def _do(scene: ScaledScene, target: str, verb: str) -> None:
    """Brokers, Elasticsearch and the supervisor have the same verbs."""
    if target in BROKERS:
        getattr(scene.kafka, verb)(BROKERS.index(target) + 1)
    elif target == ELASTIC:
        getattr(scene.elastic, verb)()
    else:
        getattr(scene.supervisor, verb)(target)


def counted(faults: Sequence[Fault]) -> str:
    """For a report: ``kill 50, stall 51``."""
    kinds = [fault.kind for fault in faults]
    return ", ".join(f"{kind} {kinds.count(kind)}" for kind in ("kill", "stall"))
