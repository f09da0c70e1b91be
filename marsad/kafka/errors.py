"""What can go wrong with Kafka. Each message says what to do, and none holds a secret."""

from collections.abc import Sequence
from typing import Final

from marsad.errors import MarsadError

_TRIED_AGAIN: Final = "It is tried again, nothing is lost"
_START_AGAIN: Final = "Start again when it is up"


class KafkaDownError(MarsadError):
    """Kafka cannot be reached, or did not answer in time. It passes by itself: try again later.

    Its text is for who waits and goes on, ``ending`` for a process that ends by it, ``reason`` for who does without.
    """

    def __init__(self, reason: str) -> None:
        """``reason`` is a sentence, without what becomes of it."""
        self.reason = reason
        super().__init__(self._told(_TRIED_AGAIN))

    @property
    def ending(self) -> str:
        """Why the process ends: whoever started it is to try again."""
        return self._told(_START_AGAIN)

    def _told(self, outlook: str) -> str:
        return f"{self.reason}{'' if self.reason.endswith(('.', '?')) else '.'} {outlook}"


class KafkaRefusedError(MarsadError):
    """Kafka answers and refuses: wrong credentials, a missing privilege, too old a version. A person must act."""


class TopicMissingError(KafkaRefusedError):
    """A Kafka topic of Marsad's is not there."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        super().__init__(f"topic {topic} is missing: run `marsad kafka setup`")


class MessageTooLargeError(MarsadError):
    """Messages are larger than Kafka takes. All others that were given with them are durable."""

    def __init__(self, too_large: Sequence[tuple[int, str, int]], limit: int) -> None:
        """``too_large``: of each its place among the messages given, its topic and its size in bytes."""
        self.indexes = tuple(index for index, _topic, _size in too_large)
        self.sizes = tuple(size for _index, _topic, size in too_large)
        told = ", ".join(f"{size:,} bytes for {topic}" for _index, topic, size in too_large[:3])
        more = f" and {len(too_large) - 3} more" if len(too_large) > 3 else ""
        super().__init__(
            f"too large for Kafka: {told}{more}; at most {limit:,} bytes are taken, or the topic's max.message.bytes "
            "where that is less: `marsad kafka setup --check` tells"
        )


class LogGapError(MarsadError):
    """What is to be read next is not in the topic: it was thrown away there, or this is another cluster's topic."""
