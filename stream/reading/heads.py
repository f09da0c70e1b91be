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
        for weight in known:  # as ``_sums`` adds them: sum() rounds otherwise from Python 3.12 on
            violence += weight
        return bool(known) and violence / sqrt(len(known)) > self._gate

    def judge(self, features: Mapping[str, float], grams: Iterable[str], *, reasons: int = 6) -> Judgement:
        """The probabilities with the features that counted most for or against a fresh event."""
        found = list(grams)
        sums, known = self._sums(found)
        scale = 1 / sqrt(known) if known else 0.0
        total = [bias + part * scale for bias, part in zip(self._bias, sums, strict=True)]
        parts: list[tuple[str, float]] = []
        for name, value in features.items():
            weights = self._features.get(name)
            if weights is None:
                continue
            for index, weight in enumerate(weights):
                total[index] += weight * value
            parts.append((name, weights[_FRESH_EVENT] * value))
        parts += [(f"word:{gram}", self._grams[gram][_FRESH_EVENT] * scale) for gram in found if gram in self._grams]
        parts.sort(key=lambda part: (-abs(part[1]), part[0]))
        chances = [
            _logistic(slope * z + offset) for slope, z, offset in zip(self._slope, total, self._offset, strict=True)
        ]
        return Judgement(Scores(**dict(zip(_SCORES, chances, strict=False))), chances[-1], tuple(parts[:reasons]))

    def _sums(self, grams: Iterable[str]) -> tuple[list[float], int]:
        first = second = third = fourth = fifth = 0.0
        known = 0
        table = self._grams
        for gram in grams:
            weights = table.get(gram)
            if weights is not None:
                known += 1
                first += weights[0]
                second += weights[1]
                third += weights[2]
                fourth += weights[3]
                fifth += weights[4]
        return [first, second, third, fourth, fifth], known


def _logistic(z: float) -> float:
    return 1 / (1 + exp(-max(-_FLAT, min(_FLAT, z))))
