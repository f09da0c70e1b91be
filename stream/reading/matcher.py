"""All terms of lexicon and gazetteer found in one Aho–Corasick pass, by the class of what they mean.

Overlapping hits are all kept; ``longest`` chooses.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from typing import Final

import msgspec

from stream.reading.automaton import Automaton, Match
from stream.reading.standing import Targets
from stream.reading.terms import Meaning, Rough, Span, Target, Term, patterns, spans
from stream.reading.text import Text, normalise_all


class Hit(msgspec.Struct, eq=False, gc=False):
    """A term found. ``start`` and ``end`` count in the raw text, clitics left out."""

    start: int
    end: int
    norm_start: int
    norm_end: int
    payload: Meaning
    prefix: str = ""
    """The clitic letters found before the term in its token (``وال``)."""
    glued: bool = False
    """The term touches a neighbour whose space the page lost: less sure."""


_norm_start: Final = attrgetter("norm_start")
_first: Final = itemgetter(0)
_second: Final = itemgetter(1)


class Matches:
    """What stands in a text, sorted into classes. Hits are made of those classes only that are asked for."""

    __slots__ = ("_by_class", "places", "text")

    def __init__(self, text: Text, places: Sequence[Match], by_class: Mapping[str, list[Rough]]) -> None:
        self.text = text
        self.places = places
        """Where patterns stand, of the class that is only counted too."""
        self._by_class = by_class

    @property
    def classes(self) -> Iterable[str]:
        """The classes that may have been found: a term may still turn out to be part of another word."""
        return self._by_class.keys()

    def spans(self, *classes: str) -> list[Span]:
        """What was found of these classes, by where it starts, the longer first; overlaps kept."""
        known = [self._by_class[name] for name in classes if name in self._by_class]
        if not known:
            return []
        found = spans(self.text, known[0] if len(known) == 1 else sorted(chain(*known), key=_first))
        found.sort(key=_second, reverse=True)
        found.sort(key=_first)
        return found

    def of(self, *classes: str) -> list[Hit]:
        """The same as hits."""
        found = self.spans(*classes)
        if not found:
            return []
        raw = self.text.offsets.data  # its items are plain integers, and faster to get than the array's
        return [
            Hit(raw[start], raw[end - 1] + 1, start, end, payload, prefix, glued)
            for start, end, payload, prefix, glued in found
        ]


class Matcher:
    """An automaton over any number of terms; built once, used for every text."""

    def __init__(self, terms: Iterable[Term], counted: str = "") -> None:
        known = list(terms)
        targets: dict[str, list[Target]] = {}
        for term, word in zip(known, normalise_all([term.text for term in known]), strict=True):
            for pattern, target in patterns(term, word):
                targets.setdefault(pattern, []).append(target)
        self._targets = [_by_class(of_pattern, counted) for of_pattern in targets.values()]
        self._automaton = Automaton([*targets])
        self.counted = Targets([[one for one in found if one.payload.cls == counted] for found in targets.values()])
        """The terms of one class, of which there are no hits: they are had in columns."""

    def matches(self, texts: Sequence[Text]) -> list[Matches]:
        """Every term in each of the texts, by class. Several at a time cost a third of one by one."""
        found = self._automaton.find([text.norm for text in texts])
        return [Matches(text, places, self._sorted(places)) for text, places in zip(texts, found, strict=True)]

    def find(self, text: Text) -> list[Hit]:
        """Every term in the text, by where it starts, the longer first; overlaps kept."""
        (matches,) = self.matches([text])
        return matches.of(*matches.classes)

    def _sorted(self, places: Iterable[Match]) -> dict[str, list[Rough]]:
        all_targets, number = self._targets, 0
        found: dict[str, list[Rough]] = {}
        for index, start, end in places:
            for name, targets in all_targets[index]:
                number += 1
                if name in found:
                    found[name].append((number, start, end, targets))
                else:
                    found[name] = [(number, start, end, targets)]
        return found


def _by_class(targets: Iterable[Target], counted: str) -> tuple[tuple[str, tuple[Target, ...]], ...]:
    """The terms behind a pattern, those of one class that follow each other together."""
    return tuple((name, tuple(same)) for name, same in groupby(targets, key=_class_of) if name != counted)


def _class_of(target: Target) -> str:
    return target.payload.cls


def longest(hits: Sequence[Hit]) -> list[Hit]:
    """Of overlapping hits the longest, of equally long ones the first; hits on one same stretch all stay."""
    if _are_apart(hits):
        return list(hits)
    spans: list[tuple[int, int]] = []
    kept: list[Hit] = []
    for hit in sorted(hits, key=_by_length):
        span = (hit.norm_start, hit.norm_end)
        place = bisect_left(spans, span)
        if place < len(spans) and spans[place] == span:
            kept.append(hit)
        elif _is_free(spans, place, span):
            spans.insert(place, span)
            kept.append(hit)
    return sorted(kept, key=_norm_start)


def _are_apart(hits: Sequence[Hit]) -> bool:
    """Whether hits stand in order and either apart or on one same stretch, as most do."""
    start = end = 0
    for hit in hits:
        if hit.norm_start >= end:
            start, end = hit.norm_start, hit.norm_end
        elif hit.norm_start != start or hit.norm_end != end:
            return False
    return True


def _is_free(spans: Sequence[tuple[int, int]], place: int, span: tuple[int, int]) -> bool:
    """Whether a span fits between its neighbours in a sorted list of disjoint ones."""
    after_left = place == 0 or spans[place - 1][1] <= span[0]
    return after_left and (place == len(spans) or span[1] <= spans[place][0])


def _by_length(hit: Hit) -> tuple[int, int]:
    return hit.norm_start - hit.norm_end, hit.norm_start
