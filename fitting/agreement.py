"""How far two readings of the same entries agree: `python -m fitting.agreement FIRST SECOND`, JSON Lines with ids."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from marsad.codes import VIOLENT

FIELDS = ("acled", "sub", "country", "admin1", "place", "killed", "injured", "abducted", "incident", "state_led")
"""Compared where both readings tell fresh violence."""

Label = dict[str, Any]
Pair = tuple[Label, Label]


def kappa(pairs: Sequence[Pair], of: Callable[[Label], object]) -> float:
    """Cohen's: agreement beyond what two such readers would reach by chance. 1: always the same."""
    first, second = (Counter(of(pair[place]) for pair in pairs) for place in (0, 1))
    seen = sum(of(one) == of(other) for one, other in pairs) / len(pairs)
    chance = sum(first[value] * second[value] for value in first) / len(pairs) ** 2
    return 1.0 if chance == 1.0 else (seen - chance) / (1 - chance)


def fresh_violence(label: Label) -> bool:
    """As the head ``fresh_event`` means it."""
    return label["label"] in ("new", "update") and label["acled"] in VIOLENT


def joined(first: Path, second: Path) -> list[Pair]:
    """Pairs of labels of one entry. Raises ValueError where an entry is in one of them only."""
    one, other = (_labels(path) for path in (first, second))
    if one.keys() != other.keys():
        raise ValueError(f"only in one of them: {sorted(one.keys() ^ other.keys())[:5]}")
    return [(label, other[key]) for key, label in one.items()]


def _labels(path: Path) -> dict[str, Label]:
    lines = path.read_text(encoding="utf-8").split("\n")
    return {label["id"]: label for label in map(json.loads, filter(None, lines))}


def report(name: str, pairs: Sequence[Pair]) -> None:
    """Print agreement on the labels, and on the fields of what both call fresh violence."""
    for what, of in (("label", lambda label: label["label"]), ("fresh violence", fresh_violence)):
        same = sum(of(one) == of(other) for one, other in pairs)
        sys.stdout.write(f"{name}: {what} the same in {same} of {len(pairs)}, kappa {kappa(pairs, of):.2f}\n")
    both = [pair for pair in pairs if all(map(fresh_violence, pair))]
    fields = {name: sum(one.get(name) == other.get(name) for one, other in both) for name in FIELDS}
    sys.stdout.write(f"{name}: {len(both)} fresh violence in both; the same of them: {fields}\n")


def main(first: str, second: str) -> None:
    """Report by language."""
    pairs = joined(Path(first), Path(second))
    languages = {language_of(pair[0]) for pair in pairs}
    for language in sorted(languages):
        report(language, [pair for pair in pairs if language_of(pair[0]) == language])


def language_of(label: Label) -> str:
    """Feed entries and texts of our own name it differently."""
    return str(label.get("lang") or label["language"])


if __name__ == "__main__":
    main(*sys.argv[1:])
