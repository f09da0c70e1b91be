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


_Target = tuple[Term, int, int]
"""A term, and how many characters its pattern has before and behind the term itself."""
_Found = tuple[int, int, object, str, bool]


class Matcher:
    """An automaton over any number of terms; built once, used for every text."""

    def __init__(self, terms: Iterable[Term]) -> None:
        patterns: dict[str, list[_Target]] = {}
        for term in terms:
            for pattern, before, behind in _patterns(term):
                patterns.setdefault(pattern, []).append((term, before, behind))
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
            for term, before, behind in targets[index]:
                check = _latin if term.flag in _LATIN_FLAGS else _arabic
                found = check(text, norm, term, start + before, end - behind)
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


def _patterns(term: Term) -> list[tuple[str, int, int]]:
    """What the automaton looks for: padded with spaces and clitics where that saves checking (PERFORMANCE 2)."""
    if term.flag not in FLAGS:
        raise ValueError(f"term {term.text!r}: unknown flag {term.flag!r}; known: {', '.join(sorted(FLAGS))}")
    word = normalise(term.text).strip()
    if not word:
        raise ValueError(f"term {term.text!r} has no letters")
    if term.flag in _LATIN_FLAGS:
        return [(f" {word}", 1, 0) if term.flag == "d" else (f" {word} ", 1, 1)]
    return _arabic_patterns(word, term.flag)


def _arabic_patterns(word: str, flag: str) -> list[tuple[str, int, int]]:
    prefixes, _endings = _CLITICS[flag]
    forms = [word, *([word[:-1] + _FEMININE_BEFORE_PRONOUN] if flag in "nt" and word.endswith("ه") else [])]
    long = len(word) >= _LONG_ENOUGH_TO_GLUE
    if flag in ("p", "m"):
        definite = [(f"لل{word[2:]} ", 0, 1)] if word.startswith("ال") else []
        return [(f"{word} ", 0, 1), *definite, *([(f"{word}و", 0, 1)] if long else [])]
    if long and flag != "x2":
        return [(form, 0, 0) for form in forms]
    behind = " " if flag == "x2" else ""
    return [
        (f" {prefix}{form}{ending}", 1 + len(prefix), len(ending))
        for form in forms
        for prefix in sorted(prefixes)
        for ending in ((behind, f"ا{behind}") if behind else ("",))
    ]


def _latin(text: Text, norm: str, term: Term, start: int, end: int) -> _Found | None:
    if term.flag == "d":
        stop = norm.find(" ", end)
        if not norm[end:stop].isdigit():
            return None
        end = stop
    if term.flag in _CASED and not _cased(text, term.flag, start, end):
        return None
    return start, end, term.payload, "", False


def _cased(text: Text, flag: str, start: int, end: int) -> bool:
    raw_start, raw_end = text.raw_span(start, end)
    word = text.raw[raw_start:raw_end]
    return word.isupper() if flag == "x" else word[:1].isupper()


def _arabic(_text: Text, norm: str, term: Term, start: int, end: int) -> _Found | None:
    low = max(0, start - _LONGEST_TOKEN)
    before = norm[max(low, norm.rfind(" ", low, start) + 1) : start]
    stop = norm.find(" ", end, end + _LONGEST_TOKEN)
    behind = norm[end : stop if stop >= 0 else end + _LONGEST_TOKEN]
    prefixes, endings = _CLITICS[term.flag]
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
