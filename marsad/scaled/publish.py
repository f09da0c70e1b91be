"""The step that publishes what the fold changed, and this process's own records, to Kafka."""

from collections.abc import Callable, Iterable
from typing import Final

from marsad.kafka.producer import Message
from marsad.kafka.topics import Topics
from marsad.kafka_log import APPENDED_WITHIN, SCHEMA_HEADER, Sends
from marsad.outgoing import Kind, Outgoing, Publication

BATCH: Final = 500


class PublishStep:
    """Things to be published, in order. After a crash the last batch may be published again: ids make it harmless."""

    def __init__(self, outgoing: Outgoing, producer: Sends, topics: Topics, may_publish: Callable[[], bool]) -> None:
        self._outgoing = outgoing
        self._producer = producer
        self._may_publish = may_publish
        self._topics = {
            Kind.STORY: topics.stories,
            Kind.ALERT: topics.alerts,
            Kind.LEDGER: topics.ledger,
            Kind.PARKED: topics.parked,
            Kind.RECORD: topics.log,
        }

    def run_once(self) -> int:
        """Publish a batch; how many things there were. Raises StoreError, KafkaDownError."""
        waiting = self._outgoing.waiting(BATCH, changes=self._may_publish())
        if waiting:
            self._producer.send_all([self._message(one) for one in last_of_each(waiting)], APPENDED_WITHIN)
            self._outgoing.done(waiting)
        return len(waiting)

    def _message(self, one: Publication) -> Message:
        key = one.key.encode() or None
        return Message(topic=self._topics[one.kind], value=one.body, key=key, headers=(SCHEMA_HEADER,))


def last_of_each(waiting: Iterable[Publication]) -> list[Publication]:
    """Of one key only the last, in the order in which those were written; records all."""
    kept: dict[object, Publication] = {}
    for one in waiting:
        name = one.seq if one.kind is Kind.RECORD else (one.kind, one.key)
        kept.pop(name, None)
        kept[name] = one
    return list(kept.values())
