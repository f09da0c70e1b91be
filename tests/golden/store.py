"""Write the filled store of this version as SQL: ``python -m golden.store``. A released one is never written again."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alerts.receivers import Receiver
from ingest.decide import Outcome
from ingest.feed_state import FeedState
from ingest.fetched import KnownEntry
from ingest.inbox import Inbox
from marsad.article import Article, Source, article_id
from marsad.codec import encode
from marsad.config import shipped_rules
from marsad.log import Acknowledge, Delivery, DeliveryStarted, LeaseClaim, ReadingRecord, RuleSetTaken, Tick
from marsad.log import Outcome as Sent
from marsad.outgoing import Outgoing
from marsad.sqlite import Database
from marsad.store import WatchStore
from marsad.watch import Watch
from stream.log_table import LogTable
from stream.parking import Parking
from stream.reading.reader import Reader
from stream.reading.text import normalise

FILE = Path(__file__).parent / "stores" / "watch-0.1.0.sql"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TEXTS = (
    (
        "en",
        "Gunmen kill eight villagers near Djibo",
        "Gunmen killed eight villagers near Djibo, Burkina Faso, on Tuesday, residents said.",
    ),
    (
        "fr",
        "Burkina : douze morts dans l'attaque de Djibo",
        "Le bilan de l'attaque menée mardi près de Djibo s'élève à douze morts, selon une source sécuritaire.",
    ),
    (
        "ar",
        "مقتل خمسة جنود في انفجار عبوة ناسفة قرب غاو",
        "قتل خمسة جنود اليوم الثلاثاء في انفجار عبوة ناسفة قرب غاو شمالي مالي، وفق مصدر عسكري.",
    ),
    ("en", "Maize harvest above forecasts", "The ministry said the harvest was above forecasts in most districts."),
    ("fr", "Ouverture d'une bibliothèque à Niamey", "La municipalité a inauguré une bibliothèque de quartier."),
)
EDITED = (TEXTS[0][0], f"{TEXTS[0][1]}, army says", TEXTS[0][2])


def articles() -> Iterator[Article]:
    """A few articles of our own, a minute apart; the last is an edit."""
    for number, (language, title, summary) in enumerate((*TEXTS, EDITED)):
        moment, feed = NOON + timedelta(minutes=number), f"paper-{number % len(TEXTS)}"
        yield Article(
            id=article_id(feed, "guid:1"),
            revision=1 + number // len(TEXTS),
            source=Source(feed=feed, family=feed),
            link=f"https://{feed}.example/1",
            title=title,
            summary=summary,
            language=language,
            published=moment,
            observed_at=moment,
        )


def fill(path: Path) -> None:
    """Every table of a watch with something in it."""
    database, reader = Database.open(path), Reader.packaged()
    desk = Receiver(name="desk", console=True)
    rule_set = shipped_rules().model_copy(update={"receivers": (desk,), "default": (desk.name,)})
    log, inbox, store = LogTable(database), Inbox(database), WatchStore(database, Outgoing(database))
    log.append([RuleSetTaken(digest=rule_set.digest(), body=rule_set.to_json())], NOON)
    for article in articles():
        state = FeedState(feed=article.source.feed, last_ok_at=article.observed_at, first_poll_done=True, articles=1)
        inbox.commit(
            Outcome(
                state,
                "articles",
                articles=(article,),
                entries={article.id: KnownEntry(revision=article.revision, digest="d")},
            )
        )
        log.append([ReadingRecord(reading=reader.read(article)), Tick(minute=article.observed_at)], article.observed_at)
    watch = Watch(store.queries, normalise)
    store.fold(watch, log.after(0, 1_000))
    alert = store.queries.alerts(limit=1)[0]
    end = NOON + timedelta(hours=1)
    log.append([Acknowledge(alert=alert.id, by="amina", note="calling the desk")], end)
    log.append(
        [LeaseClaim(owner="watch-0", number=1, seconds=15.0), DeliveryStarted(notification="n-1", attempt=1)], end
    )
    log.append([Delivery(notification="n-1", alert=alert.id, receiver="desk", outcome=Sent.SENT, attempts=1)], end)
    store.fold(watch, log.after(store.cursor(), 1_000))
    with database.transaction():
        Parking(database).park("read", "a-1", "ValueError: an example", encode(next(articles())), end)
    database.close()


def dump(path: Path) -> str:
    """The file as SQL, with the two numbers of its header that SQLite's own dump leaves out."""
    database = Database.open(path)
    (application,), (version,) = (database.all(f"PRAGMA {name}")[0] for name in ("application_id", "user_version"))
    lines = list(database._connection.iterdump())
    database.close()
    return "\n".join([f"PRAGMA application_id = {application};", f"PRAGMA user_version = {version};", *lines]) + "\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "watch.db"
        fill(path)
        FILE.write_text(dump(path), "utf-8")


if __name__ == "__main__":
    main()
