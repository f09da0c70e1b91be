"""`marsad watch` on a real Kafka: two fold, one sends; kill -9 and zombies lose nothing and double nothing unmarked."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.running import Watch, until
from faults.feed_server import Site
from faults.test_kill import attack, bodies, link_of, market
from integration.scaled.kafka_watch import Scaled, folded_embedded, state
from servers.fixtures import Kafka
from servers.names import unique

from marsad.alert import Notification
from marsad.codec import decode
from marsad.lease import SECONDS
from marsad.sqlite import Database
from marsad.story import Story
from stream.reading.reader import Reader

pytestmark = pytest.mark.slow
TAKES_OVER_WITHIN = SECONDS + 30


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.packaged()


@pytest.fixture
def scaled(kafka: Kafka, reader: Reader) -> Scaled:
    return Scaled.set_up(kafka.bootstrap, f"{unique('watch')}.", reader)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as found:
        yield found


@pytest.fixture
def two(scaled: Scaled, site: Site, tmp_path: Path) -> Iterator[tuple[Watch, Watch]]:
    watches = scaled.watch(tmp_path / "one", site), scaled.watch(tmp_path / "two", site)
    try:
        watches[0].start()
        until(lambda: watches[0].metric("marsad_lease_held"), "the first has the lease")
        watches[1].start()
        yield watches
    finally:
        for watch in watches:
            if watch.process is not None:
                watch.process.send_signal(signal.SIGCONT)
            watch.end()


def told(site: Site) -> Counter[str]:
    return Counter(map(link_of, bodies(site)))


def repeats(site: Site) -> int:
    return sum("possible repeat" in body for body in bodies(site))


def due(scaled: Scaled) -> Counter[str]:
    """What the log makes due."""
    rows = folded_embedded(scaled.log()).all("SELECT body FROM notification")
    return Counter(link_of(decode(Notification, body).body) for (body,) in rows)


def wait_until_told(site: Site, count: int, patience: float = TAKES_OVER_WITHIN) -> None:
    until(lambda: told(site).total() >= count, f"{count} messages arrive", patience)


def wait_until_all_is_told(scaled: Scaled, site: Site) -> None:
    wanted = due(scaled)
    until(lambda: told(site) >= wanted, f"{wanted.total()} messages arrive", TAKES_OVER_WITHIN)


def check_that_repeats_are_marked(scaled: Scaled, site: Site, most: int) -> None:
    """Nothing lost; what came more often than it was due was marked."""
    wanted = due(scaled)
    assert set(told(site)) == set(wanted)
    assert told(site).total() - wanted.total() <= repeats(site) <= most


def caught_up(watch: Watch, scaled: Scaled) -> bool:
    return watch.metric("marsad_log_offset") >= len(scaled.log()) - 1  # claims go on


def test_both_fold_one_sends_and_the_log_gives_embedded_the_same_bytes(
    two: tuple[Watch, Watch], scaled: Scaled, site: Site
) -> None:
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


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.soak
def test_a_watch_killed_while_it_sends_is_followed_by_the_other(
    two: tuple[Watch, Watch], scaled: Scaled, site: Site, turn: int
) -> None:
    first, second = two
    scaled.read([attack(number) for number in range(8)])
    wait_until_told(site, 1 + turn * 2)
    first.end()  # kill -9
    scaled.read([attack(number) for number in range(8, 12)])
    wait_until_all_is_told(scaled, site)
    until(lambda: second.metric("marsad_lease_held"), "the second has the lease", TAKES_OVER_WITHIN)
    sent = due(scaled).total()
    until(lambda: second.metric('marsad_notifications{state="sent"}') == sent, "all is noted as sent")
    check_that_repeats_are_marked(scaled, site, most=1)


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.soak
def test_a_zombie_that_wakes_after_its_lease_sends_nothing_more(
    two: tuple[Watch, Watch], scaled: Scaled, site: Site, turn: int
) -> None:
    first, second = two
    assert first.process is not None
    scaled.read([attack(turn)])
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


@pytest.mark.soak
def test_one_that_ends_in_order_is_followed_at_once(two: tuple[Watch, Watch], scaled: Scaled, site: Site) -> None:
    first, second = two
    assert first.stop() == 0
    until(lambda: second.metric("marsad_lease_held"), "the second has the lease", patience=SECONDS - 2)
    scaled.read([attack(0)])
    wait_until_all_is_told(scaled, site)
    check_that_repeats_are_marked(scaled, site, most=0)


@pytest.mark.soak
def test_it_goes_on_where_it_stopped_and_tells_nothing_twice(
    two: tuple[Watch, Watch], scaled: Scaled, site: Site
) -> None:
    first, second = two
    second.end()
    scaled.read([attack(number) for number in range(4)])
    wait_until_all_is_told(scaled, site)
    first.end()
    scaled.read([attack(number) for number in range(4, 8)])
    first.start()
    wait_until_all_is_told(scaled, site)
    check_that_repeats_are_marked(scaled, site, most=1)
