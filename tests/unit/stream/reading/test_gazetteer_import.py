"""GeoNames and OpenStreetMap files become rows that the gazetteer reads; bad ones are named."""

from pathlib import Path

import pytest

from marsad.errors import ConfigError
from stream.reading.gazetteer import Gazetteer
from stream.reading.gazetteer_import import convert, describe

GEONAMES = (
    "99\tZayta\tZayta\tZYT,Zaita,زايتا,زایتا,zayta\t14.10\t-1.63\tP\tPPL\tBF\t\t12\t\t\t\t1200\t\t300\t"
    "Africa/Ouagadougou\t2021-01-01"
)
OSM_HEADER = "osm_node\tname\tname_en\tplace\tlat\tlon\tpopulation"
OSM = "1\tZayta زايتا\t\tvillage\t13.50\t14.30\t"


def test_a_geonames_line_becomes_a_row_with_usable_names_only() -> None:
    (row,) = convert([GEONAMES], "BF.txt")
    assert row.split("\t") == [
        *("town", "BF", "BF-SOM", "", "Zayta", "14.1000", "-1.6300", "1200", "99", "Zayta|Zaita|زايتا", "import")
    ]


def test_an_osm_name_in_two_scripts_is_two_names() -> None:
    (row,) = convert([OSM_HEADER, OSM], "somewhere/TD.tsv")
    cells = row.split("\t")
    assert (cells[1], cells[2], cells[4], cells[9]) == ("TD", "TD-LC", "Zayta", "Zayta|زايتا")


def test_what_is_no_populated_place_is_left_out() -> None:
    assert list(convert([GEONAMES.replace("\tP\tPPL", "\tH\tSTM")], "BF.txt")) == []


@pytest.mark.parametrize(
    ("lines", "name", "says"),
    [
        (["a\tb"], "BF.txt", "BF.txt:1: 2 columns; a GeoNames country file has 19"),
        ([GEONAMES, GEONAMES.replace("14.10", "north")], "BF.txt", "BF.txt:2: lat 'north' is no number"),
        ([GEONAMES.replace("14.10", "91.5")], "BF.txt", "BF.txt:1: lat 91.5 lies outside"),
        ([OSM_HEADER, OSM], "chad.tsv", "chad.tsv:2: an OpenStreetMap file is named after its country"),
        ([OSM_HEADER, "1\t2"], "TD.tsv", "TD.tsv:2: 2 columns"),
    ],
)
def test_a_bad_line_is_named(lines: list[str], name: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        list(convert(lines, name))
    assert str(caught.value).startswith(says)


def test_a_wholly_wrong_file_does_not_list_every_line() -> None:
    with pytest.raises(ConfigError) as caught:
        list(convert(["nonsense"] * 5_000, "x.txt"))
    assert len(caught.value.problems) == 20


def test_names_cannot_break_the_row() -> None:
    (row,) = convert([OSM_HEADER, OSM.replace("Zayta زايتا", "Zay|ta\rNorth")], "TD.tsv")
    assert row.split("\t")[9] == "Zay ta North"


def test_the_gazetteer_reads_what_was_written() -> None:
    rows = list(convert([GEONAMES], "BF.txt"))
    found = Gazetteer.from_tsv([("own.tsv", "\n".join(rows))]).lookup("زايتا")
    assert [(place.country, place.admin1, place.geonames_id) for place in found] == [("BF", "BF-SOM", 99)]
    assert describe(rows) == "1 place, 1 with an Arabic name, 1 with their division"


def test_real_country_files_are_read(test_data: Path) -> None:
    for file in (
        test_data / "geonames" / "ML.txt",
        test_data / "osm_places" / "TD.tsv",
        test_data / "osm_places" / "CM.tsv",
    ):
        with file.open(encoding="utf-8", newline="\n") as lines:
            assert sum(1 for _row in convert(lines, str(file))) > 400
