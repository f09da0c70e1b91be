"""A stage of its own for each test, on the broker of the whole run."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.faust.stage import Stage, stage
from servers.fixtures import Kafka

_numbers = itertools.count(1)


def next_name() -> str:
    return f"faust-{os.getpid()}-{next(_numbers)}"


@pytest.fixture
def reading(kafka: Kafka, tmp_path: Path) -> Iterator[Stage]:
    with stage(kafka.bootstrap, next_name(), tmp_path) as made:
        yield made
