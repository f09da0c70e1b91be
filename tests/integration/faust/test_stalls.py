"""`marsad worker read` while the broker stands still or is gone, and with a broker that wants a login."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.running import files_holding, until
from integration.faust.stage import article, ids, next_name, stage
from servers.kafka import KafkaCluster

pytestmark = pytest.mark.slow
EACH = 120
"""Articles: seconds of work, in the middle of which the broker is hit."""


def test_a_broker_that_stands_still_loses_nothing(start_kafka: Callable[[], KafkaCluster], tmp_path: Path) -> None:
    cluster = start_kafka()
    with stage(cluster.bootstrap, next_name(), tmp_path) as reading:
        worker = reading.worker(odd=True).started()
        for turn, seconds in enumerate((25, 10, 10)):
            logged = reading.logged()
            reading.send([article(number, "steady") for number in range(turn * EACH, turn * EACH + EACH)])
            until(lambda seen=logged: reading.logged() > seen, "it is at work")
            cluster.stall()
            time.sleep(seconds)
            cluster.resume()
            reading.wait_done()
        assert not worker.ended, worker.log
        assert set(reading.log()) == set(reading.readings()) == ids(range(3 * EACH))
        assert worker.stop() == 0


def test_a_broker_that_is_killed_and_comes_back_loses_nothing(
    start_kafka: Callable[[], KafkaCluster], tmp_path: Path
) -> None:
    cluster = start_kafka()
    with stage(cluster.bootstrap, next_name(), tmp_path) as reading:
        worker = reading.worker(odd=True).started()
        for turn in range(3):
            logged = reading.logged()
            reading.send([article(number, "steady") for number in range(turn * EACH, turn * EACH + EACH)])
            until(lambda seen=logged: reading.logged() > seen, "it is at work")
            cluster.kill()
            until(lambda: worker.page("/readyz")[0] == 503, "it says what it waits for")
            cluster.start()
            cluster.wait_ready()
            reading.wait_done()
            until(lambda: worker.page("/readyz")[0] == 200, "it is well again")
        assert not worker.ended, worker.log
        assert set(reading.log()) == set(reading.readings()) == ids(range(3 * EACH))
        assert worker.stop() == 0


def test_it_logs_in_and_shows_its_password_to_nobody(start_kafka: Callable[..., KafkaCluster], tmp_path: Path) -> None:
    cluster = start_kafka(secure=True, users={"marsad": "CANARY-password-7"})
    login = cluster.login
    assert login is not None
    secrets = {"protocol": "SASL_SSL", "mechanism": login.mechanism, "user": login.user, "password": login.password}
    with stage(cluster.bootstrap, next_name(), tmp_path / "work", **secrets, ca=login.authority) as reading:
        user, password = {"env": "KAFKA_USER"}, {"env": "KAFKA_PASSWORD"}
        security = {"mechanism": login.mechanism, "user": user, "password": password, "ca": str(login.authority)}
        reading.security = {"security": security}
        reading.send([article(number) for number in range(10)])
        worker = reading.worker(KAFKA_USER=login.user, KAFKA_PASSWORD=login.password).started()
        reading.wait_done()
        worker.page("/metrics")
        assert worker.stop() == 0
        assert set(reading.log()) == ids(range(10))
        assert "CANARY" not in "".join(worker.printed)
        assert files_holding(tmp_path / "work", ["CANARY"]) == []
        refused = reading.folder_of("two")
        refused.env |= {"KAFKA_USER": login.user, "KAFKA_PASSWORD": "wrong"}
        refused.start()
        assert refused.process is not None
        assert refused.process.wait(60.0) == 1
        # Over TLS the client may only see that the broker hangs up: it says what that may mean then.
        assert "refuses the login" in refused.log or "are user, password and mechanism" in refused.log
