import pytest

from stream.reading.actors import actors
from stream.reading.lexicon import Lexicon
from stream.reading.matcher import Matcher
from stream.reading.text import Text


@pytest.fixture(scope="module")
def matcher():
    return Matcher(Lexicon.packaged().terms())


def read(matcher, raw):
    text = Text(raw)
    return actors(matcher.find(text), text)


def roles(matcher, raw):
    return {actor.id: actor.role for actor in read(matcher, raw)}


@pytest.mark.parametrize(
    ("raw", "actor", "role"),
    [
        ("JNIM claimed responsibility for the attack.", "jnim", "claimant"),
        ("The attack was claimed by Islamic State Sahel Province.", "issp", "claimant"),
        ("Le GSIM a revendiqué l'attaque.", "jnim", "claimant"),
        ("L'attaque a été revendiquée par le GSIM.", "jnim", "claimant"),
        ("وتبنت جماعة نصرة الإسلام والمسلمين الهجوم", "jnim", "claimant"),
        ("أعلنت حركة الشباب مسؤوليتها عن التفجير", "alshabaab", "claimant"),
        ("An ambush by Boko Haram killed ten.", "bokoharam", "perpetrator"),
        ("Boko Haram attacked the village at dawn.", "bokoharam", "perpetrator"),
        ("Attaque attribuée à Boko Haram : dix morts.", "bokoharam", "perpetrator"),
        ("قتل عشرة في هجوم شنه بوكو حرام", "bokoharam", "perpetrator"),
        ("هاجمت حركة الشباب قاعدة عسكرية", "alshabaab", "perpetrator"),
        ("An attack on Malian soldiers left ten dead.", "fama", "victim"),
        ("Malian troops were ambushed near Gao.", "fama", "victim"),
        ("L'armée malienne a été attaquée dimanche.", "fama", "victim"),
        ("هجوم على الجيش المالي", "fama", "victim"),
        ("The rise of Boko Haram over many years.", "bokoharam", "mention"),
    ],
)
def test_roles(matcher, raw, actor, role):
    assert roles(matcher, raw).get(actor) == role


def test_an_actor_is_told_once_at_its_most_telling_mention(matcher):
    raw = "Boko Haram is old. Ten died in an attack by Boko Haram."
    (actor,) = read(matcher, raw)
    assert (actor.id, actor.role, raw[actor.start : actor.end]) == ("bokoharam", "perpetrator", "Boko Haram")
    assert actor.start == raw.rindex("Boko Haram")


def test_a_cue_tells_about_the_nearest_name_of_its_sentence_only(matcher):
    assert roles(matcher, "The attack was claimed by JNIM. Boko Haram is elsewhere.") == {
        "jnim": "claimant",
        "bokoharam": "mention",
    }
    assert roles(matcher, "Attack on Malian soldiers by JNIM") == {"fama": "victim", "jnim": "perpetrator"}


def test_the_strongest_role_comes_first(matcher):
    assert [actor.id for actor in read(matcher, "Boko Haram exists. JNIM claims responsibility.")] == [
        "jnim",
        "bokoharam",
    ]


def test_the_longer_name_wins(matcher):
    assert set(roles(matcher, "ولاية الساحل في تنظيم الدولة الإسلامية في الصحراء الكبرى")) == {"issp"}


def test_nobody_is_named(matcher):
    assert read(matcher, "Ten people died in an attack.") == ()
    assert read(matcher, "") == ()
