"""What is done with a batch of messages, so that none is lost: whatever it leads to is durable when it counts as done.

Nothing here knows Faust or Kafka; ``faust_app`` brings the batches and sends.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from marsad.codec import encode
from marsad.errors import MarsadError
from marsad.parked import ParkedThing

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 5.0
"""Seconds between attempts to send what Kafka did not take."""
CONFIRMED_WITHIN: Final = 10.0
"""Seconds without an acknowledgement before that is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message of a topic. ``offset`` is Kafka's; ``value`` None is a tombstone."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None

    @property
    def origin(self) -> str:
        """Where it stands, for people and for what is parked."""
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message to be sent."""

    topic: str
    value: bytes
    key: bytes | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a message was not sent."""

    reason: str
    too_large: bool = False
    """It never will be; anything else passes."""


class Sends(Protocol):
    """What is needed of Kafka."""

    async def send(self, messages: Sequence[Outgoing]) -> list[Failure | None]:
        """Try once; of each message None when it is durable, or why it is not."""


class Trouble(Protocol):
    """Tells operators what is waited out: ``send`` for what was refused, ``confirm`` for what has no answer."""

    def met(self, name: str, error: str) -> None:
        """It lasts."""

    def over(self, name: str) -> None:
        """It has passed."""


@dataclass(slots=True)
class Tally:
    """What an agent did since its start."""

    received: int = 0
    sent: int = 0
    parked: int = 0


class CannotParkError(MarsadError):
    """What could not be processed could not be put aside either: going on would lose it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Sends for an agent, and puts aside what it cannot process."""

    sends: Sends
    trouble: Trouble
    parked_topic: str
    tally: Tally = field(default_factory=Tally)
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def deliver(self, messages: Sequence[Outgoing]) -> list[tuple[int, str]]:
        """Send until each is durable, or will never be: those by place, with the reason.

        Kafka refuses a batch for one message of it that is too large, so after such a refusal each goes alone.
        """
        waiting = list(range(len(messages)))
        attempt = 0
        while waiting:
            failures = await self._sent([messages[place] for place in waiting])
            failed = [(place, why) for place, why in zip(waiting, failures, strict=True) if why]
            self.tally.sent += len(waiting) - len(failed)
            waiting = [place for place, _why in failed]
            if any(why.too_large for _place, why in failed):
                return [refused for place in waiting for refused in await self._alone(place, messages[place])]
            attempt = await self._wait(failed[0][1].reason, attempt) if failed else 0
        self.trouble.over("send")
        return []

    async def park(self, things: Sequence[ParkedThing]) -> None:
        """Put things aside, durably. Raises CannotParkError where Kafka will never take one."""
        messages = [Outgoing(topic=self.parked_topic, key=one.id.encode(), value=encode(one)) for one in things]
        for place, reason in await self.deliver(messages):
            raise CannotParkError(f"{things[place].id}: {reason}: give topic {self.parked_topic} a larger limit")
        self.tally.parked += len(things)

    async def _alone(self, place: int, message: Outgoing) -> list[tuple[int, str]]:
        attempt = 0
        while failure := (await self._sent([message]))[0]:
            if failure.too_large:
                return [(place, f"{len(message.value):,} bytes for topic {message.topic}: {failure.reason}")]
            attempt = await self._wait(failure.reason, attempt)
        self.tally.sent += 1
        self.trouble.over("send")
        return []

    async def _sent(self, messages: Sequence[Outgoing]) -> list[Failure | None]:
        sending = asyncio.ensure_future(self.sends.send(messages))
        while not (await asyncio.wait((sending,), timeout=CONFIRMED_WITHIN))[0]:
            self.trouble.met("confirm", "Kafka does not acknowledge what was sent. Its client goes on trying")
        self.trouble.over("confirm")
        return sending.result()

    async def _wait(self, reason: str, attempt: int) -> int:
        """The number of the next attempt, once it is time for it."""
        self.trouble.met("send", reason)
        await self.pause(min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt))
        return min(attempt + 1, 10)
