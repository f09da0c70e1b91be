"""Which numbers of a sentence may count people: no dates, ages, scores, names of units, things."""

from collections.abc import Sequence
from typing import Final

from stream.reading import casualty_words as lists
from stream.reading.counts import Number, numbers

LARGEST: Final = 100_000
_YEARS: Final = range(1900, 2101)


def people(said: Sequence[str]) -> list[Number]:
    """The numbers that may count people, duals included."""
    figures = [number for number in numbers(said) if _counts_people(said, number)]
    taken = {index for number in figures for index in range(number.first, number.last)}
    figures += [
        Number(2, 2, 2, index, index + 1)
        for index, word in enumerate(said)
        if index not in taken and (word in lists.DUALS or (word[:1] in "ول" and word[1:] in lists.DUALS))
    ]
    return sorted(figures, key=lambda number: number.first)


def _counts_people(said: Sequence[str], number: Number) -> bool:
    if not 0 < number.best <= LARGEST or (number.weak and not _weak_one_counts(said, number)):
        return False
    following = said[number.last] if number.last < len(said) else ""
    previous = said[number.first - 1] if number.first else ""
    if previous in lists.NUMBERED or following in lists.UNITS or following in ("/", "%"):
        return False
    return not (_is_date(said, number, previous, following) or _is_age(said, number, previous, following))


def _is_date(said: Sequence[str], number: Number, previous: str, following: str) -> bool:
    """A day of a month, a year, or one side of a score ("2-1")."""
    if following in lists.MONTHS_AFTER or previous in lists.MONTHS_AFTER or previous in ("عام", "سنه", "year"):
        return True
    if number.best in _YEARS and number.last == number.first + 1 and said[number.first].isdigit():
        return True
    return previous in ("/", "-", "–") and number.first > 1 and said[number.first - 2][:1].isdigit()


def _is_age(said: Sequence[str], number: Number, previous: str, following: str) -> bool:
    hyphened = following == "-" and said[number.last + 1 : number.last + 2]
    return previous in lists.AGED or bool(hyphened and hyphened[0] in lists.UNITS)


def _weak_one_counts(said: Sequence[str], number: Number) -> bool:
    """As in "un soldat", "one policeman": a person right behind the article."""
    following = said[number.last] if number.last < len(said) else ""
    return following in lists.PEOPLE_ONE or following in lists.ONE_HURT
