"""The build hook: the same bytes each time, no work when up to date, again when an input changed."""

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _city(number: int, name: str, country: str, point: tuple[float, float], **more: object) -> dict[str, object]:
    return {
        "geonameid": number,
        "name": name,
        "countrycode": country,
        "latitude": point[0],
        "longitude": point[1],
        "population": 60_000,
        "admin1code": "12",
        "alternatenames": [],
        "capital": False,
    } | more


CITIES = [
    _city(1, "Djibo", "BF", (14.1, -1.63), alternatenames=["جيبو", "جیبو", "jybw", "XDJ", "Jibo"]),
    _city(2, "Smallby", "GB", (52.0, 0.0), population=900),
    _city(3, "Bigby", "GB", (53.0, 0.0), population=900_000, alternatenames=["بيغبي", "Bigbia"]),
    _city(4, "Nowhere", "BF", (14.2, -1.60), population=700),
    _city(5, "May", "BF", (14.2, -1.60), population=700),
]
HEADER = "kind\tcountry\tadmin1\tregion\tname\tlat\tlon\tpopulation\tgeonames_id\tnames\tsource\n"


@pytest.fixture
def root(tmp_path: Path, hook: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Path:
    defaults = tmp_path / "marsad" / "defaults"
    defaults.mkdir(parents=True)
    ours = "town\tBF\tBF-SOM\t\tDjibo\t14.10\t-1.63\t\t\tDjibo|دجيبو\tours\n"
    (defaults / "places.tsv").write_text(HEADER + ours, "utf-8")
    (defaults / "admin1.tsv").write_text(HEADER + "admin1\tBF\tBF-SOM\t\tSoum\t14.10\t-1.63\t\t\tSoum\tours\n", "utf-8")
    (defaults / "place_stoplist.tsv").write_text("name\tneeds\nMay\tnever\n", "utf-8")
    monkeypatch.setattr(hook, "_cities", lambda: [dict(city) for city in CITIES])
    return tmp_path


def _compiled(root: Path) -> bytes:
    return (root / "marsad" / "defaults" / "compiled" / "places.tsv").read_bytes()


def test_the_same_inputs_give_the_same_bytes(root: Path, hook: ModuleType) -> None:
    assert hook.compile_gazetteer(root)
    first = _compiled(root)
    shutil.rmtree(root / "marsad" / "defaults" / "compiled")
    assert hook.compile_gazetteer(root)
    assert _compiled(root) == first


def test_up_to_date_is_left_alone_and_a_changed_input_is_not(root: Path, hook: ModuleType) -> None:
    hook.compile_gazetteer(root)
    assert not hook.compile_gazetteer(root)
    stoplist = root / "marsad" / "defaults" / "place_stoplist.tsv"
    stoplist.write_text(stoplist.read_text("utf-8") + "Nowhere\tnever\n", "utf-8")
    assert hook.compile_gazetteer(root)
    assert b"Nowhere" not in _compiled(root)


def test_what_is_kept(root: Path, hook: ModuleType) -> None:
    hook.compile_gazetteer(root)
    rows = {cells[4]: cells for line in _compiled(root).decode().splitlines() if (cells := line.split("\t"))}
    assert "Smallby" not in rows
    assert "May" not in rows
    assert rows["Djibo"][7:] == ["60000", "1", "Djibo|دجيبو", "ours"]
    assert rows["Nowhere"][2] == "BF-SOM"
    assert rows["Bigby"][9] == "Bigby|بيغبي"
    assert "مالي" in rows["Mali"][9].split("|")


def test_alternates_without_a_use_in_news_are_dropped(hook: ModuleType) -> None:
    assert hook._names(CITIES[0]) == ["Djibo", "Jibo", "جيبو"]


def test_a_row_of_the_wrong_length_is_told(root: Path, hook: ModuleType) -> None:
    (root / "marsad" / "defaults" / "admin1.tsv").write_text("admin1\tBF\n", "utf-8")
    with pytest.raises(ValueError, match=r"admin1\.tsv: 2 columns, not 11"):
        hook.compile_gazetteer(root)


def test_a_town_without_a_point_is_no_namesake_of_another(root: Path, hook: ModuleType) -> None:
    places = root / "marsad" / "defaults" / "places.tsv"
    places.write_text(
        HEADER + "town\tBF\tBF-12\t\tDjibo\t\t\t\t\tDjibo\tours\n" + "town\tXX\t\t\tFar\t\t\t\t\tFar\tours\n", "utf-8"
    )
    hook.compile_gazetteer(root)
    rows = [line.split("\t") for line in _compiled(root).decode().splitlines()]
    assert [(row[2], row[5], row[8]) for row in rows if row[4] in ("Djibo", "Far") and row[10] == "ours"] == [
        ("BF-12", "", ""),
        ("", "", ""),
    ]


@pytest.mark.parametrize("point", ["14.01\t-1.01", "13.99\t-0.99"])
def test_a_town_is_found_on_the_other_side_of_a_degree(root: Path, hook: ModuleType, point: str) -> None:
    beside = _city(6, "Border", "BF", (13.995, -1.005), alternatenames=["Bordeaux-sur-Sahel"])
    row = hook.Row("town", "BF", "BF-12", "", "Border", *point.split("\t"), 0, "", ("Border",), "ours")
    rows, taken = hook._joined([row], [beside])
    assert (rows[0].geonames_id, taken) == ("6", {6})


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("N'Djamena (VII)", "ndjamena vii"),
        ("N’Djaména (VII)", "ndjamena vii"),
        (" Bobo-Dioulasso_2 ", "bobodioulasso2"),
    ],
)
def test_names_are_compared_by_their_letters(hook: ModuleType, name: str, folded: str) -> None:
    assert hook.fold(name) == folded
