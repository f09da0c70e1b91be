"""Named features of an article's opening, the same in every language.

Features say where a sign stands (``t.`` title, ``l.`` lead, ``b.`` body) and what it is. Values lie
roughly in 0 to 3, so that their weights can be compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from marsad.codes import DatePrecision
from stream.reading.sentences import BODY, LEAD, TITLE, Sentence
from stream.reading.words import listed

POSITIONS: Final = {TITLE: "t", LEAD: "l", BODY: "b"}
_WEIGHED: Final = frozenset(
    listed("ev kill inj ct rel tgt per vm rec bg st pol mod foil neg upd nov clm rxn")
)  # fmt: skip
_NAMED: Final = frozenset(("ev", "blk", "foil", "neg", "bg"))
"""Classes whose concepts are features of their own."""
_BESIDE_VIOLENCE: Final = listed("rec place.exact place.country count.killed per age.recent bg pol st mod")
_LOWEST: Final = float("-inf")
_MASS: Final = 1_000
_QUESTIONS: Final = ("?", "؟")


def features(told: Sequence[Sentence], *, language: str, genre: str, placed: Mapping[int, str]) -> dict[str, float]:
    """Named features; ``placed`` maps a sentence's index to ``exact`` or ``country``."""
    named: dict[str, float] = {f"language.{language}": 1.0, f"genre.{genre}": 1.0}
    scores: dict[str, float] = {}
    for sentence in told:
        place = placed.get(sentence.index)
        short = POSITIONS[sentence.position]
        for name, value in _of_sentence(sentence, place):
            key = f"{short}.{name}"
            if value >= named.get(key, 0.0):
                named[key] = value
        scores[short] = max(hand_score(sentence, place), scores.get(short, _LOWEST))
    named |= {f"no.{position}": 1.0 for position, short in POSITIONS.items() if short not in scores}
    named |= {f"{short}.score": max(-2.0, min(3.0, scores.get(short, 0.0) / 2)) for short in POSITIONS.values()}
    named |= _together(named)
    return named


def _together(named: Mapping[str, float]) -> dict[str, float]:
    """Signs that mean more side by side than one by one."""
    joined: dict[str, float] = {}
    for short in ("t", "l"):
        violent = max(named.get(f"{short}.ev", 0.0), named.get(f"{short}.kill", 0.0), named.get(f"{short}.ct", 0.0)) > 0
        if not violent:
            joined[f"{short}.calm"] = 1.0
            continue
        for sign in _BESIDE_VIOLENCE:
            if named.get(f"{short}.{sign}"):
                joined[f"{short}.violent+{sign}"] = 1.0
    return joined


def _of_sentence(sentence: Sentence, place: str | None) -> Iterator[tuple[str, float]]:
    for _hit, entry in sentence.entries:
        name = entry.cls
        if name in _WEIGHED:
            yield name, abs(entry.weight)
        if name in _NAMED:
            yield f"{name}.{entry.concept}", 1.0
        elif name == "act":
            yield "actor", 1.0
    if place is not None:
        yield f"place.{place}", 1.0
    yield from _of_structure(sentence)
    if sentence.position != BODY or sentence.violent:
        yield from _of_counts(sentence)
        yield from _of_dates(sentence)


def _of_structure(sentence: Sentence) -> Iterator[tuple[str, float]]:
    said = sentence.raw[sentence.start : sentence.end]
    if said.rstrip("\"'»” ").endswith(_QUESTIONS):
        yield "question", 1.0
    if "%" in said:
        yield "percent", 1.0
    if sentence.position == TITLE:
        if ":" in said[:40]:
            yield "prefix", 1.0
        if any(mark in said for mark in '«“"‘'):
            yield "quoted", 1.0


def _of_counts(sentence: Sentence) -> Iterator[tuple[str, float]]:
    for count in sentence.counts:
        if count.best >= _MASS:
            yield "count.mass", 1.0
        elif count.vague:
            yield "count.vague", 1.0
        else:
            yield f"count.{count.kind}", 1.0
        if count.militants:
            yield "count.militants", 1.0
        if count.toll:
            yield "count.toll", 1.0


def _of_dates(sentence: Sentence) -> Iterator[tuple[str, float]]:
    for mention in sentence.dates:
        age = mention.age(sentence.today)
        if age < 0:
            yield "age.future", 1.0
        elif mention.precision in (DatePrecision.YEAR, DatePrecision.MONTH):
            yield ("age.old" if age > 45 else "age.month"), 1.0
        elif age <= 3:
            yield "age.recent", 1.0
        else:
            yield ("age.week" if age <= 7 else "age.month" if age <= 45 else "age.old"), 1.0


def hand_score(sentence: Sentence, place: str | None) -> float:
    """READING 6.2's additive score of one sentence."""
    best = sentence.weights
    if not best:
        return 0.0
    event, kill = best.get("ev", 0.0), best.get("kill", 0.0)
    score = event + (0.35 * kill if event else 0.9 * kill)
    if score > 0:
        score += 1.2 * bool(sentence.counts) + 0.5 * (place is not None)
    get = best.get
    score += min(get("tgt", 0.0), 0.7) + min(get("per", 0.0), 0.9) + min(get("rec", 0.0), 1.4)
    score += max(get("bg", 0.0), -4.0) + max(get("st", 0.0), -4.0) + max(get("mod", 0.0), -4.0) + 0.7 * get("pol", 0.0)
    return score + max(get("blk", 0.0), -6.0) + get("neg", 0.0) - 2.0 * ("rel" in best)
