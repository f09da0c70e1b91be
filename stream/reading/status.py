"""Whether what is told took place: plain words decide, and say which ones they were.

A *plain* status overrules the heads (a reader would not doubt it); the others only explain a low
probability. Each comes with the words that it rests on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from marsad.codes import DatePrecision, Status
from marsad.reading import Evidence
from stream.reading.sentences import BODY, LEAD, TITLE, Sentence

OLD_DAYS: Final = 8
"""An event older than this is not fresh, whatever the article brings."""
_LONG_AGO: Final = 40
_STRONG: Final = -1.4
_MASS: Final = 1_000
_REPELLED: Final = -0.5
"""Foiling words weaker than this say that an attack was repelled: it took place."""


@dataclass(frozen=True, slots=True)
class Told:
    """A status, whether the text says it plainly, and where."""

    status: Status
    plain: bool
    evidence: Evidence


def status(event: Sentence, told: Sequence[Sentence]) -> Told | None:
    """The status that words near the event give; None where nothing speaks against its being actual."""
    judges = (_denied, _foiled, _statistical, _historical, _hypothetical)
    found = [verdict for judge in judges if (verdict := next(judge(event, told), None)) is not None]
    return next((verdict for verdict in found if verdict.plain), found[0] if found else None)


def _top(told: Sequence[Sentence]) -> list[Sentence]:
    return [sentence for sentence in told if sentence.position != BODY]


def _hurt(sentence: Sentence) -> bool:
    return any(count.best < _MASS for count in sentence.counts)


def _said(
    status: Status, feature: str, sentence: Sentence, start: int, end: int, points: float, *, plain: bool
) -> Told:
    return Told(
        status,
        plain,
        Evidence(feature=feature, term=sentence.raw[start:end], points=round(points, 3), start=start, end=end),
    )


def _denied(_event: Sentence, told: Sequence[Sentence]) -> Iterator[Told]:
    for sentence in _top(told):
        if _hurt(sentence):
            continue  # "the army denies killing nine": nine were killed
        for hit, entry in sentence.of("neg"):
            if entry.weight <= _STRONG and (sentence.violent or sentence.index == _event.index):
                plain = entry.weight <= 2 * _STRONG or (sentence.position == TITLE and not any(map(_hurt, _top(told))))
                yield _said(Status.DENIED, "denied", sentence, hit.start, hit.end, entry.weight, plain=plain)


def _foiled(_event: Sentence, told: Sequence[Sentence]) -> Iterator[Told]:
    top = _top(told)
    if any(_hurt(sentence) and sentence.of("kill", "inj") for sentence in top):
        return
    for sentence in top:
        for hit, entry in sentence.of("foil"):
            if entry.weight <= _REPELLED:
                yield _said(
                    Status.FOILED,
                    "foiled",
                    sentence,
                    hit.start,
                    hit.end,
                    entry.weight,
                    plain=sentence.position == TITLE,
                )


def _historical(event: Sentence, told: Sequence[Sentence]) -> Iterator[Told]:
    fresh_date = any(_recent(sentence) for sentence in told if sentence.violent)
    for sentence in _top(told):
        if not (sentence.violent or sentence.position == TITLE):
            continue
        for mention in sentence.dates:
            age = mention.age(sentence.today)
            whole = mention.precision in (DatePrecision.DAY, DatePrecision.YEAR)
            if age > _LONG_AGO and not fresh_date:
                plain = whole and age > 2 * _LONG_AGO and sentence.index == event.index
                yield _said(Status.HISTORICAL, "date.old", sentence, mention.start, mention.end, -2.2, plain=plain)
        for hit, entry in sentence.of("bg", "blk"):
            past = entry.cls == "bg" and entry.weight <= -2.5
            if past or (entry.cls == "blk" and entry.concept == "culture"):
                yield _said(
                    Status.HISTORICAL, f"{entry.cls}.{entry.concept}", sentence, hit.start, hit.end, entry.weight,
                    plain=sentence.position == TITLE and not fresh_date,
                )  # fmt: skip


def _recent(sentence: Sentence) -> bool:
    return any(
        0 <= mention.age(sentence.today) <= OLD_DAYS and mention.precision in (DatePrecision.DAY, DatePrecision.WEEK)
        for mention in sentence.dates
    )


def _statistical(_event: Sentence, told: Sequence[Sentence]) -> Iterator[Told]:
    for sentence in _top(told):
        mass = any(count.best >= _MASS for count in sentence.counts)
        for hit, entry in sentence.of("st"):
            if entry.weight <= _STRONG and (sentence.violent or mass):
                yield _said(Status.STATISTICAL, "statistic", sentence, hit.start, hit.end, entry.weight, plain=mass)
        for count in sentence.counts:
            if count.best >= _MASS and not _recent(sentence):
                yield _said(Status.STATISTICAL, "count.mass", sentence, count.start, count.end, -2.0, plain=False)


def _hypothetical(_event: Sentence, told: Sequence[Sentence]) -> Iterator[Told]:
    top = _top(told)
    if any(_hurt(sentence) for sentence in top):
        return
    for sentence in top:
        for hit, entry in sentence.of("mod"):
            if entry.weight <= _STRONG and (sentence.violent or sentence.position == LEAD):
                yield _said(
                    Status.HYPOTHETICAL, "hypothetical", sentence, hit.start, hit.end, entry.weight, plain=False
                )
