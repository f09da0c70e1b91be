"""Rows, names and what they need; and that our own coordinates are true."""

import math
from importlib import resources
from pathlib import Path

import pytest

from marsad.codes import PlaceKind
from marsad.errors import ConfigError
from marsad.regions import load_regions
from stream.reading.gazetteer import COLUMNS, Gazetteer, GazetteerPlace

ROW = "town\tBF\tBF-SOM\t\tDjibo\t14.10\t-1.63\t61462\t2361177\tDjibo|جيبو\tours"


@pytest.fixture(scope="module")
def shipped() -> Gazetteer:
    return Gazetteer.packaged()


def test_a_row_gives_a_term_for_each_name() -> None:
    terms = list(Gazetteer.from_tsv([("x.tsv", ROW)]).terms())
    assert [(term.text, term.flag) for term in terms] == [("Djibo", "cap"), ("جيبو", "p")]
    assert terms[0].payload.place == GazetteerPlace(
        PlaceKind.TOWN, "Djibo", "BF", "BF-SOM", "", 14.10, -1.63, 61462, 2361177
    )


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (ROW.replace("town", "twon"), "unknown kind 'twon' (did you mean 'town'?)"),
        (ROW.replace("14.10", "north"), "lat 'north'"),
        (ROW.replace("14.10", "140"), "outside the earth"),
        (ROW.replace("61462", "many"), "no whole number"),
        (ROW.replace("\tours", "\ttheirs"), "unknown source"),
        ("Djibo", "1 columns; write kind TAB country"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(broken: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Gazetteer.from_tsv([("own.tsv", f"{ROW}\n{broken}\n")])
    assert str(caught.value).startswith("own.tsv:2: ")
    assert says in str(caught.value)


def test_a_bad_stoplist_is_told() -> None:
    with pytest.raises(ConfigError, match=r"place_stoplist\.tsv:1: write a name"):
        Gazetteer.from_tsv([], stoplist="Nice\tsometimes\n")


def test_never_drops_only_what_others_wrote() -> None:
    theirs = ROW.replace("\tours", "\tgeonames")
    names = Gazetteer.from_tsv([("x", f"{ROW}\n{theirs}")], stoplist="Djibo\tnever\n").names
    assert [(name, meaning.ours) for name, _flag, meaning in names] == [
        ("Djibo", True),
        ("جيبو", True),
        ("جيبو", False),
    ]


def test_needs_fold_the_letters_that_the_matcher_folds() -> None:
    row = ROW.replace("جيبو", "أطار")
    names = Gazetteer.from_tsv([("x", row)], stoplist="إطار\tcue\n").names
    assert [meaning.needs for _name, _flag, meaning in names] == ["", "cue"]


def test_an_operators_file_widens_it(tmp_path: Path, shipped: Gazetteer) -> None:
    path = tmp_path / "own.tsv"
    path.write_text("\t".join(COLUMNS) + "\n" + ROW.replace("Djibo", "Zzyzxtown"), "utf-8")
    assert not shipped.lookup("Zzyzxtown")
    assert [place.country for place in Gazetteer.packaged([path]).lookup("zzyzxtown")] == ["BF"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        Gazetteer.packaged([tmp_path / "none.tsv"])


@pytest.mark.parametrize(
    ("name", "country", "admin1"),
    [
        ("واغادوغو", "BF", "BF-03"),
        ("Djibo", "BF", "BF-SOM"),
        ("Diapaga", "BF", "BF-TAP"),
        ("Ménaka", "ML", "ML-9"),
        ("Nara", "ML", "ML~Nara"),
        ("تيلابري", "NE", "NE-6"),
        ("Baga Sola", "TD", "TD-LC"),
        ("أبشي", "TD", "TD-OD"),
        ("باسكنو", "MR", "MR-01"),
        ("Zamfara", "NG", "NG-ZA"),
        ("الفلوجة", "IQ", "IQ-AN"),
        ("مقديشو", "SO", "SO-BN"),
        ("الفاشر", "SD", "SD-DN"),
    ],
)
def test_places_that_matter_lie_in_todays_divisions(shipped: Gazetteer, name: str, country: str, admin1: str) -> None:
    assert (country, admin1) in {(place.country, place.admin1) for place in shipped.lookup(name)}


def test_every_division_of_the_sahel_is_there(shipped: Gazetteer) -> None:
    divisions = {m.place.admin1 for _n, _f, m in shipped.names if m.place and m.place.kind is PlaceKind.ADMIN1}
    towns = {m.place.admin1 for _n, _f, m in shipped.names if m.place and m.place.kind is PlaceKind.TOWN}
    counts = {
        code: len({one for one in divisions | towns if one.startswith(code)}) for code in ("BF", "ML", "NE", "TD")
    }
    assert counts == {"BF": 17, "ML": 20, "NE": 8, "TD": 23}


def test_countries_have_no_point_and_arabic_names(shipped: Gazetteer) -> None:
    found = shipped.lookup("بوركينا فاسو")
    assert [(place.kind, place.country, place.lat) for place in found] == [(PlaceKind.COUNTRY, "BF", None)]


def test_shipped_regions_name_known_divisions_and_areas(shipped: Gazetteer) -> None:
    known = {m.place.admin1 for _n, _f, m in shipped.names if m.place}
    areas = {m.place.region for _n, _f, m in shipped.names if m.place}
    for name, region in load_regions(None).items():
        assert region.admin1 <= known, name
        assert region.areas <= areas, name


def test_the_shipped_gazetteer_is_the_same_each_time(shipped: Gazetteer) -> None:
    again = Gazetteer.packaged()
    assert [term.text for term in again.terms()] == [term.text for term in shipped.terms()]


def test_our_coordinates_agree_with_public_country_files(test_data: Path) -> None:
    ours = _ours()
    wrong, compared = [], 0
    for file in sorted((test_data / "geonames").glob("*.txt")):
        known = _geonames(file)
        for name, lat, lon in ours.get(file.stem, ()):
            points = known.get(name.casefold())
            if points:
                compared += 1
                nearest = min(_km(lat, lon, *point) for point in points)
                if nearest > 25:
                    wrong.append((file.stem, name, round(nearest)))
    assert compared > 200
    assert not wrong


def _ours() -> dict[str, list[tuple[str, float, float]]]:
    text = resources.files("marsad").joinpath("defaults", "places.tsv").read_text("utf-8")
    found: dict[str, list[tuple[str, float, float]]] = {}
    for line in text.splitlines():
        cells = line.split("\t")
        if cells[0] in ("town", "capital") and cells[5]:
            found.setdefault(cells[1], []).append((cells[4], float(cells[5]), float(cells[6])))
    return found


def _geonames(file: Path) -> dict[str, list[tuple[float, float]]]:
    known: dict[str, list[tuple[float, float]]] = {}
    for line in file.read_text("utf-8").splitlines():
        cells = line.split("\t")
        if cells[6] != "P":
            continue
        for name in {cells[1].casefold(), *(one.casefold() for one in cells[3].split(","))}:
            known.setdefault(name, []).append((float(cells[4]), float(cells[5])))
    return known


def _km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    east = (lon - other_lon) * math.cos(math.radians(lat))
    return 111.2 * math.hypot(lat - other_lat, east)
