"""Date words relative to the demo's day, so that its texts always speak of today and yesterday. Pure.

``{weekday:fr:-1}`` is "lundi" on a Tuesday, ``{date:ar:0}`` is "24 نوفمبر", ``{date:ar-levant:0}`` the dual form
"24 نوفمبر (تشرين الثاني)" of the eastern papers, ``{year:-1}`` is last year. A shift counts days, for ``year`` years.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

_WEEKDAYS: Final = {
    "ar": ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "ha": ("Litinin", "Talata", "Laraba", "Alhamis", "Jumma'a", "Asabar", "Lahadi"),
}
_LEVANT: Final = (
    "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران",
    "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول",
)  # fmt: skip
_MONTHS: Final = {
    "ar": (
        "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو",
        "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
    ),
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "ha": (
        "Janairu", "Fabrairu", "Maris", "Afrilu", "Mayu", "Yuni",
        "Yuli", "Agusta", "Satumba", "Oktoba", "Nuwamba", "Disamba",
    ),
}  # fmt: skip
_TEMPLATE: Final = re.compile(r"\{([a-z]+)((?::[a-z0-9-]+)*)\}")


def fill(text: str, today: date) -> str:
    """The text with every template filled in. Raises ValueError naming a template that is none."""
    return _TEMPLATE.sub(lambda match: _word(match.group(), match.group(1), match.group(2)[1:].split(":"), today), text)


def _word(whole: str, kind: str, arguments: list[str], today: date) -> str:
    try:
        return _KINDS[kind](arguments, today)
    except (KeyError, ValueError, IndexError):
        raise ValueError(
            f"{whole} is no date template: write {{weekday:fr:-1}}, {{date:ar:0}} or {{year:-1}}"
        ) from None


def _weekday(arguments: list[str], today: date) -> str:
    language, shift = arguments
    return _WEEKDAYS[language][(today + timedelta(days=int(shift))).weekday()]


def _date(arguments: list[str], today: date) -> str:
    language, shift = arguments
    day = today + timedelta(days=int(shift))
    month = day.month - 1
    if language == "ar-levant":
        return f"{day.day} {_MONTHS['ar'][month]} ({_LEVANT[month]})"
    name = _MONTHS[language][month]
    return {"en": f"{name} {day.day}", "ha": f"{day.day} ga {name}"}.get(language, f"{day.day} {name}")


def _year(arguments: list[str], today: date) -> str:
    (shift,) = arguments
    return str(today.year + int(shift))


_KINDS: Final[dict[str, Callable[[list[str], date], str]]] = {"weekday": _weekday, "date": _date, "year": _year}
