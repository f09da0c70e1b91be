"""Where a text comes from: the host of its link, and the agency that it credits."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter
from typing import Final
from urllib.parse import urlsplit

from stream.reading.lexicon import Entry
from stream.reading.matcher import Hit

AGENCY: Final = "agency"
"""The lexicon's class of news agencies."""
_NEAR_TOP: Final = 260
_NEAR_END: Final = 160
_NAMES: Final = {
    "AFP": "afp", "فرانس برس": "afp", "Agence France-Presse": "afp", "Agence France Presse": "afp",
    "Reuters": "reuters", "REUTERS": "reuters", "رويترز": "reuters", "(AP)": "ap", "Associated Press": "ap",
    "أسوشيتد برس": "ap", "اسوشيتد برس": "ap", "أسوشييتد برس": "ap",
    "(dpa)": "dpa", "الألمانية للأنباء": "dpa", "Xinhua": "xinhua",
    "شينخوا": "xinhua", "Anadolu": "anadolu", "(AA)": "anadolu", "الأناضول": "anadolu", "(EFE)": "efe", "TASS": "tass",
    "(APA)": "apanews", "APAnews": "apanews", "APA News": "apanews", "PANAPRESS": "panapress", "(PANA)": "panapress",
    "(قنا)": "qna", "(واس)": "spa", "واس:": "spa", "(وام)": "wam", "(أ ش أ)": "mena", "(أ.ش.أ)": "mena",
}  # fmt: skip
"""How a dateline or a signature names an agency → its id."""
_NAMED: Final = re.compile("|".join(map(re.escape, _NAMES)))
_INITIALS: Final = re.compile(r"(?<!\w)(?:(?P<afp>أ[ .]*ف[ .]*ب)|(?P<dpa>د[ .]*ب[ .]*أ)|(?P<ap>أ[ .]+ب))(?!\w)")
"""Arabic papers sign with initials, spaced and dotted as they please."""
_NEARLY: Final = re.compile("[أد][ .]*[فب]")
"""What every one of them holds: much faster to look for."""
_start: Final = attrgetter("start")


def domain(link: str) -> str:
    """Host of a link, lower case, punycode, without ``www.``; empty where there is none."""
    try:
        host = urlsplit(link.strip()).hostname or ""
    except ValueError:  # a bracket that is no IPv6 address
        return ""
    host = host.rstrip(".").removeprefix("www.")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:  # no name that DNS could hold
            return ""
    return host.lower()


def signature(raw: str) -> str:
    """The end of a text that is longer than its top, where papers sign."""
    return raw[max(_NEAR_TOP, len(raw) - _NEAR_END) :]


def origin(raw: str, hits: Sequence[Hit], signed: Sequence[Hit] = ()) -> str | None:
    """The agency credited at the text's top or end, the top's first; a mention in the middle is no credit.

    ``hits`` are the text's in order of their start; ``signed`` are those of its ``signature`` alone.
    """
    top = hits[: bisect_left(hits, _NEAR_TOP, key=_start)]
    return _credited(raw[:_NEAR_TOP], top) or _credited(signature(raw), signed)


def _credited(stretch: str, hits: Sequence[Hit]) -> str | None:
    found = [
        (hit.start, entry.concept)
        for hit in hits
        if hit.payload.cls == AGENCY and isinstance(entry := hit.payload, Entry)
    ]
    if _NAMED.search(stretch):
        found += [(stretch.index(name), agency) for name, agency in _NAMES.items() if name in stretch]
    if _NEARLY.search(stretch) and (match := _INITIALS.search(stretch)):
        found.append((match.start(), str(match.lastgroup)))
    return min(found)[1] if found else None
