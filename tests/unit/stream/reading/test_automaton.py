import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.reading.automaton import Automaton

PATTERNS = ["a", "ab", " ab ", "هجوم", "جو", "ه", "é"]
HAN = [chr(0x4E00 + number) for number in range(300)]


def plainly(patterns, text):
    return {
        (index, start, start + len(pattern))
        for index, pattern in enumerate(patterns)
        for start in range(len(text))
        if text.startswith(pattern, start)
    }


@pytest.mark.parametrize("patterns", [PATTERNS, PATTERNS + HAN], ids=["letters of a byte", "more letters than bytes"])
@given(texts=st.lists(st.text(st.sampled_from("ab éهجومx漢丁一😀\ud7ff\x00"), max_size=30), max_size=4))
def test_patterns_are_found_where_they_stand_in_characters(patterns, texts):
    found = Automaton(patterns).find(texts)
    assert [set(matches) for matches in found] == [plainly(patterns, text) for text in texts]
    assert all([end for _index, _start, end in matches] == sorted(end for *_, end in matches) for matches in found)


def test_nothing_is_found_without_patterns_or_texts():
    assert Automaton([]).find(["a", ""]) == [[], []]
    assert Automaton(["a"]).find([]) == []
