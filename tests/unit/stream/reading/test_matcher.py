import time
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.reading.matcher import Hit, Matcher, longest
from stream.reading.terms import Term
from stream.reading.text import Text


@dataclass(frozen=True)
class Said:
    """A payload: what is found, and its class."""

    what: object
    cls: str = "thing"


def found(terms, raw):
    text = Text(raw)
    return [(hit.payload.what, raw[hit.start : hit.end], hit.prefix, hit.glued) for hit in Matcher(terms).find(text)]


def is_found(term, flag, raw):
    return bool(found([Term(term, flag, Said("it"))], raw))


@pytest.mark.parametrize(
    ("term", "flag", "raw", "expected"),
    [
        pytest.param("هجوم", "n", "وقع الهجوم أمس", True, id="noun behind the article"),
        pytest.param("هجوم", "n", "وبالهجوم", True, id="noun behind three clitics"),
        pytest.param("هجوم", "n", "للهجوم", True, id="noun behind lil"),
        pytest.param("هجوم", "n", "هجوماً", True, id="noun with tanwin"),
        pytest.param("هجوم", "n", "طائرات هجومية", False, id="no nisba on an event"),
        pytest.param("هجوم", "n", "مهاجم", False, id="another word"),
        pytest.param("غاو", "p", "وبغاو", True, id="short place behind two clitics"),
        pytest.param("غاو", "p", "شيكاغاو", False, id="short place at the end of another word"),
        pytest.param("غاو", "p", "تبغاو", False, id="short place behind what is no clitic"),
        pytest.param("غارة", "n", "غارتان جويتان", True, id="feminine dual"),
        pytest.param("غارة", "n", "غاراتهم", False, id="another plural is another term"),
        pytest.param("عبوة ناسفة", "n", "بعبوةٍ ناسفة.", True, id="phrase with harakat"),
        pytest.param("جندي", "t", "جنديين", True, id="other nouns have more endings"),
        pytest.param("قتل", "v", "وسيقتلون", False, id="an imperfect is another form"),
        pytest.param("قتل", "v", "فقتلوا", True, id="verb with conjunction and plural"),
        pytest.param("قتل", "v", "مقتل", False, id="not inside another word"),
        pytest.param("النيجر", "p", "للنيجر", True, id="lil before a place"),
        pytest.param("النيجر", "p", "وبالنيجر", True, id="bi before a place"),
        pytest.param("جيبو", "p", "جيبوتي", False, id="Djibo is not Djibouti"),
        pytest.param("مالي", "m", "المالي", False, id="the financial is not Mali"),
        pytest.param("مالي", "m", "ومالي", True, id="and Mali"),
        pytest.param("قبل عام", "x2", "وقبل عام", True, id="set phrase with and"),
        pytest.param("قبل عام", "x2", "قبل عامين", False, id="set phrase without other endings"),
        pytest.param("attack", "w", "The attack.", True, id="latin word"),
        pytest.param("attack", "w", "counterattacks", False, id="latin word whole only"),
        pytest.param("tués", "w", "ils sont TUES", True, id="accents and case"),
        pytest.param("IED", "x", "an IED went off", True, id="acronym"),
        pytest.param("IED", "x", "ied", False, id="acronym in capitals only"),
        pytest.param("Chad", "c", "in Chad today", True, id="capital"),
        pytest.param("Chad", "cap", "a hanging chad", False, id="capital wanted"),
        pytest.param("since 20", "d", "since 2012 and", True, id="digits go on"),
        pytest.param("since 20", "d", "since 20 men", False, id="digits wanted"),
        pytest.param("العراق", "p", "سورياوالعراق", True, id="glued to the word before"),
        pytest.param("انفجار", "n", "انفجارفي المدينة", True, id="glued to the word behind"),
        pytest.param("هجوم", "n", "قتلفيهجوم", False, id="short terms are never glued"),
    ],
)
def test_a_term_is_found_where_it_stands(term, flag, raw, expected):
    assert is_found(term, flag, raw) is expected


def test_a_hit_tells_its_clitics_and_its_place_in_the_raw_text():
    assert found([Term("هجوم", "n", Said(1))], "«والهُجوم» انتهى") == [(1, "هُجوم", "وال", False)]
    assert found([Term("العراق", "p", Said(1))], "سورياوالعراق") == [(1, "العراق", "سورياو", True)]


def test_terms_that_share_a_space_and_overlaps_are_all_found():
    terms = [Term("suicide bombing", "w", Said(1)), Term("bombing", "w", Said(2)), Term("kills", "w", Said(3))]
    assert [payload for payload, *_ in found(terms, "Suicide bombing kills five")] == [1, 2, 3]


def test_two_meanings_of_one_word_are_both_found():
    assert [
        payload for payload, *_ in found([Term("raid", "w", Said("en")), Term("raid", "w", Said("fr"))], "a raid")
    ] == [
        "en",
        "fr",
    ]


def test_longest_wins_and_what_it_covers_goes():
    text = Text("ساحل العاج والساحل")
    terms = [Term("ساحل العاج", "p", Said("CI")), Term("الساحل", "p", Said("sahel")), Term("العاج", "p", Said("ivory"))]
    assert [hit.payload.what for hit in longest(Matcher(terms).find(text))] == ["CI", "sahel"]


def test_nothing_is_found_without_terms_or_text():
    assert Matcher([]).find(Text("attack")) == []
    assert Matcher([Term("attack", "w", Said(1))]).find(Text("")) == []


@pytest.mark.parametrize(("term", "flag", "message"), [("a", "zz", "unknown flag 'zz'"), ("!!", "w", "has no letters")])
def test_a_bad_term_is_refused(term, flag, message):
    with pytest.raises(ValueError, match=message):
        Matcher([Term(term, flag, Said("it"))])


WORDS = st.lists(
    st.sampled_from(["هجوم", "الهجوم", "مالي", "attack", "IED", "ied", "œuvre", "وانفجار", "،", "\n", "😀", "x"])
)
TERMS = [
    Term("هجوم", "n", Said(1)),
    Term("مالي", "m", Said(2)),
    Term("attack", "w", Said(3)),
    Term("ied", "x", Said(4)),
    Term("oeuvre", "w", Said(5)),
]
MATCHER = Matcher(TERMS)


@given(WORDS, st.sampled_from(["", " "]))
def test_hits_are_in_order_and_within_the_text(words, joint):
    raw = joint.join(words)
    hits = MATCHER.find(Text(raw))
    assert [hit.norm_start for hit in hits] == sorted(hit.norm_start for hit in hits)
    assert all(0 <= hit.start < hit.end <= len(raw) for hit in hits)
    chosen = longest(hits)
    assert all(a.norm_end <= b.norm_start for a, b in pairwise(chosen))


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=100))
def test_any_text_can_be_searched(raw):
    for hit in MATCHER.find(Text(raw)):
        assert isinstance(hit, Hit)


def test_a_megabyte_without_a_space_takes_linear_time():
    started = time.process_time()
    MATCHER.find(Text("هجوم" * 250_000))
    longest(MATCHER.find(Text("attack " * 100_000)))
    assert time.process_time() - started < 20


CLASSED = Matcher(
    [
        Term("attack", "w", Said("attack", "ev")),
        Term("heart attack", "w", Said("heart attack", "blk")),
        Term("attack", "w", Said("conflict", "topic")),
        Term("attack", "w", Said("again", "ev")),
        Term("gao", "cap", Said("Gao", "place")),
    ]
)


def told(hits):
    return [hit.payload.what for hit in hits]


def test_hits_are_made_of_the_classes_asked_for():
    (found,) = CLASSED.matches([Text("Heart attack in Gao, not in gao")])
    assert told(found.of("ev")) == ["attack", "again"]
    assert told(found.of("place")) == ["Gao"]
    assert told(found.of("topic", "nothing", "blk")) == ["heart attack", "conflict"]
    assert found.of("nothing") == []
    assert set(found.classes) == {"ev", "blk", "topic", "place"}


def test_what_stands_on_one_stretch_keeps_its_order_whatever_is_asked_for():
    (found,) = CLASSED.matches([Text("an attack")])
    assert told(found.of("topic", "ev")) == told(found.of("ev", "topic")) == ["attack", "conflict", "again"]


def test_a_class_may_be_held_by_a_word_that_is_another():
    (found,) = CLASSED.matches([Text("a gao")])
    assert "place" in found.classes
    assert found.of("place") == []


@given(st.lists(WORDS, max_size=4))
def test_several_texts_at_once_are_as_one_by_one(texts):
    several = [Text(" ".join(words)) for words in texts]
    spans = [found.spans("thing") for found in MATCHER.matches(several)]
    assert spans == [MATCHER.matches([text])[0].spans("thing") for text in several]
