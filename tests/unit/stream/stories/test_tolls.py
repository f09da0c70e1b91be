"""Figures compared: what agrees, what contradicts, what is a party's claim."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.strategies.story_readings import event, reading, toll

from stream.stories.members import to_member
from stream.stories.tolls import agreement, apart, contradicts, is_claim, shared_toll, told_tolls

tolls = st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500)).map(
    lambda figures: toll(sorted(figures)[1], min(figures), max(figures))
)


def told(*figures):
    return told_tolls([to_member(reading(f"n{i}", event(killed=figure)), ()) for i, figure in enumerate(figures)])


@given(tolls, tolls)
def test_the_distance_is_symmetric_and_none_within_the_ranges(one, other):
    assert apart(one, other) == apart(other, one) >= 0
    assert apart(one, one) == 0


def test_a_word_for_many_is_no_count():
    dozens = toll(20, 20, 99)
    assert agreement(event(killed=dozens), told(31), "killed") is None
    assert agreement(event(killed=31), told(dozens), "killed") is None
    assert shared_toll(event(killed=dozens), told(20)) is None
    assert shared_toll(event(killed=20), told(dozens)) is None


def test_an_exact_toll_is_the_very_number():
    assert shared_toll(event(killed=31), told(32), exact=True) is None
    assert shared_toll(event(killed=32), told(32), exact=True) == 32


@pytest.mark.parametrize(
    ("figure", "known", "shared"),
    [
        pytest.param(4, [4], 4, id="equal"),
        pytest.param(4, [5], None, id="small ones must be equal"),
        pytest.param(31, [32], 31, id="large ones differ by a few"),
        pytest.param(30, [33], None, id="but not by a tenth"),
        pytest.param(0, [12], None, id="none"),
        pytest.param(7, [], None, id="nothing told"),
    ],
)
def test_a_shared_toll(figure, known, shared):
    assert shared_toll(event(killed=figure), told(*known)) == shared


def test_agreement_is_with_the_nearest_figure_told():
    assert agreement(event(killed=10), told(2, 10), "killed") == 0
    assert agreement(event(), told(2), "killed") is None


def test_a_correction_may_go_down():
    assert contradicts(event(killed=5), told(40))
    assert contradicts(event(killed=5, update=True), told(40)) is None


@pytest.mark.parametrize(("owner", "claim"), [(None, False), ("official", False), ("medical", False), ("jnim", True)])
def test_a_party_claims_others_report(owner, claim):
    assert is_claim(toll(5, owner=owner), event()) is claim
