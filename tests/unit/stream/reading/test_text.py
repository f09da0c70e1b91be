import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.reading.text import Text, normalise, normalise_all

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)
MESSY = st.text(st.sampled_from("قتلَ ـ لاﷲœßÆİǄ%½①٣۴.،!؟\n\t\u200f\ud800\udfff😀漢ñÉ'’ ab12 \u0345ﬃ"), max_size=120)


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        pytest.param("", " ", id="nothing"),
        pytest.param(" \n!؟", " ", id="no letters"),
        pytest.param("قُتِلَ المـــوت", " قتل الموت ", id="harakat and tatweel vanish without a space"),
        pytest.param("آأإٱ ىة ؤئ", " اااا يه وي ", id="letter variants"),
        pytest.param("التحالف الدولی کگ پچڤ", " التحالف الدولي كك بجف ", id="persian look-alikes"),
        pytest.param("أ\u200fب\u202bت\u2069", " ابت ", id="bidi marks vanish"),
        pytest.param("٣٥ ۱۲ ８", " 35 12 8 ", id="digits"),
        pytest.param("50% ٥٠٪", " 50% 50% ", id="percent stays"),
        pytest.param("Ménaka TUÉS Ñ", " menaka tues n ", id="latin accents and case"),
        pytest.param("e\u0301tat", " etat ", id="combining accents"),
        pytest.param("sœur Straße Æthel", " soeur strasse aethel ", id="expanding letters"),
        pytest.param("ﻻ ﺍﻟﺠﻴﺶ ﷲ", " لا الجيش الله ", id="presentation forms"),
        pytest.param("N’Djamena l'attaque", " n djamena l attaque ", id="apostrophes separate"),
        pytest.param("ɓata ɗan ƙasa ƴan", " bata dan kasa yan ", id="hausa hooked letters"),
        pytest.param("a\ud800b", " a b ", id="lone surrogate separates"),
        pytest.param("a😀b", " a b ", id="emoji separates"),
        pytest.param("co\u00adoperate", " cooperate ", id="soft hyphen vanishes"),
    ],
)
def test_folding(raw, folded):
    assert normalise(raw) == folded
    assert Text(raw).norm == folded


@given(st.lists(st.one_of(ANY_TEXT, MESSY, st.sampled_from(["", "a\ud7ffb", " ", "plain ascii"])), max_size=8))
def test_many_at_once_are_as_one_by_one(raws):
    texts = Text.many(raws)
    assert [text.raw for text in texts] == raws
    assert [text.norm for text in texts] == [Text(raw).norm for raw in raws]
    assert [text.offsets.tolist() for text in texts] == [Text(raw).offsets.tolist() for raw in raws]


@given(st.lists(st.one_of(ANY_TEXT, MESSY), max_size=8))
def test_many_are_folded_as_one_by_one(texts):
    assert normalise_all(texts) == [normalise(text).strip() for text in texts]
    assert normalise_all([*texts, "\ud7ff"]) == [*normalise_all(texts), "\ud7ff"]


@given(st.one_of(ANY_TEXT, MESSY))
def test_folding_is_idempotent_and_single_spaced(raw):
    norm = normalise(raw)
    assert normalise(norm) == norm
    assert "  " not in norm
    assert norm[0] == norm[-1] == " "


@given(st.one_of(ANY_TEXT, MESSY), st.data())
def test_spans_lie_in_the_raw_text_and_never_go_back(raw, data):
    text = Text(raw)
    offsets = text.offsets.tolist()
    assert len(offsets) == len(text.norm)
    assert offsets == sorted(offsets)
    start = data.draw(st.integers(0, len(text.norm)))
    end = data.draw(st.integers(start, len(text.norm)))
    low, high = text.raw_span(start, end)
    assert 0 <= low <= high <= len(raw)


@given(st.one_of(ANY_TEXT, MESSY))
def test_each_token_comes_from_where_its_span_says(raw):
    text = Text(raw)
    for start, end in text.tokens:
        low, high = text.raw_span(start, end)
        assert text.norm[start:end] in normalise(raw[low:high])


@given(st.one_of(ANY_TEXT, MESSY))
def test_sentences_are_in_order_apart_and_not_blank(raw):
    text = Text(raw)
    last = 0
    for number, (start, end) in enumerate(text.sentences):
        assert last <= start < end <= len(raw)
        assert raw[start:end].strip()
        assert text.sentence_at(start) == number
        last = end


def test_every_block_of_unicode_can_be_read():
    for first in range(0, 0x110000, 0x80):
        block = "".join(map(chr, range(first, first + 0x80)))
        text = Text(block)
        assert normalise(text.norm) == text.norm
        assert len(text.offsets) == len(text.norm)


def test_spans_point_at_the_letters_as_written():
    text = Text("  «قُتِلَ» 3 sœurs à N’Djamena")
    words = [text.raw[slice(*text.raw_span(*token))] for token in text.tokens]
    assert words == ["قُتِل", "3", "sœurs", "à", "N", "Djamena"]
    text = Text("Sœur Æva, œuvre «ﷺ» fin")
    assert [text.raw[slice(*text.raw_span(*token))] for token in text.tokens][:3] == ["Sœur", "Æva", "œuvre"]
    assert text.raw[slice(*text.raw_span(*text.tokens[-1]))] == "fin"


def test_a_megabyte_without_a_space_takes_linear_time():
    started = time.process_time()
    for filling in ("a", "ق", ".", "œ", " ", "U."):
        text = Text(filling * 1_000_000)
        assert len(text.offsets) == len(text.norm)
        assert len(text.sentences) <= 1
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    ("raw", "sentences"),
    [
        pytest.param("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"], id="latin"),
        pytest.param("قتل خمسة. أين؟ هناك…", ["قتل خمسة.", "أين؟", "هناك…"], id="arabic"),
        pytest.param("Title\nLead one. Lead two.", ["Title", "Lead one.", "Lead two."], id="line breaks always split"),
        pytest.param(
            "باماكو (أ.ف.ب.) قتل جنود. ثم انسحبوا.", ["باماكو (أ.ف.ب.) قتل جنود.", "ثم انسحبوا."], id="agency"
        ),
        pytest.param("The U.S. army left. It did.", ["The U.S. army left.", "It did."], id="acronym"),
        pytest.param("About 2.5 km away. Then 3.", ["About 2.5 km away.", "Then 3."], id="decimals"),
        pytest.param("Gen. A. Goita spoke. He left.", ["Gen. A. Goita spoke.", "He left."], id="titles and initials"),
        pytest.param("M. Diop et Mme. Sy ont parlé. Fin.", ["M. Diop et Mme. Sy ont parlé.", "Fin."], id="french"),
        pytest.param("Il dit «C'est fini.» Puis rien.", ["Il dit «C'est fini.»", "Puis rien."], id="closing quotes"),
    ],
)
def test_sentences(raw, sentences):
    assert [raw[start:end] for start, end in Text(raw).sentences] == sentences


@given(MESSY, MESSY)
def test_the_length_of_an_openings_normal_form_is_told_without_folding_it_again(opening, rest):
    assert Text(f"{opening}\n{rest}").norm_length(len(opening)) == len(normalise(opening))
