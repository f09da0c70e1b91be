"""What workers have in common, and what each kind does with what it has."""

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from agent_fakes import FakeKafka, received
from golden.words import READING

from marsad.config import WatchConfig, load
from marsad.init_watch import write_watch
from marsad.kafka.topics import Topics
from marsad.reading import WholeReading
from marsad.regions import load_regions
from marsad.scaled import worker
from marsad.scaled.index_worker import indexed
from marsad.scaled.patience import Patience
from marsad.scaled.pulse import Pulse, Standing
from marsad.scaled.watchdog import Limits
from marsad.scaled.worker import Bench, Work, digest
from stream.index.concepts import Concepts

PLACE = ("m.articles", 0)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def pulse() -> Pulse:
    made = Pulse(0.0)
    made.asked({PLACE: Standing(9, 5)}, 0.0)
    return made


@pytest.fixture
def bench(pulse: Pulse) -> Bench:
    return Bench(FakeKafka(), Topics("m."), pulse, Patience(None, lambda: NOON))  # type: ignore[arg-type]


def test_part_of_a_batch_is_a_sign_of_life(bench: Bench, pulse: Pulse) -> None:
    bench.worked([received(b"")])
    assert pulse.since[PLACE] > 0.0


def test_what_is_refused_is_waited_out_and_told(bench: Bench, pulse: Pulse, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        bench.met("send", "not enough replicas")
    assert pulse.since[PLACE] > 0.0
    assert "send waits: not enough replicas" in caplog.text


def test_no_answer_at_all_is_told_and_no_excuse(bench: Bench, pulse: Pulse) -> None:
    bench.met("confirm", "no acknowledgement")
    assert pulse.since[PLACE] == 0.0
    bench.over("confirm")
    assert bench._patience.trouble == ""


def test_the_time_for_a_stop_runs_while_somebody_still_waits_for_kafka(
    pulse: Pulse, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    class Watchdog:
        def __init__(self, *_arguments: object) -> None:
            pass

        start = close = lambda _self: None

        def stopping(self) -> None:
            told.append("stopping")

    class App:
        async def start(self, _handle: object) -> None:
            pass

        async def stop(self) -> None:
            told.append("stopped")

    async def stopped() -> None:
        stop = asyncio.Event()
        async with worker._running(App(), Work(None), pulse, Limits(), stop):  # type: ignore[arg-type]
            assert told == []
            assert pulse.since[PLACE] > 0.0, "what the start took is no silence"
            stop.set()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert told == ["stopping"]

    monkeypatch.setattr(worker, "Watchdog", Watchdog)
    asyncio.run(stopped())
    assert told == ["stopping", "stopping", "stopped"]


def watch(folder: Path) -> WatchConfig:
    write_watch(folder, ("sahel",), "en")
    return load(folder)


def test_workers_of_the_same_files_have_the_same_digest_wherever_they_are(tmp_path: Path) -> None:
    assert digest(watch(tmp_path / "one")) == digest(watch(tmp_path / "two"))


def test_other_files_are_another_digest(tmp_path: Path) -> None:
    config = watch(tmp_path / "one")
    towns = tmp_path / "towns.tsv"
    towns.write_text("a town")
    other = [
        replace(config, lexicon=("a word",)),
        replace(config, gazetteer=(towns,)),
        replace(config, rule_set=config.rule_set.model_copy(update={"rules": ()})),
    ]
    assert len({digest(config), *map(digest, other)}) == 4


def test_an_article_is_indexed_with_its_whole_text_its_labels_and_regions() -> None:
    names = Concepts(countries={"ML": ["Mali"]}, topics={}, actors={})
    made = indexed(names, load_regions(None), WholeReading(reading=READING, text="summary\nbody"))
    assert made.text == "summary\nbody"
    assert "Mali" in made.labels
    assert "liptako-gourma" in made.regions
