"""How often a fault is tried: three times, and twenty times by `make soak`."""

import pytest

USUAL = 3
LONG = 20

TURNS = pytest.mark.parametrize(
    "turn", [*range(USUAL), *(pytest.param(turn, marks=pytest.mark.soak) for turn in range(USUAL, LONG))]
)
"""One test for each time: for what needs a scene of its own."""
TIMES = pytest.mark.parametrize("times", [USUAL, pytest.param(LONG, marks=pytest.mark.soak)])
"""One test for all of them."""
