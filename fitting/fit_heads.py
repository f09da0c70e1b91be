"""Fit the event heads and write marsad/defaults/heads.json. How and why: fitting/README.md.

MARSAD_TEST_DATA=../shared/data .venv/bin/python -m fitting.fit_heads
"""

import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, precision_recall_curve
from sklearn.model_selection import GroupKFold

from fitting import material
from fitting.material import HEADS, Example
from stream.reading.gazetteer import Gazetteer
from stream.reading.heads import Heads, HeadsFile
from stream.reading.language import Languages
from stream.reading.lexicon import Lexicon
from stream.reading.reader import Reader, Signs
from stream.reading.topics import TopicTable

OUT = Path("marsad/defaults/heads.json")
COMMAND = "MARSAD_TEST_DATA=../shared/data .venv/bin/python -m fitting.fit_heads"
FOLDS = 5
FEWEST = 3
"""Examples that an n-gram must stand in to get a weight."""
GRAM_SCALE = 6.0
"""N-grams against features: a text's n-grams together weigh as much as six features."""
STRENGTH = 0.3
"""Inverse of the L2 penalty."""
SUMMARY = 400
"""Characters of a body that make do for a summary."""
NEARLY = 0.004
"""F1 that the threshold gives up for fewer false alarms."""
SMALLEST = 0.02
"""Weights below this in all four heads are left out of the file."""

NONE_YET = Heads(HeadsFile({}, HEADS, [0.0] * 5, [1.0] * 5, [0.0] * 5, 0.5, 0.0, {}, {}))


@dataclass(frozen=True)
class Row:
    """One form of an example: whole page, title and summary, or title alone."""

    signs: Signs
    example: Example
    form: str
    weight: float


def show(*told: object, sep: str = " ") -> None:
    """A line of figures on standard output."""
    sys.stdout.write(sep.join(map(str, told)) + "\n")


def unfitted_reader() -> Reader:
    """A reader whose heads know nothing yet; what it shows them is what the shipped one does."""
    return Reader(Lexicon.packaged(), Gazetteer.packaged(), NONE_YET, Languages(), TopicTable.packaged())


def forms(example: Example) -> Iterator[tuple[str, Example]]:
    """The whole page, and what a feed might give of it."""
    article = example.article
    yield "whole", example
    if article.body and article.title:
        short = msgspec.structs.replace(article, summary=article.body[:SUMMARY], body="")
        yield "summary", replace(example, article=short)
    if article.title and (article.body or article.summary):
        yield "title", replace(example, article=msgspec.structs.replace(article, summary="", body=""))


FORM_WEIGHT = {"whole": 1.0, "summary": 0.4, "title": 0.5}


def rows(reader: Reader, examples: Sequence[Example]) -> list[Row]:
    """Every form of every example as the heads see it."""
    return [
        Row(reader.signs(form.article), example, name, example.weight * FORM_WEIGHT[name])
        for example in examples
        for name, form in forms(example)
    ]


@dataclass(frozen=True)
class Vocabulary:
    """Columns of features and of n-grams."""

    features: dict[str, int]
    grams: dict[str, int]

    @classmethod
    def of(cls, some: Sequence[Row]) -> "Vocabulary":
        """What whole pages hold often enough."""
        whole = [row for row in some if row.form == "whole"]
        features = Counter(name for row in some for name in row.signs.features)
        seen = Counter(gram for row in whole for gram in row.signs.grams)
        return cls(
            {name: index for index, name in enumerate(sorted(f for f, n in features.items() if n >= FEWEST))},
            {gram: index for index, gram in enumerate(sorted(g for g, n in seen.items() if n >= FEWEST))},
        )

    def matrix(self, some: Sequence[Row]) -> sparse.csr_matrix:
        """One row of numbers for each."""
        at, column, value = [], [], []
        for index, row in enumerate(some):
            known = [self.grams[gram] for gram in row.signs.grams if gram in self.grams]
            scale = GRAM_SCALE / np.sqrt(len(known)) if known else 0.0
            for name, amount in row.signs.features.items():
                if name in self.features:
                    at.append(index)
                    column.append(self.features[name])
                    value.append(amount)
            at += [index] * len(known)
            column += [len(self.features) + gram for gram in known]
            value += [scale] * len(known)
        return sparse.csr_matrix((value, (at, column)), shape=(len(some), len(self.features) + len(self.grams)))


def fit(some: Sequence[Row], vocabulary: Vocabulary, head: int) -> LogisticRegression:
    """One head. Single sentences teach only what violence is: they are not whole reports."""
    taught = [row for row in some if (row.example.kind != "sentences_ar" or head == 0) and row.example.truth[head] >= 0]
    model = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=500, random_state=0)
    truth = [row.example.truth[head] for row in taught]
    return model.fit(vocabulary.matrix(taught), truth, sample_weight=[row.weight for row in taught])


def out_of_fold(some: Sequence[Row], heads: Sequence[int] = range(len(HEADS)), folds: int = FOLDS) -> np.ndarray:
    """The z of every row and head from a model that never saw its group."""
    result = np.zeros((len(some), len(HEADS)))
    groups = [row.example.group for row in some]
    for training, tested in GroupKFold(folds).split(groups, groups=groups):
        taught, asked = [some[i] for i in training], [some[i] for i in tested]
        vocabulary = Vocabulary.of(taught)
        numbers = vocabulary.matrix(asked)
        for head in heads:
            result[tested, head] = fit(taught, vocabulary, head).decision_function(numbers)
    return result


def figures(z: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Average precision, best F1, and the surest threshold that comes near it."""
    precision, recall, thresholds = precision_recall_curve(truth, z)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    best = int(np.argmax(f1[:-1]))
    sure = int(np.flatnonzero(f1[:-1] >= f1[best] - NEARLY)[-1])
    return {
        "ap": round(float(average_precision_score(truth, z)), 3),
        "f1_best": round(float(f1[best]), 3),
        "at": round(float(thresholds[sure]), 3),
        "n": len(truth),
        "positive": int(truth.sum()),
    }


def platt(z: np.ndarray, truth: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Slope and offset that make probabilities of z."""
    model = LogisticRegression(C=1e6).fit(z.reshape(-1, 1), truth, sample_weight=weight)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def expected_error(chance: np.ndarray, truth: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error over bins of equal mass."""
    order = np.argsort(chance, kind="stable")
    parts = np.array_split(order, bins)
    return round(float(sum(abs(chance[p].mean() - truth[p].mean()) * len(p) for p in parts) / len(order)), 3)


def main() -> None:
    """Fit, measure out of fold, write."""
    reader = unfitted_reader()
    some = rows(reader, [*material.reports(), *material.sentences_ar()])
    z = out_of_fold(some)
    truth = np.array([row.example.truth for row in some])
    weight = np.array([row.weight for row in some])
    kinds = np.array([row.example.kind for row in some])
    form = np.array([row.form for row in some])
    real = np.isin(kinds, ["news_ar", "news_en", "news_fr"])
    known = [real & (truth[:, head] >= 0) for head in range(len(HEADS))]
    curve = [platt(z[known[head], head], truth[known[head], head], weight[known[head]]) for head in range(len(HEADS))]
    chance = 1 / (1 + np.exp(-(z * [slope for slope, _ in curve] + [offset for _, offset in curve])))
    report: dict[str, object] = {}
    for kind in ("news_ar", "news_en", "news_fr", *sorted(material.OURS)):
        for name in ("whole", "title"):
            chosen = (kinds == kind) & (form == name)
            told = figures(chance[chosen, 3], truth[chosen, 3])
            told["f1_at_half"] = round(float(f1_score(truth[chosen, 3], chance[chosen, 3] >= 0.5)), 3)
            told["ece"] = expected_error(chance[chosen, 3], truth[chosen, 3])
            report[f"{kind}.{name}"] = told
            show(kind, name, told)
    for kind in ("news_ar", "news_en"):
        chosen = known[4] & (kinds == kind) & (form == "whole")
        right = (chance[chosen, 4] >= 0.5) == (truth[chosen, 4] == 1)
        report[f"{kind}.state"] = {
            "accuracy": round(float(right.mean()), 3),
            "n": int(chosen.sum()),
            "state_led": int((truth[chosen, 4] == 1).sum()),
        }
        show(kind, "state", report[f"{kind}.state"])
    both = real & np.isin(kinds, ["news_ar", "news_en"])
    threshold = figures(chance[both, 3], truth[both, 3])["at"]
    show("threshold", threshold)
    write(some, curve, float(threshold), report)


def write(some: Sequence[Row], curve: list[tuple[float, float]], threshold: float, report: dict[str, object]) -> None:
    """The weights of a fit on everything, one name a line."""
    vocabulary = Vocabulary.of(some)
    models = [fit(some, vocabulary, head) for head in range(len(HEADS))]
    weights = np.stack([model.coef_[0] for model in models], axis=1)
    count = len(vocabulary.features)

    def lines(names: dict[str, int], offset: int, scale: float) -> str:
        kept = [
            (name, [round(float(value), 3) for value in weights[offset + index] * scale])
            for name, index in names.items()
            if np.abs(weights[offset + index] * scale).max() >= SMALLEST
        ]
        return ",\n".join(f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(values)}" for name, values in kept)

    header = {
        "fitted": {
            "on": dict(Counter(row.example.kind for row in some if row.form == "whole")),
            "when": dt.datetime.now(dt.UTC).date().isoformat(),
            "command": COMMAND,
            "figures": report,
            "method": f"logistic regression, L2, C={STRENGTH}; Platt on z out of fold",
            "folds": f"{FOLDS}, by incident or document",
        },
        "heads": HEADS,
        "bias": [round(float(model.intercept_[0]), 4) for model in models],
        "slope": [round(slope, 4) for slope, _ in curve],
        "offset": [round(offset, 4) for _, offset in curve],
        "threshold": round(threshold, 3),
        "gate": gate(some, vocabulary, weights),
    }
    text = json.dumps(header, ensure_ascii=False, indent=1)[:-2]
    text += f',\n"features": {{\n{lines(vocabulary.features, 0, 1.0)}\n}}'
    text += f',\n"grams": {{\n{lines(vocabulary.grams, count, GRAM_SCALE)}\n}}\n}}\n'
    OUT.write_text(text, encoding="utf-8")
    show(OUT, OUT.stat().st_size, "bytes")


def gate(some: Sequence[Row], vocabulary: Vocabulary, weights: np.ndarray) -> float:
    """The n-gram sum below which hardly any fresh event lies."""
    count = len(vocabulary.features)
    fresh = [row for row in some if row.example.truth[3] and row.example.kind.startswith("news")]
    sums = vocabulary.matrix(fresh)[:, count:] @ weights[count:, 0]
    return round(float(np.quantile(sums, 0.2)), 3)


if __name__ == "__main__":
    main()
