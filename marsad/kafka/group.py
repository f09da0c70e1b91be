"""Shares out a topic's partitions among the processes of a consumer group. Nothing is read and no offset is kept.

A member may work on a partition only as long as nobody else can have it: until Kafka has not answered a heartbeat for
nearly the session's time, after which it gives the partition to another member.
"""

import logging
from collections.abc import Callable, Collection, Iterable
from threading import Event, Lock
from time import monotonic
from typing import Any, Final

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition, errors
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.structs import MemberState

from marsad.kafka.client import connect, told
from marsad.kafka.errors import KafkaDownError, KafkaRefusedError
from marsad.kafka.settings import KafkaAccess

SESSION_SECONDS: Final = 15.0
"""After so long without a heartbeat Kafka takes a member for dead."""
LEASE_SECONDS: Final = 12.0
"""So long after a heartbeat that was answered the member itself works on: it ends before another one begins."""
HEARTBEAT_SECONDS: Final = 1.0
HAND_OVER_SECONDS: Final = 5.0
"""How long work on a partition that is taken away may take to end. No heartbeat is sent meanwhile."""
ROUND_SECONDS: Final = 0.1
SILENT_ROUNDS: Final = 3
"""In one round it may be that heartbeats are just about to begin again."""
CONNECT_SECONDS: Final = 10.0
CLOSE_SECONDS: Final = 5.0
PAUSE_SECONDS: Final = 1.0

_LONGEST_ROUND_SECONDS: Final = 60.0
_log = logging.getLogger(__name__)


class Share:
    """One partition, while it is this member's. For any thread."""

    def __init__(
        self, partition: int, since: float, answered_at: Callable[[], float], now: Callable[[], float]
    ) -> None:
        """``since``: only a heartbeat that was sent after it shows that Kafka thinks so too."""
        self.partition = partition
        self.lost = False
        """Taken away for good: if it comes again, then as another share."""
        self._since = since
        self._answered_at = answered_at
        self._now = now
        self._idle = Event()
        self._idle.set()
        self._lock = Lock()

    def holds(self) -> bool:
        """Whether nobody else can have it at this moment."""
        answered_at = self._answered_at()
        return not self.lost and answered_at >= self._since and self._now() < answered_at + LEASE_SECONDS

    def begin(self) -> bool:
        """Work on it begins, unless it is lost already: say so at its ``end``."""
        with self._lock:
            if not self.lost:
                self._idle.clear()
            return not self.lost

    def end(self) -> None:
        """The work has ended."""
        self._idle.set()

    def lose(self) -> None:
        """It is taken away; work on it has to end."""
        with self._lock:
            self.lost = True

    def wait_for_end(self, seconds: float) -> bool:
        """Whether the work on it ended in that time."""
        return self._idle.wait(seconds)


class Group:
    """A membership. ``run`` in a thread of its own; the rest may be asked by any."""

    def __init__(
        self,
        access: KafkaAccess,
        name: str,
        topic: str,
        *,
        moment: Callable[[], float],
        instance: str | None = None,
        on_round: Callable[[], None] = lambda: None,
    ) -> None:
        """``moment``: a clock in seconds that nobody sets, and that counts on while the machine sleeps.

        ``instance``: a name that a process keeps when it is started again, so that within the session's time it gets
        its partitions back and nobody else gets them. ``on_round`` is called as long as the thread lives.
        """
        self._access = access
        self._name = name
        self._topic = topic
        self._moment = moment
        self._instance = instance
        self._on_round = on_round
        self._stop = Event()
        self._shares: dict[int, Share] = {}
        self._since = self._sent = float("-inf")
        self._answered_at = float("-inf")
        self.trouble = ""
        """Why no partition can be held; empty when nothing is the matter."""

    def shares(self) -> list[Share]:
        """The partitions that are this member's, whether it may work on them at this moment or not."""
        return [share for _partition, share in sorted(self._shares.copy().items())]

    def stop(self) -> None:
        """``run`` is to end: the partitions go to others, at once if there is no ``instance``."""
        self._stop.set()

    def run(self) -> None:
        """Be a member until ``stop``. An outage is waited out. Raises KafkaRefusedError."""
        while not self._stop.is_set():
            self._on_round()
            try:
                self._take_part()
            except KafkaDownError as error:
                if not self.trouble:
                    _log.error("the group %s cannot be kept up: %s", self._name, error)
                self.trouble = str(error)
                self._stop.wait(PAUSE_SECONDS)

    def _take_part(self) -> None:
        consumer: Any = connect(
            self._access,
            CONNECT_SECONDS,
            KafkaConsumer,
            **_SETTINGS,
            group_id=self._name,
            group_instance_id=self._instance,
        )
        self._since = self._moment()
        try:
            consumer.subscribe([self._topic], listener=_Listener(self, consumer))
            self._keep_up(consumer)
        except errors.FencedInstanceIdError as error:
            raise KafkaRefusedError(
                f"another process of the group {self._name} was started as {self._instance!r}, so this one ends: give "
                "each a name of its own"
            ) from error
        except errors.KafkaError as error:
            raise told(error, self._access, self._topic) from error
        finally:
            self._leave(consumer)

    def _keep_up(self, consumer: Any) -> None:
        coordinator = consumer._coordinator  # noqa: SLF001  kafka-python tells of heartbeats nowhere else
        silent = 0
        while not self._stop.is_set():
            consumer.poll(timeout_ms=int(ROUND_SECONDS * 1_000))
            _go_on_joining(coordinator)
            self._note_heartbeat(coordinator.heartbeat)
            self._on_round()
            silent = silent + 1 if _sends_no_heartbeat(coordinator) else 0
            if silent >= SILENT_ROUNDS:
                raise errors.FencedInstanceIdError

    def _leave(self, consumer: Any) -> None:
        try:
            consumer.close(autocommit=False, timeout_ms=int(CLOSE_SECONDS * 1_000))
        except errors.KafkaError as error:
            _log.debug("a membership ended with: %s", error)
        self.taken(list(self._shares), 0)

    def given(self, partitions: Iterable[int]) -> None:
        """More partitions are this member's."""
        now = self._moment()
        for partition in sorted(partitions):
            self._shares[partition] = Share(partition, now, lambda: self._answered_at, self._moment)
            _log.info("partition %d of %s is this process's", partition, self._topic)

    def taken(self, partitions: Collection[int], within: float) -> None:
        """Partitions are taken away. Returns when the work on them has ended, or the time is over."""
        lost = [self._shares.pop(partition) for partition in sorted(partitions) if partition in self._shares]
        for share in lost:
            share.lose()
            _log.info("partition %d of %s is no more this process's", share.partition, self._topic)
        deadline = monotonic() + within
        late = [share.partition for share in lost if not share.wait_for_end(max(0.0, deadline - monotonic()))]
        if late and within:
            _log.warning(
                "partitions %s of %s are given up before the work on them ended: some of it may be done twice",
                *(late, self._topic),
            )

    def _note_heartbeat(self, heartbeat: Any) -> None:
        sent = heartbeat.last_send
        if heartbeat.last_receive >= sent > self._sent:
            self._sent = sent
            self._answered_at = self._moment() - (monotonic() - sent)
            self.trouble = ""
        elif self._moment() >= max(self._since, self._answered_at) + LEASE_SECONDS and not self.trouble:
            self.trouble = f"Kafka ({self._access.brokers}) answers no heartbeat of the group {self._name}"


def _go_on_joining(coordinator: Any) -> None:
    """kafka-python forgets that it joins anew because it heard of the topic's partitions, if the round ends meanwhile.

    It would send no heartbeat any more, and never ask what it was given.
    """
    if coordinator.rejoining and not coordinator.need_rejoin():
        coordinator.request_rejoin()


def _sends_no_heartbeat(coordinator: Any) -> bool:
    """kafka-python says nothing when another process has got this one's name: it is as if it were a member still."""
    enabled = coordinator._heartbeat_enabled  # noqa: SLF001  it tells it nowhere else
    return coordinator.state is MemberState.STABLE and not coordinator.rejoining and not enabled


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
    """Called in the client's own thread, which sends no heartbeat meanwhile."""

    def __init__(self, group: Group, consumer: Any) -> None:
        self._group = group
        self._consumer = consumer

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        self._consumer.pause(*assigned)
        self._group.given(place.partition for place in assigned)

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        self._group.taken([place.partition for place in revoked], HAND_OVER_SECONDS)

    def on_partitions_lost(self, lost: Collection[TopicPartition]) -> None:
        self._group.taken([place.partition for place in lost], 0)


_SETTINGS: Final[dict[str, Any]] = {
    "partition_assignment_strategy": (CooperativeStickyAssignor,),  # only what moves is interrupted
    "session_timeout_ms": int(SESSION_SECONDS * 1_000),
    "heartbeat_interval_ms": int(HEARTBEAT_SECONDS * 1_000),
    "max_poll_interval_ms": int(_LONGEST_ROUND_SECONDS * 1_000),
    "enable_auto_commit": False,
    "auto_offset_reset": "latest",
    "allow_auto_create_topics": False,
    "metrics_enabled": False,
}
