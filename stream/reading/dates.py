"""Dates as a sentence tells them, counted from the day the article was published.

Weekdays mean the last such day ("Friday" on a Friday is today, "last Friday" a week ago). A day and
month without a year mean the latest that lies at most a month ahead.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from marsad.codes import DatePrecision
from stream.reading import date_words as lists
from stream.reading.counts import NUMBER_WORDS, numbers
from stream.reading.words import Word, texts

_MONTH_AHEAD: Final = dt.timedelta(days=31)
_OLDEST: Final = 1900
_FIRST_DAY: Final = dt.date(_OLDEST, 1, 1)
_LAST_DAY: Final = dt.date(9000, 1, 1)
_BEGINNINGS: Final = frozenset(
    clitic + word
    for clitic in ("", "و", "ل", "ب")
    for word in (
        *("الليله", "ليل", "last", "il", "كانون", "تشرين"),
        *lists.MONTHS,
        *lists.WEEKDAYS,
        *lists.DAYS_AGO,
        *(first for first, _ in lists.TODAY_PHRASES),
        *lists.AGO,
        *lists.INTERVALS,
        *lists.FEW,
    )
)
"""Words besides numbers that a date may begin with: most words cannot, and one look-up says so."""
_COUNTED_BEGINNINGS: Final = _BEGINNINGS | NUMBER_WORDS


class DateMention(msgspec.Struct, frozen=True, gc=False):
    """A date and where it is told; ``date`` of a week, month or year is its first known day."""

    date: dt.date
    precision: DatePrecision
    start: int
    end: int

    def age(self, today: dt.date) -> int:
        """Days before ``today``; negative in the future."""
        return (today - self.date).days


def dates(sentence: Sequence[Word], today: dt.date) -> list[DateMention]:
    """Every date in the sentence, in order; one stretch gives one date, the most exact.

    ``today`` is held to years that relative dates can be counted from.
    """
    today = min(max(today, _FIRST_DAY), _LAST_DAY)
    said = texts(sentence)
    counted = not lists.INTERVALS.keys().isdisjoint(said)
    beginnings = _COUNTED_BEGINNINGS if counted else _BEGINNINGS
    found: list[DateMention] = []
    end = 0
    for index in [at for at, word in enumerate(said) if word in beginnings or word[0].isdecimal()]:
        if index < end:
            continue
        for form in _FORMS[said[index][0].isdecimal(), counted]:
            told = form(said, index, said[index], today)
            if told is not None:
                date, precision, end = told
                found.append(DateMention(date, precision, sentence[index].start, sentence[end - 1].end))
                break
    return found


_Told = tuple[dt.date, DatePrecision, int]


def _get(said: Sequence[str], index: int) -> str:
    return said[index] if 0 <= index < len(said) else ""


def _relative(said: Sequence[str], index: int, word: str, today: dt.date) -> _Told | None:
    previous, following = _get(said, index - 1), _get(said, index + 1)
    if (word, following) in lists.TODAY_PHRASES:
        return today, DatePrecision.DAY, index + 2
    if word in ("الليله", "ليل") and following == "الماضيه":
        return today - dt.timedelta(days=1), DatePrecision.DAY, index + 2
    ago = lists.DAYS_AGO.get(word.removeprefix("و"))
    if ago is None or (word == "اليوم" and previous in lists.NOT_TODAY):
        return None
    last = index + 1
    if (word == "امس" and (previous == "اول" or following == "الاول")) or (
        word == "hier" and "avant" in said[max(0, index - 2) : index]
    ):
        ago, last = 2, last + (following == "الاول")
    if _get(said, last) in lists.WEEKDAYS:  # "أمس الاثنين", "اليوم الجمعة": the weekday says it again
        return _weekday(said, last, said[last], today)
    return today - dt.timedelta(days=ago), DatePrecision.DAY, last


def _weekday(said: Sequence[str], index: int, word: str, today: dt.date) -> _Told | None:
    day = lists.WEEKDAYS.get(word)
    if day is None and word[:1] in ("و", "ل", "ب"):
        day = lists.WEEKDAYS.get(word[1:])
    previous = _get(said, index - 1)
    if day is None or previous in lists.NO_WEEKDAY_BEHIND or (word in lists.SHY_WEEKDAYS and previous != lists.DAY):
        return None
    last = index + 1
    absolute = _day_month(said, last, _get(said, last), today) or _month_day(
        said, _skip(said, last), _get(said, _skip(said, last)), today
    )
    if absolute is not None:
        return absolute
    ago = (today.weekday() - day) % 7
    if ago == 0 and (previous == "last" or _get(said, last) in lists.LAST):
        ago = 7
    return today - dt.timedelta(days=ago), DatePrecision.DAY, last


def _skip(said: Sequence[str], index: int) -> int:
    return index + 1 if _get(said, index) in (",", "،", "le") else index


def _iso(said: Sequence[str], index: int, word: str, _today: dt.date) -> _Told | None:
    joint = _get(said, index + 1)
    if joint not in ("-", "/", ".") or _get(said, index + 3) != joint or not word.isdecimal():
        return None
    second, third = _get(said, index + 2), _get(said, index + 4)
    if not (second.isdecimal() and third.isdecimal()):
        return None
    year, day = (int(word), int(third)) if len(word) == 4 else (int(third), int(word))
    date = _date(year, int(second), day) if year > _OLDEST else None
    return None if date is None else (date, DatePrecision.DAY, index + 5)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _month_at(said: Sequence[str], index: int) -> tuple[int, int]:
    """The month named at ``index`` and where its name ends: "تشرين الثاني", "نيسان/أبريل", "مارس (آذار)"."""
    word = _get(said, index)
    word = word[1:] if word[:1] in ("و", "ل", "ب") and word[1:] in lists.MONTHS else word
    two = f"{word}_{_get(said, index + 1)}"
    month, last = (lists.MONTHS[two], index + 2) if two in lists.MONTHS else (lists.MONTHS.get(word, 0), index + 1)
    if not month:
        return 0, index
    if _get(said, last) in ("(", "/", "-"):
        again, end = _month_at(said, last + 1)
        if again == month:
            last = end + (_get(said, end) == ")")
    elif lists.MONTHS.get(_get(said, last)) == month or (_get(said, last) == "." and word in lists.SHY_MONTHS):
        last += 1
    return month, last


def _year_at(said: Sequence[str], index: int) -> tuple[int, int]:
    at = index + 1 if _get(said, index) in (",", "،", "من", "عام", "سنه", "of", "لعام") else index
    word = _get(said, at)
    if len(word) == 4 and word.isdecimal() and _OLDEST < int(word) < 2100:
        return int(word), at + 1
    return 0, index


def _full(said: Sequence[str], day: int, month: int, last: int, today: dt.date) -> _Told | None:
    year, end = _year_at(said, last)
    if year:
        date = _date(year, month, day)
    else:
        end = last
        date = _date(today.year, month, day)
        if date is None or date > today + _MONTH_AHEAD:
            date = _date(today.year - 1, month, day)
    return None if date is None else (date, DatePrecision.DAY, end)


def _day(word: str) -> int:
    bare = word.removesuffix("st").removesuffix("nd").removesuffix("rd").removesuffix("th")
    return int(bare) if bare.isdecimal() and len(bare) <= 2 and 1 <= int(bare) <= 31 else 0


def _day_month(said: Sequence[str], index: int, word: str, today: dt.date) -> _Told | None:
    if word == "1er":
        word = "1"
    day = _day(word)
    if not day:
        return None
    at = index + 1 + (_get(said, index + 1) in ("er", "st", "nd", "rd", "th", "من", "of"))
    month, last = _month_at(said, at)
    return _full(said, day, month, last, today) if month else None


def _month_day(said: Sequence[str], index: int, word: str, today: dt.date) -> _Told | None:
    """English "November 20", "Nov. 20, 2015"; Arabic and French put the day first."""
    if not word.isascii() or word not in lists.MONTHS:
        return None
    month, last = _month_at(said, index)
    day = _day(_get(said, last))
    if not day or _get(said, last + 1) == "%":
        return None
    end = last + 1 + (_get(said, last + 1) in ("st", "nd", "rd", "th"))
    return _full(said, day, month, end, today)


def _ago(said: Sequence[str], index: int, word: str, today: dt.date) -> _Told | None:
    """As in "two years ago", "il y a dix ans", "قبل عامين", "ten years after"."""
    prefaced = word in lists.AGO or (word == "il" and said[index + 1 : index + 3] == ["y", "a"])
    at = index + (3 if word == "il" else 1) if prefaced else index
    many, at = _many(said, at, prefaced=prefaced)
    interval = lists.INTERVALS.get(_get(said, at))
    if interval is None or many == 0:
        return None
    followed = _get(said, at + 1) in ("ago", "later", "after", "on") or (_get(said, at + 1) == "apres" and many)
    if not prefaced and not followed:
        return None
    days, precision = interval
    if word == "منذ" and precision is DatePrecision.DAY:
        return None
    last = at + 1 + (not prefaced)
    return today - dt.timedelta(days=min(days * many, 36_500)), precision, last


def _many(said: Sequence[str], index: int, *, prefaced: bool) -> tuple[int, int]:
    number = next(numbers(said[index : index + 4]), None)
    if number is not None and number.first == 0:
        return min(number.best, 500), index + number.last
    word = _get(said, index)
    if word in lists.FEW:
        return 3, index + 1
    if word in lists.DUAL_INTERVALS or (prefaced and word in lists.INTERVALS):
        return (3 if word in ("سنوات", "اعوام", "اشهر", "ايام", "اسابيع") else 1), index
    return (1, index + 1) if word in ("a", "une", "un", "one") else (0, index)


def _last_interval(said: Sequence[str], index: int, word: str, today: dt.date) -> _Told | None:
    """As in "last week", "la semaine dernière", "العام الماضي"; "this year", "الشهر الجاري"."""
    if word in lists.LAST and word == "last":
        interval, last = lists.INTERVALS.get(_get(said, index + 1)), index + 2
    elif _get(said, index + 1) in lists.LAST:
        interval, last = lists.INTERVALS.get(word), index + 2
    else:
        return None
    if interval is None or interval[1] is DatePrecision.DAY:
        return None
    return today - dt.timedelta(days=interval[0]), interval[1], last


def _month(said: Sequence[str], index: int, word: str, today: dt.date) -> _Told | None:
    month, last = _month_at(said, index)
    if not month:
        return None
    year, end = _year_at(said, last)
    following = _get(said, last)
    prefaced = _get(said, index - 1) in lists.MONTH_PREFACES
    if not year and (word in lists.SHY_MONTHS or not prefaced) and following not in lists.LAST:
        return None
    date = dt.date(year or today.year, month, 1)
    if not year and date > today:
        date = dt.date(today.year - 1, month, 1)
    return date, DatePrecision.MONTH, end if year else last


def _year(said: Sequence[str], index: int, word: str, today: dt.date) -> _Told | None:
    if len(word) != 4 or not word.isdecimal() or not _OLDEST < int(word) <= today.year:
        return None
    previous, following = _get(said, index - 1), _get(said, index + 1)
    counted = following in ("people", "personnes", "شخص", "شخصا", "soldiers", "قتيل", "قتيلا", "%", ".")
    if counted and previous not in lists.YEAR_PREFACES and following != ".":
        return None
    return dt.date(int(word), 1, 1), DatePrecision.YEAR, index + 1


_FORMS: Final[Mapping[tuple[bool, bool], tuple[Callable[[Sequence[str], int, str, dt.date], _Told | None], ...]]] = {
    (True, True): (_iso, _day_month, _ago, _year),
    (True, False): (_iso, _day_month, _year),
    (False, True): (_relative, _weekday, _month_day, _ago, _last_interval, _month),
    (False, False): (_relative, _weekday, _month_day, _month),
}
"""What a date may be that begins with a digit or not, in a sentence that names an interval or not."""


def nearest(mentions: Sequence[DateMention], at: int, today: dt.date) -> DateMention | None:
    """The date of what is told at offset ``at``: the most exact not in the future, then the nearest."""
    return min(
        (mention for mention in mentions if mention.age(today) >= 0),
        key=lambda mention: (mention.precision is not DatePrecision.DAY, abs(mention.start - at), mention.start),
        default=None,
    )
