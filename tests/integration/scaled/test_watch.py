"""`marsad watch` on a real Kafka: two fold, one sends; kill -9 and zombies lose nothing and double nothing unmarked."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from e2e.running import Watch, until
from faults.feed_server import Site
from faults.test_kill import attack, market
from integration.scaled.kafka_watch import Scaled, folded_embedded, state
from integration.scaled.telling import (
    TAKES_OVER_WITHIN,
    check_that_repeats_are_marked,
    due,
    wait_until_all_is_told,
    wait_until_told,
)
from servers.counts import TURNS

from marsad.codec import decode, decode_record
from marsad.log import LeaseClaim
from marsad.sqlite import Database
from marsad.story import Story

pytestmark = pytest.mark.slow


Two = tuple[Watch, Watch]


@pytest.fixture
def two(scaled: Scaled, site: Site, tmp_path: Path) -> Iterator[Two]:
    with running(scaled, scaled.watch(tmp_path / "one", site), scaled.watch(tmp_path / "two", site)) as found:
        yield found


@pytest.fixture
def two_short(scaled: Scaled, site: Site, tmp_path: Path) -> Iterator[Two]:
    """Where a lease has to end by itself."""
    watches = [scaled.short_watch(tmp_path / name, site) for name in ("one", "two")]
    with running(scaled, *watches) as found:
        yield found


@contextmanager
def running(scaled: Scaled, *watches: Watch) -> Iterator[Two]:
    first, second = watches
    try:
        first.start()
        until(lambda: first.port and first.metric("marsad_lease_held"), "the first has the lease")
        until(scaled.has_rules, "its rules are in the log")
        second.start()
        until(lambda: second.port, "the second runs")
        yield first, second
    finally:
        for watch in watches:
            if watch.process is not None:
                watch.process.send_signal(signal.SIGCONT)
            watch.end()


def caught_up(watch: Watch, scaled: Scaled) -> bool:
    return watch.metric("marsad_log_offset") >= len(scaled.log()) - 1  # claims go on


def test_both_fold_one_sends_and_the_log_gives_embedded_the_same_bytes(two: Two, scaled: Scaled, site: Site) -> None:
    scaled.read([make(number) for number in range(6) for make in (attack, market)])
    wait_until_told(site, 5)
    for watch in two:
        until(lambda watch=watch: caught_up(watch, scaled), "the log is folded")
    until(lambda: two[0].metric('marsad_step_waiting{step="publish"}') == 0, "all is published")
    for watch in two:
        assert watch.stop() == 0
    log = scaled.log()
    databases = [Database.open(watch.folder / "data" / "watch.db") for watch in two]
    cursors = [int(database.all("SELECT value FROM watch WHERE key = 'cursor'")[0][0]) for database in databases]
    for database, cursor in zip(databases, cursors, strict=True):
        assert state(database) == state(folded_embedded(log[:cursor]))
    check_that_repeats_are_marked(scaled, site, most=0)
    published = {
        message.key.decode(): decode(Story, message.value)
        for message in scaled.messages(scaled.topics.stories)
        if message.key and message.value
    }
    assert published == {story.id: story for story in stories_of(databases[0])}


def stories_of(database: Database) -> list[Story]:
    return [decode(Story, body) for (body,) in database.all("SELECT body FROM story")]


@TURNS
def test_a_watch_killed_while_it_sends_is_followed_by_the_other(
    two_short: Two, scaled: Scaled, site: Site, turn: int
) -> None:
    first, second = two_short
    scaled.read([attack(number) for number in range(8)])
    wait_until_told(site, 1 + turn % 3 * 2)
    first.end()  # kill -9
    scaled.read([attack(number) for number in range(8, 12)])
    wait_until_all_is_told(scaled, site)
    until(lambda: second.metric("marsad_lease_held"), "the second has the lease", TAKES_OVER_WITHIN)
    sent = due(scaled).total()
    until(lambda: second.metric('marsad_notifications{state="sent"}') == sent, "all is noted as sent")
    check_that_repeats_are_marked(scaled, site, most=1)


@TURNS
def test_a_zombie_that_wakes_after_its_lease_sends_nothing_more(
    two_short: Two, scaled: Scaled, site: Site, turn: int
) -> None:
    first, second = two_short
    assert first.process is not None
    scaled.read([attack(turn % 8)])
    wait_until_told(site, 1)
    os.kill(first.process.pid, signal.SIGSTOP)
    scaled.read([attack(number) for number in range(8, 12)])
    wait_until_all_is_told(scaled, site)
    os.kill(first.process.pid, signal.SIGCONT)
    scaled.read([attack(number) for number in range(12, 16)])
    wait_until_all_is_told(scaled, site)
    until(lambda: not first.metric("marsad_lease_held"), "the zombie knows that its lease is over")
    until(lambda: caught_up(first, scaled), "the zombie folds on")
    assert second.metric("marsad_lease_held") == 1
    check_that_repeats_are_marked(scaled, site, most=1)


def test_one_that_ends_in_order_is_followed_at_once(two: Two, scaled: Scaled, site: Site) -> None:
    first, second = two
    assert first.stop() == 0
    until(lambda: second.metric("marsad_lease_held"), "the second has the lease")
    records = [decode_record(entry.body) for entry in scaled.log()]
    claims = [record for record in records if isinstance(record, LeaseClaim)]
    given_back = next(number for number, claim in enumerate(claims) if claim.seconds == 0)
    assert {claim.owner for claim in claims[given_back + 1 :]} == {claims[-1].owner} != {claims[0].owner}
    assert claims[given_back + 1].after_owner == ""  # it has not waited for the lease's end
    scaled.read([attack(0)])
    wait_until_all_is_told(scaled, site)
    check_that_repeats_are_marked(scaled, site, most=0)


def test_it_goes_on_where_it_stopped_and_tells_nothing_twice(two: Two, scaled: Scaled, site: Site) -> None:
    first, second = two
    second.end()
    scaled.read([attack(number) for number in range(4)])
    wait_until_all_is_told(scaled, site)
    first.end()
    scaled.read([attack(number) for number in range(4, 8)])
    first.start()
    wait_until_all_is_told(scaled, site)
    check_that_repeats_are_marked(scaled, site, most=1)
