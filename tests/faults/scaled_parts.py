"""Marsad's processes, scaled out, under a supervisor that starts anew what ends: as systemd or Kubernetes would."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from e2e.running import Watch
from integration.kafka_poll.scene import CHILD
from servers.processes import group_exists, warden

POLL_EVERY = 1.0
"""Seconds between two polls of a feed, in place of the minutes that feeds are given."""
LOOKS_EVERY = 0.5


@dataclass
class Part(Watch):
    """One process. It runs in a group of its own, which ends with the tests' process."""

    wanted: bool = False
    """Whether the supervisor starts it when it does not run."""
    program: Sequence[str] = ()
    """Another program than Marsad's own, which is given the folder."""
    groups: list[int] = field(default_factory=list)

    def start(self, **_options: Any) -> None:
        """Without waiting until it works: a server may be down."""
        self._started += 1
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, *self._words()],
                stdout=out,
                stderr=err,
                env={**self._environment(), "PYTHONPATH": os.pathsep.join(sys.path)},
                start_new_session=True,
            )
        warden().tell(watch=self.process.pid)
        self.groups.append(self.process.pid)

    def send(self, number: int) -> None:
        """A signal to it alone, not to its children."""
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL, and wait for the end."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def leftovers(self) -> list[int]:
        """Groups of its former runs of which a process is still there."""
        return [group for group in self.groups[:-1] if group_exists(group)]

    def logs(self) -> list[Path]:
        """What each run of it told."""
        return sorted(self.folder.parent.glob(f"{self.folder.name}-*.err"))

    def _words(self) -> list[str]:
        if self.program:
            return [*self.program, str(self.folder)]
        if self.command[0] == "poll":
            return [str(CHILD), str(self.folder), str(POLL_EVERY), "0", self.folder.name]
        return ["-m", "marsad", *self.command, str(self.folder)]


class Supervisor:
    """Keeps the parts running but for those that are held down, and notes each that ended by itself."""

    def __init__(self) -> None:
        self.parts: dict[str, Part] = {}
        self.ended: list[str] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        for part in self.parts.values():
            part.wanted = False
            for group in part.groups:
                _end_group(group)
            part.kill()

    def run(self, part: Part) -> None:
        with self._lock:
            self.parts[part.folder.name] = part
            part.wanted = True
            part.start()

    def kill(self, name: str) -> None:
        """SIGKILL; it stays down until ``start``."""
        with self._lock:
            self.parts[name].wanted = False
            self.parts[name].kill()

    def start(self, name: str) -> None:
        with self._lock:
            self.parts[name].wanted = True
            self.parts[name].start()

    def stall(self, name: str) -> None:
        self.parts[name].send(signal.SIGSTOP)

    def resume(self, name: str) -> None:
        self.parts[name].send(signal.SIGCONT)

    def running(self) -> tuple[str, ...]:
        """All but those that are held down."""
        return tuple(name for name, part in self.parts.items() if part.wanted)

    def stop(self, names: Sequence[str]) -> dict[str, int]:
        """SIGTERM to all of them; the exit code of each."""
        with self._lock:
            for name in names:
                self.parts[name].wanted = False
                self.parts[name].send(signal.SIGTERM)
        return {name: self.parts[name].process.wait(60) for name in names}  # type: ignore[union-attr]

    def _run(self) -> None:
        while not self._stop.wait(LOOKS_EVERY):
            with self._lock:
                for name, part in self.parts.items():
                    if part.wanted and part.ended:
                        self._again(name, part)

    def _again(self, name: str, part: Part) -> None:
        assert part.process is not None
        last = (part.log.strip().splitlines() or ["(nothing told)"])[-1]
        self.ended.append(f"{name} ended with {part.process.returncode}: {last}")
        part.start()


def _end_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
