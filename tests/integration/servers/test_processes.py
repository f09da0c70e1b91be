"""Processes are ended whatever happens. The servers here are small scripts."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from servers.processes import PORTS, ServerError, ServerProcess, free_ports, group_exists, resident_bytes, until

READY = "import sys, time; print('ready', flush=True)\n"
WAITS = READY + "time.sleep(600)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + WAITS
WITH_CHILD = (
    "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n" + WAITS
)
TESTS = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path):
    started = []

    def start(script: str) -> ServerProcess:
        process = ServerProcess([sys.executable, "-c", script], tmp_path / "log")
        started.append(process)
        process.start()
        until(lambda: "ready" in process.log.read_text(), "ready", 20)
        return process

    yield start
    for process in started:
        process.kill()


@pytest.mark.parametrize("verb", [ServerProcess.kill, ServerProcess.stop])
@pytest.mark.parametrize("script", [WAITS, WITH_CHILD])
@pytest.mark.parametrize("stalled", [False, True])
def test_ended_means_the_whole_group_is_gone(run, verb, script, stalled) -> None:
    process = run(script)
    if stalled:
        process.stall()
    verb(process)
    assert not process.alive
    assert not group_exists(process.pid)


def test_it_runs_again_and_adds_to_its_log(run) -> None:
    process = run(WAITS)
    first = process.pid
    process.kill()
    process.start()
    until(lambda: process.log.read_text().count("ready") == 2, "ready again", 20)
    assert process.alive
    assert process.pid != first


def test_who_ignores_sigterm_is_killed_and_told_of(run, monkeypatch) -> None:
    monkeypatch.setattr("servers.processes.ENDS_WITHIN", 0.5)
    process = run(DEAF)
    with pytest.raises(ServerError, match=r"did not end within 0 s of SIGTERM.*\nready"):
        process.stop()
    assert not process.alive


def test_stalled_and_resumed_as_the_kernel_sees_it(run) -> None:
    process = run(WAITS)
    process.stall()
    until(lambda: state(process.pid) == "T", "stopped", 10)
    process.resume()
    until(lambda: state(process.pid) != "T", "running", 10)


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_memory_is_that_of_the_whole_group(run) -> None:
    assert resident_bytes(run(WITH_CHILD).pid) > 5_000_000


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("stalled", [False, True])
def test_nothing_is_left_when_the_tests_process_dies(number, stalled, tmp_path) -> None:
    script = f"""
import pathlib, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background has it ignored
from servers.processes import ServerProcess, temporary_folder
with temporary_folder("test") as folder:
    process = ServerProcess([sys.executable, "-c", "import time; time.sleep(600)"], folder / "log")
    process.start()
    if {stalled}:
        process.stall()
    print(process.pid, folder, flush=True)
    time.sleep(600)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as parent:
        pid, folder = parent.stdout.readline().split()
        assert group_exists(int(pid))
        parent.send_signal(number)
    until(lambda: not group_exists(int(pid)), "the server is gone", 20)
    until(lambda: not Path(folder).exists(), "its folder is gone", 20)


def test_ports_are_all_different_and_free_to_come_back_to() -> None:
    ports = free_ports(50)
    assert len(set(ports)) == 50
    assert set(ports) <= set(PORTS)


def test_a_port_is_claimed_as_long_as_the_process_lives_that_was_given_it() -> None:
    (port,) = free_ports(1)
    claims = f"import sys; sys.path.insert(0, {str(TESTS)!r}); from servers.processes import _claim; _claim({port})"
    assert b"BlockingIOError" in subprocess.run([sys.executable, "-c", claims], check=False, capture_output=True).stderr
