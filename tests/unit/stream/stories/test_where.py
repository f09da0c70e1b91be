"""Towns compared by point and by name."""

import pytest
from unit.strategies.story_readings import event

from stream.stories.where import Nearness, compare_towns, kilometres, surely_apart


def test_a_degree_of_latitude_is_111_kilometres():
    assert kilometres(14, -1, 15, -1) == pytest.approx(111.2, abs=0.1)
    assert kilometres(0, 179.5, 0, -179.5) == pytest.approx(111.2, abs=0.1)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(event(), event(town="جيبو"), Nearness.SAME, id="near, other script"),
        pytest.param(event(point=False), event(town="جيبو", point=False), Nearness.SAME, id="by name alone"),
        pytest.param(event(), event(town="Gao"), Nearness.APART, id="far"),
        pytest.param(event(point=False), event(town="Dori", point=False), Nearness.DIFFERENT_NAME, id="no points"),
        pytest.param(event(), event(town=None), Nearness.UNKNOWN, id="one names no town"),
    ],
)
def test_compare_towns(one, other, expected):
    assert compare_towns(one, other) is expected
    assert compare_towns(other, one) is expected


def test_the_cheap_look_never_parts_what_the_exact_one_does_not():
    towns = [event(town=town) for town in ("Djibo", "جيبو", "Arbinda", "Dori", "Fada", "Gao", "Menaka", None)]
    for one in towns:
        for other in towns:
            assert not surely_apart(one, other) or compare_towns(one, other) is Nearness.APART
