"""`marsad worker` where it cannot work."""

from pathlib import Path

import pytest
from unit.marsad.cli_runs import run

from marsad.init_watch import write_watch


@pytest.mark.parametrize("kind", ["read", "index"])
def test_a_watch_without_kafka_has_no_workers(tmp_path: Path, kind: str) -> None:
    write_watch(tmp_path / "mine", ("sahel",), "en")
    done = run("worker", kind, str(tmp_path / "mine"))
    assert done.code == 2
    assert "is missing: write `kafka: {bootstrap: [HOST:9092]}`" in done.err


def test_each_kind_is_told_of() -> None:
    assert "Read articles." in run("worker", "--help").out
