"""When a broker's view of its cluster counts as ready, and what its configuration says."""

from pathlib import Path

import pytest
from servers.kafka_config import BrokerPorts, KeyStore, properties
from servers.kafka_state import gap, unready
from servers.processes import free_ports

PORTS = [BrokerPorts(1001, 1002, 1003), BrokerPorts(2001, 2002, 2003), BrokerPorts(3001, 3002, 3003)]


def view(brokers, copies=(), in_sync=()):
    partition = {"partition_index": 0, "replica_nodes": list(copies), "isr_nodes": list(in_sync)}
    return {
        "brokers": [{"node_id": broker} for broker in brokers],
        "topics": [{"name": "articles", "partitions": [partition]}],
    }


@pytest.mark.parametrize(
    ("seen", "problem"),
    [
        pytest.param(view([2, 1, 3], [1, 2, 3], [3, 2, 1]), "", id="all there"),
        pytest.param(view([3, 1]), "only brokers [1, 3]", id="one not seen"),
        pytest.param(view([1, 2, 3], [1, 2, 3], [1, 3]), "articles-0 out of sync on [2]", id="one behind"),
    ],
)
def test_a_view_is_ready_or_lacks_something(seen, problem) -> None:
    assert gap(seen, 3) == problem


def test_a_broker_that_is_not_there_is_named() -> None:
    assert unready(free_ports(1)).startswith("broker 1 does not answer: ")


def lines(*arguments) -> list[str]:
    return properties(*arguments).splitlines()


def test_each_broker_has_its_ports_and_knows_all_controllers() -> None:
    text = lines(2, PORTS, Path("/data"), None, {})
    assert "node.id=2" in text
    assert "listeners=CLIENT://127.0.0.1:2001,INTERNAL://127.0.0.1:2002,CONTROLLER://127.0.0.1:2003" in text
    assert "controller.quorum.voters=1@127.0.0.1:1003,2@127.0.0.1:2003,3@127.0.0.1:3003" in text
    assert "min.insync.replicas=2" in text


def test_only_clients_of_a_secure_broker_log_in() -> None:
    text = lines(1, PORTS[:1], Path("/data"), KeyStore(Path("/keys.p12"), "word"), {})
    assert "listener.security.protocol.map=CLIENT:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT" in text
    assert "ssl.keystore.location=/keys.p12" in text


def test_a_tests_settings_win() -> None:
    text = lines(1, PORTS[:1], Path("/data"), None, {"min.insync.replicas": "3"})
    assert [line for line in text if line.startswith("min.insync")] == ["min.insync.replicas=3"]
