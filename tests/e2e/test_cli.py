"""A watch from its feeds to the officer's webhook, by the commands that an operator types."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from e2e.running import PATIENCE, Watch, files_holding, until
from faults.feed_server import Site

from marsad.article import Article, Source

pytestmark = pytest.mark.slow

# Secrets stand in URLs: of a feed that is good, one that answers 404, one that nobody serves, and of receivers.
CANARIES = ("canary-feed-5f1d", "canary-lost-77aa", "canary-dead-31c9", "canary-hook-9b2e", "canary-gone-04fe")
GOOD_FEED, LOST_FEED, DEAD_FEED, HOOK, GONE_HOOK = CANARIES
NOW = datetime.now(UTC) - timedelta(minutes=5)


def article(key: str, title: str, summary: str) -> Article:
    return Article(
        id=key,
        source=Source(feed="-"),
        link=f"https://paper.example/{key}",
        title=title,
        summary=summary,
        published=NOW,
        observed_at=NOW,
    )


ENGLISH = [
    article(
        "gao-en",
        "Gunmen kill 14 villagers near Gao",
        f"Gunmen on motorcycles killed 14 villagers in an attack on a village near Gao, in northern Mali, on {NOW:%A}, "
        "residents said.",
    ),
    article("millet-en", "Price of millet up again", "Traders in the market said that the harvest was late this year."),
]
FRENCH = [
    article(
        "coton-fr",
        "La campagne cotonnière commence au Burkina Faso",
        "Le ministre de l'Agriculture a lancé la campagne cotonnière à Bobo-Dioulasso, devant les producteurs.",
    )
]
ARABIC = [
    article(
        "summit-ar",
        "افتتاح معرض الكتاب في نواكشوط",
        "افتتح وزير الثقافة معرض الكتاب في نواكشوط بحضور عدد من الكتاب والناشرين.",
    )
]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site({f"/{GOOD_FEED}/en.xml": ENGLISH, "/fr.xml": FRENCH, "/ar.xml": ARABIC}) as site:
        yield site


@pytest.fixture(scope="module")
def watch(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """A watch that runs, has polled its feeds and told what there was to tell."""
    folder = tmp_path_factory.mktemp("watch") / "own"
    env = {
        "EN_URL": site.url(f"/{GOOD_FEED}/en.xml"),
        "LOST_URL": site.url(f"/lost.xml?key={LOST_FEED}"),
        "DEAD_URL": f"http://desk:{DEAD_FEED}@127.0.0.1:9/dead.xml",
        "GONE_URL": f"json://desk:{GONE_HOOK}@127.0.0.1:9/",
    }
    watch = Watch(folder, env)
    watch.write(
        marsad={"fetch": {"allow_networks": ["127.0.0.0/8"]}, "http": {"port": 0}, "workers": 1},
        feeds={
            "defaults": {"catch_up": True},
            "feeds": [
                {"slug": "paper-en", "url": {"env": "EN_URL"}, "language": "en", "country": "ML"},
                {"slug": "paper-fr", "url": site.url("/fr.xml"), "language": "fr"},
                {"slug": "paper-ar", "url": site.url("/ar.xml"), "language": "ar"},
                {"slug": "lost", "url": {"env": "LOST_URL"}},
                {"slug": "dead", "url": {"env": "DEAD_URL"}},
            ],
        },
        routes={
            "receivers": [
                {"name": "desk", "urls": [{"file": "desk.url"}], "language": "fr"},
                {"name": "gone", "urls": [{"env": "GONE_URL"}]},
                {"name": "screen", "console": True},
            ],
            "default": ["desk", "gone", "screen"],
        },
    )
    (folder / "desk.url").write_text(f"json://desk:{HOOK}@127.0.0.1:{site.port}/\n", encoding="utf-8")
    watch.start()
    until(lambda: site.messages, "the webhook hears of the attack")
    until(lambda: watch.metric("marsad_articles_total") == 4, "every article is taken in")
    yield watch
    watch.end()


def test_the_officer_is_told_once_in_his_language(watch: Watch, site: Site) -> None:
    (message,) = site.messages
    assert "Gao" in message["title"]
    assert "https://paper.example/gao-en" in message["message"]
    assert "1 source" in message["message"]


def test_a_receiver_on_the_terminal_is_told_there(watch: Watch) -> None:
    until(lambda: "gao-en" in watch._out.read_text("utf-8"), "the message is on standard output")


def test_a_receiver_that_cannot_be_reached_is_in_the_log(watch: Watch) -> None:
    until(lambda: "to gone: not delivered yet" in watch.log, "the log tells of the dead receiver")


def test_alerts_are_listed_and_acknowledged(watch: Watch) -> None:
    (alert,) = watch.lines("alerts", "list")
    assert (alert["rule"], alert["state"]) == ("new-sahel-attack", "new")
    done = watch("alerts", "ack", alert["id"], "--by", "amina", "--note", "calling Gao", "--dir", str(watch.folder))
    assert done.returncode == 0
    until(lambda: watch.lines("alerts", "list", "--state", "acknowledged"), "the watch takes the command")
    (taken,) = watch.lines("alerts", "list")
    assert (taken["acknowledged_by"], taken["note"]) == ("amina", "calling Gao")
    assert "new-sahel-attack" in watch("alerts", "list", "--dir", str(watch.folder)).stdout


def test_a_story_is_shown_by_its_id_or_an_articles(watch: Watch) -> None:
    (alert,) = watch.lines("alerts", "list")
    by_story = watch.lines("stories", "show", alert["story"])
    assert by_story == watch.lines("stories", "show", alert["articles"][0])
    assert by_story[0]["articles"][0]["title"] == ENGLISH[0].title
    assert alert["story"] in {story["id"] for story in watch.lines("stories", "list")}
    assert ENGLISH[0].title in watch("stories", "show", alert["story"], "--dir", str(watch.folder)).stdout


def test_why_tells_what_was_decided_and_delivered(watch: Watch) -> None:
    (alert,) = watch.lines("alerts", "list")
    decisions = {(line["decision"], line["receiver"]) for line in watch.lines("rules", "why", alert["story"])}
    assert {("send", None), ("delivered", "desk"), ("delivered", "screen")} <= decisions
    assert "send" in watch("rules", "why", alert["story"], "--dir", str(watch.folder)).stdout


@pytest.mark.parametrize(
    ("words", "link"),
    [
        pytest.param(("villagers",), "gao-en", id="English"),
        pytest.param(("campagne", "cotonnière"), "coton-fr", id="French"),
        pytest.param(("COTONNIERE",), "coton-fr", id="without its accents"),
        pytest.param(("كتاب",), "summit-ar", id="Arabic, without the article that the text has"),
        pytest.param(("Mauritanie",), "summit-ar", id="a French word finds an Arabic article"),
        pytest.param(("--country", "ml"), "gao-en", id="a country"),
        pytest.param(("--language", "fr"), "coton-fr", id="a language"),
    ],
)
def test_articles_are_found(watch: Watch, words: tuple[str, ...], link: str) -> None:
    until(watch.settled, "the index is filled")
    assert f"https://paper.example/{link}" in {found["link"] for found in watch.lines("search", *words)}


def test_nothing_is_found_where_nothing_is(watch: Watch) -> None:
    assert watch.lines("search", "xylophone") == []
    assert watch("search", "xylophone", "--dir", str(watch.folder)).stdout == "Articles: none\n"


def test_feeds_show_how_they_stand(watch: Watch) -> None:
    until(watch.settled, "every feed was polled")
    done = watch("feeds", "list", str(watch.folder), "--json")
    feeds = {line["slug"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert {slug: feed["state"] for slug, feed in feeds.items()} == {
        "paper-en": "ok", "paper-fr": "ok", "paper-ar": "ok", "lost": "failing", "dead": "failing",
    }  # fmt: skip
    assert "404" in feeds["lost"]["error"]
    assert feeds["dead"]["error"]
    assert (feeds["paper-en"]["articles"], feeds["paper-fr"]["articles"]) == (2, 1)


def test_feeds_are_checked_and_previewed(watch: Watch) -> None:
    checked = watch("feeds", "check", str(watch.folder), "--json")
    assert checked.returncode == 1
    assert "2 of 5 feeds cannot be read" in checked.stderr
    good = {line["slug"]: line["ok"] for line in map(json.loads, checked.stdout.splitlines())}
    assert good == {"paper-en": True, "paper-fr": True, "paper-ar": True, "lost": False, "dead": False}
    assert [line["title"] for line in watch.lines("feeds", "preview", "paper-fr")] == [FRENCH[0].title]
    lost = watch("feeds", "preview", "lost", "--dir", str(watch.folder))
    assert (lost.returncode, lost.stdout) == (1, "")
    unknown = watch("feeds", "preview", "paper-fn", "--dir", str(watch.folder))
    assert unknown.returncode == 2
    assert "did you mean 'paper-fr'?" in unknown.stderr or "did you mean 'paper-en'?" in unknown.stderr


def test_health_and_metrics(watch: Watch) -> None:
    assert watch.page("/healthz")[0] == 200
    assert json.loads(watch.page("/readyz")[1])["ready"] is True
    assert watch.metric("marsad_alerts_total") == 1
    assert 'marsad_feed_state{feed="lost",state="failing"} 1.0' in watch.page("/metrics")[1]


def test_a_second_watch_on_the_same_folder_is_refused(watch: Watch) -> None:
    second = watch("run", str(watch.folder))
    assert second.returncode == 1
    assert f"is in use by another watch (process {watch.process.pid})" in second.stderr
    assert watch.page("/healthz")[0] == 200


def test_a_port_in_use_is_told(watch: Watch, tmp_path: Path) -> None:
    other = Watch(tmp_path / "other")
    other.write(marsad={"http": {"port": watch.port}, "workers": 1}, feeds={}, routes={})
    refused = other("run", str(other.folder))
    assert refused.returncode == 1
    assert f"port {watch.port} on 127.0.0.1 is in use" in refused.stderr


def test_a_broken_pipe_is_a_normal_end(watch: Watch) -> None:
    command = f"{sys.executable} -m marsad stories list --json --dir {watch.folder} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_changed_rules_come_into_force_while_it_runs(watch: Watch) -> None:
    before = until(lambda: _digest(watch), "rules are in force")
    rules = watch.folder / "rules"
    rules.mkdir()
    (rules / "own.yaml").write_text("rules:\n  - name: mine\n    whn: {countries: [ML]}\n", encoding="utf-8")
    until(lambda: "the changed rules are NOT in force, the last good ones stay" in watch.log, "the bad set is refused")
    assert "own.yaml:3: rules[0].whn: unknown key 'whn' (did you mean 'when'?)" in watch.log
    assert _digest(watch) == before
    (rules / "own.yaml").write_text("rules:\n  - name: mine\n    when: {countries: [ML]}\n", encoding="utf-8")
    until(lambda: "the changed rules are in force" in watch.log, "the good set is taken")
    until(lambda: _digest(watch) != before, "the good set is in force")


def test_changed_feeds_are_told_to_wait_for_a_restart(watch: Watch) -> None:
    def waiting() -> list[str]:
        return json.loads(watch.page("/readyz")[1])["at_restart"]

    feeds = watch.folder / "feeds.yaml"
    before = feeds.read_text(encoding="utf-8")
    feeds.write_text(before.replace("slug: paper-ar", "slug: paper-arabic"), encoding="utf-8")
    until(lambda: waiting() == ["feeds.yaml"], "the change is seen")
    assert "changed on disk, takes effect when the watch is restarted: feeds.yaml" in watch.log
    assert watch.metric("marsad_restart_needed") == 1
    feeds.write_text(before, encoding="utf-8")
    until(lambda: waiting() == [], "it was changed back")


def _digest(watch: Watch) -> str:
    page = watch.page("/metrics")[1]
    return page.partition('marsad_build{rules="')[2].partition('"')[0]


def test_it_ends_in_order_and_goes_on_where_it_was(watch: Watch, site: Site) -> None:
    """Another URL makes it fetch everything again at once: what it knows already wakes nobody."""
    assert watch.stop(signal.SIGTERM) == 0
    told, alerts = list(site.messages), watch.lines("alerts", "list")
    site.feeds["/again.xml"] = [*ENGLISH, article("extra", "New bridge opened", "The bridge was opened on Monday.")]
    watch.env["EN_URL"] = site.url("/again.xml")
    watch.start()
    until(lambda: watch.metric("marsad_articles_total") == 5, "the one new article is taken in")
    until(watch.settled, "nothing waits")
    assert site.messages == told
    assert watch.lines("alerts", "list") == alerts
    assert watch.stop(signal.SIGINT) == 0


def test_no_secret_was_shown_or_stored(watch: Watch) -> None:
    """Runs last: over every word that was printed, logged, served or stored."""
    assert len(watch.printed) > 20
    assert [canary for canary in CANARIES for text in watch.printed if canary in text] == []
    holding = files_holding(watch.folder.parent, CANARIES)
    assert holding == [f"own/desk.url: {HOOK}"], "only the operator's own file holds it"
