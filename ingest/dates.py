"""Dates as feeds write them. Pure. What cannot be read is None; what is doubtful is said to be."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

OLDEST: Final = timedelta(days=3653)
FUTURE: Final = timedelta(minutes=10)

_MONTHS: Final = (
    # English and French, then Arabic as written in Egypt, the Levant, Algeria and Tunisia, Morocco.
    "january jan janvier janv يناير جانفي كانون_الثاني",
    "february feb février fevrier févr fevr fév fev فبراير فيفري شباط",
    "march mar mars مارس آذار اذار أذار",
    "april apr avril avr أبريل ابريل إبريل أفريل افريل نيسان",
    "may mai مايو ماي أيار ايار",
    "june jun juin يونيو يونيه جوان حزيران",
    "july jul juillet juil يوليو يوليه يوليوز جويلية تموز",
    "august aug août aout أغسطس اغسطس أوت اوت غشت آب",
    "september sep sept septembre سبتمبر شتنبر أيلول ايلول",
    "october oct octobre أكتوبر اكتوبر تشرين_الأول تشرين_الاول",
    "november nov novembre نوفمبر نونبر تشرين_الثاني",
    "december dec décembre decembre déc ديسمبر دجنبر كانون_الأول كانون_الاول",
)
_MONTH: Final = {name.replace("_", " "): number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_MONTH_PATTERN: Final = "|".join(sorted(map(re.escape, _MONTH), key=lambda name: (-len(name), name)))

_CLOCK: Final = r"(?P<hour>\d{1,2})\s*[:h]\s*(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
_HALF: Final = r"\s*(?P<half>[ap]\.?m\b\.?|ص|م|صباحا|مساء)?"
_ZONE: Final = r"\s*(?P<zone>z|[+-]\d{2}:?\d{2}|[+-]\d{1,2}|(?:utc|gmt)[+-]\d{1,2}(?::?\d{2})?|[a-z]{2,5})?"
_TIME: Final = rf"(?:[\s,t،|–-]*(?:à|at|الساعة)?\s*{_CLOCK}{_HALF}{_ZONE})?"
_WEEKDAY: Final = r"(?:[^\W\d]{2,10}\.?\s*[,،]?\s+)?"
_FORMS: Final = tuple(
    re.compile(form + _TIME + r"\s*(?:\([^()]{0,40}\))?")
    for form in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?[\s./-]+(?P<name>{_MONTH_PATTERN})\.?[\s,،./-]+(?P<year>\d{{4}}|\d{{2}}(?!\d))",
        rf"{_WEEKDAY}(?P<name>{_MONTH_PATTERN})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s,،]+(?P<year>\d{{4}})",
        r"(?:[^\W\d]{2,10}\.?\s*[,،]?\s+)?(?P<first>\d{1,2})[/.-](?P<other>\d{1,2})[/.-](?P<year>\d{4})",
    )
)
_COMPACT: Final = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:t?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?)?(?P<zone>z)?"
)
_EPOCH: Final = re.compile(r"\d{10}|\d{13}")
_OFFSET: Final = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?")
# Names that stand for one zone in all feeds; AST, IST, BST, CST and their like do not.
_ZONES: Final = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    "cet": 60,
    "wat": 60,
    "west": 60,
    "cest": 120,
    "cat": 120,
    "eet": 120,
    "sast": 120,
    "eat": 180,
    "eest": 180,
    "msk": 180,
    "trt": 180,
    "gst": 240,
    "pkt": 300,
    "est": -300,
    "edt": -240,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
}


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A moment, and whether reading it took a guess."""

    moment: datetime | None
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """A date as an Article has it; ``raw`` only where it is suspect."""

    moment: datetime | None
    suspect: bool = False
    raw: str = ""


def published(raw: str, now: datetime) -> Published:
    """The date held to the last ten years and the next ten minutes; no date at all is nothing suspect."""
    if not raw.strip():
        return Published(None)
    read = read_date(raw)
    if read.moment is None:
        return Published(None, suspect=True, raw=raw)
    held = min(max(read.moment, now - OLDEST), now + FUTURE)
    suspect = read.doubtful or held != read.moment
    return Published(held, suspect, raw if suspect else "")


def read_date(raw: str) -> ReadDate:
    """RFC 822 and 3339, epochs, and what papers write in Arabic, French and English; UTC where no zone stands.

    ``06/07/2026`` is read day first and said to be doubtful; so is a time zone's name that means several zones.
    """
    text = _folded(raw)
    if _EPOCH.fullmatch(text):
        return ReadDate(datetime.fromtimestamp(int(text[:10]), UTC))
    for form in (*_FORMS, _COMPACT):
        if found := form.fullmatch(text):
            return _built(found.groupdict())
    return ReadDate(None)


def _built(parts: dict[str, str | None]) -> ReadDate:
    day, month, doubtful = _day_and_month(parts)
    offset, unknown_zone = _zone(parts.get("zone") or "")
    try:
        moment = datetime(
            _year(parts.get("year") or ""),
            month,
            day,
            _hour(parts),
            int(parts.get("minute") or 0),
            min(int(parts.get("second") or 0), 59),
            tzinfo=timezone(timedelta(minutes=offset)),
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return ReadDate(None)
    return ReadDate(moment, doubtful or unknown_zone)


def _day_and_month(parts: dict[str, str | None]) -> tuple[int, int, bool]:
    if name := parts.get("name"):
        return int(parts["day"] or 0), _MONTH[name], False
    if parts.get("first"):
        first, other = int(parts["first"] or 0), int(parts["other"] or 0)
        if first <= 12 < other:
            return other, first, False
        return first, other, first <= 12 and first != other
    return int(parts["day"] or 0), int(parts["month"] or 0), False


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _hour(parts: dict[str, str | None]) -> int:
    hour = int(parts.get("hour") or 0)
    half = (parts.get("half") or "")[:1]
    if half in ("p", "م") and hour < 12:
        return hour + 12
    return 0 if half in ("a", "ص") and hour == 12 else hour


def _zone(name: str) -> tuple[int, bool]:
    """Minutes east of Greenwich, and whether the name is not known to mean one zone."""
    if found := _OFFSET.fullmatch(name):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return (-minutes if found[1] == "-" else minutes), minutes > 14 * 60
    return _ZONES.get(name, 0), bool(name) and name not in _ZONES


def _folded(raw: str) -> str:
    """Western digits, small letters, no tatweel or vowel marks, single blanks."""
    digits = "".join(
        str(unicodedata.digit(char)) if char.isdigit() and not char.isascii() else char for char in raw[:100]
    )
    plain = re.sub(r"[\u0640\u064b-\u0652\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "", digits)
    return " ".join(plain.casefold().split())
