"""Dates in a run of folded words, each folded to one symbol: no judgement may hang on what day it is.

"on Thursday 20 November" becomes "on §" whatever the day, "à 7h30" and "at dawn" become "§h".
"""

from collections.abc import Sequence
from typing import Final

from stream.reading import date_words as lists

DATE: Final = "§"
HOUR: Final = "§h"
_BEHIND_DIGITS: Final = ":"
"""Of folded words those that begin with a digit come before it."""
_LONGEST_DAY: Final = 31
_CLITICS: Final = ("و", "ف", "ب", "ل")
_ORDINALS: Final = ("st", "nd", "rd", "th", "er")
_APOSTROPHED: Final = ("juma", "jumma")
"""Hausa writes its Friday with an apostrophe: "Juma'a"."""
_BINDING: Final = frozenset(("of", "ga", "de", "من"))
_BARE: Final = lists.DATE_TOKENS | lists.DAY_PARTS
_MARKED: Final = _BARE | lists.SHY_TOKENS | {"a", "am", "pm"} | {clitic + word for clitic in _CLITICS for word in _BARE}
"""All words that may be marked besides those that begin with a digit."""


def masked_dates(said: Sequence[str]) -> list[str]:
    """The words with every date and hour as its symbol, a whole date as one."""
    if _MARKED.isdisjoint(said) and min(said, default=_BEHIND_DIGITS) >= _BEHIND_DIGITS:  # as most often
        return list(said)
    suspects = [index for index, word in enumerate(said) if word < _BEHIND_DIGITS or word in _MARKED]
    marks = {index: mark for index in suspects if (mark := _mark(said, index)) is not None}
    for index in [index for index, mark in marks.items() if mark == DATE and _is_month(said[index])]:
        _take_in(said, marks, index)
    masked: list[str] = []
    behind = 0
    for index in sorted(marks):
        masked += said[behind:index]
        if marks[index] != marks.get(index - 1):  # a run of one symbol is told once
            masked.append(marks[index])
        behind = index + 1
    masked += said[behind:]
    return masked


def _mark(said: Sequence[str], index: int) -> str | None:
    word = _bare(said[index])
    previous = said[index - 1] if index else ""
    if word in lists.DATE_TOKENS or (word in lists.SHY_TOKENS and _is_dated(said, index, previous)):
        return DATE
    if word == "a" and previous in _APOSTROPHED:
        return DATE
    return HOUR if word in lists.DAY_PARTS or _is_clock(said, index, word, previous) else None


def _bare(word: str) -> str:
    """An Arabic word without the one letter before it that makes no other word of a date."""
    if word[0] in _CLITICS and (word[1:] in lists.DATE_TOKENS or word[1:] in lists.DAY_PARTS):
        return word[1:]
    return word


def _is_dated(said: Sequence[str], index: int, previous: str) -> bool:
    following = said[index + 1] if index + 1 < len(said) else ""
    return (
        previous == lists.DAY
        or previous in lists.MONTH_PREFACES
        or bool(_day(previous))
        or bool(_day(following))
        or _is_year(following)
    )


def _is_clock(said: Sequence[str], index: int, word: str, previous: str) -> bool:
    """An hour: "7h30", "7 30 am", "الساعه 7"."""
    if word in ("am", "pm"):
        return previous.isdecimal()
    if not word[0].isdecimal():
        return False
    if previous in lists.CLOCK_WORDS or (word.strip("0123456789") == "h" and len(word) <= len("00h00")):
        return True
    return any(near in lists.CLOCK_WORDS for near in said[index + 1 : index + 2]) or (
        len(word) <= len("00") and any(near in ("am", "pm", "gmt") for near in said[index + 1 : index + 3])
    )


def _is_month(word: str) -> bool:
    return word in lists.MONTH_TOKENS or _bare(word) in lists.MONTH_TOKENS


def _take_in(said: Sequence[str], marks: dict[int, str], index: int) -> None:
    """The day before or behind a month, the second word of its name, the same month's other name, the year."""
    before = index - 1
    if before > 0 and said[before] in _BINDING:
        before -= 1
    dated = before >= 0 and bool(_day(said[before]))
    if dated:
        marks |= dict.fromkeys(range(before, index), DATE)
    behind = index + 1
    if _bare(said[index]) in lists.TWO_WORD_MONTHS and behind < len(said):
        marks[behind] = DATE
        behind += 1
    if not dated and behind < len(said) and _day(said[behind]):
        marks[behind] = DATE
        behind += 1
    if behind < len(said) and _is_year(said[behind]):
        marks[behind] = DATE


def _day(word: str) -> int:
    for ordinal in _ORDINALS:
        word = word.removesuffix(ordinal)
    value = int(word) if word.isdecimal() and len(word) <= len("31") else 0
    return value if value <= _LONGEST_DAY else 0


def _is_year(word: str) -> bool:
    return len(word) == len("2000") and word.isdecimal() and word[:2] in ("19", "20")
