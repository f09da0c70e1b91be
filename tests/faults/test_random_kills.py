"""kill -9 at random points over many articles: 0 lost, 0 doubled, repeats only as promised and marked."""

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from faults.feed_server import Site
from faults.test_kill import CHILD, check_against_an_undisturbed_fold, check_taken_in, link_of, write_folder

from benchmarks.articles import articles
from marsad.alert import Notification
from marsad.codec import decode
from marsad.sqlite import Database

ARTICLES = 20_000
FEEDS = 50
KILLS = 30
PATIENCE = 1_800


@pytest.mark.soak
def test_30_random_kills_over_20_000_articles(tmp_path: Path) -> None:
    draw = random.Random(3)
    with Site() as site:
        write_folder(tmp_path, site, feeds=FEEDS)
        batch = articles(ARTICLES, attacks=0.02, feeds=FEEDS)
        part = ARTICLES // (KILLS + 1)
        command = [sys.executable, str(CHILD), str(tmp_path), "none", "1", str(ARTICLES)]
        for number in range(KILLS):
            site.publish(batch[number * part : (number + 1) * part])
            child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            with pytest.raises(subprocess.TimeoutExpired):  # it has more to wait for than was published
                child.wait(timeout=draw.uniform(1.0, 10.0))
            child.kill()
            child.wait()
        site.publish(batch[KILLS * part :])
        began = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0, done.stderr
        database = Database.open(tmp_path / "data" / "watch.db")
        check_taken_in(database, ARTICLES)
        check_against_an_undisturbed_fold(database, least_alerts=10)
        repeats = check_repeats(database, site)
        alerts = database.one("SELECT count(*) FROM alert")
        print(
            f"{ARTICLES} articles, {KILLS} kills: 0 lost, 0 doubled, {alerts} alerts, {repeats} marked repeats, "
            f"last run {time.monotonic() - began:.0f} s"
        )


def check_repeats(database: Database, site: Site) -> int:
    """Whatever came twice was marked; at most one repeat of one notification for each kill. Their number."""
    due = [decode(Notification, row[0]) for row in database.all("SELECT body FROM notification")]
    wanted = Counter(link_of(one.body) for one in due)
    bodies = [f"{message['title']}\n{message['message']}" for message in site.messages]
    told = Counter(map(link_of, bodies))
    repeats = sum("possible repeat" in body for body in bodies)
    assert set(told) == set(wanted)
    assert all(told[link] >= count for link, count in wanted.items())
    assert sum(told.values()) - sum(wanted.values()) <= repeats <= KILLS
    return repeats
