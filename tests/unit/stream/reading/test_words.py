from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from stream.reading.words import texts, words


def test_punctuation_stays_and_words_are_folded():
    assert texts(words("L’armée, d'Ouaga: 12 tués")) == ["l", "’", "armee", ",", "d", "'", "ouaga", ":", "12", "tues"]


def test_vowel_marks_do_not_cut_an_arabic_word():
    assert texts(words("قُتِل ثلاثةٌ وأُصيب ٢٠")) == ["قتل", "ثلاثه", "واصيب", "20"]


def test_thousands_are_one_number_and_a_glued_and_is_cut_off():
    assert texts(words("1,200 و 3 500 و3 مدنيين")) == ["1 200", "و", "3 500", "و", "3", "مدنيين"]


@given(st.text(max_size=200))
def test_every_word_lies_where_it_says(raw):
    found = words(raw)
    assert all(0 <= word.start < word.end <= len(raw) and word.text for word in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
