"""`marsad worker read` on a real Kafka: whatever happens to it, each article is in the log or parked."""

import signal
from contextlib import suppress
from pathlib import Path

import pytest
from e2e.running import until
from integration.faust.stage import Stage, article, id_of, ids
from servers.counts import TIMES, TURNS

from stream.faust_app import BATCH

pytestmark = pytest.mark.slow

POISON = [b"garbage", b'2.0 {"id":"x"}', b"", b"1.0 {", b'1.0 {"id":7}']


def test_articles_become_records_and_readings_with_their_text_and_poison_is_parked(reading: Stage) -> None:
    bodies = [article(number, body=f"Body {number}") for number in range(45)]
    for number, body in enumerate(POISON):
        bodies.insert(number * 9, body)
    reading.send(bodies)
    worker = reading.worker(WEB_ENABLED="1", WEB_PORT="0", BROKER_URL="kafka://127.0.0.1:1").started()
    reading.wait_done()
    assert worker.process is not None
    assert listening(worker.process.pid) == {("127.0.0.1", worker.port)}  # whatever the environment says to Faust
    assert sorted(path.name for path in worker.folder.iterdir()) == ["feeds.yaml", "marsad.yaml", "routes.yaml"]
    assert worker.stop() == 0
    assert reading.log() == dict.fromkeys(ids(range(45)), 1)
    assert reading.readings() == {id_of(number): f"Body {number}" for number in range(45)}
    assert sorted(thing.body for thing in reading.parked().values()) == sorted(POISON)


@TIMES
def test_killed_between_sending_and_committing(reading: Stage, times: int) -> None:
    for turn in range(times):
        reading.send([article(number) for number in range(turn * 40, turn * 40 + 40)], key="one partition")
        worker = reading.worker(odd=True, ODD_KILL=("batch 1", "slice 1", "slice 3")[turn % 3])
        until(lambda worker=worker: worker.ended, "something is sent")
        assert worker.process is not None
        assert worker.process.returncode == -signal.SIGKILL, worker.log
        assert len(reading.log()) > reading.committed()
    reading.worker(odd=True)
    reading.wait_done()
    assert set(reading.log()) == set(reading.readings()) == ids(range(times * 40))


@TIMES
@pytest.mark.parametrize(
    "slow", [pytest.param(0, id="at the head"), pytest.param(11, id="behind others that are done")]
)
def test_killed_with_a_slow_one_in_hand(reading: Stage, slow: int, times: int) -> None:
    reading.send([article(number, "slow" if number == slow else "") for number in range(40)], key="one partition")
    for _turn in range(times):
        worker = reading.worker(odd=True, ODD_SLOW="3600")
        until(lambda worker=worker: "a slow one is in hand" in worker.log, "it is in hand")
        until(lambda: not slow or reading.logged(), "some before it are in the log")
        worker.end()
        assert reading.committed() <= slow
    reading.worker(odd=True, ODD_SLOW="0")
    reading.wait_done()
    assert set(reading.log()) == set(reading.readings()) == ids(range(40))


@TURNS
def test_told_to_stop_with_an_article_in_hand(reading: Stage, turn: int) -> None:
    slow = 12 + turn % 10
    reading.send([article(number, "slow" if number == slow else "") for number in range(25)], key="one partition")
    worker = reading.worker(odd=True)
    until(lambda: "a slow one is in hand" in worker.log, "it is in hand")
    assert worker.stop() == 0
    done = reading.committed()
    assert done > slow
    assert reading.log() == dict.fromkeys(ids(range(done)), 1)


def test_what_the_topic_refuses_is_parked_and_the_rest_goes_on_three_times(reading: Stage) -> None:
    reading.limit(reading.topics.readings, 4_000)
    worker = reading.worker(odd=True)
    large = {3, 17, 34, 38, 65}
    for turn in range(3):
        numbers = range(turn * 30, turn * 30 + 30)
        reading.send([article(number, body="word " * (2_000 if number in large else 2)) for number in numbers])
        reading.wait_done()
    assert worker.stop() == 0
    parked = reading.parked().values()
    assert {thing.subject for thing in parked} == set(map(id_of, large))
    assert all("bytes for topic" in thing.error for thing in parked)
    assert all(thing.origin.startswith(reading.topics.articles) for thing in parked)
    assert set(reading.readings()) == ids(range(90)) - set(map(id_of, large))
    assert set(reading.log()) == ids(range(90))


def test_poison_is_parked_with_its_reason_and_the_rest_delivered_three_times(reading: Stage) -> None:
    worker = reading.worker(odd=True)
    for turn in range(3):
        bodies = [article(number) for number in range(turn * 45, turn * 45 + 45)]
        for number, body in enumerate(POISON):
            bodies.insert(number * 9 + turn, body)
        reading.send(bodies)
        reading.wait_done()
    assert worker.stop() == 0
    assert reading.log() == dict.fromkeys(ids(range(135)), 1)
    parked = reading.parked().values()
    assert sorted(thing.body for thing in parked) == sorted(POISON * 3)
    assert any("schema version 2.0" in thing.error for thing in parked)
    assert {thing.step for thing in parked} == {"read"}


def test_a_second_worker_joins_in_the_middle_of_a_batch_and_leaves_again_three_times(reading: Stage) -> None:
    count = 0

    def more(number: int) -> None:
        nonlocal count
        reading.send([article(one, "steady") for one in range(count, count + number)])
        count += number

    def helped() -> bool:
        more(10)
        return bool(second.metric('marsad_messages{done="received"}'))

    first = reading.worker("first", odd=True)
    for turn in range(3):
        more(200)
        logged = reading.logged()
        until(lambda seen=logged: reading.logged() > seen, "the first is at work")
        second = reading.worker(f"second-{turn}", odd=True).started()
        until(helped, "the second has a part in it")
        assert second.stop() == 0
    reading.wait_done()
    log = reading.log()
    assert set(log) == set(reading.readings()) == ids(range(count))
    assert log.total() <= count + 3 * 2 * BATCH  # one in hand at each joining and leaving at most
    assert first.stop() == 0


def test_one_that_hangs_is_told_and_ends_itself(reading: Stage) -> None:
    reading.send([article(0, "hangs")])
    worker = reading.worker(odd=True).started()
    until(lambda: worker.page("/healthz")[0] == 503, "health tells")
    assert worker.process is not None
    assert worker.process.wait(60.0) == 70
    assert "hangs" in worker.log
    assert reading.committed() == 0


def test_one_that_can_neither_send_nor_park_ends_itself_uncommitted(reading: Stage) -> None:
    reading.limit(reading.topics.parked, 100)
    reading.send([b"garbage"])
    worker = reading.worker(odd=True)
    assert worker.process is not None
    assert worker.process.wait(60.0) == 70
    assert "give topic" in worker.log
    assert reading.committed() == 0
    reading.limit(reading.topics.parked, 1_000_000)
    reading.worker(odd=True)
    reading.wait_done()
    assert len(reading.parked()) == 1


def test_it_does_not_stop_in_time_with_a_batch_that_hangs(reading: Stage) -> None:
    reading.send([article(0, "hangs")])
    worker = reading.worker(odd=True).started()
    until(lambda: worker.page("/metrics")[1].count("marsad_lag{"), "it reads")
    assert worker.process is not None
    worker.process.terminate()
    assert worker.process.wait(60.0) == 70
    assert "after the stop" in worker.log
    assert reading.committed() == 0


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("faust-", "nowhere-", ".articles is missing: run `marsad kafka setup`"),
        ("partitions: 4", "partitions: 9", "has 4 of 9 partitions"),
        ("127.0.0.1:", "127.0.0.1:1 #", "cannot be reached"),
    ],
)
def test_topics_that_cannot_do_end_it_at_once(reading: Stage, written: str, instead: str, told: str) -> None:
    worker = reading.folder_of("one")
    path = worker.folder / "marsad.yaml"
    path.write_text(path.read_text().replace(written, instead))
    worker.start()
    assert worker.process is not None
    assert worker.process.wait(60.0) == 1
    assert told in worker.log


def listening(pid: int) -> set[tuple[str, int]]:
    """Address and port of every TCP socket on which a process listens."""
    sockets, found = set(), set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # it was closed since
            sockets.add(str(entry.readlink()))
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and f"socket:[{words[9]}]" in sockets:
                address, port = words[1].split(":")
                found.add((".".join(map(str, bytes.fromhex(address)[::-1])), int(port, 16)))
    return found
