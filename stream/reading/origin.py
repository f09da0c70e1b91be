"""Where a text comes from: the host of its link, and the agency that it credits."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Final
from urllib.parse import urlsplit

from stream.reading.automaton import Automaton, Match
from stream.reading.lexicon import Entry
from stream.reading.matcher import Hit

AGENCY: Final = "agency"
"""The lexicon's class of news agencies."""
_HOST_ENDS: Final = 3
"""The slash that ends a link's host, unless a question or fragment does."""
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
_NAMED: Final = Automaton(tuple(_NAMES))
_AGENCIES: Final = tuple(_NAMES.values())
_INITIALS: Final = re.compile(r"(?<!\w)(?:(?P<afp>أ[ .]*ف[ .]*ب)|(?P<dpa>د[ .]*ب[ .]*أ)|(?P<ap>أ[ .]+ب))(?!\w)")
"""Arabic papers sign with initials, spaced and dotted as they please."""
_NEARLY: Final = re.compile("[أد][ .]*[فب]")
"""What every one of them holds: much faster to look for."""
_start: Final = attrgetter("start")


def domain(link: str) -> str:
    """Host of a link, lower case, punycode, without ``www.``; empty where there is none."""
    return _host("/".join(link.strip().split("/", _HOST_ENDS)[:_HOST_ENDS]))


@lru_cache(maxsize=1 << 10)
def _host(address: str) -> str:
    """The same of a link without its path: feeds link to few hosts, so each is worked out once."""
    try:
        host = urlsplit(address).hostname or ""
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


def origins(raws: Sequence[str], hits: Sequence[Sequence[Hit]], signed: Sequence[Sequence[Hit]]) -> list[str | None]:
    """The agency credited at each text's top or end, the top's first; a mention in the middle is no credit.

    ``hits`` are the names of agencies in each text, by their start; ``signed`` are those in its ``signature`` alone.
    """
    tops, ends = [raw[:_NEAR_TOP] for raw in raws], [signature(raw) for raw in raws]
    named = iter(_NAMED.find([*tops, *ends]))
    above = [
        _credited(top, next(named), found[: bisect_left(found, _NEAR_TOP, key=_start)])
        for top, found in zip(tops, hits, strict=True)
    ]
    below = [_credited(end, next(named), found) for end, found in zip(ends, signed, strict=True)]
    return [top or end for top, end in zip(above, below, strict=True)]


def _credited(stretch: str, named: Iterable[Match], hits: Iterable[Hit]) -> str | None:
    found = [(start, _AGENCIES[index]) for index, start, _end in named]
    found += [(hit.start, hit.payload.concept) for hit in hits if isinstance(hit.payload, Entry)]
    if _NEARLY.search(stretch) and (match := _INITIALS.search(stretch)):
        found.append((match.start(), str(match.lastgroup)))
    return min(found)[1] if found else None
