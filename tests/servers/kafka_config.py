"""A broker's configuration file. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CLUSTER_ID = "EjRWeBI0VngSNFZ4EjRWeA"
MECHANISM = "SCRAM-SHA-512"


@dataclass(frozen=True, slots=True)
class BrokerPorts:
    """Of 127.0.0.1. ``internal`` is always plain: for brokers among themselves, and to ask whether they are ready."""

    client: int
    internal: int
    controller: int


@dataclass(frozen=True, slots=True)
class KeyStore:
    """A PKCS 12 file with a broker's key and certificate."""

    file: Path
    password: str


def properties(
    broker: int, ports: Sequence[BrokerPorts], data: Path, keys: KeyStore | None, settings: Mapping[str, str]
) -> str:
    """The text of server.properties for ``broker``, counted from 1; ``ports`` are all brokers', ``settings`` win."""
    copies = len(ports)
    own = ports[broker - 1]
    client = "PLAINTEXT" if keys is None else "SASL_SSL"
    values = {
        "process.roles": "broker,controller",
        "node.id": str(broker),
        "controller.quorum.voters": ",".join(f"{i}@127.0.0.1:{one.controller}" for i, one in enumerate(ports, 1)),
        "listeners": f"CLIENT://127.0.0.1:{own.client},INTERNAL://127.0.0.1:{own.internal},"
        f"CONTROLLER://127.0.0.1:{own.controller}",
        "advertised.listeners": f"CLIENT://127.0.0.1:{own.client},INTERNAL://127.0.0.1:{own.internal}",
        "listener.security.protocol.map": f"CLIENT:{client},INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "INTERNAL",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": str(data),
        "auto.create.topics.enable": "false",
        "group.initial.rebalance.delay.ms": "0",  # the default delays an empty group's first join by 3 s
        "offsets.topic.num.partitions": "8",
        "offsets.topic.replication.factor": str(copies),
        "transaction.state.log.num.partitions": "8",
        "transaction.state.log.replication.factor": str(copies),
        "share.coordinator.state.topic.replication.factor": str(copies),
        "min.insync.replicas": "2" if copies > 2 else "1",
        "transaction.state.log.min.isr": "2" if copies > 2 else "1",
        "share.coordinator.state.topic.min.isr": "2" if copies > 2 else "1",
        **(_sasl_ssl(keys) if keys else {}),
        **settings,
    }
    return "".join(f"{key}={value}\n" for key, value in values.items())


def _sasl_ssl(keys: KeyStore) -> dict[str, str]:
    module = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    return {
        "sasl.enabled.mechanisms": MECHANISM,
        f"listener.name.client.{MECHANISM.lower()}.sasl.jaas.config": module,
        "ssl.keystore.type": "PKCS12",
        "ssl.keystore.location": str(keys.file),
        "ssl.keystore.password": keys.password,
        "ssl.key.password": keys.password,
    }
