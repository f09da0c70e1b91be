"""What the heads are fitted on: labelled news, sentences and reports, read in place, and our own written texts."""

import csv
import datetime as dt
import gzip
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from marsad.article import Article, Source
from marsad.codes import VIOLENT

HERE = Path(__file__).parent
TRUTH = HERE / "truth"
WRITTEN = ("ar", "en", "fr", "ha", "sw", "so")
"""Languages of our own labelled texts (truth/README.md)."""
SIB200 = {"ar": "arb_Arab", "en": "eng_Latn", "fr": "fra_Latn", "ha": "hau_Latn", "sw": "swh_Latn"}
NEWS_DEV = {"en": "eng", "fr": "fra", "ha": "hau", "so": "som", "sw": "swa"}
"""Language → the name of its file."""
OURS = frozenset(f"written_{language}" for language in WRITTEN)
_KEY_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
VIOLENT_NAMES = frozenset(VIOLENT)
HEADS = ("violence", "fresh", "actual", "fresh_event", "state")
UNKNOWN = -1
"""Truth of a statement that the label does not decide."""


@dataclass(frozen=True)
class Example:
    """A text, which of the statements of HEADS hold of it, and the group that cross-validation keeps together."""

    id: str
    kind: str
    group: str
    article: Article
    truth: tuple[int, ...]
    weight: float
    label: dict[str, Any]


def data() -> Path:
    """The folder of test data, from MARSAD_TEST_DATA."""
    folder = os.environ.get("MARSAD_TEST_DATA", "")
    if not folder or not Path(folder).is_dir():
        raise SystemExit("set MARSAD_TEST_DATA to the folder of labelled data")
    return Path(folder)


def article(
    identity: str, title: str, summary: str, body: str, seen: dt.datetime, language: str | None = None, link: str = ""
) -> Article:
    """An article as the reader gets it."""
    source = Source(feed="fitting")
    return Article(
        id=identity, source=source, title=title, summary=summary, body=body, published=seen, observed_at=seen,
        language=language, link=link,
    )  # fmt: skip


def truth_of(label: dict[str, Any]) -> tuple[int, ...]:
    """The statements from a label of the guide."""
    kind, violent = label["label"], label["acled"] in VIOLENT_NAMES
    told = kind in ("new", "update")
    return (
        int(kind in ("new", "update", "reaction", "other_violence", "statistic") or violent),
        int(told or kind in ("foiled", "other_violence")),
        int(kind in ("new", "update", "reaction", "other_violence")),
        int(told and violent),
        int(label["state_led"]) if told and violent and label.get("state_led") is not None else UNKNOWN,
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return (json.loads(line) for line in text.decode("utf-8").splitlines() if line)


def _labelled(folder: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Articles with their labels: those of the set, mended, and for the feed entries our own besides."""
    labels = {label["id"]: label for label in _lines(data() / folder / "labels.jsonl")}
    if folder == "news_en_fr":
        labels |= {label["id"]: label for label in _lines(TRUTH / "en_fr.jsonl")}
    for mend in _lines(TRUTH / "label_mends.jsonl"):
        if mend["set"] == folder:
            labels[mend["id"]] |= {mend["field"]: mend["now"]}
    for row in _lines(data() / folder / "articles.jsonl.gz"):
        if row["id"] in labels:
            yield row, labels[row["id"]]


def news_ar() -> Iterator[Example]:
    """Arabic news of July 2015; groups are incidents."""
    for row, label in _labelled("news_ar_2015"):
        seen = dt.datetime.fromisoformat(row["seen"]).replace(tzinfo=dt.UTC)
        yield Example(
            row["id"], "news_ar", label["incident"] or row["id"],
            article(row["id"], row["title"], "", row["body"], seen, link=row["url"]), truth_of(label), 1.0, label,
        )  # fmt: skip


def news_latin() -> Iterator[Example]:
    """English and French feed entries."""
    for row, label in _labelled("news_en_fr"):
        seen = dt.datetime.fromisoformat(row["published"])
        kind = f"news_{row['lang']}"
        yield Example(
            row["id"], kind, label["incident"] or row["id"],
            article(row["id"], row["title"], row["summary"], "", seen, row["lang"], row["url"] or ""),
            truth_of(label), 1.0, label,
        )  # fmt: skip


def written() -> Iterator[Example]:
    """Our own counterfactual texts: one incident told fresh, foiled, remembered, counted, discussed."""
    seen = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
    for number, row in enumerate(_lines(HERE / "written.jsonl")):
        label = {"label": row["label"], "acled": row.get("acled"), "state_led": row.get("state_led")}
        identity = f"written-{number}"
        yield Example(
            identity, "written", row.get("group", identity),
            article(identity, row["title"], row.get("summary", ""), "", seen, row["language"]),
            truth_of(label), 1.0, label,
        )  # fmt: skip


def truth(languages: Sequence[str] = WRITTEN) -> Iterator[Example]:
    """Our own labelled texts in six languages, by kinds ``written_fr``, and so on."""
    for language in languages:
        for row in _lines(TRUTH / f"written_{language}.jsonl"):
            seen = dt.datetime.fromisoformat(row["published"])
            yield Example(
                row["id"], f"written_{language}", row["group"],
                article(row["id"], row["title"], row["summary"], row["body"], seen, language),
                truth_of(row), 1.0, row,
            )  # fmt: skip


def kept_together(examples: Sequence[Example]) -> list[Example]:
    """The examples with groups so wide that no incident is in two folds, whatever language or set tells it.

    Our own texts may follow an incident that another language's texts or the feed entries tell under another key:
    what has one country and one date is taken for one.
    """
    wider: dict[str, str] = {}

    def widest(group: str) -> str:
        while group in wider:
            group = wider[group]
        return group

    first: dict[tuple[str, str], str] = {}
    ours = {day for example in examples if example.kind in OURS for day in [_day(example)] if day}
    for example in examples:
        day, group = _day(example), widest(example.group)
        if day in ours and (other := widest(first.setdefault(day, group))) != group:
            wider[group] = other
    return [replace(example, group=widest(example.group)) for example in examples]


def _day(example: Example) -> tuple[str, str] | None:
    """Country and date of what a text tells; for lack of a told one the date of our text, never that of others'."""
    label = example.label
    if example.kind in OURS:
        day = label["event_date"] or label["published"][:10]
    else:
        day = (_KEY_DATE.findall(label.get("incident") or "") or [""])[-1]
    return (label["country"], day) if label.get("country") and day else None


def reports() -> list[Example]:
    """All that is labelled as the guide has it: news, our own texts, and the counterfactuals; sentences are not."""
    return kept_together([*news_ar(), *news_latin(), *truth(), *written()])


def cases() -> Iterator[dict[str, Any]]:
    """The short cases with what they expect."""
    yield from _lines(data() / "cases" / "cases.jsonl")


def case_article(case: dict[str, Any]) -> Article:
    """A case as an article: its lead is the summary."""
    seen = dt.datetime.fromisoformat(case["pub"]).replace(hour=18, tzinfo=dt.UTC)
    return article(case["id"], case["title"], case["lead"], "", seen, case["lang"])


def sentences_ar() -> Iterator[Example]:
    """Arabic newswire sentences: does one report an assault. Only the statement on violence is certain."""
    seen = dt.datetime(2007, 6, 30, tzinfo=dt.UTC)
    for row in _lines(data() / "arabic_attacks" / "sentences_2006_2007.jsonl"):
        if row["accept"] == row["reject"]:
            continue
        yes = int(row["label"] == "yes")
        group = row["id"].rsplit("-", 1)[0]
        yield Example(
            row["id"], "sentences_ar", group, article(row["id"], "", row["text"], "", seen, "ar"),
            (yes, yes, yes, yes, UNKNOWN), 0.3, row,
        )  # fmt: skip


def seeds() -> Iterator[tuple[str, Article]]:
    """The five whole pages with their dates."""
    dates = {"000": "2024-10-17", "001": "2021-04-05", "002": "2019-02-06", "003": "2023-04-25", "004": "2024-10-11"}
    for path in sorted((data() / "seeds").glob("*.txt")):
        seen = dt.datetime.fromisoformat(dates[path.name[:3]]).replace(hour=12, tzinfo=dt.UTC)
        yield path.name, article(path.stem, "", "", path.read_text(encoding="utf-8"), seen)


def incidents() -> Iterator[dict[str, Any]]:
    """Where incidents of the labelled news happened."""
    yield from _lines(TRUTH / "incidents.jsonl")


def topic_classes() -> dict[str, dict[str, str]]:
    """Set → IPTC code → the set's class."""
    classes: dict[str, dict[str, str]] = json.loads((TRUTH / "topic_classes.json").read_text(encoding="utf-8"))
    return classes


def sib200(language: str) -> Iterator[tuple[str, Article]]:
    """Sentences with their class."""
    seen = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
    with (data() / "topics_sib200" / f"{SIB200[language]}.train.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield row["category"], article(f"{language}-{row['index_id']}", "", row["text"], "", seen)


def news_dev(language: str) -> Iterator[tuple[str, Article]]:
    """BBC articles with their class."""
    for row, one in _broadcasts(NEWS_DEV[language]):
        yield row["category"], one


def broadcasts(language: str) -> Iterator[Article]:
    """BBC articles: for false alarms and topics only, never for the heads' weights."""
    for _row, one in _broadcasts(language):
        yield one


def _broadcasts(language: str) -> Iterator[tuple[dict[str, str], Article]]:
    seen = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
    with (data() / "news_dev" / f"{language}.tsv").open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines, delimiter="\t")):
            title = row.get("headline") or row.get("title") or ""
            yield row, article(f"{language}-{number}", title, "", row.get("text") or "", seen)
