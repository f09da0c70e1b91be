"""Outlives the tests' process by a moment, to end what that one has started and left running.

Run as a process of its own. Each line of stdin is a JSON object: ``{"watch": pid}`` names the leader of a process
group, ``{"forget": pid}`` takes it back, ``{"remove": path}`` names a folder. When stdin ends, which it does however
the writer dies, the groups get SIGKILL (it ends stalled ones too) and the folders are removed.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import sys
import time
from pathlib import Path

PARENT_ASKED_EVERY = 1.0
FOLDERS_GONE_WITHIN = 10.0


def listen(groups: set[int], folders: set[Path]) -> None:
    """Read until there is no writer, or no parent: a child that the writer forked holds the pipe open."""
    parent, waiting = os.getppid(), b""
    while True:
        readable, _, _ = select.select([0], [], [], PARENT_ASKED_EVERY)
        if readable and not (piece := os.read(0, 65536)):
            return
        if not readable and os.getppid() != parent:
            return
        *lines, waiting = (waiting + piece if readable else waiting).split(b"\n")
        for line in lines:
            note(json.loads(line), groups, folders)


def note(order: dict[str, int | str], groups: set[int], folders: set[Path]) -> None:
    for verb, what in order.items():
        if verb == "watch":
            groups.add(int(what))
        elif verb == "forget":
            groups.discard(int(what))
        else:
            folders.add(Path(str(what)))


def end(groups: set[int], folders: set[Path]) -> None:
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    deadline = time.monotonic() + FOLDERS_GONE_WITHIN
    while any(folder.exists() for folder in folders) and time.monotonic() < deadline:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)  # a dying server may still write: hence the loop
        time.sleep(0.05)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    watched: set[int] = set()
    temporary: set[Path] = set()
    listen(watched, temporary)
    end(watched, temporary)
    sys.exit(0)
