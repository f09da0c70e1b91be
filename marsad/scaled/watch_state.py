"""How a watch on Kafka stands, for health and metrics."""

from functools import partial
from importlib.metadata import version
from typing import Protocol

from marsad.http import Gauge, Snapshot
from marsad.outgoing import Outgoing
from marsad.own_thread import OwnThread
from marsad.progress import Progress
from marsad.reload import ConfigFiles
from marsad.scaled.lease_step import LeaseStep
from marsad.scaled.parked_step import ParkedStep
from marsad.scaled.patience import Patience
from marsad.sqlite import Database
from marsad.store import WatchStore
from marsad.watch import Watch
from marsad.wiring import utc_now


class Leads(Protocol):
    """What is known of the log. Nothing that health asks may wait for Kafka."""

    end: int
    """Its last offset when it was last asked for."""

    def clock_trouble(self) -> str:
        """Why its time and this machine's clock do not go together; empty where they do."""


class WatchState:
    """Asked over connections of its own, in a thread of its own."""

    def __init__(
        self,
        database: Database,
        thread: OwnThread,
        lead: Leads,
        progress: Progress,
        patience: Patience,
        lease: LeaseStep,
        files: ConfigFiles,
        parked: ParkedStep,
    ) -> None:
        self._database = database
        self._thread = thread
        self._lead = lead
        self._progress = progress
        self._patience = patience
        self._lease = lease
        self._files = files
        self._parked = parked

    async def take(self, watch: Watch) -> Snapshot:
        """How it stands now."""
        return await self._thread.run(self._take, watch)

    def _take(self, watch: Watch) -> Snapshot:
        number = partial(_number, self._database)
        folded = WatchStore(self._database).cursor()
        notifications = self._database.all("SELECT state, count(*) FROM notification GROUP BY state ORDER BY state")
        outgoing = Outgoing(self._database).count()
        due = dict(notifications).get("due", 0)
        lag = max(0, self._lead.end - folded)
        rule_set = watch.rule_set
        return Snapshot(
            now=utc_now(),
            version=version("marsad"),
            steps=self._progress.steps({"fold": lag, "publish": outgoing, "send": due}),
            counts={"stories": number("SELECT count(*) FROM story"), "alerts": number("SELECT count(*) FROM alert")},
            notifications=dict(notifications),
            parked=self._parked.count,
            rules_digest=rule_set.digest() if rule_set else None,
            not_ready=self._patience.trouble
            or self._lead.clock_trouble()
            or ("" if rule_set else "no rules are in force yet"),
            refused=self._files.refused,
            at_restart=self._files.at_restart(),
            gauges=(
                Gauge(
                    name="lease_held",
                    documentation="1 in the watch that sends, 0 in those that stand by.",
                    values={(): float(self._lease.may_act())},
                ),
                Gauge(
                    name="lease_owner",
                    documentation="1 for the watch that had the lease last, as this one read it.",
                    labels=("owner",),
                    values={(self._lease.holder,): 1.0} if self._lease.holder else {},
                ),
                Gauge(name="log_offset", documentation="Offset up to which the log is folded.", values={(): folded}),
            ),
        )


def _number(database: Database, sql: str) -> int:
    row = database.one(sql)
    return int(row[0]) if row and row[0] is not None else 0
