"""What only the holder of the lease does to the log on Kafka."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from alerts.rules import RuleSet
from marsad.errors import ConfigError
from marsad.log_time import TOLD_FROM, standing_still
from marsad.scaled.lease_step import LeaseStep
from marsad.steps import Log, RulesStep, TickStep

log = logging.getLogger("marsad.watch")


class Files(Protocol):
    """The watch's files as they are on disk."""

    def changed(self) -> bool:
        """Whether a file changed since it was asked last."""

    def rule_set(self) -> RuleSet:
        """The rules that they hold now. Raises ConfigError."""


class InForce(Protocol):
    """The watch as it is folded."""

    @property
    def rule_set(self) -> RuleSet | None:
        """The rule set in force."""


class Lead:
    """What only the holder of the lease does to the log: minute ticks, and the rules of its files."""

    def __init__(
        self,
        lease: LeaseStep,
        log_ahead: Log,
        log_at: Callable[[], datetime | None],
        files: Files,
        watch: InForce,
        cursor: Callable[[], int],
        clock: Callable[[], datetime],
    ) -> None:
        """``log_ahead`` is asked for its end and appended to; ``log_at`` and ``cursor`` are the fold's."""
        self._lease = lease
        self._log = log_ahead
        self._log_at = log_at
        self._files = files
        self._watch = watch
        self._cursor = cursor
        self._clock = clock
        self._tick = TickStep(self._log, clock)
        self._rules: RulesStep | None = None
        self._untaken = False
        """The files changed, or the lease is new, and their rules were not taken yet."""
        self._term = 0
        self.end = self._log.last_offset()
        """The log's last offset when it was last asked for."""

    def run_once(self) -> int:
        """Claim the lease when that is due; with it, tick and take rules. Raises KafkaDownError."""
        claimed = self._lease.run_once()
        self.end = self._log.last_offset()
        self._untaken |= self._files.changed()
        if not self._lease.may_act():
            return claimed
        ticked = 0 if self.clock_trouble() else self._tick.run_once()
        return claimed + ticked + self._take()

    def clock_trouble(self) -> str:
        """Why the log's time and this machine's clock do not go together; empty where they do.

        A minute ticked ahead of time would hold all right ones off, so there is none then.
        """
        at, now = self._log_at(), self._clock()
        if at is not None and now - at > TOLD_FROM and self._lease.may_act():  # it read its own claim back just now
            return f"this machine's clock is {now - at} ahead of Kafka's: no minute is ticked until it is set right"
        return standing_still(at, now)

    def _take(self) -> int:
        """Raises KafkaDownError; what is untaken is taken next time then."""
        if self._rules is None or self._term != self._lease.term:
            folded = self._cursor()  # before the rules: what is folded in between would belong to neither
            self._rules = RulesStep(self._log, self._files.rule_set, self._watch.rule_set, folded)
            self._term, self._untaken = self._lease.term, True
        if not self._untaken:
            return 0
        try:
            taken = self._rules.take(self._clock())
        except ConfigError as error:
            # Without a traceback: the message has every problem with its file and line.
            log.error("the changed rules are NOT in force, the last good ones stay:\n%s", error)  # noqa: TRY400
            self._untaken = False
            return 0
        self._untaken = False
        if taken:
            log.info("the rules of this watch's files are in force")
        return int(taken)
