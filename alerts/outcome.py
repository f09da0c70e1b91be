"""What came of one attempt to send, and when to try again. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

GIVE_UP: Final = timedelta(hours=12)
"""A message that nobody could take for so long is given up, loudly: the ledger and the log say so."""
_FIRST: Final = timedelta(seconds=5)
_LONGEST: Final = timedelta(minutes=10)
_LONGEST_REST: Final = timedelta(seconds=30)
_MOST_ASKED: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Sent:
    """The receiver's service took the message."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not, or it is not known whether it did. ``error`` holds no secret."""

    error: str
    recoverable: bool = True
    unsure: bool = False
    """The answer was lost: the message may have arrived, so the next attempt is marked."""
    retry_after: float | None = None
    """Seconds that the service asks to wait."""


Attempt = Sent | Failed


def next_attempt(attempts: int, failed: Failed, now: datetime) -> datetime:
    """Doubling from 5 s to 10 min, never earlier than the service asks (up to an hour).

    ``attempts`` counts those made, from 1.
    """
    wait: timedelta = min(_FIRST * 2 ** min(attempts - 1, 10), _LONGEST)
    if failed.retry_after is not None:
        wait = max(wait, min(timedelta(seconds=failed.retry_after), _MOST_ASKED))
    return now + wait


def rest(attempts: int, failed: Failed) -> timedelta:
    """How long the receiver's other messages wait too: as long as it asks, else half a minute at most.

    One message that a service will never take must not hold up the rest for its own long pauses.
    """
    if failed.retry_after is not None:
        return min(timedelta(seconds=failed.retry_after), _MOST_ASKED)
    return min(_FIRST * attempts, _LONGEST_REST)


def given_up(failed: Failed, due_at: datetime, now: datetime, *, repeat: bool) -> bool:
    """Whether to try no more.

    After a lost answer one marked repeat is made; if its answer is lost too, the message has most likely
    arrived, and a third would be one too many.
    """
    return not failed.recoverable or (repeat and failed.unsure) or now - due_at >= GIVE_UP
