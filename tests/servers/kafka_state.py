"""Whether brokers are ready: a question to each of them by itself, since each knows the cluster by hearsay."""

import socket
from collections.abc import Sequence
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import KafkaError
from kafka.protocol.metadata import MetadataRequest

ANSWERS_WITHIN_MS = 3_000


def unready(ports: Sequence[int]) -> str:
    """Why the cluster is not ready, or empty. ``ports``: each broker's plain listener, in the order of their ids."""
    for broker, port in enumerate(ports, 1):
        try:
            view = _view(broker, port)
        except (KafkaError, OSError) as error:
            return f"broker {broker} does not answer: {error!r}"
        if problem := gap(view, len(ports)):
            return f"broker {broker} sees {problem}"
    return ""


def gap(view: dict[str, Any], brokers: int) -> str:
    """What a broker's answer to a metadata request lacks; empty if nothing."""
    seen = sorted(one["node_id"] for one in view["brokers"])
    if len(seen) < brokers:
        return f"only brokers {seen}"
    for topic in view["topics"]:
        for partition in topic["partitions"]:
            if missing := sorted(set(partition["replica_nodes"]) - set(partition["isr_nodes"])):
                return f"{topic['name']}-{partition['partition_index']} out of sync on {missing}"
    return ""


def _view(broker: int, port: int) -> dict[str, Any]:
    socket.create_connection(("127.0.0.1", port), ANSWERS_WITHIN_MS / 1000).close()  # the client itself would insist
    client = KafkaAdminClient(
        bootstrap_servers=f"127.0.0.1:{port}",
        bootstrap_timeout_ms=ANSWERS_WITHIN_MS,
        request_timeout_ms=ANSWERS_WITHIN_MS,
    )
    try:
        # The public methods ask any broker; this one has to be asked.
        manager = client._manager
        request = MetadataRequest(topics=None, allow_auto_topic_creation=False)
        view: dict[str, Any] = manager.run(manager.send, request, broker).to_dict()
        return view
    finally:
        client.close()
