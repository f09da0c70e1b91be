"""All terms of lexicon and gazetteer found in one Aho–Corasick pass, with clitics instead of a stemmer.

Arabic terms are found as they are written, then the letters left and right of the hit inside its
token must be clitics that the term's flag allows (READING 3.2). Latin terms are found between
spaces. Overlapping hits are all kept; ``longest`` chooses.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from ahocorasick_rs import AhoCorasick, MatchKind

from stream.reading.text import Text, normalise

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
_CASED: Final = frozenset(("x", "c", "cap"))

_GLUED_LEFT: Final = ("و", "وال", "بال", "كال", "لل", "ال", "في", "من", "الذي", "التي", "علي", "عن", "الي")
_GLUED_RIGHT: Final = ("و", "في", "من", "الذي", "التي", "علي", "عن")
_LONG_ENOUGH_TO_GLUE: Final = 6
_LONGEST_TOKEN: Final = 60

FLAGS: Final = frozenset(_CLITICS) | _LATIN_FLAGS


@dataclass(frozen=True, slots=True)
class Term:
    """Something to find: a word or phrase as people write it, how it may be inflected, what it means."""

    text: str
    flag: str
    payload: object


@dataclass(slots=True, eq=False)
class Hit:
    """A term found. ``start`` and ``end`` count in the raw text, clitics left out."""

    start: int
    end: int
    norm_start: int
    norm_end: int
    payload: object
    prefix: str = ""
    """The clitic letters found before the term in its token (``وال``)."""
    glued: bool = False
    """The term touches a neighbour whose space the page lost: less sure."""


_Found = tuple[int, int, object, str, bool]


@dataclass(frozen=True, slots=True)
class _Target:
    """A term behind a pattern, and how many characters the pattern has before and behind the term."""

    term: Term
    before: int
    behind: int
    prefix: str | None = None
    """The clitics in the pattern; None where what stands before the term is still to be looked at."""


class Matcher:
    """An automaton over any number of terms; built once, used for every text."""

    def __init__(self, terms: Iterable[Term]) -> None:
        patterns: dict[str, list[_Target]] = {}
        for term in terms:
            for pattern, target in _patterns(term):
                patterns.setdefault(pattern, []).append(target)
        self._targets = list(patterns.values())
        self._automaton = AhoCorasick(list(patterns), matchkind=MatchKind.Standard) if patterns else None

    def find(self, text: Text) -> list[Hit]:
        """Every term in the text, by where it starts, the longer first; overlaps kept."""
        found = list(self._found(text))
        if not found:
            return []
        found.sort(key=_by_start)
        offsets = text.offsets
        starts = offsets[[one[0] for one in found]].tolist()
        ends = offsets[[one[1] - 1 for one in found]].tolist()
        return [Hit(start, end + 1, *one) for start, end, one in zip(starts, ends, found, strict=True)]

    def _found(self, text: Text) -> Iterator[_Found]:
        if self._automaton is None:
            return
        norm, targets = text.norm, self._targets
        for index, start, end in self._automaton.find_matches_as_indexes(norm, overlapping=True):
            for target in targets[index]:
                if target.term.flag == "w":  # most terms: the spaces in the pattern are all the check they need
                    yield start + 1, end - 1, target.term.payload, "", False
                    continue
                check = _latin if target.term.flag in _LATIN_FLAGS else _arabic
                found = check(text, target, start + target.before, end - target.behind)
                if found is not None:
                    yield found


def longest(hits: Sequence[Hit]) -> list[Hit]:
    """Of overlapping hits the longest, of equally long ones the first; hits on one same stretch all stay."""
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
    return sorted(kept, key=lambda hit: hit.norm_start)


def _is_free(spans: Sequence[tuple[int, int]], place: int, span: tuple[int, int]) -> bool:
    """Whether a span fits between its neighbours in a sorted list of disjoint ones."""
    after_left = place == 0 or spans[place - 1][1] <= span[0]
    return after_left and (place == len(spans) or span[1] <= spans[place][0])


def _by_start(found: _Found) -> tuple[int, int]:
    return found[0], -found[1]


def _by_length(hit: Hit) -> tuple[int, int]:
    return hit.norm_start - hit.norm_end, hit.norm_start


def _patterns(term: Term) -> list[tuple[str, _Target]]:
    """What the automaton looks for: padded with spaces and clitics where that saves checking (PERFORMANCE 2)."""
    if term.flag not in FLAGS:
        raise ValueError(f"term {term.text!r}: unknown flag {term.flag!r}; known: {', '.join(sorted(FLAGS))}")
    word = normalise(term.text).strip()
    if not word:
        raise ValueError(f"term {term.text!r} has no letters")
    if term.flag == "d":
        return [(f" {word}", _Target(term, 1, 0))]
    if term.flag in _LATIN_FLAGS:
        return [(f" {word} ", _Target(term, 1, 1))]
    return _place_patterns(word, term) if term.flag in ("p", "m") else _word_patterns(word, term)


def _place_patterns(word: str, term: Term) -> list[tuple[str, _Target]]:
    """A place has no endings, so a space stands behind it, or an "and" whose space the page lost."""
    forms = [f"{word} "]
    if word.startswith("ال"):
        forms.append(f"لل{word[2:]} ")
    if len(word) >= _LONG_ENOUGH_TO_GLUE:
        forms.append(f"{word}و")
    return [(form, _Target(term, 0, 1)) for form in forms]


def _word_patterns(word: str, term: Term) -> list[tuple[str, _Target]]:
    forms = [word]
    if term.flag in ("n", "t") and word.endswith("ه"):
        forms.append(word[:-1] + _FEMININE_BEFORE_PRONOUN)
    if len(word) >= _LONG_ENOUGH_TO_GLUE and term.flag != "x2":
        return [(form, _Target(term, 0, 0)) for form in forms]
    prefixes, endings = _CLITICS[term.flag]
    closed = tuple(f"{ending} " for ending in sorted(endings)) if term.flag == "x2" else ("",)
    return [
        (f" {prefix}{form}{ending}", _Target(term, 1 + len(prefix), len(ending), prefix))
        for form in forms
        for prefix in sorted(prefixes)
        for ending in closed
    ]


def _latin(text: Text, target: _Target, start: int, end: int) -> _Found | None:
    flag = target.term.flag
    if flag == "d":
        stop = text.norm.find(" ", end)
        if not text.norm[end:stop].isdigit():
            return None
        end = stop
    if flag in _CASED and not _cased(text, flag, start, end):
        return None
    return start, end, target.term.payload, "", False


def _cased(text: Text, flag: str, start: int, end: int) -> bool:
    raw_start, raw_end = text.raw_span(start, end)
    word = text.raw[raw_start:raw_end]
    return word.isupper() if flag == "x" else word[:1].isupper()


def _arabic(text: Text, target: _Target, start: int, end: int) -> _Found | None:
    norm, term = text.norm, target.term
    prefixes, endings = _CLITICS[term.flag]
    stop = norm.find(" ", end, end + _LONGEST_TOKEN)
    behind = norm[end : stop if stop >= 0 else end + _LONGEST_TOKEN]
    if target.prefix is not None:
        return (start, end, term.payload, target.prefix, False) if behind in endings else None
    low = max(0, start - _LONGEST_TOKEN)
    before = norm[max(low, norm.rfind(" ", low, start) + 1) : start]
    if before in prefixes and behind in endings:
        return start, end, term.payload, before, False
    if _glued(before, behind, end - start, prefixes, endings):
        return start, end, term.payload, before, True
    return None


def _glued(before: str, behind: str, length: int, prefixes: frozenset[str], endings: frozenset[str]) -> bool:
    """Pages lose spaces around short words (سورياوالعراق): a long term may touch one of those."""
    if length < _LONG_ENOUGH_TO_GLUE:
        return False
    left = before in prefixes or (before.endswith(_GLUED_LEFT) and before not in _GLUED_LEFT)
    right = behind in endings or behind.startswith(_GLUED_RIGHT)
    return left and right
