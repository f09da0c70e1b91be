"""`marsad kafka setup`, against a real broker."""

from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from servers.fixtures import Kafka
from servers.names import unique
from unit.marsad.cli_runs import Done, run

from marsad.kafka.admin import Admin
from marsad.kafka.topics import Topics

NAMES = ("articles", "feed-state", "readings", "stories", "alerts", "ledger", "log", "parked")


@pytest.fixture
def prefix() -> str:
    return f"{unique('news')}."


def watch(folder: Path, bootstrap: str, prefix: str, more: str = "") -> str:
    text = f"kafka:\n  bootstrap: [{bootstrap}]\n  prefix: {prefix}\n  partitions: 2\n{more}"
    (folder / "marsad.yaml").write_text(text, "utf-8")
    return str(folder)


def lines(done: Done) -> list[str]:
    head, *rest = done.out.splitlines()
    assert head == "Kafka cluster EjRWeBI0VngSNFZ4EjRWeA: 1 broker"
    return rest


def change(bootstrap: str, topic: str, settings: dict[str, str]) -> None:
    client = KafkaAdminClient(bootstrap_servers=bootstrap)
    client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, settings)])
    client.close()


def test_it_creates_what_is_missing_once(tmp_path: Path, kafka: Kafka, prefix: str, admin: Admin) -> None:
    folder = watch(tmp_path, kafka.bootstrap, prefix)
    missing = run("kafka", "setup", folder, "--check")
    assert missing.code == 1
    assert lines(missing) == [f"{prefix}{name}: is missing: run `marsad kafka setup` without --check" for name in NAMES]
    assert missing.err == "marsad: 8 things amiss with Kafka's topics, told above\n"
    assert admin.found([f"{prefix}{name}" for name in NAMES]) == {}

    made = run("kafka", "setup", folder)
    assert (made.code, made.err) == (0, "")
    assert lines(made) == [
        f"{prefix}{name}: created ({'1 partition' if name in ('log', 'parked') else '2 partitions'}, replication 1)"
        for name in NAMES
    ]
    for again in (run("kafka", "setup", folder), run("kafka", "setup", folder, "--check")):
        assert (again.code, again.err) == (0, "")
        assert lines(again) == [f"{prefix}{name}: as it should be" for name in NAMES]


def test_wrong_settings_are_told_and_put_right(tmp_path: Path, kafka: Kafka, prefix: str, admin: Admin) -> None:
    folder = watch(tmp_path, kafka.bootstrap, prefix)
    assert run("kafka", "setup", folder).code == 0
    log = Topics(prefix).log
    change(kafka.bootstrap, log, {"retention.ms": "60000", "cleanup.policy": "compact", "segment.ms": "1234567"})
    found = run("kafka", "setup", folder, "--check")
    assert found.code == 1
    assert [line for line in lines(found) if "as it should be" not in line] == [
        f"{log}: cleanup.policy is compact, not delete: run `marsad kafka setup` without --check",
        f"{log}: retention.ms is 60000, not -1: run `marsad kafka setup` without --check",
    ]
    mended = run("kafka", "setup", folder)
    assert mended.code == 0
    assert f"{log}: retention.ms is 60000, not -1: put right" in lines(mended)
    assert run("kafka", "setup", folder, "--check").code == 0
    assert admin.found([log])[log].settings["segment.ms"] == "1234567"


def test_what_would_harm_is_only_told(tmp_path: Path, kafka: Kafka, prefix: str) -> None:
    assert run("kafka", "setup", watch(tmp_path, kafka.bootstrap, prefix)).code == 0
    folder = watch(tmp_path, kafka.bootstrap, prefix)
    text = (tmp_path / "marsad.yaml").read_text("utf-8").replace("partitions: 2", "partitions: 4")
    (tmp_path / "marsad.yaml").write_text(text, "utf-8")
    for words in ((), ("--check",)):
        done = run("kafka", "setup", folder, *words)
        assert done.code == 1
        assert len([line for line in lines(done) if "has 2 of 4 partitions" in line]) == 6
        assert done.err == "marsad: 6 things amiss with Kafka's topics, told above\n"


def test_more_copies_than_brokers(tmp_path: Path, kafka: Kafka, prefix: str) -> None:
    done = run("kafka", "setup", watch(tmp_path, kafka.bootstrap, prefix, "  replication: 3\n"))
    assert done.code == 1
    assert "`kafka.replication` asks for 3 copies and there is 1 broker: write at most that" in done.err
