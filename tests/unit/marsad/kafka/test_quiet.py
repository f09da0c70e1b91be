import logging
from collections.abc import Iterator

import pytest

from marsad.kafka.quiet import Rationing, quieten

HERE, THERE = ("connection.py", 10), ("sender.py", 20)


def test_a_few_of_a_kind_then_none_until_the_next_window_which_tells_how_many_were_held_back() -> None:
    rationing = Rationing(at_once=2, seconds=60)
    assert [rationing.asked(HERE, now) for now in (0.0, 1.0, 2.0, 59.9)] == [0, 0, None, None]
    assert rationing.asked(HERE, 60.0) == 2
    assert rationing.asked(HERE, 60.0) == 0
    assert rationing.asked(HERE, 60.0) is None


def test_kinds_do_not_hide_each_other() -> None:
    rationing = Rationing(at_once=1, seconds=60)
    assert [rationing.asked(HERE, 0), rationing.asked(HERE, 0), rationing.asked(THERE, 0)] == [0, None, 0]


def test_what_was_held_back_is_told_however_long_it_takes() -> None:
    rationing = Rationing(at_once=1, seconds=60)
    assert [rationing.asked(HERE, now) for now in (0, 1, 5_000)] == [0, None, 1]


class Written(logging.Handler):
    """What reaches the root logger. (caplog also listens to loggers that keep theirs to themselves.)"""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture
def written() -> Iterator[list[str]]:
    handler = Written()
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def clock() -> Iterator[list[float]]:
    loggers = [logging.getLogger(name) for name in ("kafka", "aiokafka")]
    before = [(logger.level, logger.propagate, list(logger.handlers)) for logger in loggers]
    now = [0.0]
    quieten(clock=lambda: now[0])
    yield now
    for logger, (level, propagate, handlers) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.propagate, logger.handlers = propagate, handlers


def outage(lines: int) -> None:
    for number in range(lines):
        logging.getLogger("kafka.net.manager").error("broker %s is gone", number)


def test_the_clients_lines_are_rationed_and_counted(clock: list[float], written: list[str]) -> None:
    outage(1_000)
    assert written == [f"broker {number} is gone" for number in range(3)]
    clock[0] = 61
    outage(1)
    assert written[3:] == ["broker 0 is gone (997 lines like it were held back)"]


def test_below_a_warning_nothing_is_let_through_for_there_are_passwords(
    clock: list[float], written: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("kafka.admin.client", "aiokafka.conn"):
        logging.getLogger(name).debug("configuration: %s", {"sasl_plain_password": "CANARY"})
        logging.getLogger(name).info("CANARY")
    logging.getLogger("aiokafka.conn").warning("gone")
    assert written == ["gone"]
    assert not logging.getLogger("kafka.net").isEnabledFor(logging.INFO)


def test_asked_again_it_does_not_write_twice(clock: list[float], written: list[str]) -> None:
    quieten(clock=lambda: clock[0])
    outage(1)
    assert len(written) == 1
