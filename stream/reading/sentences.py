"""The sentences that decide what an article tells: its title, its opening, the next few of its body.

Words, casualties and dates are read in these only: reading them everywhere would cost more than all the rest.
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Final, NamedTuple

import msgspec

from stream.reading.casualties import Count, counts
from stream.reading.dates import DateMention, dates
from stream.reading.lexicon import Entry
from stream.reading.matcher import Hit
from stream.reading.senses import has_senses, means_violence
from stream.reading.text import Text, each_sentence
from stream.reading.words import Word, texts, words

TITLE: Final = "title"
LEAD: Final = "lead"
BODY: Final = "body"

LEAD_SENTENCES: Final = 2
BODY_SENTENCES: Final = 6
"""Sentences behind the lead that may count; what happened is told at the top (READING 6.2)."""
_LONGEST: Final = 1_200
"""Characters of a sentence that are read: a page without full stops is one sentence."""

_OUTER_FIRST: Final = itemgetter(0, 1)
VIOLENT_CLASSES: Final = frozenset(("ev", "kill", "inj", "ct", "rel", "foil"))
BLOCKING: Final = "blk"
"""The class whose phrases take their words' meaning away."""
_DOUBTED: Final = frozenset(("ev", "mod"))
"""Classes whose words mean it only beside the right ones."""


class Sentence(msgspec.Struct, frozen=True, eq=False, dict=True):
    """A sentence with what was found in it, each worked out once. Offsets count in the article's text."""

    raw: str
    norm: str
    """The article's text, and its folded form."""
    index: int
    """Its number among the text's sentences."""
    start: int
    end: int
    position: str
    hits: tuple[Hit, ...]
    """Lexicon hits, blocked ones left out."""
    today: dt.date

    @cached_property
    def words(self) -> list[Word]:
        """Its words."""
        return words(self.raw, self.start, min(self.end, self.start + _LONGEST))

    @cached_property
    def said(self) -> list[str]:
        """What its words say."""
        return texts(self.words)

    @cached_property
    def counts(self) -> list[Count]:
        """Its casualties."""
        return counts(self.words)

    @cached_property
    def dates(self) -> list[DateMention]:
        """Its dates."""
        return dates(self.words, self.today)

    @cached_property
    def entries(self) -> tuple[tuple[Hit, Entry], ...]:
        """Each lexicon hit with its entry, words in a harmless sense left out."""
        return tuple(
            (hit, entry)
            for hit in self.hits
            if isinstance(entry := hit.payload, Entry) and (entry.cls not in _DOUBTED or self._is_meant(hit, entry))
        )

    def _is_meant(self, hit: Hit, entry: Entry) -> bool:
        if entry.cls == "mod":  # "9 May" says nothing of what may be
            return not any(mention.start <= hit.start < mention.end for mention in self.dates)
        if not has_senses(entry.concept, self.norm, hit.norm_start):
            return True
        return means_violence(entry.concept, hit.start, self.words)

    @cached_property
    def by_class(self) -> dict[str, list[tuple[Hit, Entry]]]:
        """The entries by their class in the lexicon."""
        sorted_entries: dict[str, list[tuple[Hit, Entry]]] = {}
        for found in self.entries:
            sorted_entries.setdefault(found[1].cls, []).append(found)
        return sorted_entries

    @cached_property
    def weights(self) -> dict[str, float]:
        """Class → the weight of its strongest word; of a class that speaks against it, the lowest."""
        best: dict[str, float] = {}
        for _hit, entry in self.entries:
            known, weight = best.get(entry.cls, 0.0), entry.weight
            best[entry.cls] = min(known, weight) if weight < 0 else max(known, weight)
        return best

    def of(self, *classes: str) -> Sequence[tuple[Hit, Entry]]:
        """The hits of these lexicon classes, in order."""
        known = self.by_class
        if len(classes) == 1:
            return known.get(classes[0], ())
        if known.keys().isdisjoint(classes):
            return ()
        return [found for found in self.entries if found[1].cls in classes]

    @cached_property
    def violent(self) -> bool:
        """Whether any word of violence stands in it; only those are looked at, for some other words cost its dates."""
        return any(
            entry.cls in VIOLENT_CLASSES and (entry.cls not in _DOUBTED or self._is_meant(hit, entry))
            for hit in self.hits
            if isinstance(entry := hit.payload, Entry)
        )


@dataclass(frozen=True, slots=True)
class Spans:
    """Where the page's parts stand: title, and the stretches of running text (furniture left out)."""

    title: tuple[int, int]
    running: tuple[tuple[int, int], ...]


class Stand(NamedTuple):
    """Where one of the sentences that count stands: its number among the text's, start, end, and part of the page."""

    number: int
    start: int
    end: int
    position: str


def opening(text: Text, spans: Spans) -> list[Stand]:
    """The title's sentences, the lead and the next ones of the running text, in order; no more of it is split."""
    found: list[Stand] = []
    following = 0
    for index, (start, end) in enumerate(each_sentence(text.raw)):
        position = _position(spans, start, end, following)
        if position is None:
            continue
        found.append(Stand(index, start, end, position))
        following += position != TITLE
        if following >= LEAD_SENTENCES + BODY_SENTENCES:
            break
    return found


def sentences(text: Text, stands: Sequence[Stand], hits: Iterable[Hit], today: dt.date) -> tuple[Sentence, ...]:
    """The sentences that stand there, with their hits."""
    top = stands[-1].end if stands else 0
    kept = unblocked([hit for hit in hits if hit.start < top])
    starts = [hit.start for hit in kept]
    return tuple(
        Sentence(
            text.raw,
            text.norm,
            index,
            start,
            end,
            position,
            tuple(kept[bisect_left(starts, start) : bisect_left(starts, end)]),
            today,
        )
        for index, start, end, position in stands
    )


def _position(spans: Spans, start: int, end: int, following: int) -> str | None:
    middle = (start + end) // 2
    if spans.title[0] <= middle < spans.title[1]:
        return TITLE
    for first, last in spans.running:
        if first <= middle < last:
            return LEAD if following < LEAD_SENTENCES else BODY
    return None


def unblocked(hits: Sequence[Hit]) -> list[Hit]:
    """Hits by start, without those that begin in a blocking phrase or that a longer term of the same class covers."""
    kept: list[Hit] = []
    block_end = -1
    class_ends: dict[str, int] = {}
    known = [(hit.norm_start, -hit.norm_end, hit, entry) for hit in hits if isinstance(entry := hit.payload, Entry)]
    for start, minus_end, hit, entry in sorted(known, key=_OUTER_FIRST):
        name, end = entry.cls, -minus_end
        if name == BLOCKING:
            block_end = max(block_end, end)
        elif start < block_end - 1 or end <= class_ends.get(name, -1):
            continue
        class_ends[name] = max(class_ends.get(name, -1), end)
        kept.append(hit)
    return kept
