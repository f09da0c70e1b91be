from stream.reading.grams import GRAM_CHARACTERS, gram_words, grams
from stream.reading.text import normalise


def test_grams_fold_numbers_places_and_arabic_articles():
    norm = normalise("مقتل 15 في الهجوم")
    assert grams(gram_words(norm, len(norm), ())) == [
        "مقتل",
        "#small",
        "مقتل #small",
        "في",
        "#small في",
        "هجوم",
        "في هجوم",
    ]


def test_grams_mask_places():
    norm = normalise("attack in Gao")
    start = norm.index("gao")
    assert grams(gram_words(norm, len(norm), [(start, start + 3)]))[-1] == "in ¤"


def test_the_opening_ends_with_the_last_word_that_fits_whole():
    words = ["w" * 19 + chr(ord("a") + number) for number in range(26)]
    fitting = GRAM_CHARACTERS // 21
    for word, kept in ((words[fitting - 1], True), (f"{words[fitting - 1]}x", False)):
        opening = " ".join([*words[: fitting - 1], word, *words[fitting:]])
        assert (word in gram_words(f" {opening} ", 0, ())) is kept


def test_grams_end_behind_the_opening():
    norm = normalise("title " + "word " * 500 + "end")
    assert "end" not in gram_words(norm, 6, ())


def test_each_n_gram_is_given_once_where_it_first_ends():
    assert grams(["a", "b", "a", "b"]) == ["a", "b", "a b", "b a"]
    assert grams([]) == []
