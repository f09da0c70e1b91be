import pytest
from reading_builders import told

from marsad.codes import Status
from stream.reading.event import event_sentence
from stream.reading.status import status


def judged(title, lead=""):
    sentences = told(title, lead)
    best = event_sentence(sentences)
    assert best is not None
    return status(best, sentences)


@pytest.mark.parametrize(
    ("title", "lead", "expected"),
    [
        ("Army foils attack on base", "Troops foiled a bomb attack on Thursday.", Status.FOILED),
        ("Un attentat déjoué à Abidjan", "", Status.FOILED),
        ("الجيش يحبط هجوما على قاعدة", "", Status.FOILED),
        (
            "Il y a dix ans, l'attentat de l'hôtel",
            "L'attaque du 15 janvier 2016 avait fait 30 morts.",
            Status.HISTORICAL,
        ),
        ("Film recalls hotel attack", "The 2015 attack killed 20 people.", Status.HISTORICAL),
        ("Attacks in Sahel up", "Attacks killed 3,885 people, 20 percent more than last year.", Status.STATISTICAL),
        ("UN warns of attacks on convoys", "Armed groups could attack aid convoys.", Status.HYPOTHETICAL),
        ("Army denies attack on airport", "False alarm: there was no attack.", Status.DENIED),
    ],
)
def test_what_did_not_happen_now(title, lead, expected):
    found = judged(title, lead)
    assert found is not None
    assert found.status is expected
    assert found.evidence.term


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("12 soldiers killed in ambush on Thursday", "Gunmen ambushed a convoy."),
        ("L'armée repousse un assaut, six assaillants tués", "Des hommes armés ont attaqué mardi la base."),
        ("Army foils second attack after blast kills five", "A blast killed five soldiers on Thursday."),
        ("Ambush kills nine a year after last attack", "Nine soldiers were killed on Thursday."),
    ],
)
def test_what_did(title, lead):
    found = judged(title, lead)
    assert found is None or not found.plain


def test_only_a_plain_status_overrules():
    assert judged("Army foils attack on base").plain
    assert not judged("Attacks feared", "Officials warn of an attack that could come.").plain


@pytest.mark.parametrize(
    ("lead", "feature"),
    [
        ("L'attaque du 15 octobre 2026 avait fait 30 morts.", "date.old"),
        ("Une attaque a fait 30 morts le 17 novembre 2026.", "bg.background"),
    ],
)
def test_only_a_date_of_the_last_days_speaks_against_an_old_one(lead, feature):
    found = judged("Il y a dix ans, l'attentat de l'hôtel", lead)
    assert found is not None
    assert found.evidence.feature == feature
