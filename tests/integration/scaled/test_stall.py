"""A broker that stands still under `marsad watch`: alerts come late, and none is lost."""

import time
from collections.abc import Callable
from pathlib import Path

from e2e.running import until
from faults.feed_server import Site
from faults.test_kill import attack
from integration.scaled.kafka_watch import Scaled
from integration.scaled.telling import check_that_repeats_are_marked, told, wait_until_all_is_told
from servers.kafka import KafkaCluster
from servers.names import unique

from stream.reading.reader import Reader

STALLS = (25, 10, 10)
EACH = 6


def test_a_broker_that_stands_still_delays_alerts_and_loses_none(
    start_kafka: Callable[..., KafkaCluster], reader: Reader, site: Site, tmp_path: Path
) -> None:
    cluster = start_kafka()
    scaled = Scaled.set_up(cluster.bootstrap, f"{unique('watch')}.", reader)
    watch = scaled.watch(tmp_path / "watch", site)
    try:
        watch.start()
        until(scaled.has_rules, "its rules are in the log")
        for turn, seconds in enumerate(STALLS):
            before = told(site).total()
            scaled.read([attack(number) for number in range(turn * EACH, turn * EACH + EACH)])
            until(lambda seen=before: told(site).total() > seen, "it is sending")
            cluster.stall()
            time.sleep(seconds)  # the fault itself, not a wait for it
            cluster.resume()
            wait_until_all_is_told(scaled, site)
        until(lambda: watch.page("/readyz")[0] == 200, "it is well again")
        assert watch.stop() == 0
    finally:
        watch.end()
    check_that_repeats_are_marked(scaled, site, most=len(STALLS))
