"""How two accounts' places relate. Pure; distances in kilometres."""

from enum import Enum
from math import asin, cos, radians, sin, sqrt
from typing import Final, Protocol

from marsad.codes import PlaceKind
from stream.stories.names import same_name

NEAR_KM: Final = 10.0
"""Two points this close are one town: gazetteers place a town's point that differently."""
FAR_KM: Final = 30.0
"""Two towns further apart than this are two places; between the two bounds nothing is concluded."""
_EARTH_KM: Final = 6371.0
_FAR_DEGREES: Final = 0.28
"""Of latitude: a little more than FAR_KM everywhere."""


class Located(Protocol):
    """What an event and an incident have in common."""

    @property
    def country(self) -> str | None: ...  # noqa: D102
    @property
    def admin1(self) -> str | None: ...  # noqa: D102
    @property
    def region(self) -> str | None: ...  # noqa: D102
    @property
    def place(self) -> str | None: ...  # noqa: D102
    @property
    def place_kind(self) -> PlaceKind | None: ...  # noqa: D102
    @property
    def lat(self) -> float | None: ...  # noqa: D102
    @property
    def lon(self) -> float | None: ...  # noqa: D102


class Nearness(Enum):
    """What comparing two towns gives."""

    SAME = "same"
    APART = "apart"
    DIFFERENT_NAME = "different name"
    UNKNOWN = "unknown"


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance (haversine)."""
    half_lat = radians(other_lat - lat) / 2
    half_lon = radians(other_lon - lon) / 2
    a = sin(half_lat) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(half_lon) ** 2
    return 2 * _EARTH_KM * asin(sqrt(min(1.0, a)))


def distance(one: Located, other: Located) -> float | None:
    """Kilometres between two points; None where either has none."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return None
    return kilometres(one.lat, one.lon, other.lat, other.lon)


def surely_apart(one: Located, other: Located) -> bool:
    """Whether the latitudes of two towns alone put them further apart than FAR_KM: a cheap first look."""
    if one.lat is None or other.lat is None or abs(one.lat - other.lat) <= _FAR_DEGREES:
        return False
    return is_town(one) and is_town(other)


def is_town(located: Located) -> bool:
    """Whether a town or a point in it is named: a country's or region's centre locates nothing."""
    return located.place_kind is PlaceKind.TOWN and located.place is not None


def compare_towns(one: Located, other: Located) -> Nearness:
    """Whether two accounts name one town."""
    if not (is_town(one) and is_town(other)):
        return Nearness.UNKNOWN
    assert one.place is not None
    assert other.place is not None
    apart = distance(one, other)
    if apart is not None and apart > FAR_KM:
        return Nearness.APART
    if same_name(one.place, other.place) or (apart is not None and apart <= NEAR_KM):
        return Nearness.SAME
    return Nearness.UNKNOWN if apart is not None else Nearness.DIFFERENT_NAME
