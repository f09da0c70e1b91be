"""All terms of lexicon and gazetteer found in one Aho–Corasick pass, with clitics instead of a stemmer.

Arabic terms are found as they are written, then the letters left and right of the hit inside its
token must be clitics that the term's flag allows (READING 3.2). Latin terms are found between
spaces. Overlapping hits are all kept; ``longest`` chooses.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from operator import attrgetter
from typing import Final, NamedTuple, Protocol

import msgspec
from ahocorasick_rs import AhoCorasick, MatchKind

from stream.reading.text import Text, normalise_all

_CONJUNCTIONS: Final = ("", "و", "ف")


def _prefixes(*inner: str) -> frozenset[str]:
    return frozenset(a + b for a, b in product(_CONJUNCTIONS, inner))


_NOUN: Final = _prefixes("", "ال", "بال", "كال", "لل", "ب", "ك", "ل")
_PLACE: Final = _prefixes("", "ب", "ك", "ل")
_EVENT_ENDINGS: Final = frozenset(("", "ا", "ات", "ان", "ين", "ه", "ها", "هم"))
_WORD_ENDINGS: Final = _EVENT_ENDINGS | frozenset(("ون", "هما", "ي", "يه", "تي", "تا", "تين", "تان", "ت", "نا"))
_VERB_ENDINGS: Final = frozenset(("", "وا", "ت", "ه", "ها", "هم", "ا", "تا", "ته", "تهم", "تها", "ون", "ونه", "ونهم"))
_NOTHING: Final = frozenset(("",))
_FEMININE_BEFORE_PRONOUN: Final = "ت"

_CLITICS: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "n": (_NOUN, _EVENT_ENDINGS),
    "t": (_NOUN, _WORD_ENDINGS),
    "v": (_prefixes("", "س"), _VERB_ENDINGS),
    "p": (_PLACE, _NOTHING),
    "m": (_PLACE, _NOTHING),
    "x2": (_prefixes(""), frozenset(("", "ا"))),
}
"""Flag → letters allowed before and behind the term. ``n`` an event noun (no nisba: هجومية is an
adjective), ``t`` any other noun, ``v`` a verb, ``p`` a place, ``m`` Mali, ``x2`` a set phrase."""

_LATIN_FLAGS: Final = frozenset(("w", "x", "c", "cap", "d"))
"""``w`` a word or phrase, ``x`` an acronym in capitals, ``c`` or ``cap`` a name that begins with a
capital, ``d`` a phrase whose last token goes on in digits (since 20|12)."""

_GLUED_LEFT: Final = ("و", "وال", "بال", "كال", "لل", "ال", "في", "من", "الذي", "التي", "علي", "عن", "الي")
_GLUED_RIGHT: Final = ("و", "في", "من", "الذي", "التي", "علي", "عن")
_LONG_ENOUGH_TO_GLUE: Final = 6
_LONGEST_TOKEN: Final = 60

FLAGS: Final = frozenset(_CLITICS) | _LATIN_FLAGS


class Meaning(Protocol):
    """What a term stands for."""

    @property
    def cls(self) -> str:
        """The lexicon's class, or else what kind of thing was found."""


@dataclass(frozen=True, slots=True)
class Term:
    """Something to find: a word or phrase as people write it, how it may be inflected, what it means."""

    text: str
    flag: str
    payload: Meaning


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
_norm_end: Final = attrgetter("norm_end")


class _Target(NamedTuple):
    """A term behind a pattern, and how many characters the pattern has before and behind the term."""

    payload: Meaning
    flag: str
    before: int
    behind: int
    prefix: str | None = None
    """The clitics in the pattern; None where what stands before the term is still to be looked at."""


class Matcher:
    """An automaton over any number of terms; built once, used for every text."""

    def __init__(self, terms: Iterable[Term]) -> None:
        known = list(terms)
        patterns: dict[str, list[_Target]] = {}
        for term, word in zip(known, normalise_all([term.text for term in known]), strict=True):
            for pattern, target in _patterns(term, word):
                patterns.setdefault(pattern, []).append(target)
        self._targets = list(patterns.values())
        self._plain = [_payloads(targets) for targets in self._targets]
        self._automaton = AhoCorasick(list(patterns), matchkind=MatchKind.Standard) if patterns else None

    def find(self, text: Text) -> list[Hit]:
        """Every term in the text, by where it starts, the longer first; overlaps kept."""
        found: list[Hit] = []
        if self._automaton is None:
            return found
        norm, all_targets, all_plain = text.norm, self._targets, self._plain
        raw = text.offsets.data  # its items are plain integers, and faster to get than the array's
        add = found.append
        for index, start, end in self._automaton.find_matches_as_indexes(norm, overlapping=True):
            plain = all_plain[index]
            if plain is not None:
                for payload in plain:
                    add(Hit(raw[start + 1], raw[end - 2] + 1, start + 1, end - 1, payload))
                continue
            for payload, flag, before, behind, prefix in all_targets[index]:
                first, stop = start + before, end - behind
                if flag in _CLITICS:
                    if norm[stop] == " " and (prefix is not None or norm[first - 1] == " "):  # as most stand
                        add(Hit(raw[first], raw[stop - 1] + 1, first, stop, payload, prefix or ""))
                        continue
                    held = _clitics(norm, first, stop, flag, prefix)
                    if held is not None:
                        add(Hit(raw[first], raw[stop - 1] + 1, first, stop, payload, *held))
                else:
                    last = _latin_end(text, first, stop, flag)
                    if last is not None:
                        add(Hit(raw[first], raw[last - 1] + 1, first, last, payload))
        found.sort(key=_norm_end, reverse=True)
        found.sort(key=_norm_start)
        return found


def _payloads(targets: Iterable[_Target]) -> tuple[Meaning, ...] | None:
    """The meanings of a pattern whose spaces are all the check it needs; None for others, as most are."""
    for target in targets:  # a generator would double the time
        if target.flag != "w":
            return None
    return tuple(target.payload for target in targets)


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


def _patterns(term: Term, word: str) -> list[tuple[str, _Target]]:
    """What the automaton looks for: padded with spaces and clitics where that saves checking (PERFORMANCE 2)."""
    if term.flag not in FLAGS:
        raise ValueError(f"term {term.text!r}: unknown flag {term.flag!r}; known: {', '.join(sorted(FLAGS))}")
    if not word:
        raise ValueError(f"term {term.text!r} has no letters")
    if term.flag == "d":
        return [(f" {word}", _Target(term.payload, term.flag, 1, 0))]
    if term.flag in _LATIN_FLAGS:
        return [(f" {word} ", _Target(term.payload, term.flag, 1, 1))]
    return _place_patterns(word, term) if term.flag in ("p", "m") else _word_patterns(word, term)


def _place_patterns(word: str, term: Term) -> list[tuple[str, _Target]]:
    """A place has no endings, so a space stands behind it, or an "and" whose space the page lost."""
    forms = [f"{word} "]
    if word.startswith("ال"):
        forms.append(f"لل{word[2:]} ")
    if len(word) >= _LONG_ENOUGH_TO_GLUE:
        forms.append(f"{word}و")
    return [(form, _Target(term.payload, term.flag, 0, 1)) for form in forms]


def _word_patterns(word: str, term: Term) -> list[tuple[str, _Target]]:
    forms = [word]
    if term.flag in ("n", "t") and word.endswith("ه"):
        forms.append(word[:-1] + _FEMININE_BEFORE_PRONOUN)
    if len(word) >= _LONG_ENOUGH_TO_GLUE and term.flag != "x2":
        return [(form, _Target(term.payload, term.flag, 0, 0)) for form in forms]
    affixes = _affixes(term.flag)
    return [
        (f" {prefix}{form}{ending}", _Target(term.payload, term.flag, 1 + len(prefix), len(ending), prefix))
        for form in forms
        for prefix, ending in affixes
    ]


@cache
def _affixes(flag: str) -> tuple[tuple[str, str], ...]:
    """What a short term's patterns have before and behind it."""
    prefixes, endings = _CLITICS[flag]
    closed = tuple(f"{ending} " for ending in sorted(endings)) if flag == "x2" else ("",)
    return tuple(product(sorted(prefixes), closed))


def _latin_end(text: Text, start: int, end: int, flag: str) -> int | None:
    """Where a Latin term ends in the folded text; None if it is written otherwise than its flag wants."""
    if flag == "w":
        return end
    if flag == "d":
        stop = text.norm.find(" ", end)
        return stop if text.norm[end:stop].isdigit() else None
    if flag == "x":
        raw_start, raw_end = text.raw_span(start, end)
        return end if text.raw[raw_start:raw_end].isupper() else None
    return end if text.raw[text.offsets[start]].isupper() else None


def _clitics(norm: str, start: int, end: int, flag: str, prefix: str | None) -> tuple[str, bool] | None:
    """The letters before an Arabic term in its token, and whether it touches a neighbour; None for another word."""
    prefixes, endings = _CLITICS[flag]
    if norm[end] == " ":
        behind = ""
    else:
        stop = norm.find(" ", end, end + _LONGEST_TOKEN)
        behind = norm[end : stop if stop >= 0 else end + _LONGEST_TOKEN]
    if prefix is not None:
        return (prefix, False) if behind in endings else None
    if norm[start - 1] == " ":
        before = ""
    else:
        low = max(0, start - _LONGEST_TOKEN)
        before = norm[max(low, norm.rfind(" ", low, start) + 1) : start]
    if before in prefixes and behind in endings:
        return before, False
    if _glued(before, behind, end - start, prefixes, endings):
        return before, True
    return None


def _glued(before: str, behind: str, length: int, prefixes: frozenset[str], endings: frozenset[str]) -> bool:
    """Pages lose spaces around short words (سورياوالعراق): a long term may touch one of those."""
    if length < _LONG_ENOUGH_TO_GLUE:
        return False
    left = before in prefixes or (before.endswith(_GLUED_LEFT) and before not in _GLUED_LEFT)
    right = behind in endings or behind.startswith(_GLUED_RIGHT)
    return left and right
