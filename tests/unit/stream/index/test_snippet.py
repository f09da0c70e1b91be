"""The stretch of a text that shows why it was found."""

from hypothesis import given
from hypothesis import strategies as st

from stream.index.snippet import WIDTH, snippet
from stream.reading.text import normalise

FILLER = "Rien de neuf ce matin au marché. "


def marked(found):
    return [found.text[start:end] for start, end in found.matches]


def test_a_short_text_is_shown_whole_with_what_matched():
    found = snippet("Deux morts à Gao.", {"gao", "morts"})
    assert found.text == "Deux morts à Gao."
    assert marked(found) == ["morts", "Gao"]


def test_matches_are_marked_as_they_are_written():
    found = snippet("قُتِلَ ثلاثة في العـــراق أمس", {"قتل", "العراق"})
    assert marked(found) == ["قُتِلَ", "العـــراق"]


def test_a_long_text_is_shown_where_most_matches_stand():
    text = f"{FILLER * 20}Gao seule. {FILLER * 20}Attaque à Gao : deux morts. {FILLER * 20}"
    found = snippet(text, {"attaque", "gao", "morts"})
    assert marked(found) == ["Attaque", "Gao", "morts"]
    assert len(found.text) <= WIDTH + 40


def test_edges_fall_between_words():
    text = f"{FILLER * 20}Attaque à Gao. {FILLER * 20}"
    words = set(text.split())
    assert set(snippet(text, {"gao"}).text.split()) <= words


def test_without_a_match_the_beginning_is_shown():
    found = snippet(FILLER * 20, {"absent"})
    assert found.matches == ()
    assert (FILLER * 20).startswith(found.text)
    assert 200 <= len(found.text) <= WIDTH


def test_line_breaks_become_spaces():
    assert snippet("un\ndeux\ttrois", {"deux"}).text == "un deux trois"


def test_an_empty_text_has_an_empty_snippet():
    assert snippet("", {"x"}).text == ""


def test_a_text_without_spaces_is_cut_all_the_same():
    assert len(snippet("x" * 5000, {"y"}).text) == WIDTH


@given(st.text(max_size=600), st.integers(min_value=10, max_value=300))
def test_any_text_gives_offsets_within_the_snippet_that_fold_to_what_was_asked(text, width):
    tokens = set(normalise(text).split()[:3])
    found = snippet(text, tokens, width)
    for start, end in found.matches:
        assert 0 <= start < end <= len(found.text)
        assert set(normalise(found.text[start:end]).split()) & tokens or len(normalise(found.text[start:end])) <= 3
