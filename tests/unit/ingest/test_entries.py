from datetime import UTC, datetime

from ingest.config import FeedConfig, Identity
from ingest.entries import article, candidates, digest, unseen
from ingest.fetched import KnownEntry, ParsedEntry
from ingest.identity import entry_keys
from marsad.article import article_id

NOW = datetime(2026, 7, 7, 12, 0, tzinfo=UTC)
FEED = FeedConfig(slug="a", url="http://x.example/feed?page=1", name="Paper", language=None)


def found(*entries: ParsedEntry) -> list:
    return candidates("a", entries, [entry_keys(entry) for entry in entries], Identity.GUID)


def test_an_article_has_what_the_entry_told() -> None:
    entry = ParsedEntry(guid="1", link="https://x.example/1", title="T", summary="S", body="B", date="31 Feb 2026")
    (candidate,) = found(entry)
    made = article(candidate, FEED, "ar", 3, NOW, backlog=True)
    assert (made.title, made.summary, made.body, made.link) == ("T", "S", "B", "https://x.example/1")
    assert (made.revision, made.backlog, made.observed_at, made.language) == (3, True, NOW, "ar")
    assert (made.published, made.published_raw, made.date_suspect) == (None, "31 Feb 2026", True)
    assert made.id == article_id("a", "guid:" + entry_keys(entry).guid)


def test_the_language_of_the_config_comes_first() -> None:
    (candidate,) = found(ParsedEntry(guid="1", title="T", language="en"))
    feed = FEED.model_copy(update={"language": "ha"})
    assert article(candidate, feed, "ar", 1, NOW, backlog=False).language == "ha"
    assert article(candidate, FEED, "ar", 1, NOW, backlog=False).language == "en"


def test_a_digest_is_of_the_words() -> None:
    entry = ParsedEntry(title="Ten killed", summary="in Gao")
    assert digest(entry) == digest(ParsedEntry(title="Ten  killed!", summary="in Gao.", link="x", date="y"))
    assert digest(entry) != digest(ParsedEntry(title="Twelve killed", summary="in Gao"))
    assert digest(entry) != digest(ParsedEntry(title="Ten killed", summary="", body="in Gao"))


def test_unseen_are_the_new_and_the_edited_oldest_first() -> None:
    entries = found(*(ParsedEntry(guid=str(n), title=f"T{n}") for n in (3, 2, 1)))
    known = {
        entries[0].id: KnownEntry(revision=1, digest="another"),
        entries[1].id: KnownEntry(revision=1, digest=entries[1].digest),
    }
    assert [candidate.entry.title for candidate in unseen(entries, known)] == ["T1", "T3"]
