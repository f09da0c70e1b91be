"""Keeps the Kafka clients' own log lines few: in an outage they write thousands, all saying the same."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

LOGGERS: Final = ("kafka", "aiokafka")
AT_ONCE: Final = 3
"""Lines of one kind that are let through in each window."""
WINDOW_SECONDS: Final = 60.0

Kind = tuple[str, int]


@dataclass(slots=True)
class _Window:
    """What one kind of line did since ``since``."""

    since: float
    let_through: int = 0
    held_back: int = 0


class Rationing:
    """Who may write. A kind of line is the place in the code that writes it. Pure: the clock is an argument."""

    def __init__(self, at_once: int = AT_ONCE, seconds: float = WINDOW_SECONDS) -> None:
        self._at_once = at_once
        self._seconds = seconds
        self._windows: dict[Kind, _Window] = {}

    def asked(self, kind: Kind, now: float) -> int | None:
        """None to hold the line back, else how many of its kind were held back since the last that was let through."""
        window = self._windows.setdefault(kind, _Window(now))
        if now - window.since >= self._seconds:
            window.since, window.let_through = now, 0
        if window.let_through >= self._at_once:
            window.held_back += 1
            return None
        window.let_through += 1
        held_back, window.held_back = window.held_back, 0
        return held_back


class _Gate(logging.Handler):
    """Hands on to the root logger what is let through. A logger's filter would not see what its children write."""

    def __init__(self, rationing: Rationing, clock: Callable[[], float]) -> None:
        super().__init__(logging.WARNING)
        self._rationing = rationing
        self._clock = clock

    def emit(self, record: logging.LogRecord) -> None:
        held_back = self._rationing.asked((record.pathname, record.lineno), self._clock())
        if held_back is None:
            return
        if held_back:
            record.msg, record.args = f"{record.getMessage()} ({held_back:,} lines like it were held back)", ()
        # Where in the client's code it happened tells an operator nothing: the line itself names the error.
        record.exc_info = record.exc_text = record.stack_info = None
        logging.getLogger().handle(record)


def quieten(names: Sequence[str] = LOGGERS, clock: Callable[[], float] = monotonic) -> None:
    """Let through warnings and errors only, and few of a kind. Below that, kafka-python writes passwords and messages.

    Asked again it begins anew.
    """
    gate = _Gate(Rationing(), clock)
    for name in names:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.propagate = False
        logger.handlers = [handler for handler in logger.handlers if not isinstance(handler, _Gate)]
        logger.addHandler(gate)
