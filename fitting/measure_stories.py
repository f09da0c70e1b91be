"""How well stories gather the articles on one incident, over labelled news.

    MARSAD_TEST_DATA=../shared/data .venv/bin/python -m fitting.measure_stories [news_ar_2015 | news_en_fr] [--mixed]

Every labelled article is read and folded in the order in which it was seen. Judged are those that are
labelled new or update and carry an incident key. A false merge (two keys in one story) is the worst error.
"""

import gzip
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from marsad.article import Article, Source
from marsad.log import MemberChanged
from marsad.reading import Reading
from stream.reading.reader import Reader
from stream.stories.fold import StoryFold

Partition = Mapping[str, str]


def labels(folder: Path) -> dict[str, dict[str, Any]]:
    """Article id → label."""
    lines = (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    return {label["id"]: label for label in map(json.loads, lines)}


def articles(folder: Path, wanted: Iterable[str]) -> Iterator[Article]:
    """The wanted articles in the order in which they were seen."""
    ids = frozenset(wanted)
    with gzip.open(folder / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["id"] in ids]
    moments = {row["id"]: datetime.fromisoformat(row.get("seen") or row["published"]) for row in rows}
    for row in sorted(rows, key=lambda row: (moments[row["id"]].isoformat(), row["id"])):
        seen = moments[row["id"]].replace(tzinfo=UTC)
        yield Article(
            id=row["id"],
            source=Source(feed=row["source"], family=row["source"]),
            link=row["url"] or "",
            title=row["title"] or "",
            summary=row.get("summary") or "",
            body=row.get("body", ""),
            published=seen,
            observed_at=seen,
        )


def fold(readings: Iterable[Reading]) -> Partition:
    """Article id → story id."""
    stories = StoryFold(lambda _: None, lambda _: None, lambda _: ())
    placed: dict[str, str] = {}
    for reading in readings:
        for effect in stories.absorb(reading, rules_met=(), regions={}, now=reading.observed_at):
            stories.apply(effect)
            if isinstance(effect, MemberChanged):
                placed[effect.member.article_id] = effect.story
    return placed


def pairs(sizes: Iterable[int]) -> int:
    """How many pairs sets of these sizes hold."""
    return sum(size * (size - 1) // 2 for size in sizes)


def figures(placed: Partition, gold: Partition) -> dict[str, float]:
    """Pairwise and B-cubed precision and recall, incidents that share a story, stories per incident."""
    stories, incidents = Counter(placed[a] for a in gold), Counter(gold.values())
    both = Counter((placed[a], gold[a]) for a in gold)
    keys: dict[str, set[str]] = defaultdict(set)
    for story, key in both:
        keys[story].add(key)
    mixed = {key for found in keys.values() if len(found) > 1 for key in found}
    return {
        "articles": len(gold),
        "incidents": len(incidents),
        "stories": len(stories),
        "stories per incident": len(both) / len(incidents),
        "pairwise precision": pairs(both.values()) / max(1, pairs(stories.values())),
        "pairwise recall": pairs(both.values()) / max(1, pairs(incidents.values())),
        "B-cubed precision": sum(both[placed[a], gold[a]] / stories[placed[a]] for a in gold) / len(gold),
        "B-cubed recall": sum(both[placed[a], gold[a]] / incidents[gold[a]] for a in gold) / len(gold),
        "incidents that share a story": len(mixed),
    }


def main() -> None:
    """Print the figures, and with ``--mixed`` the incidents of each story that holds several."""
    names = [name for name in sys.argv[1:] if not name.startswith("-")] or ["news_ar_2015"]
    folder = Path(os.environ["MARSAD_TEST_DATA"]) / names[0]
    known = labels(folder)
    gold = {
        a: label["incident"] for a, label in known.items() if label["incident"] and label["label"] in {"new", "update"}
    }
    reader = Reader.packaged()
    placed = fold(map(reader.read, articles(folder, known)))
    for name, value in figures(placed, gold).items():
        sys.stdout.write(f"{name:30} {value:.3f}\n" if isinstance(value, float) else f"{name:30} {value}\n")
    if "--mixed" in sys.argv:
        for story in sorted({placed[a] for a in gold}):
            keys = Counter(gold[a] for a in gold if placed[a] == story)
            if len(keys) > 1:
                sys.stdout.write(f"{story} {dict(keys)}\n")


if __name__ == "__main__":
    main()
