import pytest

from marsad.codes import Genre
from stream.reading.genre import genre
from stream.reading.lexicon import Lexicon
from stream.reading.matcher import Matcher
from stream.reading.segment import segment
from stream.reading.text import Text


@pytest.fixture(scope="module")
def matcher():
    return Matcher(Lexicon.packaged().terms())


def read(matcher, title, body="", link="", categories=()):
    page = segment(title, "", body)
    return genre(matcher.find(Text(page.text)), page, link, categories)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Gunmen kill twelve soldiers in northern Mali", Genre.CURRENT),
        ("مقتل 12 جندياً في هجوم مسلح", Genre.CURRENT),
        ("Douze soldats tués dans une embuscade", Genre.CURRENT),
        ("", Genre.CURRENT),
        ("Why are attacks in the Sahel spreading?", Genre.ANALYSIS),
        ("لماذا تتزايد الهجمات في الساحل؟", Genre.ANALYSIS),
        ("Will the army leave the north?", Genre.ANALYSIS),
        ("هل يغادر الجيش الشمال", Genre.ANALYSIS),
        ("Cinq questions sur la crise", Genre.ANALYSIS),
        ("5 things to know about the coup", Genre.ANALYSIS),
        ("Décryptage : la stratégie des groupes armés", Genre.ANALYSIS),
        ("Opinion: the war nobody sees", Genre.OPINION),
        ("Tribune : pourquoi les attaques se multiplient", Genre.OPINION),
        ("مقال رأي: الحرب المنسية", Genre.OPINION),
        ("Entretien avec le ministre de la Défense", Genre.INTERVIEW),
        ("Interview with the army chief", Genre.INTERVIEW),
        ("الذكرى السنوية للهجوم على الفندق", Genre.RETROSPECTIVE),
        ("Il y a dix ans, l'attentat de la capitale", Genre.RETROSPECTIVE),
        ("Global Terrorism Index: deaths rise", Genre.RESULTS),
        ("الإرهاب في العالم بالأرقام", Genre.RESULTS),
        ("Communiqué de presse du ministère", Genre.PRESS_RELEASE),
        ("Live updates: explosion in the capital", Genre.LIVE),
        ("Fact check: this photo is old", Genre.FACT_CHECK),
        ("Obituary: the poet of the desert", Genre.OBITUARY),
    ],
)
def test_headlines(matcher, title, expected):
    found, evidence = read(matcher, title)
    assert found is expected
    assert bool(evidence) is (expected is not Genre.CURRENT)
    assert all(title[one.start : one.end] for one in evidence)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://paper.example/opinion/2026/11/a-view", Genre.OPINION),
        ("https://paper.example/%D8%B1%D8%A3%D9%8A/123", Genre.OPINION),
        ("https://paper.example/analyse/article-1", Genre.ANALYSIS),
        ("https://paper.example/news/opinion-poll-shows-lead", Genre.CURRENT),
        ("https://paper.example/opinion", Genre.CURRENT),
        ("http://[bad", Genre.CURRENT),
        ("", Genre.CURRENT),
    ],
)
def test_sections_of_a_link(matcher, link, expected):
    assert read(matcher, "Soldiers killed", link=link)[0] is expected


def test_the_feed_categories_count(matcher):
    found, evidence = read(matcher, "Soldiers killed", categories=["Mali", "Op Ed"])
    assert found is Genre.OPINION
    assert [(one.term, one.start, one.end) for one in evidence] == [("op-ed", -1, -1)], "it stands nowhere in the text"
    assert [one.feature for one in evidence] == ["category"]


def test_a_cue_deep_in_the_body_is_not_enough(matcher):
    body = "\n".join(
        [
            *(f"Soldiers were killed on day {day} in an attack on their camp near the border." for day in "1234"),
            "He gave an interview with us.",
        ]
    )
    assert read(matcher, "Soldiers killed", body)[0] is Genre.CURRENT
