"""What the automaton looks for, and what may stand around it: clitics instead of a stemmer.

Arabic terms are found as they are written, then the letters left and right of the hit inside its
token must be clitics that the term's flag allows (READING 3.2). Latin terms are found between spaces.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, Final, NamedTuple, Protocol

from stream.reading.text import Text

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

BEFORE_A_TERM: Final = frozenset(letters[-1:] or " " for before, _behind in _CLITICS.values() for letters in before)
"""The characters that may stand right before a term that touches no other word."""

_LATIN_FLAGS: Final = frozenset(("w", "x", "c", "cap", "d"))
"""``w`` a word or phrase, ``x`` an acronym in capitals, ``c`` or ``cap`` a name that begins with a
capital, ``d`` a phrase whose last token goes on in digits (since 20|12)."""

_GLUED_LEFT: Final = ("و", "وال", "بال", "كال", "لل", "ال", "في", "من", "الذي", "التي", "علي", "عن", "الي")
_GLUED_RIGHT: Final = ("و", "في", "من", "الذي", "التي", "علي", "عن")
LONG_ENOUGH_TO_GLUE: Final = 6
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


class Target(NamedTuple):
    """A term behind a pattern, and how many characters the pattern has before and behind the term."""

    payload: Meaning
    flag: str
    before: int
    behind: int
    prefix: str | None = None
    """The clitics in the pattern; None where what stands before the term is still to be looked at."""


Targets = tuple[Target, ...]
Rough = tuple[int, int, int, Targets]
"""Its number among the text's; where the pattern stands in the folded text; terms of one class behind it."""
Span = tuple[int, int, Any, str, bool]
"""Start and end of a term in the folded text, payload, prefix, glued."""


def patterns(term: Term, word: str) -> list[tuple[str, Target]]:
    """What the automaton looks for: padded with spaces and clitics where that saves checking (PERFORMANCE 2)."""
    if term.flag not in FLAGS:
        raise ValueError(f"term {term.text!r}: unknown flag {term.flag!r}; known: {', '.join(sorted(FLAGS))}")
    if not word:
        raise ValueError(f"term {term.text!r} has no letters")
    if term.flag == "d":
        return [(f" {word}", Target(term.payload, term.flag, 1, 0))]
    if term.flag in _LATIN_FLAGS:
        return [(f" {word} ", Target(term.payload, term.flag, 1, 1))]
    return _place_patterns(word, term) if term.flag in ("p", "m") else _word_patterns(word, term)


def _place_patterns(word: str, term: Term) -> list[tuple[str, Target]]:
    """A place has no endings, so a space stands behind it, or an "and" whose space the page lost."""
    forms = [f"{word} "]
    if word.startswith("ال"):
        forms.append(f"لل{word[2:]} ")
    if len(word) >= LONG_ENOUGH_TO_GLUE:
        forms.append(f"{word}و")
    return [(form, Target(term.payload, term.flag, 0, 1)) for form in forms]


def _word_patterns(word: str, term: Term) -> list[tuple[str, Target]]:
    forms = [word]
    if term.flag in ("n", "t") and word.endswith("ه"):
        forms.append(word[:-1] + _FEMININE_BEFORE_PRONOUN)
    if len(word) >= LONG_ENOUGH_TO_GLUE and term.flag != "x2":
        return [(form, Target(term.payload, term.flag, 0, 0)) for form in forms]
    affixes = _affixes(term.flag)
    return [
        (f" {prefix}{form}{ending}", Target(term.payload, term.flag, 1 + len(prefix), len(ending), prefix))
        for form in forms
        for prefix, ending in affixes
    ]


@cache
def _affixes(flag: str) -> tuple[tuple[str, str], ...]:
    """What a short term's patterns have before and behind it."""
    prefixes, endings = _CLITICS[flag]
    closed = tuple(f"{ending} " for ending in sorted(endings)) if flag == "x2" else ("",)
    return tuple(product(sorted(prefixes), closed))


def spans(text: Text, rough: Iterable[Rough]) -> list[Span]:
    """The terms that stand in the text as their flags allow."""
    norm = text.norm
    found: list[Span] = []
    add = found.append
    for _number, start, end, targets in rough:
        for payload, flag, before, behind, prefix in targets:
            first, stop = start + before, end - behind
            if flag == "w":
                add((first, stop, payload, "", False))
            elif flag in _CLITICS:
                if norm[stop] == " " and (prefix is not None or norm[first - 1] == " "):  # as most stand
                    add((first, stop, payload, prefix or "", False))
                    continue
                if prefix is None and stop - first < LONG_ENOUGH_TO_GLUE and norm[first - 1] not in BEFORE_A_TERM:
                    continue  # the end of another word, as most short places are
                held = clitics(norm, first, stop, flag, prefix)
                if held is not None:
                    add((first, stop, payload, *held))
            elif (end_of_term := is_written(text, first, stop, flag)) > 0:
                add((first, end_of_term, payload, "", False))
    return found


def has_clitics(flag: str) -> bool:
    """Whether letters may be joined to a term of this flag."""
    return flag in _CLITICS


def is_written(text: Text, first: int, stop: int, flag: str) -> int:
    """Where a Latin term ends that is written as its flag wants, in capitals or going on in digits; 0 for another."""
    if flag == "d":
        last = text.norm.find(" ", stop)
        return last if text.norm[stop:last].isdigit() else 0
    offsets = text.offsets.data
    end = offsets[stop - 1] if flag == "x" else offsets[first]
    return stop if text.raw[offsets[first] : end + 1].isupper() else 0


def clitics(norm: str, start: int, end: int, flag: str, prefix: str | None) -> tuple[str, bool] | None:
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
    if length < LONG_ENOUGH_TO_GLUE:
        return False
    left = before in prefixes or (before.endswith(_GLUED_LEFT) and before not in _GLUED_LEFT)
    right = behind in endings or behind.startswith(_GLUED_RIGHT)
    return left and right
