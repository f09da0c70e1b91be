"""What a person types becomes a full-text expression, never syntax."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.index.protocol import QueryError
from stream.index.query_text import MOST_CHARACTERS, MOST_TERMS, Expression, parse, tokens_to_mark
from stream.reading.text import normalise


def wanted(text):
    return parse(text, normalise).wanted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("attaque Gao", '("attaque") AND ("gao")', id="words are ANDed"),
        pytest.param('"attaque à Gao"', '("attaque a gao")', id="a phrase stands together"),
        pytest.param("«attaque à Gao»", '("attaque a gao")', id="guillemets are quotes"),
        pytest.param('"attaque à Gao', '("attaque a gao")', id="a quote left open ends at the end"),
        pytest.param("a1 OR b1 OR c1 d1", '("a1" OR "b1" OR "c1") AND ("d1")', id="OR joins its neighbours"),
        pytest.param("a1 | b1", '("a1" OR "b1")', id="so does the bar"),
        pytest.param("OR a1 OR", '("a1")', id="an OR without a neighbour is nothing"),
        pytest.param("or a1", '("or") AND ("a1")', id="only a capital OR is one"),
        pytest.param("attaque-suicide", '("attaque suicide")', id="a hyphenated word is a phrase"),
        pytest.param("Mali – Niger", '("mali") AND ("niger")', id="a dash between words is nothing"),
        pytest.param("Mali - Niger", '("mali") AND ("niger")', id="nor is a lone minus"),
        pytest.param("50% ŒUVRE", '("50") AND ("oeuvre")', id="folded like the text"),
        pytest.param("title:Gao NEAR(a b) Gao*", '("title gao") AND ("near a") AND ("b") AND ("gao")', id="no syntax"),
    ],
)
def test_wanted(text, expected):
    assert wanted(text) == expected


def test_minus_excludes_a_word_or_a_phrase():
    expression = parse('Gao -football -"coupe du monde"', normalise)
    assert expression.wanted == '("gao")'
    assert expression.unwanted == '("football" OR "coupe du monde")'


def test_or_does_not_join_across_an_exclusion():
    expression = parse("a1 OR -b1 c1", normalise)
    assert expression.wanted == '("a1") AND ("c1")'
    assert expression.unwanted == '("b1")'


def test_an_arabic_word_is_looked_up_with_its_particles():
    assert '"بمالي"' in wanted("مالي")
    assert '"مالي"' in wanted("بمالي")


def test_of_an_arabic_phrase_the_first_word_takes_particles():
    expression = wanted('"الجيش المالي"')
    assert '"والجيش المالي"' in expression
    assert '"الجيش والمالي"' not in expression


def test_an_empty_query_asks_for_nothing():
    assert parse("  ", normalise) == Expression((), ())
    assert parse("", normalise).wanted is None
    assert parse("", normalise).unwanted is None


@pytest.mark.parametrize("text", ["!!!", '"', "- -", "٪ %", "OR", '""'])
def test_a_query_without_a_word_says_what_to_write(text):
    with pytest.raises(QueryError, match=r"nothing to search for in .*write at least one word of letters or digits"):
        parse(text, normalise)


def test_too_many_words_are_refused():
    with pytest.raises(QueryError, match=f"the search has {MOST_TERMS + 1} words: at most {MOST_TERMS} are accepted"):
        parse(" ".join(f"w{i}" for i in range(MOST_TERMS + 1)), normalise)


def test_too_long_a_query_is_refused():
    with pytest.raises(QueryError, match="the search has 2,001 characters: at most 2,000 are accepted"):
        parse("x" * (MOST_CHARACTERS + 1), normalise)


def test_marked_are_the_tokens_asked_for_not_the_excluded():
    tokens = tokens_to_mark(parse('Gao "deux morts" -sport', normalise))
    assert tokens == {"gao", "deux", "morts"}


@given(st.text(max_size=200))
def test_whatever_is_typed_only_quoted_letters_get_through(text):
    try:
        expression = parse(text, normalise)
    except QueryError:
        return
    for side in (expression.wanted, expression.unwanted):
        outside = re.sub(r'"[^"]*"', "", side or "")
        assert set(outside.split()) <= {"AND", "OR", "(", ")", "()"}
        inside = "".join(re.findall(r'"([^"]*)"', side or ""))
        # Above U+3400 the normaliser keeps whole blocks, a few marks among them; none is ASCII, so none is syntax.
        assert all(letter.isalnum() or letter == " " or letter > "\u3400" for letter in inside)
