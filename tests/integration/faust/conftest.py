"""A stage of its own for each test, on the broker of the whole run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.faust.stage import Stage, next_name, stage
from servers.fixtures import Kafka


@pytest.fixture
def reading(kafka: Kafka, tmp_path: Path) -> Iterator[Stage]:
    with stage(kafka.bootstrap, next_name(), tmp_path) as made:
        yield made
