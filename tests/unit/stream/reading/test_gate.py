import pytest
from reading_builders import told

from stream.reading.gate import NEAR_THE_TOP, passes

SURE = 1.0


def is_open(text, violence):
    """Whether the gate opens; ``violence`` None says that the n-grams must not even be asked."""

    def asked():
        assert violence is not None, "the n-grams were asked"
        return violence

    return passes(told(text), asked, sure=SURE)


@pytest.mark.parametrize(
    "title",
    ["Gunmen kill five", "انفجار قرب باماكو", "Des soldats enlevés", "Mali: coup leaders meet", "Shelling in Aden"],
)
def test_a_telling_word_opens_whatever_the_n_grams_say(title):
    assert is_open(title, None)


@pytest.mark.parametrize("title", ["Actor dies at 79", "الحملة تستهدف المزارعين", "La réforme vise les banques"])
def test_a_general_word_opens_only_where_the_n_grams_lean_to_violence(title):
    assert is_open(title, 0.1)
    assert not is_open(title, -0.1)


@pytest.mark.parametrize("title", ["Parliament votes on budget", "Five hurt in road crash", "Unrest feared"])
def test_what_names_no_kind_of_event_stays_out_whatever_the_n_grams_say(title):
    assert not is_open(title, None)


@pytest.mark.parametrize(("before", "violence", "opened"), [
    (NEAR_THE_TOP - 20, None, True),
    (NEAR_THE_TOP, SURE + 0.1, True),
    (NEAR_THE_TOP, SURE - 0.1, False),
])  # fmt: skip
def test_further_down_the_n_grams_must_speak_of_it(before, violence, opened):
    assert is_open("a" * (before - 1) + " ambush", violence) is opened
