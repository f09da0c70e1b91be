"""Every command that README shows, in its order, in a folder of its own. Its feeds are ours: no network."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from e2e.running import PATIENCE, Watch, until
from faults.feed_server import Site

from marsad.article import Article, Source

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
COMMANDS = [line for language, block in BLOCKS if not language for line in block.splitlines()]
NOW = datetime.now(UTC) - timedelta(minutes=5)
OPML = '<opml version="2.0"><body><outline text="Paper" xmlUrl="https://paper.example/rss"/></body></opml>'
GEONAMES = "1\tAnsongo\tAnsongo\t\t15.66\t0.50\tP\tPPL\tML\t\t07\t\t\t\t31000\t\t250\tAfrica/Bamako\t2012-01-17"
MARKET = Article(
    id="djibo-1",
    source=Source(feed="paper"),
    link="https://paper.example/djibo-1",
    title="The market of Djibo is open again",
    summary="Traders came back to the market of Djibo, in northern Burkina Faso.",
    published=NOW,
    observed_at=NOW,
)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site({"/paper.xml": [MARKET]}) as site:
        yield site


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    watch = Watch(tmp_path / "my-watch")
    yield watch
    watch.end()


def typed(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """As typed in a shell, with this Python's Marsad."""
    here = command.replace(".venv/bin/marsad", f"{shlex.quote(sys.executable)} -m marsad")
    return subprocess.run(
        ["bash", "-c", here],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def feeds_of_ours(site: Site, watch: Watch) -> None:
    """In place of the pack's, and a free port: the rest of the folder stays as `init` wrote it."""
    watch.write(feeds={"feeds": [{"slug": "paper", "url": site.url("/paper.xml"), "language": "en"}]})
    main = (watch.folder / "marsad.yaml").read_text("utf-8").replace("port: 8787", "port: 0")
    (watch.folder / "marsad.yaml").write_text(main + "\nfetch: {allow_networks: [127.0.0.0/8]}\n", encoding="utf-8")


@pytest.mark.slow
def test_every_command_that_it_shows_works(site: Site, watch: Watch, tmp_path: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    (tmp_path / "articles.jsonl").write_text(sample() + "\n", encoding="utf-8")
    (tmp_path / "subscriptions.opml").write_text(OPML, encoding="utf-8")
    (tmp_path / "ML.txt").write_text(GEONAMES + "\n", encoding="utf-8")
    seen = set()
    for command in COMMANDS:
        words = shlex.split(command)
        seen.add(words[1])
        if words[0] == "make":
            assert words[1] in targets
        elif words[1] == "run":
            feeds_of_ours(site, watch)
            watch.start()
            until(lambda: watch.metric("marsad_articles_total") == 1 and watch.settled(), "the article is found")
        elif words[1] != "demo":  # it has a test of its own, which also knows what it must tell
            done = typed(command, tmp_path)
            assert (done.returncode, done.stderr) == (0, ""), command
            assert done.stdout, command
    assert watch.stop() == 0
    assert seen >= {"demo", "test", "init", "check", "run", "search", "read", "replay", "alerts", "feeds", "gazetteer"}


def sample() -> str:
    """The article that the page shows, which must be one that reading takes."""
    (line,) = re.findall(r"^\{\"id\".*\}$", README, re.MULTILINE)
    json.loads(line)
    return line


def test_every_option_that_it_names_is_one() -> None:
    demo = next(line for line in COMMANDS if " demo " in line)
    assert shlex.split(demo)[2:] == ["--exit", "--json", "--speed", "3"], "tests/e2e/test_demo.py runs it so"
