"""The event heads: calibrated logistic judgements over named features and word n-grams.

P = 1 / (1 + exp(-(slope * z + offset))) with z = bias + Σ weight·value + Σ gram weight / √(grams known);
slope and offset are Platt's calibration (Platt 1999), fitted on out-of-fold z.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from math import exp, sqrt
from typing import Any, Final

import msgspec

from marsad.reading import Scores

NAMES: Final = ("violence", "fresh", "actual", "fresh_event", "state")
"""The four of ``Scores``, and whether state forces act rather than others, asked of fresh events only."""
_SCORES: Final = NAMES[:4]
_FRESH_EVENT: Final = NAMES.index("fresh_event")
_FLAT: Final = 30.0
_REASONS: Final = 6
_NOTHING: Final = (0.0,) * len(NAMES)

_Weights = tuple[float, ...]
"""One for each head."""
_Known = tuple[_Weights | None, dict[str, tuple[str, _Weights]]]
"""A word's own weights, and what second words make a 2-gram with it: the whole of it, and its weights."""
_UNKNOWN: Final[_Known] = (None, {})


class HeadsFile(msgspec.Struct, forbid_unknown_fields=True):
    """The weights as they are stored: per name one weight for each head, in the order of ``heads``."""

    fitted: dict[str, Any]
    """On what, when, with which figures and by which command."""
    heads: tuple[str, ...]
    bias: list[float]
    slope: list[float]
    offset: list[float]
    threshold: float
    """The ``fresh_event`` from which an event counts as fresh: best F1 out of fold."""
    gate: float
    """The z of ``violence`` from n-grams alone above which they speak of violence (``gate.passes``)."""
    features: dict[str, list[float]]
    grams: dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Probabilities, and what moved ``fresh_event`` most."""

    scores: Scores
    state: float
    """Probability that state forces acted, were it a fresh event."""
    reasons: tuple[tuple[str, float], ...] = ()
    """(feature or n-gram, points), the strongest first."""


class Heads:
    """The weights in force."""

    def __init__(self, stored: HeadsFile) -> None:
        if stored.heads != NAMES:
            raise ValueError(f"heads must be {NAMES}, not {stored.heads}; fit them again")
        self._bias = stored.bias
        self._slope = stored.slope
        self._offset = stored.offset
        self._features = {name: tuple(weights) for name, weights in stored.features.items()}
        self._words = _by_first_word(stored.grams)
        self.fitted = stored.fitted
        self.threshold = stored.threshold
        self.gate = stored.gate

    @classmethod
    def from_json(cls, text: bytes | str) -> "Heads":
        """Heads from a weights file's content."""
        return cls(msgspec.json.decode(text, type=HeadsFile))

    @classmethod
    def packaged(cls) -> "Heads":
        """The shipped heads."""
        return cls.from_json(resources.files("marsad").joinpath("defaults", "heads.json").read_bytes())

    def violence(self, words: Iterable[str]) -> float:
        """The z of ``violence`` from the n-grams of these words alone."""
        known = self._known(words)
        total = 0.0
        for weights in known.values():  # as ``_add`` adds them: sum() rounds otherwise from Python 3.12 on
            total += weights[0]
        return total / sqrt(len(known)) if known else 0.0

    def _known(self, words: Iterable[str]) -> dict[str, _Weights]:
        """Those of the words' n-grams that have weights, in the order in which they end; others are never made."""
        known: dict[str, _Weights] = {}
        seconds: Mapping[str, tuple[str, _Weights]] = {}
        for word in words:
            weights, following = self._words.get(word, _UNKNOWN)
            if weights is not None:
                known[word] = weights
            if word in seconds:
                gram, weights = seconds[word]
                known[gram] = weights
            seconds = following
        return known

    def judge(self, features: Mapping[str, float], words: Iterable[str]) -> Judgement:
        """The probabilities with the features that counted most for or against a fresh event.

        ``words`` are those of ``grams.gram_words``.
        """
        grams = self._known(words)
        known = grams.values()
        scale = 1 / sqrt(len(known)) if known else 0.0
        named = {name: value for name, value in features.items() if name in self._features}
        parts = [_times(self._features[name], value) for name, value in named.items()]
        sums = _add(_NOTHING, known)
        total = _add([bias + part * scale for bias, part in zip(self._bias, sums, strict=True)], parts)
        chances = [
            _logistic(slope * z + offset) for slope, z, offset in zip(self._slope, total, self._offset, strict=True)
        ]
        reasons = _strongest(
            named,
            [weights[_FRESH_EVENT] for weights in parts],
            grams,
            [weights[_FRESH_EVENT] * scale for weights in known],
        )
        return Judgement(Scores(**dict(zip(_SCORES, chances, strict=False))), chances[-1], reasons)


def _by_first_word(stored: Mapping[str, Sequence[float]]) -> dict[str, _Known]:
    weights = {gram: tuple(row) for gram, row in stored.items()}
    firsts = [gram.partition(" ")[0] for gram in weights]
    known: dict[str, _Known] = {first: (weights.get(first), {}) for first in firsts}
    for first, gram in zip(firsts, weights, strict=True):
        if gram != first:
            known[first][1][gram[len(first) + 1 :]] = (gram, weights[gram])
    return known


def _times(weights: _Weights, value: float) -> _Weights:
    """Most features are there or not, and then nothing is to be multiplied."""
    return weights if value == 1.0 else tuple([weight * value for weight in weights])


def _add(totals: Iterable[float], rows: Iterable[_Weights]) -> _Weights:
    """The rows added to the totals one by one; written out, for a loop over five heads costs twice as much."""
    first, second, third, fourth, fifth = totals
    for one, two, three, four, five in rows:
        first += one
        second += two
        third += three
        fourth += four
        fifth += five
    return first, second, third, fourth, fifth


def _strongest(
    names: Iterable[str], points: list[float], grams: Iterable[str], of_grams: list[float]
) -> tuple[tuple[str, float], ...]:
    """Of features and n-grams the few that weigh most either way: only these need to be put together."""
    sizes = sorted(map(abs, points + of_grams))
    least = sizes[-_REASONS] if len(sizes) > _REASONS else 0.0
    strong = [(name, point) for name, point in zip(names, points, strict=True) if not -least < point < least]
    strong += [
        (f"word:{gram}", point) for gram, point in zip(grams, of_grams, strict=True) if not -least < point < least
    ]
    return tuple(sorted(strong, key=lambda part: (-abs(part[1]), part[0]))[:_REASONS])


def _logistic(z: float) -> float:
    return 1 / (1 + exp(-max(-_FLAT, min(_FLAT, z))))
