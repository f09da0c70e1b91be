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


@pytest.mark.parametrize(
    "title",
    [
        "Mosque attack: gunman identified as former student",
        "Three arrested over attack on village",
        "Hotel siege ends in Mogadishu, 19 dead",
        "Attentat : deux suspects arrêtés après l'attaque de mardi",
        "Ce que l'on sait de l'auteur de la fusillade",
        "تحديد هوية منفذ الهجوم الانتحاري",
        "اعتقال المتورطين في تفجير ديالى",
        "التنظيم يتبنى الهجوم على القاعدة",
    ],
)
def test_new_facts_on_an_attack_are_updates(title):
    assert cues(told(title), ()).update


@pytest.mark.parametrize(
    "title",
    [
        "Car bombing kills governor; no group has claimed responsibility",
        "Gunmen kill two; a year after the coup, fear remains",
    ],
)
def test_what_is_said_in_passing_is_no_update(title):
    assert not cues(told(title), ()).update


@pytest.mark.parametrize(
    "title",
    ["Second attack in Gao in as many days", "Nouvelle attaque à Djibo", "هجوم جديد في مروة يوقع عشرين قتيلا"],
)
def test_another_attack_is_a_novelty(title):
    assert cues(told(title), ()).novelty


def test_again_alone_is_no_novelty():
    assert not cues(told("Fighting flares again, a day after talks"), ()).novelty
