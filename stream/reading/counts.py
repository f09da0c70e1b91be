"""Numbers of people as news writes them: digits, number words and duals in Arabic, French, English.

A number has a best value and bounds: "at least 20" is 20, "une trentaine" 25 to 35, "dozens" 24 to 99.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from stream.reading.words import listed

_AR_ONES: Final = {
    "واحد": 1, "واحده": 1, "اثنان": 2, "اثنين": 2, "اثنتان": 2, "اثنتين": 2, "ثلاثه": 3, "ثلاث": 3, "اربعه": 4,
    "اربع": 4, "خمسه": 5, "خمس": 5, "سته": 6, "ست": 6, "سبعه": 7, "سبع": 7, "ثمانيه": 8, "ثماني": 8, "ثمان": 8,
    "تسعه": 9, "تسع": 9, "عشره": 10, "عشر": 10, "احد": 1, "احدي": 1, "اثنا": 2, "اثني": 2, "اثنتا": 2, "اثنتي": 2,
}  # fmt: skip
_AR_TENS: Final = {
    stem + ending: value
    for stem, value in {
        "عشر": 20, "ثلاث": 30, "اربع": 40, "خمس": 50, "ست": 60, "سبع": 70, "ثمان": 80, "تسع": 90,
    }.items()
    for ending in ("ون", "ين")
}  # fmt: skip
_AR_HUNDREDS: Final = {
    "مئه": 100, "مائه": 100, "ميه": 100, "مءه": 100, "مئتا": 200, "ميتا": 200, "مائتا": 200, "مئتان": 200,
    "ميتان": 200, "مئتين": 200, "ميتين": 200, "مائتي": 200, "مئتي": 200, "ميتي": 200, "مائتين": 200, "مائتان": 200,
    **{
        stem + hundred: value
        for stem, value in {
            "ثلاث": 300, "اربع": 400, "خمس": 500, "ست": 600, "سبع": 700, "ثمان": 800, "ثماني": 800, "تسع": 900,
        }.items()
        for hundred in ("مئه", "مائه", "ميه")
    },
}  # fmt: skip
_AR_THOUSANDS: Final = {"الف": 1000, "الفا": 1000, "الفان": 2000, "الفين": 2000, "الفي": 2000, "الاف": 1000}
_EN: Final = {
    word: value
    for value, word in enumerate(
        listed("""
        zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen
    """)
    )
    if value
}
_EN_TENS: Final = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_FR: Final = {
    word: value
    for value, word in enumerate(
        listed("""
        zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize
    """)
    )
    if value
} | {"une": 1}
_FR_TENS: Final = {
    "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80,
    "nonante": 90,
}  # fmt: skip
_HA_SW: Final = {
    "biyu": 2, "uku": 3, "hudu": 4, "biyar": 5, "shida": 6, "bakwai": 7, "takwas": 8, "tara": 9, "goma": 10,
    "ashirin": 20, "talatin": 30, "arba": 40, "hamsin": 50, "sittin": 60, "tamanin": 80, "dari": 100,
    "wawili": 2, "watatu": 3, "wanne": 4, "watano": 5, "sita": 6, "saba": 7, "wanane": 8, "nane": 8, "tisa": 9,
    "kumi": 10, "ishirini": 20, "thelathini": 30, "arobaini": 40, "hamsini": 50, "sitini": 60, "sabini": 70,
    "themanini": 80, "tisini": 90, "mia": 100,
}  # fmt: skip
"""Hausa and Swahili: ones, tens and hundred. Both say "ten and two": ``_JOINTS``."""
_SO: Final = {
    "laba": 2, "labo": 2, "saddex": 3, "afar": 4, "shan": 5, "lix": 6, "toddoba": 7, "toddobo": 7, "siddeed": 8,
    "sagaal": 9, "toban": 10, "labaatan": 20, "soddon": 30, "afartan": 40, "konton": 50, "lixdan": 60,
    "toddobaatan": 70, "siddeetan": 80, "sagaashan": 90, "boqol": 100,
}  # fmt: skip
"""Somali, which says "two and ten"."""
_JOINTS: Final = frozenset(("sha", "na", "da", "iyo"))
_SOMALI: Final = frozenset(("ayaa", "oo", "ee", "lagu", "ugu", "waxaa", "iyo", "ku"))
"""Without one of these beside them "Afar" and "Shan" are regions."""
_HAUSA: Final = frozenset(("sha", "sun", "mutum", "mutane", "sojoji", "akalla", "wasu"))
"""Without one of these beside it "Goma" is a town."""
_HUNDRED: Final = {"hundred": 100, "cent": 100, "cents": 100}
_THOUSAND: Final = {"thousand": 1000, "mille": 1000, **_AR_THOUSANDS}

_ABOUT: Final = {
    "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
    "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "dozen": 12,
}  # fmt: skip
_VAGUE: Final = {
    "dozens": (24, 99), "scores": (40, 99), "hundreds": (200, 999), "thousands": (2000, 9999), "dizaines": (20, 99),
    "centaines": (200, 999), "milliers": (2000, 9999), "عشرات": (20, 99), "العشرات": (20, 99), "ميات": (200, 999),
    "مئات": (200, 999), "الميات": (200, 999), "المئات": (200, 999), "الالاف": (2000, 9999),
}  # fmt: skip
NUMBER_WORDS: Final = frozenset(
    conjunction + word
    for conjunction in ("", "و")
    for word in (
        *_AR_ONES, *_AR_TENS, *_AR_HUNDREDS, "الفا", "الفان", "الفين", *_EN, *_EN_TENS, *_FR, *_FR_TENS, *_HUNDRED,
        *_THOUSAND, *_ABOUT, *_VAGUE, *_HA_SW, *_SO,
    )
)  # fmt: skip
"""Words that can begin a number: most words cannot, and are told so with one look-up."""
_SINGLES: Final = frozenset(("un", "une", "one", "واحد", "واحده", "احد", "احدي", "عشر"))
"""Articles and pronouns more often than numbers: they count only where the caller says so."""


class Number(msgspec.Struct, frozen=True, gc=False):
    """A number and the words that say it: ``first`` up to, not including, ``last``."""

    best: int
    low: int
    high: int
    first: int
    last: int
    vague: bool = False
    weak: bool = False
    """One word that is also an article ("un", "one")."""


def numbers(said: Sequence[str]) -> Iterator[Number]:
    """Every number in a sentence's folded words, in order."""
    end = 0
    for index in [at for at, word in enumerate(said) if word in NUMBER_WORDS or word[0].isdecimal()]:
        number = _number_at(said, index) if index >= end else None
        if number is not None:
            yield number
            end = number.last


def _number_at(said: Sequence[str], index: int) -> Number | None:
    word = said[index]
    if word[:1].isdecimal():
        return _digits(said, index)
    bare = _without_and(word)
    if (vague := _VAGUE.get(bare)) is not None:
        return Number(vague[0], vague[0], vague[1], index, index + 1, vague=True)
    if (about := _ABOUT.get(word)) is not None:
        return _about(said, index, about)
    value, last = _spelled(said, index, bare)
    if not last or (last == index + 1 and said[last : last + 1] and said[last] in _ABOUT and bare in _SINGLES):
        return None  # "une trentaine" is told by its second word
    return Number(value, value, value, index, last, weak=last == index + 1 and bare in _SINGLES)


def _digits(said: Sequence[str], index: int) -> Number | None:
    word = said[index]
    digits = "".join(char for char in word if char.isdecimal())
    groups = word.replace(",", ".").replace(" ", ".").split(".")
    if len(groups) > 1 and any(len(group) != 3 for group in groups[1:]):
        return None  # a decimal fraction counts no people
    if len(digits) > 9:
        return None
    value, last = int(digits), index + 1
    if last < len(said) and said[last] in _THOUSAND:
        value, last = value * 1000, last + 1
    return Number(value, value, value, index, last)


def _about(said: Sequence[str], index: int, about: int) -> Number:
    exact = index > 0 and said[index - 1] in ("a", "half") and said[index] == "dozen"
    spread = 0 if exact else max(2, about // 6)
    first = index - 1 if index and said[index - 1] in ("une", "a") else index
    return Number(about, about - spread, about + spread, first, index + 1)


def _without_and(word: str) -> str:
    """The word without a leading Arabic "and", where what remains is a number."""
    rest = word[1:]
    return rest if word.startswith("و") and (_ar(rest) or rest in _VAGUE) else word


def _ar(word: str) -> int:
    return _AR_ONES.get(word) or _AR_TENS.get(word) or _AR_HUNDREDS.get(word) or 0


def _spelled(said: Sequence[str], index: int, word: str) -> tuple[int, int]:
    """The value of the number words from ``index`` on, and where they end; (0, 0) where there are none."""
    if _ar(word) or word in ("الفا", "الفان", "الفين"):
        return _arabic(said, index, word)
    if word in _HA_SW or word in _SO:
        return _african(said, index, word)
    if word in _EN or word in _EN_TENS or word in _FR or word in _FR_TENS or word in _HUNDRED or word in _THOUSAND:
        return _latin(said, index)
    return 0, 0


def _african(said: Sequence[str], index: int, word: str) -> tuple[int, int]:
    """As "goma sha biyu" (12), "ashirin da biyar" (25), "kumi na wawili", "dari biyu" (200), "laba iyo toban" (12)."""
    marks = _SOMALI if word in _SO else _HAUSA
    if (word in _SO or word == "goma") and marks.isdisjoint(said):
        return 0, 0
    known = _SO if word in _SO else _HA_SW
    value, last = known[word], index + 1
    if value == 100 and known is _HA_SW and (ones := known.get("".join(said[last : last + 1]), 100)) < 10:
        value, last = value * ones, last + 1
    while last + 1 < len(said) and said[last] in _JOINTS:
        following = known.get(said[last + 1], 0)
        goes_on = value < 10 <= following if known is _SO else _ends_in(value, following)
        if not goes_on:
            break
        value, last = value + following, last + 2
    return value, last


def _ends_in(value: int, following: int) -> bool:
    """Whether "ten and", "twenty and" or "hundred and" goes on with this."""
    return (0 < following < 10 and value % 10 == 0) or (10 <= following < 100 and value % 100 == 0)


def _arabic(said: Sequence[str], index: int, word: str) -> tuple[int, int]:
    value, last = _ar(word) or _AR_THOUSANDS[word], index + 1
    while last < len(said):
        following = said[last]
        rest = following[1:] if following.startswith("و") else ""
        if following in ("عشر", "عشره") and value < 10:
            value += 10
        elif following in _AR_THOUSANDS and value < 1000:
            value *= _AR_THOUSANDS[following] if _AR_THOUSANDS[following] == 1000 else 1000
        elif rest in _AR_TENS and value % 100 < 10:
            value += _AR_TENS[rest]
        elif rest in _AR_ONES and value % 100 == 0:
            value += _AR_ONES[rest]
        else:
            break
        last += 1
    return value, last


def _latin(said: Sequence[str], index: int) -> tuple[int, int]:
    value, last = 0, index
    while last < len(said):
        word = said[last]
        if word in ("-", "et", "and"):
            if not value or last + 1 >= len(said) or not _continues(said[last + 1], value, word):
                break
        elif (grown := _grow(value, word)) is not None:
            value = grown
        else:
            break
        last += 1
    return value, last


def _continues(word: str, value: int, joint: str) -> bool:
    """Whether "vingt et un" goes on; "douze soldats et quatre" never does."""
    if joint == "-":
        return _grow(value, word) is not None
    return (joint == "et" and value % 10 == 0 and value < 80 and word in ("un", "une", "onze")) or (
        joint == "and" and value >= 100 and (word in _EN or word in _EN_TENS)
    )


def _grow(value: int, word: str) -> int | None:
    if word in _HUNDRED:
        return max(1, value) * 100 if value < 10 else None
    if word in _THOUSAND:
        return max(1, value) * 1000 if value < 1000 else None
    if word in ("vingt", "vingts") and value % 100 == 4:
        return value + 76
    tens = _EN_TENS.get(word) or _FR_TENS.get(word)
    if tens:
        return value + tens if value % 100 == 0 else None
    ones = _EN.get(word) or _FR.get(word)
    if ones is None or value == 0:
        return ones
    room = value % 100 in (60, 80) and ones < 20
    return value + ones if value % 100 == 0 or (value % 10 == 0 and (ones < 10 or room)) else None
