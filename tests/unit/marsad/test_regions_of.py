"""Which named regions a place lies in."""

import pytest

from marsad.regions import Region, regions_of

SAHEL = Region(countries=frozenset({"ML", "NE"}), areas=frozenset({"liptako-gourma"}))
LAKE = Region(admin1=frozenset({"NG-BO", "TD-LC"}), areas=frozenset({"lake-chad"}))


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        pytest.param(("ML", None, None), ("sahel",), id="by country"),
        pytest.param(("NG", "NG-BO", None), ("lake",), id="by division"),
        pytest.param(("NG", "NG-LA", None), (), id="another division of the country"),
        pytest.param((None, None, "liptako-gourma"), ("sahel",), id="by area"),
        pytest.param(("NE", None, "lake-chad"), ("lake", "sahel"), id="by both, sorted"),
        pytest.param((None, None, None), (), id="nowhere"),
    ],
)
def test_a_place_lies_in_the_regions_that_hold_it(place, expected):
    assert regions_of({"sahel": SAHEL, "lake": LAKE}, [place]) == expected


def test_any_place_is_enough_and_places_may_be_a_generator():
    places = (place for place in [("FR", None, None), ("ML", None, None), ("TD", "TD-LC", None)])
    assert regions_of({"sahel": SAHEL, "lake": LAKE}, places) == ("lake", "sahel")


def test_an_empty_region_holds_nothing():
    assert not Region().meets(*[frozenset({None})] * 3)
