"""Text of feeds made harmless for every receiver: no markup, mention, link, or trick of direction. Pure.

What a chat, a mail or a phone would act on is replaced by look-alikes or parted by an invisible space; letters of
every script stay as they are, the joiners that Persian and Indic writing need included.
"""

import re
import unicodedata
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

FIRST_STRONG_ISOLATE: Final = "\u2068"
POP_ISOLATE: Final = "\u2069"
_PARTING: Final = "\u200b"
_JOINERS: Final = "\u200c\u200d"
_LONGEST_LINK: Final = 2_000

_LOOK_ALIKES: Final = str.maketrans(
    {
        "<": "‹",
        ">": "›",
        "*": "∗",
        "`": "ʹ",
        "~": "∼",
        "|": "¦",
        "_": "ˍ",
        "[": "⁅",
        "]": "⁆",
        "\\": "⧵",
        "{": "❴",
        "}": "❵",
    }
)
_DOTS: Final = ".\u2024\ufe52\uff0e\u3002\uff61\u2488-\u249b"
"""Whatever normalisation or a browser takes for the dot of a domain; the last are digits with a dot."""
_BESIDE: Final = r"[^\s!-/:-@\[-`{-~»’”…]"
"""What may stand beside the dot or colon of an address: letters, but joiners and marks too, which a browser drops."""
_ADDRESS: Final = re.compile(rf"://|(?<={_BESIDE})[{_DOTS}](?={_BESIDE})|(?<={_BESIDE})[:\ufe55\uff1a](?={_BESIDE})")
_MENTION: Final = re.compile(r"[@＠#＃]|(?<![\w])[!/](?=\w)")
_SPACES: Final = re.compile(r"\s+")
_QUOTED_SAFE: Final = "/:?#&=+,;%-._"


def plain(text: str, limit: int) -> str:
    """One line without control, format or private characters, at most ``limit`` characters; nothing defanged."""
    kept = (_kept(char) for char in unicodedata.normalize("NFC", text[: limit * 8].encode("utf-8", "replace").decode()))
    line = _SPACES.sub(" ", "".join(kept)).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def harmless(text: str, limit: int) -> str:
    """``plain``, and nothing in it that a receiver would turn into markup, a mention, a command or a link."""
    line = plain(text, limit).translate(_LOOK_ALIKES)
    line = _ADDRESS.sub(_parted, line)
    return _MENTION.sub(lambda found: found.group() + _PARTING, line)


def isolated(text: str) -> str:
    """The text in its own direction, whatever stands around it."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}" if text else ""


def safe_link(link: str) -> str:
    """The link as plain ASCII, its host in punycode; empty unless it is a whole http(s) one without user name."""
    if len(link) > _LONGEST_LINK:
        return ""
    try:
        parts = urlsplit(link.strip())
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not re.fullmatch(r"[a-z0-9.:-]+", host):
        return ""
    host = f"[{host}]" if ":" in host else host
    path, query, fragment = (_quoted(part) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host + port, path, query, fragment))


def _kept(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    if category in ("Cf", "Co", "Cs", "Cn"):
        return char if char in _JOINERS else ""
    return char


def _parted(found: re.Match[str]) -> str:
    text = found.group()
    return text[0] + _PARTING + text[1:]


def _quoted(part: str) -> str:
    """Percent-encoded wherever a chat could see markup or the end of the link; ``@`` too, for it pings."""
    return quote(part.encode("utf-8", "replace"), safe=_QUOTED_SAFE)
