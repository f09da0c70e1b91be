from hashlib import sha256

import pytest
from rensa import RMinHash

from stream.reading.sketch import BANDS, PERMUTATIONS, bands, similarities, similarity, sketch, sketch_of
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


@pytest.mark.parametrize("longest", range(60, 75))
@pytest.mark.parametrize("text", [TEXT, "قتل عشرة جنود في هجوم على موقع للجيش قرب المدينة فجر اليوم"])
def test_shingles_are_three_following_words_of_what_is_looked_at(text, longest):
    norm = normalise(text)
    words = norm[:longest].split()
    minima = RMinHash(num_perm=PERMUTATIONS, seed=42)
    minima.update([" ".join(words[at : at + 3]) for at in range(len(words) - 2)])
    expected = b"".join(value.to_bytes(4, "little") for value in minima.digest())
    assert sketch(norm, longest) == (expected if len(words) >= 10 else b"")


def test_only_the_beginning_counts():
    assert sketch(f" {TEXT} ", 700) == sketch(f" {TEXT[:699]} and then all else ", 700)


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
    assert sha256(sketch_of(TEXT)).hexdigest() == "8fc7205a947b6051924decda728eab268bee0bac35bf0779002ebfa8f8d7ab87"


def test_one_sketch_against_several_gives_the_figures_of_each_pair():
    texts = [" ".join(f"w{number * step}" for number in range(60)) for step in (1, 2, 3, 1)]
    sketches = [sketch(text) for text in texts]
    assert similarities(sketches[0], sketches) == [similarity(sketches[0], other) for other in sketches]
    assert similarities(sketches[0], sketches)[0] == 1.0
    assert similarities(sketches[0], sketches)[1] < 1.0
