"""Topics are looked at before a worker starts."""

from collections.abc import Mapping, Sequence

import pytest

from marsad.kafka.errors import KafkaRefusedError
from marsad.kafka.topics import Topics
from marsad.scaled.worker_topics import check_topics


class Admin:
    def __init__(self, **found: int) -> None:
        self._found = found

    def partitions(self, names: Sequence[str]) -> Mapping[str, int]:
        return {name: self._found[name] for name in names}


def check(**found: int) -> None:
    check_topics(Admin(**found), Topics(""), found.keys(), 4)  # type: ignore[arg-type]


def test_as_many_as_asked_or_more_are_well() -> None:
    check(articles=4, readings=12, log=1)


def test_too_few_and_a_log_in_parts_are_refused_all_at_once() -> None:
    with pytest.raises(KafkaRefusedError) as caught:
        check(articles=2, readings=4, log=3)
    first, second = str(caught.value).splitlines()
    assert first.startswith("topic articles: has 2 of 4 partitions")
    assert second.startswith("topic log: has 3 partitions and must have one")
