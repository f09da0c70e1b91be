"""The gazetteer: what a name on the page may be, as tab-separated rows that an operator can add to.

``COLUMNS`` are the same in our own ``places.tsv`` and ``admin1.tsv``, in the file compiled from them
at build time, and in what ``marsad gazetteer import`` writes. Kinds of row:

* ``country``, ``admin1``, ``town``, ``capital`` (a town that also stands for its government), ``region``
  (a named area; one row for each country it lies in, and one without);
* ``demonym``: an adjective or inhabitants' name of the country, a weaker sign of it;
* ``none``: a phrase that holds a place's name and is no place (a football club, a river).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from sys import intern
from typing import ClassVar, Final

import msgspec

from marsad.codes import PlaceKind
from marsad.errors import ConfigError, ConfigProblem, did_you_mean
from stream.reading.terms import Term
from stream.reading.text import normalise

COLUMNS: Final = (
    "kind", "country", "admin1", "region", "name", "lat", "lon", "population", "geonames_id", "names", "source",
)  # fmt: skip
SOURCES: Final = ("ours", "geonames", "import")

KINDS: Final = {
    "country": PlaceKind.COUNTRY,
    "demonym": PlaceKind.COUNTRY,
    "admin1": PlaceKind.ADMIN1,
    "town": PlaceKind.TOWN,
    "capital": PlaceKind.TOWN,
    "region": PlaceKind.REGION,
    "none": PlaceKind.REGION,
}
NEEDS: Final = ("never", "cue", "preposition", "person", "finance")
"""What a name that is also a common word needs (``place_stoplist.tsv``): ``never`` take it from
GeoNames; another place of its ``cue``'s country in the text; a place ``preposition`` before it, or
such a cue; no sign that it is a ``person``'s name; no sign that it is the adjective ``finance``."""

PLACE: Final = "place"
"""The class of all names of places."""
_MALI_FLAG: Final = "m"
_LETTERS: Final = str.maketrans("آأإىة", "ااايه")


class GazetteerPlace(msgspec.Struct, frozen=True, gc=False):
    """One place. No coordinates for a country or a region."""

    kind: PlaceKind
    name: str
    country: str = ""
    admin1: str = ""
    region: str = ""
    lat: float | None = None
    lon: float | None = None
    population: int = 0
    geonames_id: int | None = None

    def line(self) -> dict[str, object]:
        """The place as JSON shows it."""
        return {name: getattr(self, name) for name in self.__struct_fields__}


class PlaceName(msgspec.Struct, frozen=True, gc=False):
    """What the matcher finds: a name of a place, and how far to trust it."""

    cls: ClassVar[str] = PLACE
    place: GazetteerPlace | None
    """None: the phrase is no place, whatever place's name it holds."""
    demonym: bool = False
    capital: bool = False
    ours: bool = False
    """We wrote it down; the others came by the thousand, and need their country in the text."""
    needs: str = ""
    """One of NEEDS but ``never``, or nothing."""


@dataclass(frozen=True, slots=True)
class Stoplist:
    """Names that are also common words, by what they need."""

    never: frozenset[str] = frozenset()
    needs: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_tsv(cls, text: str, problems: list[ConfigProblem], *, name: str = "place_stoplist.tsv") -> "Stoplist":
        """From name TAB need lines; what is wrong is added to ``problems``."""
        found: dict[str, dict[str, str]] = {need: {} for need in NEEDS}
        for number, line in enumerate(text.split("\n"), 1):
            cells = line.rstrip("\r").split("\t")
            if not line.strip() or line.startswith("#") or cells == ["name", "needs"]:
                continue
            if len(cells) != 2 or cells[1] not in NEEDS:
                problems.append(ConfigProblem(name, number, "", f"write a name, a tab and one of {', '.join(NEEDS)}"))
            else:
                found[cells[1]][_word(cells[0])] = cells[1]
        never = frozenset(found.pop("never"))
        return cls(never, {word: need for words in found.values() for word, need in words.items()})


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All names in force."""

    names: tuple[tuple[str, str, PlaceName], ...]
    """Name as people write it, matcher flag, what it means."""

    @classmethod
    def packaged(cls, extra: Iterable[Path] = ()) -> "Gazetteer":
        """The shipped gazetteer, widened by imported files. Raises ConfigError on a bad line."""
        return cls.widened(read_files(extra))

    @classmethod
    def widened(cls, texts: Iterable[tuple[str, str]] = ()) -> "Gazetteer":
        """The shipped gazetteer with imported files, as ``read_files`` gives them. Raises ConfigError on a bad line."""
        shipped = ("places.tsv", _packaged("compiled/places.tsv"))
        return cls.from_tsv([shipped, *texts], stoplist=_packaged("place_stoplist.tsv"))

    @classmethod
    def from_tsv(cls, texts: Iterable[tuple[str, str]], *, stoplist: str = "") -> "Gazetteer":
        """From (file name, its text) pairs. Raises ConfigError with every bad line of all of them."""
        problems: list[ConfigProblem] = []
        stop = Stoplist.from_tsv(stoplist, problems)
        names: list[tuple[str, str, PlaceName]] = []
        for file, text in texts:
            for number, line in enumerate(text.split("\n"), 1):
                if line.strip() and not line.startswith(("#", "kind\t")):
                    try:
                        names += _row(line, stop)
                    except ValueError as error:
                        problems.append(ConfigProblem(file, number, "", str(error)))
        if problems:
            raise ConfigError(problems)
        return cls(tuple(names))

    def terms(self) -> Iterator[Term]:
        """Every name as something for the matcher to find."""
        return (Term(name, flag, meaning) for name, flag, meaning in self.names)

    def lookup(self, name: str) -> list[GazetteerPlace]:
        """Every place that a name may mean, countries first, then by population."""
        wanted = normalise(name)
        found = {m.place: None for surface, _flag, m in self.names if m.place and normalise(surface) == wanted}
        order = list(PlaceKind)
        return sorted(
            found, key=lambda place: (order.index(place.kind), -place.population, place.country, place.admin1)
        )


def _row(line: str, stop: Stoplist) -> Iterator[tuple[str, str, PlaceName]]:
    cells = line.rstrip("\r").split("\t")
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} columns; write {' TAB '.join(COLUMNS)}")
    kind, country, admin1, region, name, lat, lon, population, geonames_id, names, source = cells
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}{did_you_mean(kind, KINDS)}; known: {', '.join(KINDS)}")
    if source not in SOURCES:
        raise ValueError(f"unknown source {source!r}; known: {', '.join(SOURCES)}")
    place = None
    if kind != "none":
        point = _point(lat, lon)
        people, known_as = _whole(population) or 0, _whole(geonames_id)
        land, division, area = map(intern, (country, admin1, region))  # shared by all rows: less memory, found faster
        place = GazetteerPlace(KINDS[kind], name, land, division, area, point[0], point[1], people, known_as)
    ours = source == "ours"
    for surface in names.split("|"):
        word = _word(surface)
        if surface and (ours or word not in stop.never):
            need = stop.needs.get(word, "")
            meaning = PlaceName(place, kind == "demonym", kind == "capital", ours, need)
            yield surface, _flag(surface, kind, need), meaning


def _word(surface: str) -> str:
    """Enough of the matcher's folding for the stoplist's purposes, at a fraction of its cost."""
    return surface.casefold().translate(_LETTERS)


def _flag(surface: str, kind: str, need: str) -> str:
    if "\u0600" <= surface[0] <= "\u06ff":
        if need == "finance" and kind == "country":
            return _MALI_FLAG
        return "t" if kind == "demonym" else "x2" if kind == "none" else "p"
    if surface.isupper() and len(surface) <= 4:  # UAE, DRC
        return "x"
    return "w" if kind in ("demonym", "none") or not surface[0].isupper() else "cap"


def _point(lat: str, lon: str) -> tuple[float, float] | tuple[None, None]:
    if not lat and not lon:
        return None, None
    try:
        point = float(lat), float(lon)
    except ValueError:
        raise ValueError(
            f"lat {lat!r}, lon {lon!r}: write degrees such as 14.0986 and -1.6266, or leave both out"
        ) from None
    if not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180):
        raise ValueError(f"lat {lat}, lon {lon} lie outside the earth: lat is -90 to 90, lon -180 to 180")
    return point


def _whole(cell: str) -> int | None:
    if not cell:
        return None
    if not cell.isascii() or not cell.isdigit():
        raise ValueError(f"{cell!r} is no whole number: write one such as 61462, or nothing")
    return int(cell)


def read_files(paths: Iterable[Path]) -> tuple[tuple[str, str], ...]:
    """(File name, its text) pairs. Raises ConfigError on the first file that cannot be read."""
    return tuple((str(path), _read(path)) for path in paths)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise ConfigError([ConfigProblem(str(path), 0, "", f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            [ConfigProblem(str(path), 0, "", f"not UTF-8 (byte {error.start}): save it as UTF-8")]
        ) from error


@cache
def _packaged(name: str) -> str:
    return resources.files("marsad").joinpath("defaults", *name.split("/")).read_text("utf-8")
