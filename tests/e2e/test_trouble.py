"""What the machine does to a watch: a full disk, folders that may not be read. It is told, and nothing is lost."""

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from e2e.running import PATIENCE, Watch, until
from faults.feed_server import Site

from marsad.article import Article, Source
from marsad.log import Tick
from marsad.sqlite import Database
from stream.log_table import LogTable

ARTICLES = 300
WORDS = "The market was open and traders spoke of the harvest, the rain and the road to the river. " * 100
NOW = datetime.now(UTC) - timedelta(minutes=5)
LEAST, SMALL, LARGE = 400_000, 1_500_000, 200_000_000


def articles() -> list[Article]:
    return [
        Article(
            id=f"a{number}",
            source=Source(feed="paper"),
            link=f"https://paper.example/{number}",
            title=f"The market of town number {number}",
            summary=f"{number}: {WORDS}",
            published=NOW,
            observed_at=NOW,
        )
        for number in range(ARTICLES)
    ]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    with Site({"/paper.xml": articles()}) as site:
        watch = Watch(tmp_path / "own")
        watch.write(
            marsad={"fetch": {"allow_networks": ["127.0.0.0/8"]}, "http": {"port": 0}, "workers": 1},
            feeds={"feeds": [{"slug": "paper", "url": site.url("/paper.xml"), "language": "en"}]},
            routes={},
        )
        yield watch
        watch.end()


def mount(folder: Path, size: int, *options: str) -> bool:
    """A disk of so many bytes; whether this user may have one."""
    command = ["mount", "-t", "tmpfs", "-o", ",".join([f"size={size}", *options]), "tmpfs", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture
def small_disk(watch: Watch) -> Iterator[Path]:
    data = watch.folder / "data"
    data.mkdir()
    if not mount(data, SMALL):
        pytest.skip("only root may mount a small disk")
    yield data
    subprocess.run(["umount", "--lazy", str(data)], capture_output=True, timeout=PATIENCE, check=False)


def all_are_in(watch: Watch) -> bool:
    return watch.metric("marsad_articles_total") == ARTICLES and watch.settled()


@pytest.mark.slow
def test_a_full_disk_ends_it_and_nothing_is_lost(watch: Watch, small_disk: Path) -> None:
    watch.start()
    assert watch.wait(PATIENCE) == 1
    assert "the disk is full: free space and start again, nothing that was stored is lost" in watch.log
    assert mount(small_disk, LARGE, "remount")
    watch.start()
    until(lambda: all_are_in(watch), "every article is read and found")
    assert watch.stop() == 0


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits a running process")
def test_a_file_that_may_not_grow_ends_it_and_nothing_is_lost(watch: Watch) -> None:
    """What any user can have of a full disk: every write behind this many bytes fails. It comes as the first poll
    begins: what starts up needs files of its own.
    """
    watch.start()
    resource.prlimit(watch.process.pid, resource.RLIMIT_FSIZE, (LEAST, LEAST))
    assert watch.wait(PATIENCE) == 1
    assert "disk" in watch.log.splitlines()[-1]
    watch.start()
    until(lambda: all_are_in(watch), "every article is read and found")
    assert watch.stop() == 0


OPML = '<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/feed"/></body></opml>'
AS_NOBODY = """
import os, sys
from marsad.cli.main import main
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
main(sys.argv[1:])
"""


def as_nobody(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", AS_NOBODY, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """One that every user may enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="marsad-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "marsad.yaml").write_text("{}\n", encoding="utf-8")
        yield folder
        folder.chmod(0o755)


@pytest.mark.parametrize("words", [("check",), ("run",), ("feeds", "list"), ("rules", "list")], ids=" ".join)
def test_a_folder_that_may_not_be_entered_is_told(open_folder: Path, words: tuple[str, ...]) -> None:
    open_folder.chmod(0o000)
    done = as_nobody(*words, str(open_folder))
    assert done.returncode == 2, done.stderr
    assert f"Directory '{open_folder}' is not readable." in done.stderr


def test_a_config_file_that_may_not_be_read_is_told(open_folder: Path) -> None:
    (open_folder / "marsad.yaml").chmod(0o000)
    done = as_nobody("check", str(open_folder))
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(f"{open_folder / 'marsad.yaml'}: cannot be read: Permission denied")


def test_output_that_may_not_be_written_is_told(open_folder: Path) -> None:
    (open_folder / "subscriptions.opml").write_text(OPML, encoding="utf-8")
    target = open_folder / "feeds.yaml"
    done = as_nobody("feeds", "import", str(open_folder / "subscriptions.opml"), "--into", str(target))
    assert (done.returncode, done.stderr) == (1, f"marsad: {target}: Permission denied\n")


def log_ahead(watch: Watch, ahead: timedelta) -> None:
    """The watch's log, as a clock leaves it that once ran ahead."""
    (watch.folder / "data").mkdir()
    database = Database.open(watch.folder / "data" / "watch.db")
    moment = datetime.now(UTC) + ahead
    LogTable(database).append([Tick(minute=moment)], moment)
    database.close()


def test_a_log_far_ahead_of_the_clock_is_refused(watch: Watch) -> None:
    log_ahead(watch, timedelta(days=20, hours=1))
    refused = watch("run", str(watch.folder))
    assert refused.returncode == 1
    assert "20 days ahead of this machine's clock" in refused.stderr
    assert "or give the watch a new data folder" in refused.stderr


def test_a_log_ahead_for_a_moment_is_told_while_it_runs(watch: Watch) -> None:
    log_ahead(watch, timedelta(minutes=30))
    watch.start()
    status, body = watch.page("/readyz")
    assert (status, json.loads(body)["ready"]) == (503, False)
    assert "ahead of this machine's clock" in json.loads(body)["because"]
    until(lambda: "the clock was set back, or ran ahead once: the log's time is" in watch.log, "the log says so")
    until(lambda: all_are_in(watch), "news is taken in all the same")
