"""Text terms: whole words, Arabic clitics, one pass."""

import pytest
from unit.alerts.told import reading

from alerts.article_conditions import ArticleConditions
from alerts.rules import Rule, TextTerms
from alerts.terms import TermIndex, met
from marsad.article import Source
from marsad.reading import Topic
from stream.reading.text import normalise


def found(term: str, text: str) -> bool:
    rule = Rule.model_validate({"name": "one", "when": {"text": {"any": [term]}}})
    return term in TermIndex([rule], normalise).found(normalise(text))


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("bomb", "A bomb went off", True),
        ("bomb", "A bomber was seen", False),
        ("bomb", "The carbomb", False),
        ("bomb*", "A bomber was seen", True),
        ("bomb*", "The carbomb", False),
        ("Blocus", "le blocus de Bamako", True),
        ("état d'urgence", "l’ETAT D'URGENCE est décrété", True),
        ("مالي", "في مالي اليوم", True),
        ("مالي", "بمالي", True),
        ("مالي", "ومالي", True),
        ("مالي", "وبمالي", True),
        ("مالي", "لمالي", True),
        ("مالي", "المالي", True),
        ("مالي", "أعمالي", False),
        ("مالي", "مالية", False),
        ("الساحل", "والساحل", True),
        ("الساحل", "بالساحل", True),
        ("الساحل", "للساحل", True),
        ("الساحل", "وللساحل", True),
        ("الساحل", "ساحل البحر", False),
        ("الساحل", "الساحلية", False),
        ("الأزمة", "ازمة الأزمَةُ", True),
        ("حصار", "الحِصـار", True),
        ("عبوة ناسفة", "بعبوة ناسفة", True),
        ("عبوة ناسفة", "عبوة\nناسفة", True),
    ],
)
def test_found(term, text, expected):
    assert found(term, text) is expected


@pytest.mark.parametrize(
    ("terms", "there", "expected"),
    [
        ({"any": ["a", "b"]}, {"b"}, True),
        ({"any": ["a", "b"]}, set(), False),
        ({"all": ["a", "b"]}, {"a"}, False),
        ({"all": ["a", "b"]}, {"a", "b"}, True),
        ({"any": ["a"], "none": ["c"]}, {"a", "c"}, False),
        ({"none": ["c"]}, {"a"}, True),
    ],
)
def test_met(terms, there, expected):
    assert met(TextTerms.model_validate(terms), frozenset(there)) is expected


def test_overlapping_terms_are_all_found():
    rules = [Rule.model_validate({"name": "one", "when": {"text": {"any": ["red", "red cross", "cross"]}}})]
    assert TermIndex(rules, normalise).found(" the red cross ") == {"red", "red cross", "cross"}


def test_a_term_is_not_found_across_the_end_of_the_title():
    rule = Rule.model_validate({"name": "one", "when": {"text": {"any": ["red cross"]}}})
    conditions = ArticleConditions((rule,), normalise)
    assert conditions.met_by(reading(title="A red", summary="cross")) == ()
    assert conditions.met_by(reading(title="A", summary="red cross")) == ("one",)


@pytest.mark.parametrize(
    ("when", "changes", "expected"),
    [
        ({"languages": ["ar"]}, {"language": "ar"}, True),
        ({"languages": ["ar"]}, {"language": "ar-TN"}, True),
        ({"languages": ["ar"]}, {"language": "ary"}, False),
        ({"feeds": ["feed-one"]}, {}, True),
        ({"feeds": ["feed-two"]}, {}, False),
        ({"tags": ["wire"]}, {"source": Source(feed="f", tags=("wire", "x"))}, True),
        ({"tags": ["wire"]}, {}, False),
        ({"reliability": "B"}, {"source": Source(feed="f", reliability="A")}, True),
        ({"reliability": "B"}, {"source": Source(feed="f", reliability="C")}, False),
        ({"topics": ["medtop:1"]}, {"topics": (Topic(code="medtop:1", name="x", score=0.6),)}, True),
        ({"topics": ["medtop:1"]}, {"topics": (Topic(code="medtop:1", name="x", score=0.4),)}, False),
        ({"languages": ["en"], "feeds": ["feed-two"]}, {}, False),
    ],
)
def test_article_conditions(when, changes, expected):
    rule = Rule.model_validate({"name": "one", "when": when})
    assert (ArticleConditions((rule,), normalise).met_by(reading(**changes)) == ("one",)) is expected


def test_a_rule_without_article_conditions_is_not_named():
    rule = Rule.model_validate({"name": "one", "when": {"fresh": True}})
    assert ArticleConditions((rule,), normalise).met_by(reading()) == ()
