"""One poll's result into articles and the feed's next state. Pure: known entries come through a lookup."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from ingest.config import FeedConfig
from ingest.entries import Candidate, article, candidates, told_apart, unseen
from ingest.feed_state import EntryKeys, FeedState
from ingest.fetched import Failed, Failure, KnownEntry, NotModified, Parsed, PollResult, ServerHints, Unchanged
from ingest.identity import detect, entry_keys, same_as_before
from ingest.schedule import Pace, Rhythm, next_poll, smoothed_rate
from marsad.article import Article

LEAST_FOR_GAP: Final = 3
"""Entries that a window must have for its complete change to say anything."""
MOST_WINDOW: Final = 500

Lookup = Callable[[Sequence[str]], Mapping[str, KnownEntry]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a poll comes to: all of it is stored, or nothing."""

    state: FeedState
    outcome: str
    reason: str = ""
    articles: tuple[Article, ...] = ()
    entries: Mapping[str, KnownEntry] = field(default_factory=dict)
    """Every entry to remember, those of the articles included."""
    gap: bool = False


@dataclass(frozen=True, slots=True)
class _Taken:
    articles: tuple[Article, ...]
    entries: Mapping[str, KnownEntry]
    pending: int
    new: int
    overlap: int


def decide(
    feed: FeedConfig, state: FeedState, result: PollResult, known: Lookup, now: datetime, *, most: int, pace: Pace
) -> Outcome:
    """``most`` new entries are taken at once, oldest first; validators are kept only when all are taken."""
    polled = replace(state, polls=state.polls + 1, last_poll_at=now)
    if isinstance(result, Failed):
        return _failed(feed, polled, result, now, pace)
    if isinstance(result, Parsed):
        return _parsed(feed, polled, result, known, now, most, pace)
    return _quiet(feed, polled, result, now, pace)


def _failed(feed: FeedConfig, state: FeedState, result: Failed, now: datetime, pace: Pace) -> Outcome:
    failed = replace(state, failures=state.failures + 1, last_error=result.reason)
    if result.failure is Failure.GONE:
        return Outcome(replace(failed, retired=True, next_at=None), str(result.failure), result.reason)
    return Outcome(_scheduled(feed, failed, result.hints, now, pace), str(result.failure), result.reason)


def _quiet(feed: FeedConfig, state: FeedState, result: NotModified | Unchanged, now: datetime, pace: Pace) -> Outcome:
    fine = replace(state, failures=0, last_error="", last_ok_at=now, rate=_rate(feed, state, 0, now))
    if isinstance(result, NotModified):
        fine = replace(fine, last_modified=result.last_modified or fine.last_modified)
        return Outcome(_scheduled(feed, fine, result.hints, now, pace), "not modified")
    fine = replace(fine, etag=result.fetched.etag, last_modified=result.fetched.last_modified)
    return Outcome(_scheduled(feed, fine, result.fetched.hints, now, pace), "nothing new")


def _parsed(
    feed: FeedConfig, state: FeedState, result: Parsed, known: Lookup, now: datetime, most: int, pace: Pace
) -> Outcome:
    keys = [entry_keys(entry) for entry in result.feed.entries]
    detected = detect(feed.identity, state, keys)
    switched = detected.identity is not state.identity and state.polls > 1
    found = candidates(feed.slug, result.feed.entries, keys, detected.identity)
    taken = _take(feed, state, result, found, known, now, most, switched=switched)
    gap = _is_gap(state, found, taken, cut=result.feed.truncated)
    learnt = replace(
        state,
        identity=detected.identity,
        reused=detected.reused,
        failures=0,
        last_ok_at=now,
        last_error="the feed is cut short: only its whole entries were taken" if result.feed.truncated else "",
        last_new_at=now if taken.articles else state.last_new_at,
        rate=_rate(feed, state, taken.new, now),
        pending=taken.pending,
        gaps=state.gaps + gap,
        gap_at=now if gap else state.gap_at,
        articles=state.articles + taken.new,
        revisions=state.revisions + len(taken.articles) - taken.new,
        ttl=result.feed.ttl,
        skip_hours=result.feed.skip_hours,
        skip_days=result.feed.skip_days,
    )
    if not (taken.pending or result.feed.truncated):
        learnt = _whole(learnt, result, keys)
    scheduled = _scheduled(feed, learnt, result.fetched.hints, now, pace, hurry=gap or taken.pending > 0)
    outcome = "articles" if taken.articles else "nothing new"
    return Outcome(scheduled, outcome, _reason(detected.reason, learnt, gap=gap), taken.articles, taken.entries, gap)


def _take(
    feed: FeedConfig,
    state: FeedState,
    result: Parsed,
    found: Sequence[Candidate],
    known: Lookup,
    now: datetime,
    most: int,
    *,
    switched: bool,
) -> _Taken:
    before = known(list(dict.fromkeys(id_ for candidate in found for id_ in (candidate.id, candidate.apart))))
    found = told_apart(found, before)
    before = {candidate.id: before[candidate.id] for candidate in found if candidate.id in before}
    # What the former window had under another key is known by its new key from now on, and no article again.
    former = set(state.window)
    adopted = {
        c.id: c
        for c in found
        if c.id not in before and (c.keys in former or (switched and same_as_before(c.keys, state.window)))
    }
    entries = {id_: KnownEntry(revision=1, digest=one.digest) for id_, one in adopted.items()}
    changed = [candidate for candidate in unseen(found, before) if candidate.id not in adopted]
    backlog = not state.first_poll_done and not feed.catch_up
    articles = []
    for candidate in changed[:most]:
        revision = before[candidate.id].revision + 1 if candidate.id in before else 1
        entries[candidate.id] = KnownEntry(revision=revision, digest=candidate.digest)
        articles.append(article(candidate, feed, result.feed.language, revision, now, backlog=backlog))
    new = sum(one.revision == 1 for one in articles)
    return _Taken(tuple(articles), entries, max(0, len(changed) - most), new, len(before) + len(adopted))


def _is_gap(state: FeedState, found: Sequence[Candidate], taken: _Taken, *, cut: bool) -> bool:
    """Nothing of a window that was full is left: what came and went in between was missed."""
    full = len(found) >= max(LEAST_FOR_GAP, len(state.window) // 2) and len(state.window) >= LEAST_FOR_GAP
    return state.first_poll_done and not state.pending and not cut and full and taken.overlap == 0


def _whole(state: FeedState, result: Parsed, keys: Sequence[EntryKeys]) -> FeedState:
    """All was taken: only now may the next poll be told that nothing has changed."""
    return replace(
        state,
        etag=result.fetched.etag,
        last_modified=result.fetched.last_modified,
        body_hash=result.body_hash,
        window=tuple(keys[:MOST_WINDOW]),
        first_poll_done=True,
    )


def _scheduled(
    feed: FeedConfig, state: FeedState, hints: ServerHints, now: datetime, pace: Pace, *, hurry: bool = False
) -> FeedState:
    rhythm = Rhythm(
        slug=feed.slug,
        interval=feed.interval,
        rate=state.rate,
        ttl=state.ttl,
        hints=hints,
        skip_hours=state.skip_hours,
        skip_days=state.skip_days,
        failures=state.failures,
        attempt=state.polls,
        hurry=hurry,
    )
    return replace(state, next_at=next_poll(rhythm, now, pace))


def _rate(feed: FeedConfig, state: FeedState, new: int, now: datetime) -> float | None:
    """Unknown until two polls tell it: the first one's articles are of any age."""
    if not state.first_poll_done or state.last_ok_at is None:
        return None
    return smoothed_rate(state.rate, new, max(now - state.last_ok_at, timedelta(0)), feed.interval)


def _reason(identity: str, state: FeedState, *, gap: bool) -> str:
    parts = (
        f"entries are told apart by {state.identity}: {identity}" if identity else "",
        "nothing of the last window is left: articles may have been missed, polled more often now" if gap else "",
        f"{state.pending} more entries are taken at the next polls" if state.pending else "",
        state.last_error,
    )
    return "; ".join(part for part in parts if part)
