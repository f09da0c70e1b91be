"""The long runs' own parts: news whose alerts do not depend on order, and faults that leave nobody out."""

import random
from datetime import timedelta
from pathlib import Path

import pytest
from e2e.running import Watch
from faults.elastic_proxy import refusals
from faults.feed_server import Site
from faults.scaled_checks import undisturbed
from faults.scaled_delays import GRACE, Outage
from faults.scaled_faults import TARGETS, schedule
from faults.scaled_news import dated, news, today
from faults.scaled_scene import write

from marsad.kafka.settings import KafkaAccess

ARTICLES = 600
ATTACKS = 40
APART = 100
NOWHERE = "127.0.0.1:9"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    watch = Watch(tmp_path / "watch")
    with Site() as site:
        write(watch, site, KafkaAccess((NOWHERE,)), f"http://{NOWHERE}")
    return watch.folder


def test_the_same_alerts_in_whatever_order_the_news_is_read(folder: Path) -> None:
    noon, draw = today(), random.Random(1)
    articles = [
        dated(article, noon + timedelta(seconds=number))
        for number, article in enumerate(news(ARTICLES, ATTACKS, APART, noon))
    ]
    wanted = undisturbed(articles, folder)
    assert {state for _rule, _articles, state in wanted} == {"new", "updated", "cancelled"}
    assert {len(told) for _rule, told, _state in wanted} <= {1, 2, 3, 4}
    late = sorted(range(ARTICLES), key=lambda number: number + draw.uniform(0, APART))
    assert undisturbed([articles[number] for number in late], folder) == wanted


def test_each_target_is_killed_and_stalled_before_any_is_again() -> None:
    rounds = schedule(2 * len(TARGETS) + 5, seed=4)
    first = {(fault.target, fault.kind) for fault in rounds[: 2 * len(TARGETS)]}
    assert first == {(target, kind) for target in TARGETS for kind in ("kill", "stall")}
    assert schedule(2 * len(TARGETS) + 5, seed=4) == rounds


@pytest.mark.parametrize(
    ("published", "latest"),
    [
        pytest.param(50.0, 50.0 + GRACE, id="long before"),
        pytest.param(95.0, 160.0 + GRACE, id="on its way when it began"),
        pytest.param(120.0, 160.0 + GRACE, id="meanwhile"),
        pytest.param(170.0, 170.0 + GRACE, id="afterwards"),
    ],
)
def test_when_an_alert_must_be_out(published: float, latest: float) -> None:
    assert Outage(began=100.0, ready=160.0).latest(published) == latest


def test_every_document_of_a_bulk_request_is_refused() -> None:
    lines = (
        b'{"index":{"_id":"a"}}\n{"title":"x"}\n{"delete":{"_id":"b"}}\n{"create":{"_id":"c"}}\n{"index":1,"of":2}\n'
    )
    told = refusals(lines)["items"]
    assert [next(iter(one)) for one in told] == ["index", "delete", "create"]
    assert {one[action]["status"] for one in told for action in one} == {429}
