"""What must hold when all faults are over: nothing lost, nothing doubled, the same alerts as without them."""

import functools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from e2e.running import until
from faults.scaled_scene import INDICES, ScaledScene, metric
from faults.test_kill import bodies, link_of
from integration.scaled.kafka_watch import Scaled, state
from servers.clients import ask

from marsad.alert import Alert, Notification
from marsad.article import Article
from marsad.codec import decode, decode_article
from marsad.config import load
from marsad.errors import DecodeError
from marsad.kafka.admin import Admin
from marsad.kafka.errors import KafkaDownError
from marsad.log import RawEntry
from marsad.parked import ParkedThing
from marsad.replay import Replay
from marsad.sqlite import Database
from marsad.store import WatchStore
from marsad.store_queries import StoreQueries
from marsad.watch import Watch as Fold
from stream.reading.reader import Reader
from stream.reading.text import normalise

PAGE = 2_000
POISON = b"poison"
"""Key of what a test sends that is no article."""
WATCHES = ("watch-0", "watch-1")
GROUPS = ("read", "index")
Ending = tuple[str, frozenset[str], str]
"""Rule, ids of the story's articles, state."""


def wait_until_settled(scene: ScaledScene, patience: float) -> None:
    """All that was published is read, folded, sent, published and indexed."""
    links = [article.link for article in scene.published]
    until(lambda: all(link in scene.tail.read for link in links), "every article is in the log", patience)
    until(lambda: lag(scene) == 0, "workers have nothing left to do", patience)
    until(lambda: nothing_waits(scene), "the watch has nothing left to do", patience)
    until(lambda: lag(scene) == 0, "the last stories and alerts are indexed", patience)


def lag(scene: ScaledScene) -> int:
    """Messages that wait for workers of either kind; -1 where Kafka does not say."""
    topics = scene.topics
    reads = {
        "read": (topics.articles,),
        "index": (topics.readings, topics.stories, topics.alerts, topics.ledger, topics.parked),
    }
    try:
        with Admin(scene.access) as admin:
            ends = {group: sum(sum(admin.end_offsets(name).values()) for name in reads[group]) for group in GROUPS}
            done = {group: sum(admin.group_offsets(f"{topics.prefix}{group}").values()) for group in GROUPS}
    except KafkaDownError:
        return -1
    return sum(ends[group] - done[group] for group in GROUPS)


def nothing_waits(scene: ScaledScene) -> bool:
    leader = scene.leader()
    waiting = ('step_waiting{step="fold"}', 'step_waiting{step="publish"}', 'notifications{state="due"}')
    names = (*waiting, 'notifications{state="sending"}')
    return leader is not None and all(metric(leader, f"marsad_{name}") == 0 for name in names)


def check_all(scene: ScaledScene, tell: Callable[[str], None], *, most: int, aside: int = 0) -> int:
    """Every promise; all parts are ended for it. Returns the number of alerts.

    ``most``: how many messages may have come again. ``aside``: how many things stay parked.
    """
    scaled = scaled_of(scene)
    check_every_article_once(scene, scaled)
    assert len(parked(scaled)) == aside
    again = sum(scene.tail.read.values()) - len(scene.published)
    tell(f"each of {len(scene.published)} articles is indexed once; {again} readings are in the log again")
    assert set(scene.supervisor.stop(scene.supervisor.running()).values()) == {0}
    databases = [Database.open(scene.part(name).folder / "data" / "watch.db") for name in WATCHES]
    again = check_messages(scene, databases[0], most)
    tell(f"{len(scene.site.messages)} messages, {again} of them again, marked")
    check_alerts_and_stories_indexed(scene, databases[0])
    check_logs(scene)
    check_against_the_log(databases, scaled.log())
    tell("both watches hold what the log gives without Kafka")
    told = endings(StoreQueries(databases[0]))
    assert told == undisturbed(as_polled(scene, scaled), scene.folder / "setup")
    tell(f"{len(told)} alerts, as without faults")
    return len(told)


def scaled_of(scene: ScaledScene) -> Scaled:
    return Scaled(scene.access, scene.topics, reader())


@functools.cache
def reader() -> Reader:
    return Reader.packaged()


def documents(scene: ScaledScene, index: str, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Every document of an alias by its id, page after page."""
    url = f"{scene.elastic.url}/{INDICES}{index}"
    ask(f"{url}/_refresh", "POST")
    after: list[Any] = []
    while True:
        body = {"size": PAGE, "sort": [{"event.id": "asc"}], "_source": False, "fields": [*fields, "event.id"]}
        found = ask(f"{url}/_search", "POST", body | ({"search_after": after} if after else {}))["hits"]["hits"]
        if not found:
            return
        for hit in found:
            yield {name: values[0] for name, values in hit["fields"].items()} | {"_id": hit["_id"]}
        after = found[-1]["sort"]


def parked(scaled: Scaled) -> dict[str, ParkedThing]:
    """What waits, by its id."""
    found: dict[str, ParkedThing] = {}
    for message in scaled.messages(scaled.topics.parked):
        key = (message.key or b"").decode()
        if message.value is None:
            found.pop(key, None)
        else:
            found[key] = decode(ParkedThing, message.value)
    return found


def parked_now(scene: ScaledScene) -> dict[str, ParkedThing]:
    return parked(scaled_of(scene))


def check_every_article_once(scene: ScaledScene, scaled: Scaled) -> None:
    """In the index or parked, and never in both or twice."""
    wanted = Counter(article.link for article in scene.published)
    assert set(wanted.values()) == {1}
    indexed = Counter(one["url.full"] for one in documents(scene, "articles", ["url.full"]))
    decoded = [decoded_article(one.body) for one in parked(scaled).values() if one.step == "read"]
    assert indexed + Counter(article.link for article in decoded if article) == wanted


def decoded_article(body: bytes) -> Article | None:
    """None for what a test sent that is no article."""
    try:
        return decode_article(body)
    except DecodeError:
        return None


def check_alerts_and_stories_indexed(scene: ScaledScene, database: Database) -> None:
    for index, sql in (("stories", "SELECT id FROM story"), ("alerts", "SELECT id FROM alert")):
        found = Counter(one["event.id"] for one in documents(scene, index, []))
        assert found == Counter(row[0] for row in database.all(sql)), index


def as_polled(scene: ScaledScene, scaled: Scaled) -> list[Article]:
    """Each article once, as a poller made it, in the order of publication; it says what was published."""
    found: dict[str, Article] = {}
    for message in scaled.messages(scaled.topics.articles):
        if message.key == POISON:
            continue
        article = decode_article(message.value or b"")
        first = found.setdefault(article.link, article)
        assert (first.id, first.revision, first.title, first.summary) == (article.id, 1, article.title, article.summary)
    assert len({article.id for article in found.values()}) == len(found)
    for article in scene.published:
        assert (found[article.link].title, found[article.link].source.feed) == (article.title, article.source.feed)
    return [
        msgspec.structs.replace(found[article.link], observed_at=article.observed_at) for article in scene.published
    ]


def undisturbed(articles: Sequence[Article], folder: Path) -> set[Ending]:
    """What comes of the articles without Kafka and without faults: read and folded in one process, in their order."""
    replay = Replay(load(folder).rule_set, normalise)
    for article in articles:
        replay.take(reader().read(article))
    replay.finish()
    assert replay.unfoldable == []
    return endings(replay.queries)


def endings(queries: StoreQueries) -> set[Ending]:
    return {_ending(queries, alert) for alert in queries.alerts(limit=-1)}


def _ending(queries: StoreQueries, alert: Alert) -> Ending:
    story = queries.story(alert.story)
    assert story is not None
    return (alert.rule, frozenset(story.members), str(alert.state))


def check_against_the_log(databases: Sequence[Database], log: Sequence[RawEntry]) -> None:
    """Each watch holds byte for byte what a watch without Kafka makes of the log as far as that one has come."""
    store = WatchStore(control := Database.open(":memory:"))
    fold, done = Fold(store.queries, normalise), 0
    cursors = [int(one.all("SELECT value FROM watch WHERE key = 'cursor'")[0][0]) for one in databases]
    for cursor, database in sorted(zip(cursors, databases, strict=True), key=lambda one: one[0]):
        store.fold(fold, log[done:cursor])
        done = max(done, cursor)
        assert state(database) == state(control)


def check_messages(scene: ScaledScene, database: Database, most: int, aside: int = 0) -> int:
    """Every message arrived; what came more often than it was due was marked. How many came again."""
    due = Counter(link_of(decode(Notification, row[0]).body) for row in database.all("SELECT body FROM notification"))
    told = Counter(map(link_of, bodies(scene.site)))
    repeats = sum("possible repeat" in body for body in bodies(scene.site))
    assert {row[0] for row in database.all("SELECT DISTINCT state FROM notification")} == {"sent"}
    assert set(told) == set(due)
    assert all(told[link] >= count for link, count in due.items())
    again = told.total() - due.total()
    assert again <= repeats <= most
    return again


def check_logs(scene: ScaledScene) -> None:
    """Nobody broke in a way that he did not foresee, and nothing is left of those who were killed."""
    for part in scene.supervisor.parts.values():
        for path in part.logs():
            assert "Traceback" not in path.read_text("utf-8", "replace"), path
        assert part.leftovers() == [], part.folder.name
