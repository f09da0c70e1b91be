import pytest

from stream.reading import casualty_words as lists
from stream.reading.casualty_numbers import Head, for_head
from stream.reading.people import people


def number(text, *indexes):
    """The number of the head at the first index; the other heads of the sentence stand at the others."""
    said = text.split()
    heads = [Head(*lists.HEADS_AND[said[index]], index) for index in indexes]
    found = for_head(said, heads[0], heads, people(said))
    return None if found is None else found.best


@pytest.mark.parametrize(
    ("text", "index", "best"),
    [
        pytest.param("12 soldiers were killed", 3, 12, id="before"),
        pytest.param("gunmen killed 12 soldiers", 1, 12, id="right behind a verb that stands on either side"),
        pytest.param("killing 12 soldiers", 0, 12, id="behind"),
        pytest.param("مقتل 12 جنديا", 0, 12, id="Arabic, behind"),
        pytest.param("ومقتل 12 جنديا", 0, 12, id="Arabic, joined by and"),
        pytest.param("لقوا مصرعهم 12", 1, 12, id="Arabic, right behind a word that follows its number"),
        pytest.param("اربعه مدنيين قتلوا", 2, 4, id="a verb behind its subject"),
        pytest.param("douze soldats et quatre civils tues", 5, 16, id="joined by and"),
        pytest.param("nine civilians and a soldier killed", 5, 10, id="one more, told without a number"),
        pytest.param("killed with 3 others", 0, None, id="with others, nobody named"),
        pytest.param("soldier killed", 1, 1, id="one person without a number"),
        pytest.param("kills senior commander", 0, 1, id="one person behind the verb"),
        pytest.param("12 attacks ( killed )", 3, None, id="attacks are no people"),
        pytest.param("12 soldiers ; killed", 3, None, id="another clause"),
    ],
)
def test_the_number_that_a_head_tells(text, index, best):
    assert number(text, index) == best


def test_no_number_is_taken_across_another_head():
    assert number("12 killed and wounded", 3, 1) is None
    assert number("12 killed and wounded", 1, 3) == 12
