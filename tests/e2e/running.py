"""A watch as its operator has it: a folder, the command `marsad`, a process that runs."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

PATIENCE = 90.0
ENDS_WITHIN = 20.0


def until(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Ask until the answer is true. The deadline is for a broken watch only."""
    deadline = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{what}: not within {patience:.0f} s"
        time.sleep(0.1)
    return found


@dataclass
class Watch:
    """A watch's folder, and every word that its commands have printed."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    command: Sequence[str] = ("run",)
    """What of Marsad runs: all of it in one process, or one of the scaled-out ones."""
    name: str = ""
    """Tells processes of one folder apart."""
    printed: list[str] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None
    _started: int = 0

    def write(self, **files: Any) -> None:
        """Each YAML file by its name without ending."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, value in files.items():
            text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
            (self.folder / f"{name}.yaml").write_text(text, encoding="utf-8")

    def __call__(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "marsad", *words],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=self._environment(),
            timeout=PATIENCE,
            check=False,
        )
        self.printed += [done.stdout, done.stderr]
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def lines(self, *words: str) -> list[dict[str, Any]]:
        """The JSON Lines of a command on this watch."""
        done = self(*words, "--json", "--dir", str(self.folder))
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def start(self, **options: Any) -> None:
        """Run the watch in a process of its own."""
        self._started += 1
        with self._out.open("wb") as out, self._err.open("wb") as err:
            command = [sys.executable, "-m", "marsad", *self.command, str(self.folder)]
            self.process = subprocess.Popen(command, stdout=out, stderr=err, env=self._environment(), **options)
        until(lambda: self.port or self.ended, "the watch starts")
        assert not self.ended, self.log

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end; its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.wait()

    def wait(self, patience: float = ENDS_WITHIN) -> int:
        """Its exit code, when it ends."""
        assert self.process is not None
        try:
            code = self.process.wait(patience)
        finally:
            self.end()
        return code

    def end(self) -> None:
        """Whatever state it is in, it runs no longer."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.printed += [self.log, self._out.read_text("utf-8", "replace")]
            assert "Traceback" not in self.log, self.log
            self.process = None

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    @property
    def log(self) -> str:
        """Its standard error so far."""
        return self._err.read_text("utf-8", "replace")

    @property
    def port(self) -> int:
        """That of health and metrics; 0 while it does not listen yet."""
        found = re.search(r"metrics on http://127\.0\.0\.1:(\d+)", self.log)
        return int(found[1]) if found else 0

    def page(self, path: str) -> tuple[int, str]:
        """Status and body of one of its pages."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                found = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            found = error.code, error.read().decode()
        self.printed.append(found[1])
        return found

    def metric(self, name: str) -> float:
        """One number of /metrics; 0 where it is not there yet."""
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.page("/metrics")[1], re.MULTILINE)
        return float(found[1]) if found else 0.0

    def settled(self) -> bool:
        """Every feed was polled, and what came is read, folded and indexed."""
        text = self.page("/metrics")[1]
        waiting = re.findall(r'^marsad_step_waiting\{step="(?:read|fold|index)"\} (\S+)$', text, re.MULTILINE)
        unpolled = re.findall(r'^marsad_feed_state\{feed="[^"]+",state="new"\} 1', text, re.MULTILINE)
        return len(waiting) == 3 and set(waiting) == {"0.0"} and not unpolled

    @property
    def _out(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}{self.name}-{self._started}.out")

    @property
    def _err(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}{self.name}-{self._started}.err")

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COV_")}
        return {**kept, "NO_COLOR": "1", **self.env}


def files_holding(folder: Path, words: Sequence[str]) -> list[str]:
    """Every file below ``folder`` whose bytes hold one of the words."""
    return [
        f"{path.relative_to(folder)}: {word}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for word in words
        if word.encode() in path.read_bytes()
    ]
