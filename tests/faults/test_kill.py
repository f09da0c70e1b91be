"""kill -9 at every durable step: nothing is lost, nothing is doubled, repeats only as promised and marked."""

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from faults.feed_server import Site

from marsad.alert import Notification
from marsad.article import Article, Source
from marsad.codec import decode, decode_record
from marsad.log import ReadingRecord
from marsad.sqlite import Database
from marsad.store import WatchStore
from marsad.store_queries import StoreQueries
from marsad.watch import Watch
from stream.log_table import LogTable
from stream.parking import Parking
from stream.reading.text import normalise

CHILD = Path(__file__).with_name("child.py")
STEPS = ("after-fetch", "after-inbox", "after-reading", "after-log", "mid-fold", "before-send", "after-send")
TOWNS = (
    "Gao", "Timbuktu", "Djibo", "Dori", "Diffa", "Menaka", "Kidal", "Mopti", "Kaya", "Tahoua", "Maradi", "Zinder",
    "Agadez", "Abeche", "Ouahigouya", "Sikasso", "Kayes", "Segou", "Tillaberi", "Bandiagara", "Nouakchott", "Moundou",
    "Banfora", "Koutiala",
)  # fmt: skip
EACH = len(TOWNS) // (len(STEPS) + 1)
PATIENCE = 90


def attack(number: int) -> Article:
    town, now = TOWNS[number], datetime.now(UTC)
    return Article(
        id=f"attack-{number}",
        source=Source(feed=f"feed-{number % 4}"),
        link=f"https://paper.example/attack-{number}",
        title=f"Gunmen kill {number + 3} villagers near {town}",
        summary=f"Gunmen on motorcycles killed {number + 3} villagers in an attack on a village near {town} on "
        f"{now:%A}, residents said.",
        published=now,
        observed_at=now,
    )


def market(number: int) -> Article:
    now = datetime.now(UTC)
    return Article(
        id=f"market-{number}",
        source=Source(feed=f"feed-{number % 4}"),
        link=f"https://paper.example/market-{number}",
        title=f"Price of millet up {number + 2} per cent at the city's market number {number}",
        summary="Traders said the harvest was late this year.",
        published=now,
        observed_at=now,
    )


def write_folder(folder: Path, site: Site, feeds: int = 4) -> None:
    (folder / "desk.url").write_text(f"json://127.0.0.1:{site.port}/")
    polled = [
        {"slug": f"feed-{n}", "url": f"http://127.0.0.1:{site.port}/feed-{n}.xml", "catch_up": True}
        for n in range(feeds)
    ]
    files = {
        "marsad.yaml": {"fetch": {"allow_networks": ["127.0.0.0/8"]}, "http": {"port": 0}, "workers": 1},
        "feeds.yaml": {"feeds": polled},
        "routes.yaml": {"receivers": [{"name": "desk", "urls": [{"file": "desk.url"}]}], "default": ["desk"]},
    }
    for name, value in files.items():
        (folder / name).write_text(yaml.safe_dump(value))


def run_child(folder: Path, step: str, nth: int, articles: int) -> int:
    command = [sys.executable, str(CHILD), str(folder), step, str(nth), str(articles)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode in (0, -9), done.stderr
    return done.returncode


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(3))
def test_kill_9_at_every_durable_step(tmp_path: Path, turn: int) -> None:
    kill_at_every_step(tmp_path, turn)


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(20))
def test_kill_9_at_every_durable_step_many_times(tmp_path: Path, turn: int) -> None:
    kill_at_every_step(tmp_path, turn)


def kill_at_every_step(tmp_path: Path, turn: int) -> None:
    """Each turn begins with another step."""
    first = turn * 2 % len(STEPS)
    steps = STEPS[first:] + STEPS[:first]
    with Site() as site:
        write_folder(tmp_path, site)
        published = 0
        for stage, step in enumerate((*steps, "none")):
            numbers = range(stage * EACH, (stage + 1) * EACH)
            site.publish([make(number) for number in numbers for make in (attack, market)])
            published += 2 * EACH
            code = run_child(tmp_path, step, 1, published)
            assert code == (0 if step == "none" else -9), f"{step} was not reached"
        check(tmp_path / "data" / "watch.db", site, published)


def check(path: Path, site: Site, published: int) -> None:
    database = Database.open(path)
    check_taken_in(database, published)
    check_against_an_undisturbed_fold(database, least_alerts=len(TOWNS) - 4)
    check_messages(database, site)


def check_taken_in(database: Database, published: int) -> None:
    """Every article once in the inbox, once in the log, in one story; nothing parked."""
    inbox = [(row[0], row[1]) for row in database.all("SELECT article_id, revision FROM inbox")]
    assert len(inbox) == len(set(inbox)) == published
    records = [decode_record(entry.body) for entry in LogTable(database).after(0, 1_000_000)]
    read = Counter(record.reading.article_id for record in records if isinstance(record, ReadingRecord))
    assert set(read) == {article for article, _revision in inbox}
    assert set(read.values()) == {1}
    assert Parking(database).list() == []
    queries = StoreQueries(database)
    homes = Counter(member for story in queries.stories(limit=-1) for member in story.members)
    assert set(homes) == set(read)
    assert set(homes.values()) == {1}


def check_against_an_undisturbed_fold(database: Database, *, least_alerts: int) -> None:
    """The same log folded in one go: the same alerts and notifications, none lost and none more."""
    control = Database.open(":memory:")
    store = WatchStore(control)
    store.fold(Watch(store.queries, normalise), LogTable(database).after(0, 1_000_000))
    for table in ("alert", "notification", "story", "member"):
        key = "article_id" if table == "member" else "id"
        sql = f"SELECT {key} FROM {table} ORDER BY 1"
        assert database.all(sql) == control.all(sql)
    assert len(store.queries.alerts(limit=-1)) >= least_alerts, "the scenario must raise alerts to say anything"


def check_messages(database: Database, site: Site) -> None:
    due = [decode(Notification, row[0]) for row in database.all("SELECT body FROM notification")]
    assert {row[0] for row in database.all("SELECT DISTINCT state FROM notification")} == {"sent"}
    wanted, told = Counter(map(link_of, (one.body for one in due))), Counter(map(link_of, bodies(site)))
    assert set(told) == set(wanted)
    repeats = [body for body in bodies(site) if "possible repeat" in body]
    # A kill at any step may cut the one send that is under way: at most one repeat for each kill. Whatever came
    # twice was marked.
    assert len(repeats) <= len(STEPS)
    assert all(told[link] >= count for link, count in wanted.items())
    assert sum(told.values()) - sum(wanted.values()) <= len(repeats)


def bodies(site: Site) -> list[str]:
    return [f"{message['title']}\n{message['message']}" for message in site.messages]


def link_of(body: str) -> str:
    return next(word for word in body.split() if word.startswith("https://"))
