from pathlib import Path

import pytest
from unit.marsad.cli_runs import run

FEEDS = "feeds:\n  - {slug: paper, url: 'https://paper.example/rss'}\n"
ROUTES = "receivers:\n  - {name: desk, urls: [{file: not-here.url}]}\ndefault: [desk]\n"
KAFKA = "kafka: {bootstrap: '127.0.0.1:1'}\nhttp: {port: 0}\n"


def folder(tmp_path: Path, marsad: str) -> str:
    for name, text in {"feeds": FEEDS, "routes": ROUTES, "marsad": marsad}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return str(tmp_path)


@pytest.mark.parametrize("name", ["", "a b", "../x", "n" * 201])
def test_a_name_that_kafka_does_not_take_is_a_bad_argument(name: str, tmp_path: Path) -> None:
    done = run("poll", folder(tmp_path, KAFKA), "--instance", name)
    assert done.code == 2
    assert "such as poll-0" in done.err


def test_without_a_kafka_section_there_is_nothing_to_poll_into(tmp_path: Path) -> None:
    done = run("poll", folder(tmp_path, "{}\n"))
    assert done.code == 2
    assert "kafka: is missing: write" in done.err


@pytest.mark.slow
def test_a_broker_that_is_not_there_is_told_at_the_start(tmp_path: Path) -> None:
    done = run("poll", folder(tmp_path, KAFKA))
    assert done.code == 1
    assert "marsad: Kafka (127.0.0.1:1) cannot be reached" in done.err
    assert done.err.endswith("fit its listener? Start again when it is up\n")
