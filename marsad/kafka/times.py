"""When a message was written, as Kafka tells it. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = 253_402_300_799_999
"""Milliseconds: the last that a datetime can tell."""


def written_at(milliseconds: float) -> datetime:
    """A message's timestamp, which a producer may have set to anything: held within what a datetime can tell."""
    return _EPOCH + timedelta(milliseconds=min(max(0, milliseconds), _LATEST))
