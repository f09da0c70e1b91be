"""What was put aside, as it travels: with its error, and all that is needed to replay it."""

from datetime import datetime

from msgspec import Struct


class ParkedThing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that could not be processed."""

    step: str
    """The step that could not: ``read``, ``fold``, ``judge``, ``index``."""
    subject: str
    """The article (read), the log offset (fold), story and rule (judge), or the document (index)."""
    at: datetime
    error: str
    body: bytes
    origin: str = ""
    """Kafka topic, partition and offset that it came from."""
    key: bytes | None = None
    """Its key in that topic (index): under another one a replay would leave a copy where only the newest is kept."""

    @property
    def id(self) -> str:
        """The same thing parked again by the same step has the same id."""
        return f"{self.step}:{self.subject}"
