from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.reading.counts import numbers
from stream.reading.words import texts, words


def said(text):
    return [(number.best, number.low, number.high) for number in numbers(texts(words(text)))]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("1,200", 1200),
        ("٢٣", 23),
        ("3 thousand", 3000),
        ("twenty-one", 21),
        ("two hundred and fifty", 250),
        ("quatre-vingt-dix-sept", 97),
        ("soixante et onze", 71),
        ("vingt et un", 21),
        ("deux cent douze", 212),
        ("اثنا عشر", 12),
        ("خمسة وعشرين", 25),
        ("مئة وخمسة وعشرين", 125),
        ("ثلاثمئة", 300),
        ("ألفين", 2000),
        ("mutum goma sha biyu", 12),
        ("ashirin da biyar", 25),
        ("dari biyu", 200),
        ("kumi na wawili", 12),
        ("laba iyo toban qof ayaa", 12),
    ],
)
def test_exact_numbers(text, value):
    assert said(text) == [(value, value, value)]


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("une trentaine", (30, 25, 35)),
        ("des dizaines", (20, 20, 99)),
        ("dozens", (24, 24, 99)),
        ("عشرات", (20, 20, 99)),
        ("a dozen", (12, 12, 12)),
        ("une dizaine", (10, 8, 12)),
    ],
)
def test_inexact_numbers_have_bounds(text, bounds):
    assert said(text) == [bounds]


def test_and_joins_no_two_counts():
    assert [best for best, _low, _high in said("douze soldats et quatre civils")] == [12, 4]


def test_fractions_count_no_people():
    assert said("2.5 million") == []


WORDS = "un et cent mille vingt four hundred and - خمسة وعشرين ألف 12 dozens a trentaine"


@given(st.lists(st.sampled_from(WORDS.split(" ")), max_size=12))
def test_numbers_never_overlap_and_bounds_hold(said_words):
    found = list(numbers([word for text in said_words for word in texts(words(text))]))
    assert all(number.low <= number.best <= number.high for number in found)
    assert all(one.last <= other.first for one, other in pairwise(found))


@pytest.mark.parametrize("text", ["Goma", "Shan State", "Afar region", "les combats de Goma"])
def test_places_are_no_numbers(text):
    assert said(text) == []


@pytest.mark.parametrize("text", ["sojoji ashirin da fararen hula", "watu kumi na wanajeshi wawili"])
def test_two_counts_stay_two(text):
    assert next(best for best, _low, _high in said(text)) in (10, 20)
