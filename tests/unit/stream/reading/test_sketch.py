import random
import statistics
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rensa import RMinHash

from stream.reading.sketch import (
    BANDS,
    LONGEST,
    PERMUTATIONS,
    bands,
    similarities,
    similarity,
    sketch,
    sketch_of,
    sketches,
)
from stream.reading.text import normalise

WORDS = [f"word{number}" for number in range(200)]
TEXT = " ".join(WORDS)
EDITED = " ".join([*WORDS[:50], "another", *WORDS[51:150], *WORDS[155:]])
OTHER = " ".join(f"other{number}" for number in range(200))


def test_a_sketch_has_128_minima_of_32_bits():
    assert len(sketch_of(TEXT)) == PERMUTATIONS * 4


def test_copies_are_alike_and_others_are_not():
    assert similarity(sketch_of(TEXT), sketch_of(TEXT.upper())) == 1.0
    assert similarity(sketch_of(TEXT), sketch_of(EDITED)) == pytest.approx(0.92, abs=0.1)
    assert similarity(sketch_of(TEXT), sketch_of(OTHER)) < 0.05


@pytest.mark.parametrize("short", ["", "Five killed in an attack"])
def test_short_texts_have_none_and_are_like_nothing(short):
    assert sketch_of(short) == b""
    assert similarity(sketch_of(short), sketch_of(short)) == 0.0
    assert bands(sketch_of(short)) == ()


BASE = 0x9E3779B97F4A7C15


def plain_hash(shingle):
    """A shingle's words, each with a space behind it, as the digits of a number of 64 bits."""
    value = sum(ord(letter) * BASE**place for place, letter in enumerate(shingle, 1)) % 2**64
    return (value ^ value >> 32) * BASE % 2**64


@pytest.mark.parametrize("cut", range(15))
@pytest.mark.parametrize("text", [TEXT, "قتل عشرة جنود في هجوم على موقع للجيش قرب المدينة فجر اليوم"])
def test_shingles_are_three_following_words_of_what_is_looked_at(text, cut):
    norm = normalise(text)
    norm = " x" * ((LONGEST - 60 - cut) // 2) + norm
    words = norm[:LONGEST].split()
    hashes = [plain_hash("".join(f"{word} " for word in words[at : at + 3])) for at in range(len(words) - 2)]
    rows = RMinHash.digest_matrix_from_flat_token_hashes(hashes, [0, len(hashes)], PERMUTATIONS, 42).to_rows()
    assert sketch(norm) == b"".join(value.to_bytes(4, "little") for value in rows[0])


@pytest.mark.parametrize(("words", "length"), [(0, 0), (1, 0), (3, 0), (9, 0), (10, PERMUTATIONS * 4)])
def test_eight_shingles_are_enough(words, length):
    assert len(sketch_of(" ".join(WORDS[:words]))) == length


def test_only_the_beginning_counts():
    long = " ".join(f"word{number}" for number in range(1_000))
    assert sketch(f" {long} ") == sketch(f" {long[: LONGEST - 1]} and then all else ")


@given(st.lists(st.lists(st.sampled_from(["قتل", "a", "b1", "état"]), max_size=30), max_size=6))
def test_several_at_once_are_as_one_by_one(texts):
    norms = [normalise(" ".join(words)) for words in texts]
    assert sketches(norms) == [sketch(norm) for norm in norms]


@pytest.mark.parametrize("words", [20, 60, 300])
def test_the_estimate_is_near_the_share_in_common(words):
    draw = random.Random(words)
    errors = []
    for _ in range(100):
        kept = draw.randrange(words)
        one = [draw.randrange(10**6) for _ in range(words)]
        other = one[:kept] + [draw.randrange(10**6) for _ in range(words - kept)]
        a, b = ({tuple(told[at : at + 3]) for at in range(words - 2)} for told in (one, other))
        estimate = similarity(*(sketch_of(" ".join(map(str, told))) for told in (one, other)))
        errors.append(estimate - len(a & b) / len(a | b))
    assert abs(statistics.mean(errors)) < 0.01
    assert statistics.pstdev(errors) < 0.04


def test_near_copies_share_a_band_and_others_do_not():
    ours = bands(sketch_of(TEXT))
    assert len(ours) == BANDS
    assert all(len(band) == PERMUTATIONS * 4 // BANDS for band in ours)
    assert any(a == b for a, b in zip(ours, bands(sketch_of(EDITED)), strict=True))
    assert not any(a == b for a, b in zip(ours, bands(sketch_of(OTHER)), strict=True))


def test_sketches_of_different_size_are_not_compared():
    assert similarity(sketch_of(TEXT), sketch_of(TEXT)[:-4]) == 0.0


def test_the_bytes_are_the_same_in_every_process_and_release():
    """The golden value guards stored sketches: if a new rensa changes it, old logs no longer compare."""
    assert sha256(sketch_of(TEXT)).hexdigest() == "60c0b4ee69a00034d8b363b951a07633faf6b4691f470a8abbcffaf90f2ca22f"


def test_one_sketch_against_several_gives_the_figures_of_each_pair():
    texts = [" ".join(f"w{number * step}" for number in range(60)) for step in (1, 2, 3, 1)]
    sketched = [sketch_of(text) for text in texts]
    assert similarities(sketched[0], sketched) == [similarity(sketched[0], other) for other in sketched]
    assert similarities(sketched[0], sketched)[0] == 1.0
    assert similarities(sketched[0], sketched)[1] < 1.0
