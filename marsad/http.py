"""Health and metrics, read-only, on a local port: ``/healthz``, ``/readyz``, ``/metrics``.

Whoever runs the watch gives a function that tells how it stands; nothing here reaches into a step
or a database. No feed URL and no error text of a feed is shown: either may hold a token.
"""

import errno
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from marsad.errors import MarsadError

_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Server": "marsad"}
_SHUTDOWN_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSnapshot:
    """How one feed stands. ``state`` is ingest's word for it (``ok``, ``failing``, ``retired``…)."""

    slug: str
    state: str
    last_polled: datetime | None = None
    last_success: datetime | None = None
    failures: int = 0
    """Polls that failed one after the other since the last good one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSnapshot:
    """How one step of the watch stands. An idle step makes progress too: it looked and found nothing."""

    name: str
    last_progress: datetime
    limit: timedelta
    """Without progress for longer than this the step is sick."""
    waiting: int = 0
    """What is before it: articles in the inbox, log entries behind, notifications due."""

    def silent_for(self, now: datetime) -> timedelta:
        """How long ago its last progress is; never negative, clocks are set back at times."""
        return max(now - self.last_progress, timedelta(0))

    def is_sick(self, now: datetime) -> bool:
        """Whether it made no progress within its limit."""
        return self.silent_for(now) > self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """A figure of one kind of process only. ``name`` without ``marsad_``."""

    name: str
    documentation: str
    values: Mapping[tuple[str, ...], float]
    """Values of the labels → the figure."""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """How the whole watch stands at ``now``."""

    now: datetime
    version: str
    feeds: tuple[FeedSnapshot, ...] = ()
    steps: tuple[StepSnapshot, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    """What was stored so far, by kind: ``articles``, ``readings``, ``stories``, ``alerts``."""
    notifications: Mapping[str, int] = field(default_factory=dict)
    """By state: ``due``, ``sending``, ``sent``, ``failed``."""
    parked: int | None = None
    """What waits for the operator to replay it; None where that is not known, or another process tells it."""
    rules_digest: str | None = None
    not_ready: str = ""
    """Why the watch does not work as it should; empty when it does."""
    refused: bool = False
    """The files on disk have a mistake: it runs on with the last good ones."""
    at_restart: tuple[str, ...] = ()
    """What was changed on disk and takes effect at the next start only."""
    gauges: tuple[Gauge, ...] = ()
    """What only this kind of process can tell."""

    @property
    def sick_steps(self) -> tuple[StepSnapshot, ...]:
        """The steps that made no progress within their limit."""
        return tuple(step for step in self.steps if step.is_sick(self.now))


TakeSnapshot = Callable[[], Awaitable[Snapshot]]


@asynccontextmanager
async def serve(take_snapshot: TakeSnapshot, *, host: str = "127.0.0.1", port: int = 8787) -> AsyncIterator[int]:
    """Serve until the block ends; gives the port (0 takes a free one). Raises MarsadError if it cannot listen."""
    runner = web.AppRunner(application(take_snapshot), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise MarsadError(_cannot_listen(host, port, error)) from error
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def application(take_snapshot: TakeSnapshot) -> web.Application:
    """The three pages."""

    async def healthz(_request: web.Request) -> web.Response:
        snapshot = await take_snapshot()
        return web.json_response(health(snapshot), status=503 if snapshot.sick_steps else 200)

    async def readyz(_request: web.Request) -> web.Response:
        snapshot = await take_snapshot()
        return web.json_response(readiness(snapshot), status=503 if snapshot.not_ready else 200)

    async def metrics(_request: web.Request) -> web.Response:
        registry = CollectorRegistry()
        registry.register(_SnapshotCollector(await take_snapshot()))
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    pages = web.Application(middlewares=[_plain_errors])
    pages.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    pages.on_response_prepare.append(_set_headers)
    return pages


def health(snapshot: Snapshot) -> dict[str, Any]:
    """The body of ``/healthz``: every sick step by name, and how long it is silent."""
    return {
        "healthy": not snapshot.sick_steps,
        "version": snapshot.version,
        "sick": [
            {
                "step": step.name,
                "silent_seconds": round(step.silent_for(snapshot.now).total_seconds(), 1),
                "limit_seconds": step.limit.total_seconds(),
                "waiting": step.waiting,
            }
            for step in snapshot.sick_steps
        ],
    }


def readiness(snapshot: Snapshot) -> dict[str, Any]:
    """The body of ``/readyz``: whether the watch works, and why not; whether it runs with what is on disk."""
    return {
        "ready": not snapshot.not_ready,
        "version": snapshot.version,
        "because": snapshot.not_ready,
        "config_refused": snapshot.refused,
        "at_restart": list(snapshot.at_restart),
    }


class _SnapshotCollector(Collector):
    """Metrics made from a snapshot at each scrape: no counter lives in between, so none can be wrong after a crash."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        """The metrics of that moment."""
        snapshot = self._snapshot
        yield from _feed_metrics(snapshot)
        yield from _step_metrics(snapshot)
        yield from _totals(snapshot)
        yield from map(_gauge, snapshot.gauges)


def _feed_metrics(snapshot: Snapshot) -> Iterator[Metric]:
    state = GaugeMetricFamily("marsad_feed_state", "1 for the state that the feed is in.", labels=["feed", "state"])
    failures = GaugeMetricFamily(
        "marsad_feed_failures", "Failed polls since the feed's last good one.", labels=["feed"]
    )
    polled = _moments("marsad_feed_last_polled_timestamp_seconds", "When the feed was last polled.", "feed")
    success = _moments("marsad_feed_last_success_timestamp_seconds", "When the feed last answered well.", "feed")
    for feed in snapshot.feeds:
        state.add_metric([feed.slug, feed.state], 1)
        failures.add_metric([feed.slug], feed.failures)
        if feed.last_polled:
            polled.add_metric([feed.slug], feed.last_polled.timestamp())
        if feed.last_success:
            success.add_metric([feed.slug], feed.last_success.timestamp())
    return iter((state, failures, polled, success))


def _step_metrics(snapshot: Snapshot) -> Iterator[Metric]:
    waiting = GaugeMetricFamily("marsad_step_waiting", "What is before the step and not done yet.", labels=["step"])
    progress = _moments("marsad_step_last_progress_timestamp_seconds", "The step's last progress.", "step")
    healthy = GaugeMetricFamily("marsad_step_healthy", "0 when silent beyond the step's limit.", labels=["step"])
    for step in snapshot.steps:
        waiting.add_metric([step.name], step.waiting)
        progress.add_metric([step.name], step.last_progress.timestamp())
        healthy.add_metric([step.name], 0 if step.is_sick(snapshot.now) else 1)
    return iter((waiting, progress, healthy))


def _totals(snapshot: Snapshot) -> Iterator[Metric]:
    for kind, count in sorted(snapshot.counts.items()):
        yield CounterMetricFamily(f"marsad_{kind}", f"How many {kind} were stored.", value=count)
    notifications = GaugeMetricFamily("marsad_notifications", "Notifications by state.", labels=["state"])
    for state, count in sorted(snapshot.notifications.items()):
        notifications.add_metric([state], count)
    yield notifications
    if snapshot.parked is not None:
        yield GaugeMetricFamily("marsad_parked", "Put aside, waiting to be replayed.", value=snapshot.parked)
    yield GaugeMetricFamily("marsad_ready", "1 when the watch works.", value=0 if snapshot.not_ready else 1)
    yield GaugeMetricFamily("marsad_config_refused", "1 when the files on disk are bad.", value=int(snapshot.refused))
    yield GaugeMetricFamily(
        "marsad_restart_needed", "1 when changed files wait for a restart.", value=int(bool(snapshot.at_restart))
    )
    build = GaugeMetricFamily("marsad_build", "1 for what runs here.", labels=["version", "rules"])
    build.add_metric([snapshot.version, snapshot.rules_digest or ""], 1)
    yield build


def _gauge(told: Gauge) -> Metric:
    gauge = GaugeMetricFamily(f"marsad_{told.name}", told.documentation, labels=told.labels)
    for labels, value in sorted(told.values.items()):
        gauge.add_metric(labels, value)
    return gauge


def _moments(name: str, documentation: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, documentation, labels=[label])


@web.middleware
async def _plain_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """A watch that cannot tell how it stands is not well: 503 with the reason, never a traceback."""
    try:
        return await handler(request)
    except MarsadError as error:
        return web.json_response({"healthy": False, "ready": False, "error": str(error)}, status=503)


async def _set_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} on {host} is in use, by another watch perhaps: stop it, or set http.port in marsad.yaml to "
            "another (0 takes any free one)"
        )
    return (
        f"cannot listen on {host}:{port} ({error.strerror or error}): set http.host and http.port in marsad.yaml to an "
        "address of this machine and a port above 1023"
    )
