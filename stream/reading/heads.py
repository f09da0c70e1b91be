"""The event heads: calibrated logistic judgements over named features and word n-grams.

P = 1 / (1 + exp(-(slope * z + offset))) with z = bias + Σ weight·value + Σ gram weight / √(grams known);
slope and offset are Platt's calibration (Platt 1999), fitted on out-of-fold z.
"""

from collections.abc import Iterable, Mapping
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
    """The least z of ``violence`` from n-grams alone that lets an article without a word of violence pass."""
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
        self._grams = {gram: tuple(weights) for gram, weights in stored.grams.items()}
        self.fitted = stored.fitted
        self.threshold = stored.threshold
        self._gate = stored.gate
        self._violence = {gram: weights[0] for gram, weights in stored.grams.items()}

    @classmethod
    def from_json(cls, text: bytes | str) -> "Heads":
        """Heads from a weights file's content."""
        return cls(msgspec.json.decode(text, type=HeadsFile))

    @classmethod
    def packaged(cls) -> "Heads":
        """The shipped heads."""
        return cls.from_json(resources.files("marsad").joinpath("defaults", "heads.json").read_bytes())

    def suspects(self, grams: Iterable[str]) -> bool:
        """The gate's second chance: n-grams alone speak of violence."""
        known = [weight for gram in grams if (weight := self._violence.get(gram)) is not None]
        violence = 0.0
        for weight in known:  # as ``_add`` adds them: sum() rounds otherwise from Python 3.12 on
            violence += weight
        return bool(known) and violence / sqrt(len(known)) > self._gate

    def judge(self, features: Mapping[str, float], grams: Iterable[str]) -> Judgement:
        """The probabilities with the features that counted most for or against a fresh event."""
        known = [(gram, weights) for gram in grams if (weights := self._grams.get(gram)) is not None]
        scale = 1 / sqrt(len(known)) if known else 0.0
        sums = _add([0.0] * len(NAMES), [weights for _gram, weights in known])
        named = [
            (name, [weight * value for weight in self._features[name]])
            for name, value in features.items()
            if name in self._features
        ]
        total = _add(
            [bias + part * scale for bias, part in zip(self._bias, sums, strict=True)],
            [weights for _name, weights in named],
        )
        chances = [
            _logistic(slope * z + offset) for slope, z, offset in zip(self._slope, total, self._offset, strict=True)
        ]
        points = [(name, weights[_FRESH_EVENT]) for name, weights in named]
        words = [(gram, weights[_FRESH_EVENT] * scale) for gram, weights in known]
        scores = Scores(**dict(zip(_SCORES, chances, strict=False)))
        return Judgement(scores, chances[-1], _strongest(points, words))


def _add(totals: Iterable[float], rows: Iterable[Iterable[float]]) -> Iterable[float]:
    """The rows added to the totals one by one; written out, for a loop over five heads costs twice as much."""
    first, second, third, fourth, fifth = totals
    for one, two, three, four, five in rows:
        first += one
        second += two
        third += three
        fourth += four
        fifth += five
    return first, second, third, fourth, fifth


def _strongest(points: list[tuple[str, float]], words: list[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Of features and words the few that weigh most either way: only these need their names put together."""
    weights = sorted([abs(weight) for _name, weight in points] + [abs(weight) for _gram, weight in words])
    least = weights[-_REASONS] if len(weights) > _REASONS else 0.0
    strong = [part for part in points if abs(part[1]) >= least]
    strong += [(f"word:{gram}", weight) for gram, weight in words if abs(weight) >= least]
    return tuple(sorted(strong, key=lambda part: (-abs(part[1]), part[0]))[:_REASONS])


def _logistic(z: float) -> float:
    return 1 / (1 + exp(-max(-_FLAT, min(_FLAT, z))))
