"""A broker whose disk is full ends itself. What it acknowledged is there when there is room again, and all goes on."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from integration.kafka.conftest import made_topics
from servers.kafka import KafkaCluster
from servers.processes import until

from marsad.kafka.admin import Admin
from marsad.kafka.errors import KafkaDownError
from marsad.kafka.producer import Message, Producer
from marsad.kafka.reader import PartitionReader
from marsad.kafka.settings import KafkaAccess

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
SIZE = 64 * 1024 * 1024
PATIENCE = 60.0
SMALL_FILES = {"log.segment.bytes": "1048576", "log.index.size.max.bytes": "4096"}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small one of its own, in memory."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk of its own")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk: Path) -> Path:
    """With a file that leaves no room at all."""
    filler = disk / "filler"
    done = subprocess.run(
        ["dd", "if=/dev/zero", f"of={filler}", "bs=4096"], capture_output=True, text=True, check=False
    )
    assert "No space left" in done.stderr, done.stderr
    return filler


def test_nothing_acknowledged_is_missing_and_all_goes_on_three_times(
    start_kafka: Callable[..., KafkaCluster], disk: Path
) -> None:
    cluster = start_kafka(settings={"log.dirs": str(disk / "data"), **SMALL_FILES})
    access = KafkaAccess((cluster.bootstrap,))
    with Admin(access) as admin:
        topics = made_topics(admin)
    with closing(Producer(access)) as producer, closing(PartitionReader(access, topics.log)) as reader:

        def write(name: str, within: float = PATIENCE) -> None:
            producer.send_all([Message(topic=topics.log, value=name.encode() + b" " * 50_000)], within)

        def write_on(name: str) -> None:
            for _ in range(100):  # more than there is room for
                write(name, within=3.0)

        for turn in range(3):
            write(f"before {turn}")
            filler = fill(disk)
            with pytest.raises(KafkaDownError, match="tried again"):
                write_on("unsure")
            until(lambda: not cluster.alive, "the broker ends itself", PATIENCE)
            filler.unlink()
            cluster.start()
            cluster.wait_ready()
            write(f"after {turn}")
        found: list[str] = []
        while found[-1:] != ["after 2"]:
            entries = reader.after(len(found), 100, 5.0)
            assert entries, found
            found += [entry.body.decode().rstrip() for entry in entries]
    assert [name for name in found if name != "unsure"] == [
        f"{when} {n}" for n in range(3) for when in ("before", "after")
    ]
