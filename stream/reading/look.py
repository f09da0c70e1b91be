"""One article looked at: what the steps of reading share, each worked out once."""

import datetime as dt
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from marsad.codes import Genre, PlaceKind
from marsad.reading import Actor, Evidence, Place
from stream.reading import places as gazetteered
from stream.reading.actors import actors
from stream.reading.features import features
from stream.reading.gazetteer import PLACE
from stream.reading.genre import genre
from stream.reading.grams import GRAM_CHARACTERS, gram_words
from stream.reading.matcher import Hit, Matches
from stream.reading.segment import Page
from stream.reading.sentences import BLOCKING, BODY, VIOLENT_CLASSES, Sentence, Spans, Stand, opening, sentences
from stream.reading.text import Text, normalise
from stream.reading.topics import TOPIC

Span = tuple[int, int]

_UNTOLD: Final = frozenset((TOPIC, PLACE, "role", "gen", "fur", "agency"))
"""Classes whose words say nothing of what a sentence tells."""
_EXACT: Final = frozenset((PlaceKind.TOWN, PlaceKind.ADMIN1))


@dataclass
class Look:
    """The page, its text and hits, and what follows from them."""

    page: Page
    text: Text
    language: str
    found: Matches
    """All that was found, in furniture too."""
    today: dt.date
    feed_country: str | None
    link: str
    categories: tuple[str, ...]
    _by_class: dict[str, list[Hit]] = field(default_factory=dict)

    @property
    def running(self) -> tuple[Span, ...]:
        """The stretches of running text."""
        return self.page.running

    @cached_property
    def entries(self) -> list[Hit]:
        """The words in the article itself that its sentences tell by; none of furniture, captions and teasers."""
        return self._own(self.found.of(*(name for name in self.found.classes if name not in _UNTOLD)))

    def of(self, *classes: str) -> list[Hit]:
        """The hits of these classes in the article itself, one class after the other."""
        return [hit for name in classes for hit in self._class(name)]

    def _class(self, name: str) -> list[Hit]:
        if name not in self._by_class:
            self._by_class[name] = self._own(self.found.of(name))
        return self._by_class[name]

    def _own(self, hits: list[Hit]) -> list[Hit]:
        main = self.page.main
        if not hits or len(main) == len(self.page.blocks):
            return hits
        starts = [hit.start for hit in hits]
        return [hit for start, end in main for hit in hits[bisect_left(starts, start) : bisect_left(starts, end)]]

    @cached_property
    def opening(self) -> list[Stand]:
        """Where title, lead and the next sentences stand."""
        return opening(self.text, Spans(self.page.title or (0, 0), self.running))

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Title, lead and the next sentences."""
        return sentences(self.text, self.opening, self.entries, self.today)

    @cached_property
    def violent(self) -> tuple[Sentence, ...]:
        """Those of the sentences that tell violence, with nothing but its words in them; most articles have none."""
        classes = [name for name in self.found.classes if name in VIOLENT_CLASSES]
        if not classes:
            return ()
        words = self._own(self.found.of(*classes, BLOCKING))
        starts = [word.start for word in words]
        stands = [s for s in self.opening if bisect_left(starts, s.start) < bisect_left(starts, s.end)] if words else []
        return tuple(s for s in sentences(self.text, stands, words, self.today) if s.violent)

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
            event_sentences=[(sentence.start, sentence.end) for sentence in self.violent],
            feed_country=self.feed_country,
        )

    @cached_property
    def actors(self) -> tuple[Actor, ...]:
        """The groups named, with their roles."""
        return actors(self.of("act", "role", "clm"), self.text) if self.of("act") else ()

    @cached_property
    def placed(self) -> dict[int, str]:
        """Sentence index → ``exact`` or ``country``, the most exact place named in it."""
        kinds: dict[int, str] = {}
        starts = [sentence.start for sentence in self.sentences]
        for place in self.places:
            exact = place.kind in _EXACT
            for start, _end in place.mentions:
                number = bisect_right(starts, start) - 1
                if number >= 0 and start < self.sentences[number].end:
                    index = self.sentences[number].index
                    kinds[index] = "exact" if exact or kinds.get(index) == "exact" else "country"
        return kinds

    @cached_property
    def gram_words(self) -> list[str]:
        """The words of the title and the first running text, places masked, that n-grams are made of."""
        begins = self.page.title[1] if self.page.title else 0
        if not self.running or (self.page.title or (0,))[0] > 0 or self.running[0][0] > begins + 1:
            title_end = len(normalise(self.page.title_text)) if self.page.title else 0
            opening = f"{self.page.title_text}\n{_running_text(self, GRAM_CHARACTERS)}"
            return gram_words(normalise(opening), title_end, ())
        named = {span for place in self.places for span in place.mentions}
        masked = [(hit.norm_start, hit.norm_end) for hit in self.of(PLACE) if (hit.start, hit.end) in named]
        return gram_words(self.text.norm, self.text.norm_length(begins) if begins else 0, masked)

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
