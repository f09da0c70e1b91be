"""What the live view shows: plain snapshots, and the text of feeds as text that can do nothing to a terminal. Pure."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Final

FIRST_STRONG: Final = "\u2068"
POP: Final = "\u2069"
JOINERS: Final = "\u200c\u200d"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedShown:
    """A feed as it stands."""

    slug: str
    language: str
    state: str
    """``ok``, ``waiting``, ``failing`` or ``retired``."""
    polled_at: datetime | None = None
    articles: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingShown:
    """An article that was just read."""

    feed: str
    language: str
    title: str
    what: str = ""
    """The event, and what it is where it is none that has just happened; or the first topic."""
    country: str = ""
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryShown:
    """An incident, or what only mentions one, as it stands."""

    id: str
    title: str
    what: str = ""
    where: str = ""
    articles: int = 1
    sources: int = 1
    killed: str = ""
    fresh: bool = False
    """Whether it tells what has just happened; otherwise ``what`` says what it is instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertShown:
    """A message that goes to receivers now."""

    kind: str
    """``alert``, ``update`` or ``cancel``."""
    rule: str
    severity: str
    what: str
    where: str
    title: str
    at: datetime
    toll: str = ""
    sources: int = 1
    changed: tuple[str, ...] = ()
    """Each ``killed: 8 → 12``."""
    domain: str = ""


def one_line(text: str) -> str:
    """Text of a feed as one line that can do nothing to a terminal: no control, format or private signs.

    The two joiners stay: they spell words in Persian and keep composed signs together.
    """
    return " ".join("".join(map(_harmless, text)).split())


def _harmless(sign: str) -> str:
    category = unicodedata.category(sign)
    if sign in JOINERS or category[0] not in "CZ":
        return sign
    return "" if category == "Cf" else " "  # an invisible mark parts no words


def isolated(text: str) -> str:
    """Text of a feed, on one line, without control characters, in its own direction."""
    shown = one_line(text)
    return f"{FIRST_STRONG}{shown}{POP}" if shown else ""


def words(*parts: str) -> str:
    """Those that say something, side by side."""
    return "  ".join(part for part in parts if part)


def many(count: int, word: str) -> str:
    """``1 article``, ``2 articles``."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def shortened(text: str, most: int) -> str:
    """Cut before it is isolated: an isolate that is not closed would turn its whole line around."""
    return text if len(text) <= most else text[: most - 1] + "…"
