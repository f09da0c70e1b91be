"""`make accuracy`: the reader on every labelled set, one table and one JSON file. docs/accuracy.md tells the figures.

MARSAD_TEST_DATA=../shared/data .venv/bin/python -m fitting.accuracy [--page FILE] [--json FILE] [--worst N]
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.metrics import average_precision_score, precision_recall_fscore_support

from fitting import material
from fitting.fit_heads import Row, expected_error, figures, out_of_fold, platt, rows, show, unfitted_reader
from fitting.material import Example
from fitting.measure import judged, told
from marsad.reading import Event, Reading
from stream.reading.reader import Reader

FRESH: Final = 3
"""The head ``fresh_event`` in ``HEADS``."""
NEWS: Final = ("news_ar", "news_en", "news_fr")
KINDS: Final = (*NEWS, *sorted(material.OURS))
FORMS: Final = ("whole", "summary", "title")
DRAWS: Final = 400
"""Bootstrap samples, of incidents or documents, for a 95 % interval."""
NEAR: Final = 25.0
"""Kilometres within which a town is right."""
_EARTH: Final = 6_371.0
BELOW: Final = "<!-- figures: written by make accuracy -->\n"
"""The page's line above its tables."""
_KEYWORDS: Final = frozenset(("t.ev", "t.kill", "l.ev", "l.kill"))
"""What the keyword baseline looks for: a word of the lexicon for violence or killing in title or lead."""


@dataclass(frozen=True)
class Judgements:
    """All forms of all reports, with what was said of them by models that never saw their incident."""

    rows: list[Row]
    chance: np.ndarray
    """(rows,) probability that a fresh violent event is told: all features and n-grams, calibrated."""
    words: np.ndarray
    """(rows,) the z of word 1-2-grams alone."""
    keywords: np.ndarray
    """(rows,) whether the keyword baseline fires."""
    threshold: float
    """From which a report counts as fresh: the one rule of ``fit_heads``."""

    @classmethod
    def made(cls) -> "Judgements":
        """Fit the folds: some minutes."""
        some = rows(unfitted_reader(), [*material.reports(), *material.sentences_ar()])
        z = out_of_fold(some, heads=[FRESH])[:, FRESH]
        bare = [Row(_without_features(row), row.example, row.form, row.weight) for row in some]
        words = out_of_fold(bare, heads=[FRESH])[:, FRESH]
        truth = np.array([row.example.truth[FRESH] for row in some])
        real = np.array([row.example.kind in NEWS for row in some])
        weight = np.array([row.weight for row in some])
        slope, offset = platt(z[real], truth[real], weight[real])
        chance = 1 / (1 + np.exp(-(z * slope + offset)))
        both = np.array([row.example.kind in NEWS[:2] for row in some])
        keywords = np.array([not _KEYWORDS.isdisjoint(row.signs.features) for row in some])
        return cls(some, chance, words, keywords, figures(chance[both], truth[both])["at"])

    def of(self, kind: str, form: str) -> np.ndarray:
        """Which rows are of a set and a form. A title alone is whole where there is nothing but a title."""
        return np.array([row.example.kind == kind and row.form == form for row in self.rows])


def _without_features(row: Row) -> Any:
    return type(row.signs)({}, row.signs.grams)


def events(said: Judgements) -> list[dict[str, Any]]:
    """Precision, recall, F1 with its interval, AP and calibration for each set and form, beside both baselines."""
    found: list[dict[str, Any]] = []
    for kind in KINDS:
        for form in FORMS:
            chosen = said.of(kind, form)
            truth = np.array([row.example.truth[FRESH] for row in said.rows])[chosen]
            if truth.sum() < 10:
                continue
            groups = [row.example.group for row, taken in zip(said.rows, chosen, strict=True) if taken]
            fires = said.chance[chosen] >= said.threshold
            precision, recall, f1, _ = precision_recall_fscore_support(truth, fires, average="binary", zero_division=0)
            low, high = interval(groups, lambda at, truth=truth, fires=fires: f1_of(truth[at], fires[at]))
            found.append(
                {
                    "set": kind, "form": form, "n": len(truth), "fresh": int(truth.sum()),
                    "precision": _round(precision), "recall": _round(recall),
                    "f1": _round(f1), "low": low, "high": high,
                    "ap": _round(average_precision_score(truth, said.chance[chosen])),
                    "ece": expected_error(said.chance[chosen], truth),
                    "words_f1": figures(said.words[chosen], truth)["f1_best"],
                    "keywords_f1": _round(f1_of(truth, said.keywords[chosen])),
                }
            )  # fmt: skip
    return found


def f1_of(truth: np.ndarray, fires: np.ndarray) -> float:
    """F1; 0 where nothing is right."""
    right = float((truth.astype(bool) & fires.astype(bool)).sum())
    return 2 * right / max(1.0, float(truth.sum() + fires.sum()))


def interval(groups: Sequence[str], figure: Callable[[np.ndarray], float]) -> tuple[float, float]:
    """95 % of the figures of bootstrap samples of whole groups: one incident's reports are no independent ones."""
    members: dict[str, list[int]] = defaultdict(list)
    for index, group in enumerate(groups):
        members[group].append(index)
    drawn, chance = list(members.values()), np.random.default_rng(0)
    figures_of = [
        figure(np.concatenate([drawn[at] for at in chance.integers(len(drawn), size=len(drawn))])) for _ in range(DRAWS)
    ]
    low, high = np.quantile(figures_of, [0.025, 0.975])
    return _round(low), _round(high)


def fields(reader: Reader) -> list[dict[str, Any]]:
    """How often a field of the event is right where a fresh one is told: over reports, and over incidents alike."""
    truth = {(row["set"], row["incident"]): row for row in material.incidents()}
    found: list[dict[str, Any]] = []
    for name, source, of_set in (
        ("news_ar", material.news_ar(), "news_ar_2015"),
        ("news_latin", material.news_latin(), "news_en_fr"),
        *((f"written_{language}", material.truth([language]), "") for language in material.WRITTEN),
    ):
        right: dict[str, list[tuple[str, bool]]] = defaultdict(list)
        for example in told(source):
            event = reader.read(example.article).event
            where = truth.get((of_set, example.label.get("incident") or "")) or (example.label if not of_set else {})
            for field, good in (judged(event, example.label) | placed(event, where)).items():
                right[field].append((example.group, good))
        for field, answers in right.items():
            low, high = interval([g for g, _ in answers], lambda at, a=answers: float(np.mean([a[i][1] for i in at])))
            found.append(
                {
                    "set": name, "field": field, "n": len(answers),
                    "right": _round(np.mean([good for _, good in answers])), "low": low, "high": high,
                    "by_incident": _round(_by_group(answers)),
                }
            )  # fmt: skip
    return found


def placed(event: Event | None, where: dict[str, Any]) -> dict[str, bool]:
    """Field → right, for what our own truth says of where the incident was."""
    result: dict[str, bool] = {}
    if event is None or not where:
        return result
    if where.get("admin1"):
        result["admin1"] = event.admin1 == where["admin1"]
        if event.admin1 is not None:
            result["admin1, where one is told"] = event.admin1 == where["admin1"]
    if where.get("lat") is not None:
        at = None if event.lat is None or event.lon is None else (event.lat, event.lon)
        result["town within 25 km"] = at is not None and distance(at, (where["lat"], where["lon"])) <= NEAR
    return result


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two (latitude, longitude), by the haversine formula."""
    (lat, lon), (lat2, lon2) = [(radians(point[0]), radians(point[1])) for point in (one, other)]
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * _EARTH * asin(sqrt(half))


def _by_group(answers: Iterable[tuple[str, bool]]) -> float:
    groups: dict[str, list[bool]] = defaultdict(list)
    for group, good in answers:
        groups[group].append(good)
    return float(np.mean([np.mean(good) for good in groups.values()]))


def topics_and_languages(reader: Reader) -> list[dict[str, Any]]:
    """Topic by the fixed map, and language, on SIB-200 and `news_dev`; fresh events there are false alarms."""
    classes = material.topic_classes()
    found: list[dict[str, Any]] = []
    for name, language, items in (
        *((f"sib200.{code}", code, material.sib200(code)) for code in material.SIB200),
        *((f"news_dev.{code}", code, material.news_dev(code)) for code in material.NEWS_DEV),
    ):
        known = classes[name.partition(".")[0]]
        answers = [(category, reader.read(article)) for category, article in items]
        found.append(
            {
                "set": name, "n": len(answers),
                "topic": _round(np.mean([topic_class(reading, known) == category for category, reading in answers])),
                "language": _round(np.mean([reading.language == language for _, reading in answers])),
                "fresh": sum(reading.event is not None and reading.event.fresh for _, reading in answers),
            }
        )  # fmt: skip
    return found


def topic_class(reading: Reading, known: dict[str, str]) -> str | None:
    """The class of the first of the topics, surest first, that has one."""
    return next((known[topic.code] for topic in reading.topics if topic.code in known), None)


def worst(said: Judgements, most: int) -> Iterable[tuple[float, Example, str]]:
    """The surest mistakes of all, in whole texts."""
    whole = [(row, float(chance)) for row, chance in zip(said.rows, said.chance, strict=True) if row.form == "whole"]
    off = [(abs(row.example.truth[FRESH] - chance), row.example) for row, chance in whole if row.example.kind in KINDS]
    for error, example in sorted(off, key=lambda one: -one[0])[:most]:
        yield error, example, example.label["label"]


def table(title: str, found: Sequence[dict[str, Any]]) -> str:
    """A Markdown table."""
    head = list(found[0])
    lines = [f"### {title}", "", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(str(row[name]) for name in head)} |" for row in found]
    return "\n".join([*lines, ""])


def _round(value: Any) -> float:
    return round(float(value), 3)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all, and print it."""
    options = argparse.ArgumentParser(prog="python -m fitting.accuracy", description=__doc__)
    options.add_argument("--page", type=Path, help="also write the tables into this page, below its line of figures")
    options.add_argument("--json", type=Path, help="also write the figures to this file")
    options.add_argument("--worst", type=int, default=0, metavar="N", help="also list the N surest mistakes")
    asked = options.parse_args(arguments)
    said, reader = Judgements.made(), Reader.packaged()
    measured = {
        "events": events(said),
        "fields": fields(reader),
        "topics and languages": topics_and_languages(reader),
    }
    tables = "\n".join(table(title, found) for title, found in measured.items())
    show(tables, f"threshold {said.threshold}", sep="\n")
    for error, example, label in worst(said, asked.worst):
        show(
            f"{error:.2f}", example.kind, example.id, label, example.article.text[:200].replace("\n", " // "), sep=" | "
        )
    if asked.page:
        above, line, _old = asked.page.read_text(encoding="utf-8").partition(BELOW)
        asked.page.write_text(f"{above}{line or BELOW}\n{tables}", encoding="utf-8")
    if asked.json:
        asked.json.write_text(json.dumps(measured, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
