"""Which of the places that bear a name is meant: passes of points, each with a reason (READING 5.2).

Pure; every number here is a point of evidence. A name keeps its best candidate when that leads by
``MARGIN``; when all the best lie in one country, the country is told at least.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import msgspec

from marsad.codes import PlaceKind
from stream.reading.gazetteer import GazetteerPlace, PlaceName

COUNTRY: Final = PlaceKind.COUNTRY
TOWN: Final = PlaceKind.TOWN
"""Asked for every mention, and Python 3.11 takes ten times as long to find a member in its class."""
MARGIN: Final = 0.5
CONTAINER: Final = 3.0
"""The country or division is named within a few words: "Djibo, Burkina Faso"."""
COUNTRY_AT_TOP: Final = 2.0
COUNTRY_IN_TEXT: Final = 1.0
SAME_DIVISION: Final = 0.7
FEED_COUNTRY: Final = 0.6
WATCHED_PRIOR: Final = 1.0
OURS: Final = 1.0
A_COUNTRY: Final = 4.0
WATCHED: Final = frozenset(("BF", "ML", "MR", "NE", "TD"))
KNOWN_EVERYWHERE: Final = 700_000
"""A city of so many people is believed without its country being named."""
WELL_KNOWN: Final = 100_000
"""A city of so many people whose name is a common word is believed behind a place preposition."""
NEAR: Final = 60
"""Characters of the folded text: about six words to either side."""


class Mention(msgspec.Struct, eq=False):
    """A stretch of text that names a place, and what it may mean."""

    start: int
    end: int
    norm_start: int
    norm_end: int
    prefix: str
    names: list[PlaceName]
    chosen: GazetteerPlace | None = None
    demonym: bool = False
    capital: bool = False
    weight: float = 0.0
    """Of the part of the page that it stands in."""
    words: Sequence[str] = ()
    """The folded words before it, the nearest first."""
    in_actor: bool = False
    """It stands inside a group's or an army's name: a sign of the country, never the event's place."""
    placed: bool = False
    """A place preposition stands before it."""
    dateline: bool = False
    """It tells where the report was written."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the text as a whole says about where it plays."""

    named: Mapping[str, Sequence[int]]
    """Country → offsets in the folded text of the names that can mean it only."""
    at_top: Collection[str]
    """Countries named in title and lead."""
    divisions: Collection[str]
    feed_country: str | None


def context(mentions: Iterable[Mention], *, top: int, feed_country: str | None) -> Context:
    """Evidence from names that need no choice; ``top`` is where title and lead end, in raw characters."""
    named: dict[str, list[int]] = {}
    at_top: set[str] = set()
    divisions: set[str] = set()
    for mention in mentions:
        place = _sure(mention.names)
        if place is None:
            continue
        named.setdefault(place.country, []).append(mention.norm_start)
        divisions.add(place.admin1)
        if mention.start < top:
            at_top.add(place.country)
    named = {country: sorted(offsets) for country, offsets in named.items()}
    return Context(named, at_top, divisions, feed_country)


def _sure(names: Sequence[PlaceName]) -> GazetteerPlace | None:
    """The one place, where a country's name or one of our own leaves no choice."""
    for name in names:
        if name.place and name.place.kind is COUNTRY and name.needs != "preposition":
            return name.place
    if len(names) == 1 and names[0].ours and not names[0].needs and names[0].place and names[0].place.country:
        return names[0].place
    return None


def choose(mention: Mention, around: Context) -> GazetteerPlace | None:
    """The place that a mention means, or None where the evidence does not decide."""
    believed = [name for name in mention.names if _is_believed(name, mention, around)]
    if not believed:
        return None
    if len(believed) == 1:
        return _meant(mention, believed[0])
    scored = sorted(((score(name, mention, around), name) for name in believed), key=_best_first)
    best, meant = scored[0]
    for points, name in scored[1:]:
        if best - points >= MARGIN:
            break
        if not _same(name, meant):
            return _in_common(scored, best)
    told = _meant(mention, meant)
    return _with_point(told, believed) if told and told.kind is TOWN and told.lat is None else told


def _with_point(town: GazetteerPlace, believed: Iterable[PlaceName]) -> GazetteerPlace:
    """A town of ours whose point we do not know takes it from an operator's file, if one of its name is there."""
    others = {name.place for name in believed if name.place and name.place.lat is not None}
    same = [other for other in others if other.kind is TOWN and other.country == town.country]
    return _at(town, same[0]) if len(same) == 1 else town


@cache
def _at(town: GazetteerPlace, other: GazetteerPlace) -> GazetteerPlace:
    return msgspec.structs.replace(
        town, lat=other.lat, lon=other.lon, population=other.population, geonames_id=other.geonames_id
    )


def _meant(mention: Mention, name: PlaceName) -> GazetteerPlace | None:
    mention.demonym = name.demonym or mention.in_actor or (not mention.placed and _is_adjective_too(mention, name))
    mention.capital = name.capital
    return name.place


def _is_adjective_too(mention: Mention, name: PlaceName) -> bool:
    """Whether one language's name of a country is another's adjective of it: "Israeli" is Swahili for Israel."""
    place = name.place
    return place is not None and any(
        other.demonym and other.place is not None and other.place.country == place.country for other in mention.names
    )


def score(name: PlaceName, mention: Mention, around: Context) -> float:
    """Points of one candidate."""
    place = name.place
    assert place is not None
    points = OURS if name.ours else 0.0
    if place.kind is COUNTRY:
        points += A_COUNTRY
    elif place.population:
        points += 0.4 * math.log10(place.population)
    elif name.ours:
        points += 1.6  # a town of ours whose population is not known counts as one of 10,000
    if not place.country:
        return points + 2.4  # a cross-border area as such, when no country of it is named
    points += COUNTRY_AT_TOP if place.country in around.at_top else 0.0
    points += COUNTRY_IN_TEXT if place.country in around.named else 0.0
    points += WATCHED_PRIOR if place.country in WATCHED else 0.0
    points += FEED_COUNTRY if place.country == around.feed_country else 0.0
    points += SAME_DIVISION if place.admin1 and place.admin1 in around.divisions else 0.0
    return points + (CONTAINER if _contained(place, mention, around) else 0.0)


def _contained(place: GazetteerPlace, mention: Mention, around: Context) -> bool:
    """Whether the candidate's country or division is named a few words before or after."""
    offsets = around.named.get(place.country, ())  # ascending
    near = offsets[bisect_left(offsets, mention.norm_end - NEAR) : bisect_right(offsets, mention.norm_end + NEAR)]
    return any(offset != mention.norm_start for offset in near)


def _is_believed(name: PlaceName, mention: Mention, around: Context) -> bool:
    """Small places of far countries, and names that are common words, need their country in the text."""
    place = name.place
    assert place is not None
    if place.kind is COUNTRY and name.needs != "preposition":
        return True
    cued = place.country in around.named or place.country == around.feed_country
    if name.needs == "cue":
        return cued or (mention.placed and place.population >= WELL_KNOWN)
    if name.needs == "preposition":
        return cued or mention.placed
    return name.ours or cued or place.population >= KNOWN_EVERYWHERE


def _best_first(scored: tuple[float, PlaceName]) -> tuple[float, str, str, str, int]:
    points, name = scored
    place = name.place
    assert place is not None
    return -points, place.kind, place.country, place.admin1, place.geonames_id or 0


def _same(one: PlaceName, other: PlaceName) -> bool:
    """A town and its division of the same name are one answer."""
    a, b = one.place, other.place
    assert a is not None
    assert b is not None
    return a.country == b.country and (a.admin1 == b.admin1 or a.kind is b.kind is COUNTRY)


def _in_common(scored: Sequence[tuple[float, PlaceName]], best: float) -> GazetteerPlace | None:
    """The country, where all candidates within the margin lie in one."""
    places = [name.place for points, name in scored if best - points < MARGIN and name.place]
    countries = {place.country for place in places}
    if len(countries) > 1 or "" in countries:
        return next((name.place for _points, name in scored if name.place and not name.place.country), None)
    return GazetteerPlace(COUNTRY, places[0].name, places[0].country)
