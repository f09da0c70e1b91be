"""The log on Kafka as it grows: which articles were read, and how often."""

import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from typing import Self

from marsad.article import Article
from marsad.codec import decode_record
from marsad.kafka.errors import KafkaDownError
from marsad.kafka.reader import PartitionReader
from marsad.kafka.settings import KafkaAccess
from marsad.log import ReadingRecord

_BATCH = 1_000


class AskedThread(threading.Thread):
    """Runs within a ``with`` block. What it does must look at ``_stop_asked``."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._stop_asked = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_asked.set()
        self.join()


class LogTail(AskedThread):
    """Reads along, through every outage."""

    def __init__(self, access: KafkaAccess, topic: str) -> None:
        super().__init__()
        self.read: Counter[str] = Counter()
        """Link of an article → how many records of it the log has."""
        self.offset = 0
        self._access, self._topic = access, topic

    def run(self) -> None:
        with closing(PartitionReader(self._access, self._topic)) as partition:
            while not self._stop_asked.is_set():
                try:
                    entries = partition.after(self.offset, _BATCH, 0.5)
                except KafkaDownError:
                    self._stop_asked.wait(0.5)
                    continue
                for entry in entries:
                    record = decode_record(entry.body)
                    if isinstance(record, ReadingRecord):
                        self.read[record.reading.link] += 1
                    self.offset = entry.offset


class Progress:
    """How far a sequence of articles has been read without a gap."""

    def __init__(self, articles: Sequence[Article], tail: LogTail) -> None:
        self._links = [article.link for article in articles]
        self._tail = tail
        self._whole = 0

    def whole(self) -> int:
        """All articles before this one are in the log."""
        while self._whole < len(self._links) and self._links[self._whole] in self._tail.read:
            self._whole += 1
        return self._whole
