import pytest
from reading_builders import told

from marsad.reading import Actor
from stream.reading.cues import cues


@pytest.mark.parametrize(
    "title",
    [
        "Death toll rises to 44 in mosque attack",
        "Le bilan de l'attaque s'alourdit à 17 morts",
        "ارتفاع حصيلة الهجوم إلى 28 قتيلا",
    ],
)
def test_updates(title):
    assert cues(told(title), ()).update


def test_a_first_report_is_no_update():
    assert not cues(told("Attack kills 12 soldiers"), ()).update


@pytest.mark.parametrize(
    "title",
    ["Correction: report of attack withdrawn", "Rectificatif : aucune attaque à Dori", "سحب خبر هجوم ديفا"],
)
def test_retractions(title):
    assert cues(told(title), ()).retracts


def test_an_army_withdrawing_retracts_nothing():
    assert not cues(told("Troops withdraw from Gao"), ()).retracts


def test_the_claimant_claims():
    assert cues(told("Attack kills two"), (Actor(id="jnim", role="claimant"),)).claimed_by == "jnim"


def test_a_denied_claim_claims_nothing():
    assert cues(told("No group has claimed the attack; JNIM denies it"), ()).claimed_by is None
