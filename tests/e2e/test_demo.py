"""The demo as a viewer starts it: its own process, its own feeds, and exactly the right messages."""

import json
import subprocess
import sys

import pytest

from marsad.demo.expected import differences, load_expected, told
from marsad.demo.world import load_world

WORLD = load_world()
SECONDS = 110  # the promise is two minutes, installation included


def run(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "marsad", "demo", "--exit", "--speed", "3", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False, encoding="utf-8")


@pytest.fixture(scope="module")
def as_json() -> subprocess.CompletedProcess[str]:
    return run("--json")


@pytest.mark.slow
def test_it_tells_exactly_the_right_things(as_json: subprocess.CompletedProcess[str]) -> None:
    assert as_json.returncode == 0, as_json.stderr
    keys = WORLD.key_of()
    messages = [told(json.loads(line), keys) for line in as_json.stdout.splitlines()]
    assert differences(load_expected(WORLD), messages) == []


@pytest.mark.slow
def test_its_output_is_json_lines_and_nothing_else(as_json: subprocess.CompletedProcess[str]) -> None:
    lines = as_json.stdout.splitlines()
    assert lines
    for line in lines:
        message = json.loads(line)
        assert {"at", "kind", "rule", "story", "articles", "sources", "reason", "changed", "event"} <= set(message)
    assert "Traceback" not in as_json.stderr


@pytest.mark.slow
def test_without_a_terminal_it_shows_plain_lines() -> None:
    shown = run()
    assert shown.returncode == 0, shown.stderr
    assert "\x1b" not in shown.stdout
    for part in ("feed  savannah-post  ok", "feed  radio-colline  failing", "ALERT  new-sahel-attack", "CANCEL"):
        assert part in shown.stdout
