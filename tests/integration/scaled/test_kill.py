"""kill -9 of a watch on Kafka at each of its steps: nothing is lost, repeats are marked, everything is published."""

from pathlib import Path

import pytest
from e2e.running import until
from faults.feed_server import Site
from faults.test_kill import attack, market
from integration.scaled.kafka_watch import Scaled, folded_embedded, state
from integration.scaled.step_watch import STEPS
from integration.scaled.telling import check_that_repeats_are_marked, wait_until_all_is_told
from servers.counts import TURNS

from marsad.scaled.start import snapshots
from marsad.sqlite import Database

pytestmark = pytest.mark.slow

EACH = 2


@TURNS
def test_killed_at_each_step(scaled: Scaled, site: Site, tmp_path: Path, turn: int) -> None:
    """Each turn begins with another step."""
    first = turn * 3 % len(STEPS)
    steps = [*STEPS][first:] + [*STEPS][:first]
    watch = scaled.short_watch(tmp_path / "watch", site)
    try:
        watch.start()
        until(scaled.has_rules, "the rules are in the log")
        assert watch.stop() == 0
        for stage, step in enumerate(steps):
            scaled.read(
                [make(number) for number in range(stage * EACH, stage * EACH + EACH) for make in (attack, market)]
            )
            watch.reaches(step)
        watch.start()
        wait_until_all_is_told(scaled, site)
        until(lambda: watch.port and watch.metric('marsad_step_waiting{step="publish"}') == 0, "all is published")
        data = watch.folder / "data"
        until(lambda: snapshots(data) and not halves(data), "a snapshot is taken, and what a killed watch left is gone")
        assert watch.stop() == 0
    finally:
        watch.end()
    check_that_repeats_are_marked(scaled, site, most=len(steps))
    check_published(scaled, Database.open(data / "watch.db"))
    assert halves(data) == []


def halves(data: Path) -> list[Path]:
    """Copies that are not whole."""
    return [path for path in (data / "snapshots").iterdir() if path not in snapshots(data)]


def check_published(scaled: Scaled, database: Database) -> None:
    """The file is what the log says, and so is what others see."""
    cursor = int(database.all("SELECT value FROM watch WHERE key = 'cursor'")[0][0])
    assert state(database) == state(folded_embedded(scaled.log()[:cursor]))
    for topic, sql in (
        (scaled.topics.stories, "SELECT body FROM story"),
        (scaled.topics.alerts, "SELECT body FROM alert"),
        (scaled.topics.ledger, "SELECT body FROM ledger"),
    ):
        latest = {message.key: message.value for message in scaled.messages(topic)}
        assert sorted(latest.values()) == sorted(body for (body,) in database.all(sql)), topic
    assert scaled.messages(scaled.topics.parked) == []
