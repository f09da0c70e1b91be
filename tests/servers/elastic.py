"""A real Elasticsearch on 127.0.0.1 that a test may kill, stall and start again.

with elastic_server() as elastic:
    index(elastic.url)
    elastic.kill()
    elastic.start()
    elastic.wait_ready()
"""

import contextlib
import http.client
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from servers.artifacts import java_home
from servers.clients import ask
from servers.elastic_config import (
    Account,
    ElasticPorts,
    roles_yaml,
    settings_yaml,
    users_file,
    users_roles_file,
)
from servers.elastic_home import elastic_home
from servers.processes import ServerProcess, free_ports, ordinary_user, resident_bytes, temporary_folder, until

READY_WITHIN = 180.0
ANSWERS_WITHIN = 3.0
# In place of the distribution's: a small runtime lacks the vector module.
JVM_OPTIONS = """\
-XX:+UseSerialGC
-XX:+ExitOnOutOfMemoryError
-Djava.io.tmpdir=${ES_TMPDIR}
"""
SHORT = "-XX:TieredStopAtLevel=1\n"  # a node that lives for minutes is not worth the second compiler
HEALTH = "/_cluster/health?wait_for_status=yellow&timeout=1s"


@dataclass
class ElasticServer:
    """One node. Every verb waits until it is done; ``start`` must be followed by ``wait_ready``."""

    folder: Path
    url: str
    process: ServerProcess
    account: Account | None = None

    @property
    def resident_bytes(self) -> int:
        """Of the node and its launcher."""
        return resident_bytes(self.process.pid) if self.process.alive else 0

    def kill(self) -> None:
        """SIGKILL: nothing flushed."""
        self.process.kill()

    def stop(self) -> None:
        """SIGTERM."""
        self.process.stop()

    def start(self) -> None:
        """Run a killed or stopped node again, on the same port with the same data."""
        self.process.start()

    def stall(self) -> None:
        """SIGSTOP: connections stay open, nothing answers."""
        self.process.stall()

    def resume(self) -> None:
        """SIGCONT."""
        self.process.resume()

    def wait_ready(self, patience: float = READY_WITHIN) -> None:
        """Until all primary shards are there.

        Raises:
            ServerError: The node has ended, or is not ready within ``patience`` seconds.
        """

        def ready() -> bool:
            if not self.process.alive:
                raise self.process.error("has ended")
            return self._healthy()

        try:
            until(ready, "ready", patience)
        except TimeoutError:
            raise self.process.error(f"is not ready within {patience:.0f} s") from None

    def _healthy(self) -> bool:
        try:
            ask(self.url + HEALTH, account=self.account, patience=ANSWERS_WITHIN)
        except (OSError, http.client.HTTPException):  # not there yet, or told to wait: HTTPError is an OSError
            return False
        return True


@contextlib.contextmanager
def elastic_server(
    *,
    accounts: Sequence[Account] = (),
    roles: Mapping[str, object] | None = None,
    settings: Mapping[str, object] | None = None,
    heap: str = "512m",
    lasting: bool = False,
) -> Iterator[ElasticServer]:
    """A ready node, ended with the ``with`` block.

    Args:
        accounts: With any, the node asks for name and password. The first must be a superuser: it asks for readiness.
        roles: Name → role, as in roles.yml: ``{"reader": {"indices": [{"names": ["a-*"], "privileges": ["read"]}]}}``.
        settings: More lines of elasticsearch.yml.
        heap: Of the node.
        lasting: With the second compiler, as a node of months: slower at first, then faster.
    """
    with temporary_folder("elastic") as folder, contextlib.ExitStack() as stack:
        ports = ElasticPorts(*free_ports(2))
        config = _configure(folder, settings_yaml(ports, folder, bool(accounts), settings or {}), accounts, roles or {})
        (config / "jvm.options").write_text(JVM_OPTIONS + ("" if lasting else SHORT), "utf-8")
        environment = {
            "ES_JAVA_HOME": str(java_home()),
            "ES_PATH_CONF": str(config),
            "ES_TMPDIR": str(folder / "tmp"),
            "ES_JAVA_OPTS": f"-Xms64m -Xmx{heap}",
            "HOME": str(folder),
        }
        command = ["bash", str(elastic_home() / "bin" / "elasticsearch")]
        process = ServerProcess(command, folder / "elastic.log", environment, ordinary_user(), folder)
        server = ElasticServer(folder, f"http://127.0.0.1:{ports.http}", process, accounts[0] if accounts else None)
        stack.callback(process.kill)
        process.start()
        server.wait_ready()
        yield server


def _configure(folder: Path, settings: str, accounts: Sequence[Account], roles: Mapping[str, object]) -> Path:
    config = folder / "config"
    shutil.copytree(elastic_home() / "config", config)
    for name in ("data", "logs", "tmp"):
        (folder / name).mkdir()
    (config / "elasticsearch.yml").write_text(settings, "utf-8")
    (config / "users").write_text(users_file(accounts), "utf-8")
    (config / "users_roles").write_text(users_roles_file(accounts), "utf-8")
    (config / "roles.yml").write_text(roles_yaml(roles), "utf-8")
    user = ordinary_user()
    if user is not None:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, user, -1)
    return config
