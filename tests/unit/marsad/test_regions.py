"""Named regions: the shipped ones, an operator's over them, and what is wrong in a file."""

import pytest

from marsad.errors import ConfigError
from marsad.regions import load_regions, regions_of
from marsad.yaml_config import parse_yaml


def test_the_sahel_is_five_countries_and_its_areas() -> None:
    sahel = load_regions()["sahel"]
    assert sahel.countries == {"BF", "ML", "MR", "NE", "TD"}
    none = frozenset({None})
    assert sahel.meets(none, none, frozenset({"liptako-gourma"}))
    assert not sahel.meets(frozenset({"NG"}), frozenset({"NG-BO"}), frozenset({"lake-chad"}))


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (("TD", "TD-LC", "lake-chad"), {"lake-chad", "sahel", "017"}),
        (("NG", "NG-BO", None), {"lake-chad", "011"}),
        (("BJ", "BJ-AL", None), {"gulf-of-guinea-north", "011"}),
        (("SY", None, None), {"levant", "145"}),
        (("LY", None, None), {"maghreb", "015"}),
    ],
)
def test_a_place_lies_in(place: tuple[str | None, str | None, str | None], expected: set[str]) -> None:
    assert expected <= set(regions_of(load_regions(), [place]))


def test_every_region_has_a_name_in_three_languages() -> None:
    assert {name for name, region in load_regions().items() if not region.label.keys() >= {"ar", "en", "fr"}} == set()


def test_a_region_of_ones_own_replaces_the_shipped_one() -> None:
    overlay = parse_yaml("sahel:\n  countries: [ML]\nmine:\n  admin1: [ML~Nara]\n", "own.yaml")
    regions = load_regions(overlay)
    assert regions["sahel"].countries == {"ML"}
    assert regions["mine"].admin1 == {"ML~Nara"}
    assert "levant" in regions


def test_everything_wrong_is_told_at_once() -> None:
    text = "My Region:\n  countries: [ML]\nx:\n  contries: [ML]\ny:\n  countries: [mali]\nz: {}\n"
    with pytest.raises(ConfigError) as caught:
        load_regions(parse_yaml(text, "own.yaml"))
    assert [str(problem) for problem in caught.value.problems] == [
        "own.yaml:1: My Region: a region's name has small letters, digits and single hyphens",
        "own.yaml:4: x.contries: unknown key 'contries' (did you mean 'countries'?)",
        "own.yaml:6: y.countries[0]: string should match pattern '^[A-Z]{2}$', not 'mali'",
        "own.yaml:7: z: no place can lie in it: add countries, admin1 or areas",
    ]


def test_a_list_is_no_regions_file() -> None:
    with pytest.raises(ConfigError, match="write `name:`"):
        load_regions(parse_yaml("- sahel\n", "own.yaml"))
