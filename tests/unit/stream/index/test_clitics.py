"""Arabic words with and without their attached particles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.index.clitics import PREFIXES, forms, is_arabic

ARABIC_WORDS = st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهوي", min_size=1, max_size=12)


@pytest.mark.parametrize("written", ["مالي", "بمالي", "ومالي", "لمالي", "وبمالي", "فلمالي"])
def test_a_name_is_looked_up_with_each_particle_before_it(written):
    assert written in forms("مالي")


@pytest.mark.parametrize("asked", ["بمالي", "ومالي", "لمالي", "وبمالي"])
def test_particles_in_the_query_come_off(asked):
    assert "مالي" in forms(asked)


def test_the_article_melts_into_the_particle_before_it():
    assert "للنيجر" in forms("النيجر")
    assert "وللنيجر" in forms("النيجر")
    assert "النيجر" in forms("للنيجر")


@pytest.mark.parametrize("other", ["ماليه", "المال", "ماليون", "مال"])
def test_nothing_is_cut_from_a_words_end(other):
    assert other not in forms("مالي")


@pytest.mark.parametrize(("word", "rest"), [("وزير", "زير"), ("بلد", "لد"), ("كمين", "مين"), ("بيان", "يان")])
def test_a_short_words_first_letter_is_no_particle(word, rest):
    assert rest not in forms(word)


@pytest.mark.parametrize("token", ["mali", "2026", "من", "عن", "و", "mali2", "x"])
def test_words_in_other_letters_and_the_shortest_stay_as_they_are(token):
    assert forms(token) == (token,)


def test_arabic_means_every_letter():
    assert is_arabic("مالي")
    assert not is_arabic("مالي2")
    assert not is_arabic("")


@given(ARABIC_WORDS)
def test_the_word_itself_comes_first_and_no_form_twice(word):
    found = forms(word)
    assert found[0] == word
    assert len(set(found)) == len(found)


@given(st.text(alphabet="جحخدذرزشصضطظعغقمنهي", min_size=4, max_size=12), st.sampled_from(PREFIXES))
def test_a_word_with_a_particle_and_the_bare_word_find_each_other(word, prefix):
    assert prefix + word in forms(word)
    assert word in forms(prefix + word)
