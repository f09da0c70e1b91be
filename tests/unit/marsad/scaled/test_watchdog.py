"""Who hangs is ended, who does not stop in time too, and nobody else."""

import subprocess
import sys

import pytest

from marsad.scaled.pulse import Pulse, Standing
from marsad.scaled.watchdog import GAVE_UP, Limits, Watchdog

PLACE = ("m.articles", 0)


class Moment:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def pulse() -> Pulse:
    made = Pulse(0.0)
    made.asked({PLACE: Standing(9, 5)}, 0.0)
    return made


def looked(pulse: Pulse, moment: Moment, *, at: float, stopping_at: float | None = None) -> list[str]:
    ended: list[str] = []
    watchdog = Watchdog(pulse, Limits(), end=ended.append, clock=moment)
    if stopping_at is not None:
        moment.now = stopping_at
        watchdog.stopping()
    moment.now = at
    pulse.beat(at)
    watchdog.look()
    return ended


def test_silence_is_borne_so_long_and_no_longer(pulse: Pulse, moment: Moment) -> None:
    assert looked(pulse, moment, at=179.0) == []
    assert looked(pulse, moment, at=180.0) == ["nothing came of the messages that wait for 180 s: the worker hangs"]


def test_who_stops_has_its_time_whatever_came_before(pulse: Pulse, moment: Moment) -> None:
    assert looked(pulse, moment, at=1_024.0, stopping_at=1_000.0) == []
    assert looked(pulse, moment, at=1_025.0, stopping_at=1_000.0) == [
        "the batch in hand was not done 25 s after the stop"
    ]


def test_the_time_for_a_stop_runs_from_the_first_word_of_it(pulse: Pulse, moment: Moment) -> None:
    ended: list[str] = []
    watchdog = Watchdog(pulse, Limits(), end=ended.append, clock=moment)
    for moment.now in (1_000.0, 1_020.0):
        watchdog.stopping()
    moment.now = 1_025.0
    watchdog.look()
    assert len(ended) == 1


def test_it_ends_the_process_from_its_thread_though_the_main_one_is_blocked() -> None:
    program = """
import logging, time
from marsad.scaled.pulse import Pulse
from marsad.scaled.watchdog import Limits, Watchdog
logging.basicConfig()
Watchdog(Pulse(time.monotonic() - 1000), Limits()).start()
time.sleep(60)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == GAVE_UP
    assert "CRITICAL:marsad.worker:ends itself, nothing is lost" in done.stderr


def test_one_that_has_ended_in_order_is_left_alone(pulse: Pulse) -> None:
    ended: list[str] = []
    watchdog = Watchdog(pulse, Limits(), end=ended.append, clock=lambda: 1_000.0)
    watchdog.close()
    watchdog._watch()
    assert ended == []
