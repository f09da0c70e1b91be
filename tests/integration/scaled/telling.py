"""What a watch on Kafka has told, beside what the log makes due."""

from collections import Counter

from e2e.running import until
from faults.feed_server import Site
from faults.test_kill import bodies, link_of
from integration.scaled.kafka_watch import Scaled, folded_embedded

from marsad.alert import Notification
from marsad.codec import decode
from marsad.lease import SECONDS

TAKES_OVER_WITHIN = SECONDS + 30


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
