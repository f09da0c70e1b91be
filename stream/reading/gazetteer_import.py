"""Country files of GeoNames or OpenStreetMap to gazetteer rows, for ``marsad gazetteer import``.

GeoNames: the 19 tab-separated columns of its country dumps (``ML.txt``), without a header.
OpenStreetMap: place nodes as tab-separated text with the header ``osm_node name name_en place lat lon
population``; the country is the file's name (``TD.tsv``). Divisions come from the nearest place of the
shipped gazetteer, since neither source has today's ISO 3166-2. Open the files with newlines as they
are (only line feeds end a line): names hold stray carriage returns.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import PurePath
from typing import Final

import numpy as np
from numpy.typing import NDArray

from marsad.errors import ConfigError, ConfigProblem
from stream.reading.gazetteer import COLUMNS, Gazetteer

GEONAMES_COLUMNS: Final = 19
OSM_COLUMNS: Final = ("osm_node", "name", "name_en", "place", "lat", "lon", "population")
OSM_KINDS: Final = frozenset(("city", "town", "village", "hamlet", "suburb", "isolated_dwelling", "locality"))
SHORTEST: Final = 4
FARTHEST_KM: Final = 120.0
"""A division is taken from the nearest known place no farther than this."""
MOST_PROBLEMS: Final = 20
_ARABIC: Final = frozenset("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهويى ")
_NOT_IN_NAMES: Final = str.maketrans("|\t\r\n", "    ")


def convert(lines: Iterable[str], source_name: str) -> Iterator[str]:
    """Rows in the gazetteer's columns, one a place. Raises ConfigError naming file and line.

    ``source_name`` is the path as errors show it; its stem is the country for OpenStreetMap files.
    """
    problems: list[ConfigProblem] = []
    osm = False
    for number, line in enumerate(lines, 1):
        cells = line.rstrip("\n").removesuffix("\r").removeprefix("\ufeff").split("\t")
        if number == 1 and tuple(cells[: len(OSM_COLUMNS)]) == OSM_COLUMNS:
            osm = True
            continue
        if not any(cells) or line.startswith("#"):
            continue
        try:
            row = _osm_row(cells, PurePath(source_name).stem) if osm else _geonames_row(cells)
        except ValueError as error:
            problems.append(ConfigProblem(source_name, number, "", str(error)))
            if len(problems) >= MOST_PROBLEMS:
                break
            continue
        if row is not None:
            yield row
    if problems:
        raise ConfigError(problems)


def describe(rows: Sequence[str]) -> str:
    """One line for people: how many places, how many with an Arabic name, with a division."""
    cells = [row.split("\t") for row in rows]
    arabic = sum(any(_is_arabic(name) for name in row[COLUMNS.index("names")].split("|")) for row in cells)
    placed = sum(bool(row[COLUMNS.index("admin1")]) for row in cells)
    places = "1 place" if len(rows) == 1 else f"{len(rows)} places"
    return f"{places}, {arabic} with an Arabic name, {placed} with their division"


def _geonames_row(cells: Sequence[str]) -> str | None:
    if len(cells) != GEONAMES_COLUMNS:
        raise ValueError(
            f"{len(cells)} columns; a GeoNames country file has {GEONAMES_COLUMNS}, an OpenStreetMap one begins "
            f"with the header {' TAB '.join(OSM_COLUMNS)}"
        )
    if cells[6] != "P":
        return None
    names = [cells[1], *sorted(cells[3].split(","))]
    return _row(cells[8], names, cells[4], cells[5], population=cells[14], geonames_id=cells[0])


def _osm_row(cells: Sequence[str], country: str) -> str | None:
    if len(cells) != len(OSM_COLUMNS):
        raise ValueError(f"{len(cells)} columns; write {' TAB '.join(OSM_COLUMNS)}")
    if not (len(country) == 2 and country.isascii() and country.isupper()):
        raise ValueError("an OpenStreetMap file is named after its country, such as TD.tsv")
    _node, name, name_en, kind, lat, lon, population = cells
    if kind not in OSM_KINDS:
        return None
    return _row(country, [name_en, *_by_script(name)], lat, lon, population=population, geonames_id="")


def _row(country: str, names: Iterable[str], lat: str, lon: str, *, population: str, geonames_id: str) -> str | None:
    point = _degrees(lat, 90, "lat"), _degrees(lon, 180, "lon")
    kept = {
        name.casefold(): name for name in (raw.translate(_NOT_IN_NAMES).strip() for raw in names) if _is_usable(name)
    }
    if not kept:
        return None
    people = population if population.isascii() and population.isdigit() else "0"
    name = next((name for name in kept.values() if not _is_arabic(name)), next(iter(kept.values())))
    place = ("town", country, division(country, *point), "", name, f"{point[0]:.4f}", f"{point[1]:.4f}")
    return "\t".join((*place, people, geonames_id, "|".join(kept.values()), "import"))


def _by_script(name: str) -> list[str]:
    """OpenStreetMap often has both scripts in one string (``N'Djamena انجمينا``)."""
    arabic = " ".join(word for word in name.split() if "\u0600" <= word[0] <= "\u06ff")
    latin = " ".join(word for word in name.split() if not "\u0600" <= word[0] <= "\u06ff")
    return [part.strip(" -/()") for part in (latin, arabic)]


def _is_usable(name: str) -> bool:
    if len(name) < SHORTEST:
        return False
    latin = name[0].isupper() and not name.isupper() and all(ord(char) < 0x0250 for char in name)
    return _is_arabic(name) or latin


def _is_arabic(name: str) -> bool:
    return bool(name) and set(name) <= _ARABIC


def _degrees(cell: str, most: int, what: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise ValueError(f"{what} {cell!r} is no number: write degrees such as 14.0986") from None
    if not -most <= value <= most:
        raise ValueError(f"{what} {cell} lies outside -{most} to {most}")
    return value


def division(country: str, lat: float, lon: float) -> str:
    """The ISO 3166-2 code of the nearest shipped place of the country that has one, or nothing."""
    known = _known().get(country)
    if known is None:
        return ""
    points, codes = known
    north = points[:, 0] - lat
    east = (points[:, 1] - lon) * math.cos(math.radians(lat))
    squares = north * north + east * east
    nearest = int(squares.argmin())
    return codes[nearest] if math.sqrt(float(squares[nearest])) * 111.2 <= FARTHEST_KM else ""


@cache
def _known() -> dict[str, tuple[NDArray[np.float64], list[str]]]:
    places = {m.place: None for _name, _flag, m in Gazetteer.packaged().names if m.place and m.place.lat is not None}
    by_country: dict[str, list[tuple[float, float, str]]] = {}
    for place in places:
        if place.admin1 and place.lat is not None and place.lon is not None:
            by_country.setdefault(place.country, []).append((place.lat, place.lon, place.admin1))
    return {
        country: (np.array([row[:2] for row in rows]), [row[2] for row in rows]) for country, rows in by_country.items()
    }
