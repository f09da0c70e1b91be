"""How a worker on Kafka stands, for health and metrics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Final

from marsad.http import Gauge, Snapshot, StepSnapshot
from marsad.scaled.pulse import Place, Pulse
from marsad.scaled.watchdog import Limits
from stream.safe_agent import Tally

_PLACE: Final = ("topic", "partition")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerState:
    """What there is to tell of a worker. ``digest`` names the files that it works by."""

    step: str
    pulse: Pulse
    tally: Tally
    limits: Limits
    digest: str
    clock: Callable[[], datetime]
    moment: Callable[[], float]
    waits: Callable[[], str]
    """What is being waited out; empty where nothing is."""
    more: Callable[[], tuple[Gauge, ...]] = tuple

    async def take(self) -> Snapshot:
        """How it stands now."""
        now, moment = self.clock(), self.moment()
        step = StepSnapshot(
            name=self.step,
            last_progress=now - timedelta(seconds=self.pulse.silence(moment)),
            limit=timedelta(seconds=self.limits.sick),
            waiting=self.pulse.lag,
        )
        return Snapshot(
            now=now,
            version=version("marsad"),
            steps=(step,),
            not_ready=self.waits(),
            gauges=(*self._gauges(now.timestamp() - moment), *self.more()),
        )

    def _gauges(self, epoch: float) -> tuple[Gauge, ...]:
        """``epoch``: the time at which the clock of moments stood at 0."""
        return (
            Gauge(
                name="lag",
                documentation="Messages that wait in a partition that this process reads.",
                labels=_PLACE,
                values=_by_place({place: one.lag for place, one in self.pulse.standings.items()}),
            ),
            Gauge(
                name="partition_last_progress_timestamp_seconds",
                documentation="When a partition last got on, or had nothing waiting.",
                labels=_PLACE,
                values=_by_place({place: epoch + moment for place, moment in self.pulse.since.items()}),
            ),
            Gauge(
                name="messages",
                documentation="Messages since the start of this process, by what was done.",
                labels=("done",),
                values={
                    ("received",): self.tally.received,
                    ("sent",): self.tally.sent,
                    ("parked",): self.tally.parked,
                },
            ),
            Gauge(
                name="waiting_out",
                documentation="1 while Kafka or Elasticsearch is waited for: /readyz tells why.",
                values={(): float(bool(self.waits()))},
            ),
            Gauge(
                name="config_digest",
                documentation="1 for the files that this process works by: the same in all of its kind.",
                labels=("digest",),
                values={(self.digest,): 1.0},
            ),
        )


def _by_place(values: Mapping[Place, float]) -> dict[tuple[str, ...], float]:
    return {(topic, str(partition)): value for (topic, partition), value in values.items()}
