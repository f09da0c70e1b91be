"""What can be told of a feed from its bytes, before any parser sees it. Pure."""

import re
from typing import Final

_ENTRY_END: Final = re.compile(rb"</(?:[A-Za-z][\w.-]*:)?(?:item|entry)\s*>")
_ROOT_END: Final = re.compile(rb"</(?:[A-Za-z][\w.-]*:)?(?:rss|feed|RDF|rdf)\s*>", re.IGNORECASE)
_ROOT: Final = re.compile(rb"<((?:[A-Za-z][\w.-]*:)?(?:rss|feed|RDF|rdf))[\s>]", re.IGNORECASE)
_CHANNEL: Final = re.compile(rb"<((?:[A-Za-z][\w.-]*:)?channel)[\s>]")
_CHANNEL_END: Final = re.compile(rb"</(?:[A-Za-z][\w.-]*:)?channel\s*>")
_ENTITY: Final = re.compile(rb"<!ENTITY\s+(?:%\s+)?[^\s>]+\s+([^>]{0,200})", re.IGNORECASE)
_CHARACTER: Final = re.compile(rb"""(["'])(?:&#\w{1,8};|&#38;#\w{1,8};|[^&%<"']{1,3})\1\s*""")
_REFERENCE: Final = re.compile(rb"&#([xX][0-9a-fA-F]+|[0-9]+);?")
_PAIR: Final = re.compile(rb"&#([xX]0*[dD][89abAB][0-9a-fA-F]{2}|0*5[56][0-9]{3});&#([xX][0-9a-fA-F]+|[0-9]+);")
_WIDE: Final = (
    *((b"\xff\xfe\x00\x00", "utf-32-le"), (b"\x00\x00\xfe\xff", "utf-32-be")),
    *((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\x00<", "utf-16-be"), (b"<\x00", "utf-16-le")),
)
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_SKIP_HOURS: Final = re.compile(rb"<skipHours>(.{0,2000}?)</skipHours>", re.IGNORECASE | re.DOTALL)
_SKIP_DAYS: Final = re.compile(rb"<skipDays>(.{0,1000}?)</skipDays>", re.IGNORECASE | re.DOTALL)
_HOUR: Final = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_DAY: Final = re.compile(rb"<day>\s*([A-Za-z]{6,9})\s*</day>", re.IGNORECASE)


def sound_references(body: bytes) -> bytes:
    """Number references that name a character: pairs of surrogates as one, and nothing for what XML does not allow.

    With any other reference a whole feed would be unreadable, and emoji are often written as such pairs.
    """
    paired = _PAIR.sub(_one_reference, body)
    return _REFERENCE.sub(lambda found: found[0] if _is_character(_number(found[1])) else b"", paired)


def entity_fault(body: bytes) -> str | None:
    """Why a feed that declares entities is refused; entities that name one character are fine."""
    for found in _ENTITY.finditer(body):
        if not _CHARACTER.fullmatch(found[1]):
            return "the feed declares entities of its own: refused, because they can grow without bound"
    return None


def is_cut(body: bytes) -> bool:
    """Whether the end of the root element is missing. JSON has none and says so itself."""
    if not _ROOT.search(body[:20_000]):
        return False
    entry_ends = body.rfind(b"</item"), body.rfind(b"</entry")
    return not _ROOT_END.search(body, max(0, *entry_ends))


def closed_after_last_entry(body: bytes) -> bytes | None:
    """A cut feed up to its last whole entry, with the open elements closed; None without a whole entry.

    An entry's end inside of CDATA gives XML that is not well-formed: the caller must parse strictly.
    """
    root = _ROOT.search(body[:20_000])
    ends = [found.end() for found in _ENTRY_END.finditer(body)]
    if not root or not ends:
        return None
    kept = body[: ends[-1]]
    channel = _CHANNEL.search(kept)
    # RDF's items stand beside its channel, those of RSS inside.
    inside = channel and not _CHANNEL_END.search(kept)
    return kept + (b"</" + channel[1] + b">" if channel and inside else b"") + b"</" + root[1] + b">"


def skip_hours(body: bytes) -> tuple[int, ...]:
    """Hours (UTC) in which the feed does not want to be polled."""
    block = _SKIP_HOURS.search(body)
    hours = {int(hour) % 24 for hour in _HOUR.findall(block[1])} if block else set()
    return tuple(sorted(hours))


def skip_days(body: bytes) -> tuple[str, ...]:
    """Days on which the feed does not want to be polled, as English names in small letters."""
    block = _SKIP_DAYS.search(body)
    return tuple(sorted({day.decode().lower() for day in _DAY.findall(block[1])})) if block else ()


def narrowed(body: bytes) -> bytes:
    """UTF-16 and UTF-32 as UTF-8, so that tags can be looked for; all else as it is."""
    encoding = next((name for mark, name in _WIDE if body.startswith(mark)), None)
    if encoding is None:
        return body
    text = body.decode(encoding, errors="replace").removeprefix("\ufeff")
    return _DECLARATION.sub("", text, count=1).encode("utf-8", errors="replace")


def _one_reference(pair: re.Match[bytes]) -> bytes:
    high, low = _number(pair[1]), _number(pair[2])
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return b"&#%d;" % (0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    return pair[0]


def _number(digits: bytes) -> int:
    """What a reference's digits say; -1 for more digits than any character needs."""
    base, digits = (16, digits[1:]) if digits[:1] in b"xX" else (10, digits)
    digits = digits.lstrip(b"0") or b"0"
    return int(digits, base) if len(digits) <= 8 else -1


def _is_character(number: int) -> bool:
    """Whether XML 1.0 allows it (its production Char)."""
    return number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000
