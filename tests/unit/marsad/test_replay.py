"""The replay's own part: the log's time, the ticks between, the end. What is decided is the fold's."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from unit.strategies.story_readings import event, reading

from alerts.rules import Rule, RuleSet
from marsad.article import Article, Source
from marsad.article_lines import ArticleLine, LineError
from marsad.codec import decode_record
from marsad.log import Effect, RawEntry, ReadingRecord, RuleSetTaken, Tick
from marsad.reading import Reading
from marsad.replay import Replay, replay_lines
from marsad.store import WatchStore
from marsad.watch import Watch

NOON = datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SURE, UNSURE = event(score=0.9), event(score=0.6)
RULES = RuleSet(
    rules=(Rule.model_validate({"name": "attack", "when": {"fresh": True}, "sure": 0.8, "likely": 0.5, "hold": "10m"}),)
)


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch) -> list[RawEntry]:
    """Every entry that is folded, in its order."""
    seen: list[RawEntry] = []
    fold = WatchStore.fold

    def watched(self: WatchStore, watch: Watch, batch: Sequence[RawEntry]) -> list[tuple[Effect, ...]]:
        seen.extend(batch)
        return fold(self, watch, batch)

    monkeypatch.setattr(WatchStore, "fold", watched)
    return seen


def new() -> Replay:
    return Replay(RULES, str.casefold)


def kinds(entries: Iterable[RawEntry]) -> list[type]:
    return [type(decode_record(entry.body)) for entry in entries]


def ticked(entries: Iterable[RawEntry]) -> list[datetime]:
    records = (decode_record(entry.body) for entry in entries)
    return [record.minute for record in records if isinstance(record, Tick)]


def test_a_sure_attack_is_told_at_once_in_the_articles_own_time() -> None:
    (line,) = new().take(reading("one", SURE, at=NOON))
    assert (line["kind"], line["rule"], line["at"]) == ("alert", "attack", "2026-11-24T12:00:30Z")


def test_the_rules_come_first_then_a_tick_for_each_minute_that_begins(entries: list[RawEntry]) -> None:
    replay = new()
    replay.take(reading("one", None, at=NOON))
    replay.take(reading("two", None, at=NOON + 2 * MINUTE))
    assert kinds(entries) == [RuleSetTaken, ReadingRecord, Tick, Tick, ReadingRecord]
    assert ticked(entries) == [datetime(2026, 11, 24, 12, minute, tzinfo=UTC) for minute in (1, 2)]
    assert [entry.offset for entry in entries] == [1, 2, 3, 4, 5]


def test_the_logs_time_never_goes_back(entries: list[RawEntry]) -> None:
    replay = new()
    for minutes in (5, 1, 3, 6):
        replay.take(reading(f"a{minutes}", None, at=NOON + minutes * MINUTE))
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    assert entries[2].at == NOON + 5 * MINUTE, "what came late is folded now"


def test_it_ticks_on_until_every_hold_has_ended() -> None:
    replay = new()
    assert replay.take(reading("one", UNSURE, at=NOON)) == []
    assert len(replay.queries.holds()) == 1
    assert replay.finish() == []
    assert [hold for hold in replay.queries.holds() if not hold.missed] == []
    assert "near-miss" in {entry.decision for entry in replay.queries.ledger(replay.queries.stories(limit=1)[0].id)}


def test_and_no_longer_than_that(entries: list[RawEntry]) -> None:
    replay = new()
    replay.take(reading("one", UNSURE, at=NOON))
    replay.finish()
    assert ticked(entries)[-1] == datetime(2026, 11, 24, 13, 0, tzinfo=UTC)


def test_an_empty_archive_tells_nothing() -> None:
    assert new().finish() == []


def test_a_gap_of_years_is_passed_over_once_nothing_is_open(entries: list[RawEntry]) -> None:
    replay = new()
    replay.take(reading("one", SURE, at=NOON))
    (later,) = replay.take(reading("two", SURE, at=NOON + timedelta(days=3_000)))
    assert later["kind"] == "alert"
    assert len(entries) < 20_000
    assert entries[-2].at == (NOON + timedelta(days=3_000)).replace(second=0), "the last minute before it is ticked"


@pytest.mark.parametrize("year", [1, 9999])
def test_dates_at_the_ends_of_the_calendar_break_nothing(year: int) -> None:
    replay = new()
    replay.take(reading("one", None, at=datetime(year, 1, 1, tzinfo=UTC), published=NOON))
    replay.finish()
    assert replay.unfoldable == []


def test_what_cannot_be_folded_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise KeyError("x")

    replay = new()
    replay.take(reading("one", None, at=NOON))
    monkeypatch.setattr(Watch, "_read", broken)
    assert replay.take(reading("two", SURE, at=NOON)) == []
    assert replay.unfoldable == ["KeyError: 'x'"]


def run(lines: Sequence[ArticleLine], sources: dict[str, Source] | None = None) -> tuple[list[Article], Replay]:
    seen: list[Article] = []
    replay = new()

    def read(article: Article) -> Reading:
        seen.append(article)
        return reading(article.id, SURE, revision=article.revision, at=article.observed_at)

    told: list[dict[str, Any]] = list(
        replay_lines(enumerate(lines, 1), name="f", read=read, replay=replay, sources=sources or {}, now=NOON)
    )
    assert told
    return seen, replay


def line(key: str, **fields: str) -> ArticleLine:
    return ArticleLine(id=key, observed_at="2026-11-24T12:00:00Z", **fields)


def test_the_same_id_with_another_text_is_a_revision_and_with_the_same_is_not() -> None:
    seen, _ = run([line("a", title="x"), line("a", title="x"), line("a", title="y"), line("b", title="x")])
    assert [(article.id, article.revision) for article in seen] == [("a", 1), ("a", 1), ("a", 2), ("b", 1)]


def test_a_known_feed_has_its_family_and_an_unknown_one_is_its_own() -> None:
    known = Source(feed="k", family="group", country="ML")
    seen, _ = run([line("a", feed="k"), line("b", feed="u"), line("c")], {"k": known})
    assert [article.source for article in seen] == [known, Source(feed="u", family="u"), Source(feed="-", family="-")]


def test_a_bad_date_names_its_line() -> None:
    with pytest.raises(LineError, match=r"^f:2: observed_at: 'soon' is no ISO 8601 date"):
        run([line("a"), ArticleLine(id="b", observed_at="soon")])
