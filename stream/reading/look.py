"""One article looked at: what the steps of reading share, each worked out once."""

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from marsad.codes import Genre, PlaceKind
from marsad.reading import Actor, Evidence, Place
from stream.reading import places as gazetteered
from stream.reading.actors import actors
from stream.reading.features import GRAM_CHARACTERS, features, grams
from stream.reading.gazetteer import PLACE
from stream.reading.genre import genre
from stream.reading.matcher import Hit
from stream.reading.segment import BlockKind, Page
from stream.reading.sentences import BODY, VIOLENT_CLASSES, Sentence, Spans, sentences
from stream.reading.text import Text, normalise

Span = tuple[int, int]

_EXACT: Final = frozenset((PlaceKind.TOWN, PlaceKind.ADMIN1))


@dataclass
class Look:
    """The page, its text and hits, and what follows from them."""

    page: Page
    text: Text
    language: str
    found: Sequence[Hit]
    """All hits, furniture's included."""
    today: dt.date
    feed_country: str | None
    link: str
    categories: tuple[str, ...]

    @cached_property
    def running(self) -> tuple[Span, ...]:
        """The stretches of running text."""
        return tuple((block.start, block.end) for block in self.page.blocks if block.kind is BlockKind.TEXT)

    @cached_property
    def hits(self) -> list[Hit]:
        """The hits in the article itself, without those in furniture, captions and teasers."""
        main = self.page.main
        if len(main) == len(self.page.blocks):
            return list(self.found)
        starts = [hit.start for hit in self.found]
        kept: list[Hit] = []
        for start, end in main:
            kept += self.found[bisect_left(starts, start) : bisect_left(starts, end)]
        return kept

    @cached_property
    def by_class(self) -> dict[str, list[Hit]]:
        """The hits by their class."""
        sorted_hits = defaultdict[str, list[Hit]](list)
        for hit in self.hits:
            sorted_hits[hit.payload.cls].append(hit)
        return sorted_hits

    def of(self, *classes: str) -> list[Hit]:
        """The hits of these classes, one class after the other."""
        return [hit for name in classes for hit in self.by_class.get(name, ())]

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Title, lead and the next sentences."""
        return sentences(self.text, Spans(self.page.title or (0, 0), self.running), self.hits, self.today)

    @cached_property
    def genre(self) -> tuple[Genre, tuple[Evidence, ...]]:
        """The genre with its evidence."""
        return genre(self.of("gen"), self.page, self.link, self.categories)

    @property
    def places(self) -> tuple[Place, ...]:
        """The places, with roles that know where the event is told."""
        return self.told_places.places

    @cached_property
    def told_places(self) -> gazetteered.ToldPlaces:
        """The places, and which mentions of them only pass by."""
        title = (self.page.title,) if self.page.title else ()
        spans = gazetteered.Page(title=title, lead=self.page.lead, body=self.running)
        return gazetteered.told_places(
            self.text,
            self.of(PLACE, *gazetteered.COVERING),
            page=spans,
            event_sentences=self._violent_sentences,
            feed_country=self.feed_country,
        )

    @cached_property
    def _violent_sentences(self) -> frozenset[int]:
        """Most articles have no word of violence, and then their sentences need not be looked at."""
        if VIOLENT_CLASSES.isdisjoint(self.by_class):
            return frozenset()
        return frozenset(
            sentence.index
            for sentence in self.sentences
            if any(hit.payload.cls in VIOLENT_CLASSES for hit in sentence.hits) and sentence.violent
        )

    @cached_property
    def actors(self) -> tuple[Actor, ...]:
        """The groups named, with their roles."""
        return actors(self.of("act", "role", "clm"), self.text) if "act" in self.by_class else ()

    @cached_property
    def placed(self) -> dict[int, str]:
        """Sentence index → ``exact`` or ``country``, the most exact place named in it."""
        kinds: dict[int, str] = {}
        for place in self.places:
            exact = place.kind in _EXACT
            for start, _end in place.mentions:
                index = self.text.sentence_at(start)
                kinds[index] = "exact" if exact or kinds.get(index) == "exact" else "country"
        return kinds

    @cached_property
    def grams(self) -> list[str]:
        """Word n-grams of the title and the first running text, places masked."""
        begins = self.page.title[1] if self.page.title else 0
        if not self.running or (self.page.title or (0,))[0] > 0 or self.running[0][0] > begins + 1:
            title_end = len(normalise(self.page.title_text)) if self.page.title else 0
            opening = f"{self.page.title_text}\n{_running_text(self, GRAM_CHARACTERS)}"
            return grams(normalise(opening), title_end, ())
        named = {span for place in self.places for span in place.mentions}
        masked = [(hit.norm_start, hit.norm_end) for hit in self.of(PLACE) if (hit.start, hit.end) in named]
        return grams(self.text.norm, self.text.norm_length(begins) if begins else 0, masked)

    def features(self) -> dict[str, float]:
        """The named features of the heads."""
        return features(self.sentences, language=self.language, genre=self.genre[0].value, placed=self.placed)

    @cached_property
    def main_norm(self) -> str:
        """The article's own text in normal form, furniture left out."""
        if len(self.page.main) == len(self.page.blocks):
            return self.text.norm
        return normalise("\n".join(self.text.raw[start:end] for start, end in self.page.main))


def stretches(look: Look, best: Sentence) -> list[Span]:
    """Where the event's place is told: its sentence, the title, the lead."""
    rest = [(s.start, s.end) for s in look.sentences if s.position != BODY and s.index != best.index]
    return [(best.start, best.end), *rest]


def _running_text(look: Look, enough: int) -> str:
    parts: list[str] = []
    for start, end in look.running:
        parts.append(look.text.raw[start:end])
        enough -= end - start
        if enough <= 0:
            break
    return "\n".join(parts)
