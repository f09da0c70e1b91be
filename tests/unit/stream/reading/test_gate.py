import pytest
from reading_builders import told

from stream.reading.gate import NEAR_THE_TOP, passes


def hits(text):
    return [hit for sentence in told(text) for hit in sentence.hits]


@pytest.mark.parametrize(
    "title", ["Gunmen kill five", "انفجار قرب باماكو", "Des soldats enlevés", "Bomb defused", "hostages freed"]
)
def test_a_word_of_violence_opens(title):
    assert passes(hits(title), lambda: False)


def test_without_one_the_grams_decide():
    assert not passes(hits("Parliament votes on budget"), lambda: False)
    assert passes(hits("Parliament votes on budget"), lambda: True)


def test_violence_far_down_does_not_open():
    assert not passes(hits("a " * NEAR_THE_TOP + "attack"), lambda: False)
