"""A real Kafka cluster on 127.0.0.1 whose brokers a test may kill, stall and start again.

with kafka_cluster(brokers=3) as kafka:
    produce(kafka.bootstrap)
    kafka.kill(2)
    ...
    kafka.start(2)
    kafka.wait_ready()
"""

import contextlib
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from servers.artifacts import java, kafka_jars
from servers.certificates import make_certificates
from servers.kafka_config import CLUSTER_ID, MECHANISM, BrokerPorts, KeyStore, properties
from servers.kafka_state import unready
from servers.processes import ServerProcess, free_ports, resident_bytes, temporary_folder, until

READY_WITHIN = 120.0
JVM = (
    "-XX:+UseSerialGC",
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
)
SHORT = "-XX:TieredStopAtLevel=1"  # a program that lives for minutes is not worth the second compiler


@dataclass(frozen=True, slots=True)
class Login:
    """How a client gets into a cluster with ``secure=True``: SASL_SSL with SCRAM-SHA-512."""

    user: str
    password: str
    authority: Path
    mechanism: str = MECHANISM

    def client(self) -> dict[str, str]:
        """Options of kafka-python's clients, besides ``bootstrap_servers``."""
        return {
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": self.mechanism,
            "sasl_plain_username": self.user,
            "sasl_plain_password": self.password,
            "ssl_cafile": str(self.authority),
        }


@dataclass
class KafkaCluster:
    """Brokers are counted from 1, as their node ids. Every verb waits until it is done."""

    folder: Path
    ports: list[BrokerPorts]
    processes: list[ServerProcess]
    login: Login | None = None

    @property
    def bootstrap(self) -> str:
        """``host:port,...`` of all brokers."""
        return ",".join(f"127.0.0.1:{ports.client}" for ports in self.ports)

    @property
    def resident_bytes(self) -> int:
        return sum(resident_bytes(process.pid) for process in self.processes if process.alive)

    @property
    def alive(self) -> bool:
        """Every broker."""
        return all(process.alive for process in self.processes)

    def kill(self, broker: int = 1) -> None:
        """SIGKILL: no goodbye to the others, nothing flushed."""
        self._broker(broker).kill()

    def stop(self, broker: int = 1) -> None:
        """SIGTERM: leadership is handed over first."""
        self._broker(broker).stop()

    def start(self, broker: int = 1) -> None:
        """Run a killed or stopped broker again, on the same port with the same data. ``wait_ready`` is the caller's."""
        self._broker(broker).start()

    def stall(self, broker: int = 1) -> None:
        """SIGSTOP: connections stay open, nothing answers."""
        self._broker(broker).stall()

    def resume(self, broker: int = 1) -> None:
        """SIGCONT."""
        self._broker(broker).resume()

    def wait_ready(self, patience: float = READY_WITHIN) -> None:
        """Until each broker by itself sees all brokers, and all copies of every partition in sync.

        Raises:
            ServerError: A broker has ended, or is not ready within ``patience`` seconds.
        """
        problem = "nobody asked yet"

        def ready() -> bool:
            nonlocal problem
            for process in self.processes:
                if not process.alive:
                    raise process.error("has ended")
            problem = unready([ports.internal for ports in self.ports])
            return not problem

        try:
            until(ready, "ready", patience)
        except TimeoutError:
            raise self.processes[0].error(f"is not ready within {patience:.0f} s: {problem}") from None

    def _broker(self, number: int) -> ServerProcess:
        assert 1 <= number <= len(self.processes), f"brokers are 1 to {len(self.processes)}, not {number}"
        return self.processes[number - 1]


@contextlib.contextmanager
def kafka_cluster(
    *,
    brokers: int = 1,
    secure: bool = False,
    users: Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
    heap: str = "256m",
    lasting: bool = False,
) -> Iterator[KafkaCluster]:
    """A ready cluster, ended with the ``with`` block.

    Args:
        brokers: 1 or 3; each is a controller too. With 3, ``min.insync.replicas`` is 2.
        secure: Clients come in through SASL_SSL with SCRAM-SHA-512; ``login`` holds what they need.
        users: Name → password of a secure cluster; the first one is ``login``'s. Default: ``marsad``.
        settings: More lines of server.properties.
        heap: Of each broker.
        lasting: With the second compiler, as a broker of months: slower at first, then faster.
    """
    with temporary_folder("kafka") as folder, contextlib.ExitStack() as stack:
        known = dict(users or {"marsad": "a password for tests"}) if secure else {}
        certificates = make_certificates(folder) if secure else None
        keys = certificates.keys if certificates else None
        free = free_ports(3 * brokers)
        ports = [BrokerPorts(*free[3 * i : 3 * i + 3]) for i in range(brokers)]
        jvm = (f"-Xmx{heap}", *JVM, *(() if lasting else (SHORT,)))
        processes = [_broker(i, ports, folder, keys, settings or {}, jvm) for i in range(1, brokers + 1)]
        _format(folder, brokers, known)
        login = Login(*next(iter(known.items())), certificates.authority) if certificates else None
        cluster = KafkaCluster(folder, ports, processes, login)
        for process in processes:
            stack.callback(process.kill)
            process.start()
        cluster.wait_ready()
        yield cluster


def _broker(
    number: int,
    ports: list[BrokerPorts],
    folder: Path,
    keys: KeyStore | None,
    settings: Mapping[str, str],
    jvm: Sequence[str],
) -> ServerProcess:
    file = folder / f"broker-{number}.properties"
    file.write_text(properties(number, ports, folder / f"data-{number}", keys, settings), "utf-8")
    command = [java(), *jvm, "-cp", f"{kafka_jars()}/*", "kafka.Kafka", str(file)]
    return ServerProcess(command, folder / f"broker-{number}.log")


def _format(folder: Path, brokers: int, users: Mapping[str, str]) -> None:
    """Each broker's folder gets the cluster's id, and the users, who must be there before the first connection."""
    scram = [f"--add-scram={MECHANISM}=[name={user},password={password}]" for user, password in users.items()]
    running = []
    for number in range(1, brokers + 1):
        tool = [
            "kafka.tools.StorageTool",
            "format",
            "-t",
            CLUSTER_ID,
            "-c",
            str(folder / f"broker-{number}.properties"),
        ]
        command = [java(), *JVM, SHORT, "-cp", f"{kafka_jars()}/*", *tool, *scram]
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
    printed = [(process.communicate()[0], process.returncode) for process in running]
    assert not any(code for _, code in printed), "\n".join(text for text, _ in printed)
