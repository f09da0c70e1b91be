"""The sentences that decide what an article tells: its title, its opening, the next few of its body.

Words, casualties and dates are read in these only: reading them everywhere would cost more than all the rest.
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from stream.reading.casualties import Count, counts
from stream.reading.dates import DateMention, dates
from stream.reading.lexicon import Entry
from stream.reading.matcher import Hit
from stream.reading.senses import has_senses, means_violence
from stream.reading.text import Text
from stream.reading.words import Word, words

TITLE: Final = "title"
LEAD: Final = "lead"
BODY: Final = "body"

LEAD_SENTENCES: Final = 2
BODY_SENTENCES: Final = 6
"""Sentences behind the lead that may count; what happened is told at the top (READING 6.2)."""
_LONGEST: Final = 1_200
"""Characters of a sentence that are read: a page without full stops is one sentence."""

VIOLENT_CLASSES: Final = frozenset(("ev", "kill", "inj", "ct", "rel", "foil"))


@dataclass(frozen=True)
class Sentence:
    """A sentence with what was found in it. Offsets count in the article's text."""

    raw: str
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
            (hit, hit.payload)
            for hit in self.hits
            if isinstance(hit.payload, Entry) and self._is_meant(hit, hit.payload)
        )

    def _is_meant(self, hit: Hit, entry: Entry) -> bool:
        if entry.cls == "mod":  # "9 May" says nothing of what may be
            return not any(mention.start <= hit.start < mention.end for mention in self.dates)
        return (
            entry.cls != "ev" or not has_senses(entry.concept) or means_violence(entry.concept, hit.start, self.words)
        )

    def of(self, *classes: str) -> Iterator[tuple[Hit, Entry]]:
        """The hits of these lexicon classes."""
        return ((hit, entry) for hit, entry in self.entries if entry.cls in classes)

    @cached_property
    def violent(self) -> bool:
        """Whether any word of violence stands in it."""
        return any(True for _found in self.of(*VIOLENT_CLASSES))


@dataclass(frozen=True, slots=True)
class Spans:
    """Where the page's parts stand: title, and the stretches of running text (furniture left out)."""

    title: tuple[int, int]
    running: tuple[tuple[int, int], ...]


def sentences(text: Text, spans: Spans, hits: Sequence[Hit], today: dt.date) -> tuple[Sentence, ...]:
    """The title's sentences, the lead and the next ones of the running text, in order."""
    chosen = list(_chosen(text, spans))
    top = max((end for _index, _start, end, _position in chosen), default=0)
    kept = unblocked([hit for hit in hits if hit.start < top])
    starts = [hit.start for hit in kept]
    return tuple(
        Sentence(
            text.raw,
            index,
            start,
            end,
            position,
            tuple(kept[bisect_left(starts, start) : bisect_left(starts, end)]),
            today,
        )
        for index, start, end, position in chosen
    )


def _chosen(text: Text, spans: Spans) -> Iterator[tuple[int, int, int, str]]:
    following = 0
    for index, (start, end) in enumerate(text.sentences):
        position = _position(spans, start, end, following)
        if position is None:
            continue
        following += position != TITLE
        yield index, start, end, position
        if following >= LEAD_SENTENCES + BODY_SENTENCES:
            return


def _position(spans: Spans, start: int, end: int, following: int) -> str | None:
    middle = (start + end) // 2
    if spans.title[0] <= middle < spans.title[1]:
        return TITLE
    if not any(first <= middle < last for first, last in spans.running):
        return None
    return LEAD if following < LEAD_SENTENCES else BODY


def unblocked(hits: Sequence[Hit]) -> list[Hit]:
    """Hits by start, without those that begin in a blocking phrase or that a longer term of the same class covers."""
    kept: list[Hit] = []
    block_end = -1
    class_ends: dict[str, int] = {}
    for hit in sorted(hits, key=lambda hit: (hit.norm_start, -hit.norm_end)):
        entry = hit.payload
        if not isinstance(entry, Entry):
            continue
        if entry.cls == "blk":
            block_end = max(block_end, hit.norm_end)
        elif hit.norm_start < block_end - 1 or hit.norm_end <= class_ends.get(entry.cls, -1):
            continue
        class_ends[entry.cls] = max(class_ends.get(entry.cls, -1), hit.norm_end)
        kept.append(hit)
    return kept
