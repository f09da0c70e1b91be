import pytest
from reading_builders import told

from stream.reading.features import features, hand_score


def named(title, lead="", **kwargs):
    return features(told(title, lead), language="en", genre="Current", placed=kwargs.get("placed", {}))


def test_signs_are_named_by_where_they_stand():
    found = named("Gunmen kill 12 soldiers in Gao on Thursday")
    assert {"t.kill", "t.count.killed", "t.rec", "t.age.recent", "no.lead", "language.en"} <= found.keys()


def test_the_same_signs_in_another_language_have_the_same_names():
    english = named("Gunmen kill 12 soldiers on Thursday").keys()
    french = named("Des hommes armés tuent 12 soldats jeudi").keys()
    assert {"t.kill", "t.count.killed", "t.per", "t.tgt", "t.age.recent"} <= english & french


@pytest.mark.parametrize(
    ("title", "sign"),
    [
        ("Why do attacks go on?", "t.question"),
        ("Minister: attacks will end", "t.prefix"),
        ("Attacks up 20% this year", "t.percent"),
        ("Attacks killed 4,000 people", "t.count.mass"),
        ("Ten years ago, the attack of Bamako", "t.age.old"),
        ("Dozens killed in attack", "t.count.vague"),
    ],
)
def test_signs_of_structure(title, sign):
    assert sign in named(title)


def test_a_place_counts_beside_violence():
    assert "t.violent+place.exact" in named("Attack in Gao", placed={0: "exact"})
    assert "t.violent+place.exact" not in named("Festival in Gao", placed={0: "exact"})


def test_a_fresh_report_scores_above_a_remembrance():
    fresh, old = (
        told("Gunmen kill 12 soldiers in ambush on Thursday"),
        told("Anniversary of the ambush that killed soldiers"),
    )
    assert hand_score(fresh[0], None) > 3 > hand_score(old[0], None)


def test_a_position_scores_as_its_best_sentence_whatever_their_order():
    strong, weak = "Gunmen killed 12 soldiers in an ambush.", "Parliament will debate it."
    score = named("Report", f"{strong} {weak}")["l.score"]
    assert score == named("Report", f"{weak} {strong}")["l.score"] > 0 > named("Report", weak)["l.score"]
