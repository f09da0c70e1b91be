"""How often the event's country is told rightly on real labelled news; fails when it gets worse."""

import gzip
import json
from pathlib import Path

import pytest

from stream.reading.event_place import event_place
from stream.reading.gazetteer import Gazetteer
from stream.reading.lexicon import Entry, Lexicon
from stream.reading.matcher import Matcher
from stream.reading.places import Page, places
from stream.reading.text import Text

BODY = 4_000
TOLD = 0.97
RIGHT = 0.89


def _told(matcher: Matcher, title: str, body: str) -> tuple[str, str] | None:
    text = Text(f"{title}\n{body}")
    sentences = text.sentences
    top = [span for span in sentences if span[1] <= len(title)]
    rest = [span for span in sentences if span[0] >= len(title)]
    hits = matcher.find(text)
    violent = (hit for hit in hits if isinstance(hit.payload, Entry) and hit.payload.cls in ("ev", "kill"))
    events = {text.sentence_at(hit.start) for hit in violent}
    page = Page(tuple(top), tuple(rest[:2]), tuple(rest[2:]))
    opening = [*top, *rest[:2]]
    best = [span for span in opening if text.sentence_at(span[0]) in events][:1]
    told = [sentences[index] for index in sorted(events)]
    found = places(text, hits, page=page, event_sentences=told, language="ar")
    place = event_place(found, [*best, *(span for span in opening if span not in best)])
    return (place.country, place.kind) if place and place.country else None


def test_event_country_on_labelled_news(test_data: Path) -> None:
    folder = test_data / "news_ar_2015"
    labels = (json.loads(line) for line in (folder / "labels.jsonl").read_text("utf-8").splitlines())
    wanted = {one["id"]: one for one in labels if one["country"] and one["label"] in ("new", "update")}
    matcher = Matcher([*Lexicon.packaged().terms(), *Gazetteer.packaged().terms()])
    told = right = 0
    with gzip.open(folder / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for article in map(json.loads, lines):
            if article["id"] in wanted:
                place = _told(matcher, article["title"], article["body"][:BODY])
                told += place is not None
                right += place is not None and place[0] == wanted[article["id"]]["country"]
    print(f"event country: {len(wanted)} labelled, {told} told, {right} right ({right / told:.3f} of those told)")
    assert told / len(wanted) >= TOLD
    assert right / told >= RIGHT


@pytest.mark.parametrize("phrase", ["هجوم", "attack", "attaque"])
def test_a_word_alone_names_no_place(phrase: str) -> None:
    assert _told(Matcher([*Lexicon.packaged().terms(), *Gazetteer.packaged().terms()]), phrase, "") is None
