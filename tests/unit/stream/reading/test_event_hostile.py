"""The judgement's cost grows with the text's length, not with its square."""

import time

import pytest
from reading_builders import article, reader

MEGABYTE = 1_000_000
SLACK = 3.0
LEAST = 0.05
"""Seconds below which noise decides."""


def cpu_seconds(text):
    begun = time.process_time()
    reader().read(article(text))
    return time.process_time() - begun


@pytest.mark.parametrize(
    "unit", ["1", "و", "killed 1 ", "هجوم", "الخميس 20 نوفمبر ", "12 morts, 3 blessés et ", "enlevé des voitures "]
)
def test_a_megabyte_of_one_thing_takes_linear_time(unit):
    text = unit * (MEGABYTE // len(unit))
    cpu_seconds("warm up")
    quarter = cpu_seconds(text[: len(text) // 4])
    assert cpu_seconds(text) <= 4 * SLACK * max(quarter, LEAST)
