"""Server processes of tests: known by pid, signalled as a group, and gone when the tests' process is gone."""

import atexit
import contextlib
import fcntl
import functools
import json
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypeVar

T = TypeVar("T")

PROC = Path("/proc")
ENDS_WITHIN = 60.0
LINES_SHOWN = 30
# Below the range that systems take the ports of outgoing connections from: such a connection could otherwise hold
# the port of a server that is down for a moment and must come back on it.
PORTS = range(15_000, 30_000)


class ServerError(AssertionError):
    """A server did not do what was asked. The last lines that it printed are in the message."""


def until(condition: Callable[[], T], what: str, patience: float) -> T:
    """The first true answer. The deadline is for a broken server only.

    Raises:
        TimeoutError: None came within ``patience`` seconds.
    """
    deadline = time.monotonic() + patience
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {patience:.0f} s")
        time.sleep(0.1)
    return answer


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on, all different. No other process of these tests is given them.

    It may be a minute until a server listens, and while it is down nobody does.
    """
    ports: list[int] = []
    while len(ports) < count:
        port = random.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            _claim(port)
            ports.append(port)
    return ports


def _claim(port: int) -> None:
    """For as long as this process lives. Raises OSError where it is claimed."""
    folder = Path(tempfile.gettempdir()) / f"marsad-ports-{os.geteuid()}"
    folder.mkdir(exist_ok=True)
    claim = os.open(folder / str(port), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(claim)
        raise


def ordinary_user() -> int | None:
    """Whom Elasticsearch runs as: it refuses root. None: whoever runs the tests is ordinary already."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


class Warden:
    """This end of warden.py, which ends servers when this process has died without doing so."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(Path(__file__).with_name("warden.py"))],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        atexit.register(self.close)

    def tell(self, **order: int | str) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()

    def close(self) -> None:
        """End what still runs."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


@functools.cache
def warden() -> Warden:
    return Warden()


@contextlib.contextmanager
def temporary_folder(name: str) -> Iterator[Path]:
    """A folder that goes with the ``with`` block, or with this process."""
    folder = Path(tempfile.mkdtemp(prefix=f"marsad-{name}-"))
    warden().tell(remove=str(folder))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class ServerProcess:
    """One server: a command that can be ended and run again. A group of processes, if the command starts others."""

    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    user: int | None = None
    folder: Path = Path("/")
    _process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process, f"{self.log.parent}: never started"
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        assert not self.alive, f"pid {self.pid} runs already"
        with self.log.open("ab") as log:
            self._process = self._open(log)
        warden().tell(watch=self.pid)

    def kill(self) -> None:
        """SIGKILL, and wait for the end. A stalled or ended one too."""
        _signal(self.pid, signal.SIGKILL)
        self._ended(5)

    def stop(self) -> None:
        """SIGTERM, and wait for the end. A stalled one is resumed first.

        Raises:
            ServerError: It did not end, and was killed.
        """
        _signal(self.pid, signal.SIGCONT)
        _signal(self.pid, signal.SIGTERM)
        try:
            self._ended(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
            raise self.error(f"did not end within {ENDS_WITHIN:.0f} s of SIGTERM") from None

    def stall(self) -> None:
        """SIGSTOP."""
        _signal(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        _signal(self.pid, signal.SIGCONT)

    def error(self, what: str) -> ServerError:
        lines = self.log.read_text("utf-8", errors="replace").splitlines()[-LINES_SHOWN:]
        return ServerError("\n".join([f"pid {self.pid} {what}. {self.log} ends:", *lines]))

    def _open(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **self.environment},
            user=self.user,
            extra_groups=None if self.user is None else [],
            group=None if self.user is None else pwd.getpwuid(self.user).pw_gid,
            cwd=self.folder,
            start_new_session=True,
        )

    def _ended(self, patience: float) -> None:
        assert self._process
        self._process.wait(patience)
        until(lambda: not group_exists(self.pid), f"the children of pid {self.pid} end", patience)
        warden().tell(forget=self.pid)


def group_exists(group: int) -> bool:
    """Whether a process of it still runs. A dead one that nobody has waited for yet does not."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return not PROC.is_dir() or any(_state(member) not in "ZX" for member in _members(group))


def resident_bytes(group: int) -> int:
    """The memory that its processes hold, as Linux tells it; 0 elsewhere."""
    pages = 0
    for member in _members(group):
        with contextlib.suppress(OSError):
            pages += int((PROC / str(member) / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _signal(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


def _members(group: int) -> list[int]:
    members = []
    for folder in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(folder.name)) == group:
                members.append(int(folder.name))
    return members


def _state(pid: int) -> str:
    """The kernel's letter; X, dead, if the process has gone meanwhile."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"
