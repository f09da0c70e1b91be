"""Pollers on a real Kafka: nothing is lost, no feed is polled by two at once, a feed that moves keeps what is known."""

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import pytest
from e2e.running import until
from integration.kafka_poll.scene import FeedSite, Poller, Scene, running
from servers.fixtures import Kafka
from servers.kafka import KafkaCluster
from servers.names import unique

from marsad.article import Article
from marsad.kafka.group import LEASE_SECONDS, SESSION_SECONDS
from marsad.kafka.topics import Topics
from marsad.scaled.poll import STOP_SECONDS

TAKEN_OVER = SESSION_SECONDS + 45.0
"""Seconds within which others have a dead poller's feeds, on a machine that has much else to do."""


@pytest.fixture
def site() -> Iterator[FeedSite]:
    with FeedSite() as made:
        yield made


@pytest.fixture
def scene(site: FeedSite, kafka: Kafka) -> Scene:
    return Scene.set_up(site, kafka.bootstrap, f"{unique('poll')}.", feeds=20)


def backlog(scene: Scene) -> Mapping[str, bool]:
    return {article.title: article.backlog for article in scene.articles()}


def revisions(articles: list[Article]) -> Counter[tuple[str, int]]:
    return Counter((article.id, article.revision) for article in articles)


def all_polled_by(site: FeedSite, poller: Poller, count: int, since: float = 0.0) -> None:
    def polled() -> bool:
        return sum(one[-1:] == [poller.folder.name] for one in site.pollers(since).values()) == count

    until(polled, f"{poller.folder.name} polls {count} feeds", TAKEN_OVER)


def test_what_is_published_arrives_once_and_a_new_disk_goes_on_from_kafka(scene: Scene, tmp_path: Path) -> None:
    old = scene.site.publish(scene.feeds, "old")
    first, second = scene.poller(tmp_path / "first"), scene.poller(tmp_path / "second")
    with running(first):
        until(lambda: scene.titles() == old, "the first entries arrive")
        new = scene.site.publish(scene.feeds, "new")
        until(lambda: scene.titles() == old | new, "the next ones arrive")
        assert first.page("/readyz")[0] == 200
        assert first.metric('marsad_feed_state{feed="feed-0",state="ok"}') == 1
        assert first.metric('marsad_poll_partition{partition="0"}') == 1
        assert first.metric("marsad_poll_uncommitted") <= len(scene.feeds)
        assert first.metric("marsad_articles_total") == 40
        assert first.stop() == 0
    assert not (tmp_path / "first" / "data").exists()
    restarted = time.monotonic()
    with running(second):
        newest = scene.site.publish(scene.feeds[:5], "newest")
        until(lambda: newest <= scene.titles(), "what came after the restart arrives")
        all_polled_by(scene.site, second, len(scene.feeds), restarted)
        assert second.stop() == 0
    assert set(revisions(scene.articles()).values()) == {1}
    assert {title for title, silent in backlog(scene).items() if silent} == old
    assert all(requests[0].conditional for requests in scene.site.by_feed(restarted).values())


def test_a_dead_pollers_feeds_are_taken_over_with_all_that_is_known(scene: Scene, tmp_path: Path) -> None:
    site = scene.site
    old = site.publish(scene.feeds, "old")
    one, two = scene.poller(tmp_path / "one"), scene.poller(tmp_path / "two")
    with running(one, two):
        until(lambda: scene.titles() == old, "the first entries arrive")
        until(lambda: {names[-1] for names in site.pollers().values()} == {"one", "two"}, "both poll", TAKEN_OVER)
        shared = time.monotonic()
        until(lambda: len(site.pollers(shared)) == len(scene.feeds), "all feeds are polled", TAKEN_OVER)
        its_own = {feed for feed, names in site.pollers(shared).items() if names == ["one"]}
        assert 0 < len(its_own) < len(scene.feeds)
        assert one.process is not None
        one.process.kill()
        killed = time.monotonic()
        new = site.publish(scene.feeds, "new")
        until(lambda: scene.titles() == old | new, "what is published then arrives", TAKEN_OVER)
        all_polled_by(site, two, len(scene.feeds), killed)
        taken_over = {
            feed: [r for r in requests if r.poller == "two"] for feed, requests in site.by_feed(killed).items()
        }
        assert all(taken_over[feed][0].conditional for feed in its_own)
        assert {title for title, silent in backlog(scene).items() if silent} == old
        assert two.stop() == 0
    assert site.polled_by_two_at_once() == []
    assert all(names == ["one", "two"] or len(names) == 1 for names in site.pollers(shared).values())


def test_a_poller_that_ends_in_order_hands_its_feeds_over_at_once(scene: Scene, tmp_path: Path) -> None:
    site = scene.site
    one, two = scene.poller(tmp_path / "one"), scene.poller(tmp_path / "two")
    with running(one, two):
        until(lambda: {names[-1] for names in site.pollers().values()} == {"one", "two"}, "both poll", TAKEN_OVER)
        assert one.stop() == 0
        ended = time.monotonic()
        all_polled_by(site, two, len(scene.feeds), ended)
        assert {one.poller for one in site.requests(ended)} == {"two"}
    assert site.polled_by_two_at_once() == []


def test_a_poller_that_was_frozen_polls_nothing_that_went_to_another(scene: Scene, tmp_path: Path) -> None:
    site = scene.site
    old = site.publish(scene.feeds, "old")
    one, two = scene.poller(tmp_path / "one"), scene.poller(tmp_path / "two")
    with running(one, two):
        until(lambda: scene.titles() == old, "the first entries arrive")
        until(lambda: {names[-1] for names in site.pollers().values()} == {"one", "two"}, "both poll", TAKEN_OVER)
        assert one.process is not None
        one.process.send_signal(signal.SIGSTOP)
        frozen = time.monotonic()
        all_polled_by(site, two, len(scene.feeds), frozen)
        new = site.publish(scene.feeds, "new")
        until(lambda: scene.titles() == old | new, "what is published then arrives", TAKEN_OVER)
        one.process.send_signal(signal.SIGCONT)
        woken = time.monotonic()
        until(lambda: "one" in {names[-1] for names in site.pollers(woken).values()}, "it has feeds again", TAKEN_OVER)
        newest = site.publish(scene.feeds, "newest")
        until(lambda: newest <= scene.titles(), "what is published then arrives", TAKEN_OVER)
        assert {title for title, silent in backlog(scene).items() if silent} == old
    assert site.polled_by_two_at_once() == []
    # Once it is awake it polls only what was given to it anew: each feed changes hands at most once.
    assert all(names in (["two"], ["two", "one"]) for names in site.pollers(woken + 0.5).values())


def test_a_poller_with_a_name_gets_its_feeds_back_and_ends_the_one_that_had_it(scene: Scene, tmp_path: Path) -> None:
    site = scene.site
    old, new = (scene.poller(tmp_path / name, instance="poll-0") for name in ("old", "new"))
    with running(old):
        all_polled_by(site, old, len(scene.feeds))
        with running(new):
            assert old.wait(TAKEN_OVER) == 1
            assert "was started as 'poll-0', so this one ends" in old.printed[-2]
            ended = time.monotonic()
            all_polled_by(site, new, len(scene.feeds), ended)
            assert {one.poller for one in site.requests(ended)} == {"new"}
    assert site.polled_by_two_at_once() == []


@pytest.mark.parametrize("nth", [1, 7, 23])
def test_killed_between_articles_and_state_it_loses_and_doubles_nothing(nth: int, scene: Scene, tmp_path: Path) -> None:
    published = scene.site.publish(scene.feeds, "one") | scene.site.publish(scene.feeds[:10], "two")
    dying, after = scene.poller(tmp_path / "dying", kill_at=nth), scene.poller(tmp_path / "after")
    with running(dying):
        if nth > len(scene.feeds):
            until(lambda: len(scene.titles()) == len(published), "the first polls are over")
            published |= scene.site.publish(scene.feeds, "three")
        assert dying.wait(TAKEN_OVER) == -signal.SIGKILL
    sent_before = revisions(scene.articles())
    assert sent_before
    published |= scene.site.publish(scene.feeds, "later")
    with running(after):
        until(lambda: scene.titles() == published, "all of it arrives", TAKEN_OVER)
        assert after.stop() == 0
    articles = scene.articles()
    assert len({article.id for article in articles}) == len(published)
    assert {revision for _id, revision in revisions(articles)} == {1}
    again = {name for name, count in revisions(articles).items() if count > 1}
    assert again <= set(sent_before)


def test_an_article_too_large_for_kafka_arrives_cut_and_marked(site: FeedSite, kafka: Kafka, tmp_path: Path) -> None:
    scene = Scene.set_up(site, kafka.bootstrap, f"{unique('poll')}.", feeds=2, largest=20_000)
    (long,) = scene.site.publish(["feed-0"], "long")
    # Kafka's limit counts what is compressed, and this cannot be by much.
    scene.site.texts[long] = " ".join(sha256(str(number).encode()).hexdigest() for number in range(1_000))
    rest = scene.site.publish(["feed-0", "feed-1"], "short")
    poller = scene.poller(tmp_path / "poller")
    with running(poller):
        until(lambda: scene.titles() == {long} | rest, "all of it arrives")
        assert poller.stop() == 0
    (cut,) = (article for article in scene.articles() if article.title == long)
    assert cut.truncated
    assert 1_000 < len(cut.text) < 40_000
    assert "are cut" in poller.printed[-2]
    assert set(revisions(scene.articles()).values()) == {1}


def test_missing_topics_are_told_and_nothing_runs(site: FeedSite, kafka: Kafka, tmp_path: Path) -> None:
    scene = Scene(
        site, Scene.set_up(site, kafka.bootstrap, f"{unique('poll')}.", 0).access, Topics(f"{unique('none')}."), ["a"]
    )
    poller = scene.poller(tmp_path / "poller")
    done = poller("poll", str(poller.folder))
    assert done.returncode == 1
    assert "is missing: run `marsad kafka setup`" in done.stderr


@pytest.fixture
def fragile(start_kafka: Callable[..., KafkaCluster]) -> KafkaCluster:
    return start_kafka()


def test_a_stalled_broker_pauses_polling_and_nothing_is_lost(
    fragile: KafkaCluster, site: FeedSite, tmp_path: Path
) -> None:
    scene = Scene.set_up(site, fragile.bootstrap, f"{unique('poll')}.", feeds=20)
    published = site.publish(scene.feeds, "old")
    poller = scene.poller(tmp_path / "poller")
    with running(poller):
        until(lambda: scene.titles() == published, "the first entries arrive")
        fragile.stall()
        stalled = time.monotonic()
        for second in range(20):
            published |= site.publish(scene.feeds[:5], f"in-the-stall-{second}")
            time.sleep(max(0.0, stalled + second + 1 - time.monotonic()))
        assert poller.page("/readyz")[0] == 503
        assert poller.page("/healthz")[0] == 200
        fragile.resume()
        resumed = time.monotonic()
        published |= site.publish(scene.feeds, "after")
        until(lambda: scene.titles() == published, "all of it arrives", TAKEN_OVER)
        until(lambda: poller.page("/readyz")[0] == 200, "the poller is ready again", TAKEN_OVER)
        all_polled_by(site, poller, len(scene.feeds), resumed)
        assert [one for one in site.requests(stalled + LEASE_SECONDS + 1) if one.began < resumed] == []
        assert poller.log.count("polling waits:") <= 2
        assert revisions(scene.articles()).keys() == {(article.id, 1) for article in scene.articles()}


def test_told_to_stop_in_an_outage_it_ends_and_the_next_one_fetches_again(
    fragile: KafkaCluster, site: FeedSite, tmp_path: Path
) -> None:
    scene = Scene.set_up(site, fragile.bootstrap, f"{unique('poll')}.", feeds=5)
    published = site.publish(scene.feeds, "old")
    one, two = scene.poller(tmp_path / "one"), scene.poller(tmp_path / "two")
    with running(one):
        until(lambda: scene.titles() == published, "the first entries arrive")
        fragile.stall()
        published |= site.publish(scene.feeds, "in-the-outage")
        until(lambda: one.page("/readyz")[0] == 503, "the poller waits")
        assert one.process is not None
        one.process.send_signal(signal.SIGTERM)
        assert one.wait(STOP_SECONDS + 40) == 0
    fragile.resume()
    with running(two):
        until(lambda: scene.titles() == published, "all of it arrives", TAKEN_OVER)
        assert two.stop() == 0
    assert {title for title, silent in backlog(scene).items() if silent} == {f"{feed}-old" for feed in scene.feeds}
