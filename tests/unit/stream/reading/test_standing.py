from dataclasses import dataclass
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.reading.matcher import Matcher
from stream.reading.terms import Term
from stream.reading.text import Text


@dataclass(frozen=True)
class Said:
    """A payload: what is found, and its class."""

    what: int
    cls: str = "thing"


WRITTEN = [
    ("هجوم", "n"), ("غارة", "n"), ("انفجار", "n"), ("جندي", "t"), ("قتل", "v"), ("قبل عام", "x2"), ("غاو", "p"),
    ("العراق", "p"), ("مالي", "m"), ("attack", "w"), ("heart attack", "w"), ("attack", "w"), ("IED", "x"),
    ("Chad", "c"), ("since 20", "d"),
]  # fmt: skip
TERMS = [Term(text, flag, Said(number)) for number, (text, flag) in enumerate(WRITTEN)]
MATCHER = Matcher(TERMS)
COUNTING = Matcher([*TERMS, Term("attack", "w", Said(99, "other"))], counted="thing")
WORDS = (
    "الهجوم", "وبالهجوم", "هجومية", "غارتان", "شيكاغاو", "وبغاو", "انفجارفي", "سورياوالعراق", "سوريافيالعراق",
    "والعراق", "للعراق", "فقتلوا", "مقتل", "قبل", "عام", "عامين", "ومالي", "المالي", "attack", "heart", "IED", "ied",
    "Chad", "chad", "since", "2012", "20", "œuvre", "،", "\n", "😀",
)  # fmt: skip


def counted(texts):
    found = COUNTING.counted.standing(texts, [found.places for found in COUNTING.matches(texts)])
    begins = [*accumulate((len(text.norm) for text in texts), initial=0)]
    rows = [[] for _ in texts]
    for target, first, stop in zip(*(column.tolist() for column in found), strict=True):
        number = max(index for index, begin in enumerate(begins[:-1]) if begin <= first)
        payload = COUNTING.counted.known[target].payload
        rows[number].append((first - begins[number], stop - begins[number], payload.what))
    return rows


def hit(text):
    return [(one.norm_start, one.norm_end, one.payload.what) for one in MATCHER.find(text)]


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=8), max_size=4), st.sampled_from(["", " "]))
def test_what_stands_is_what_there_would_be_hits_of(texts, joint):
    several = [Text(joint.join(words)) for words in texts]
    assert counted(several) == [hit(text) for text in several]


@pytest.mark.parametrize("word", WORDS)
def test_each_word_alone_and_before_another(word):
    texts = [Text(word), Text(f"{word} attack"), Text(f"since {word}")]
    assert counted(texts) == [hit(text) for text in texts]


def test_there_are_no_hits_of_what_is_counted():
    (found,) = COUNTING.matches([Text("an attack in Chad")])
    assert [one.payload.what for one in found.of(*found.classes)] == [99]
    assert set(found.classes) == {"other"}
