import json

import pytest

from stream.reading.heads import NAMES, Heads

STORED = {
    "fitted": {},
    "heads": NAMES,
    "bias": [0.0, 0.0, 0.0, -1.0, 0.0],
    "slope": [1.0] * 5,
    "offset": [0.0] * 5,
    "threshold": 0.4,
    "gate": 1.0,
    "features": {"t.kill": [1.0, 0.5, 0.5, 2.0, 0.0]},
    "grams": {"blast": [2.0, 0, 0, 1.0, 0], "film": [-3.0, 0, 0, -4.0, 0]},
}


def heads(**changed):
    return Heads.from_json(json.dumps(STORED | changed))


def test_probabilities_are_the_logistic_of_the_sum():
    judged = heads().judge({"t.kill": 1.0}, [])
    assert judged.scores.fresh_event == pytest.approx(0.7311, abs=1e-4)
    assert judged.state == 0.5


def test_grams_share_one_scale_however_many_are_known():
    one = heads().judge({}, ["blast", "unknown"]).scores.violence
    both = heads().judge({}, ["blast", "film"]).scores.violence
    assert one == pytest.approx(0.8808, abs=1e-4)
    assert both == pytest.approx(1 / (1 + 2.718281828 ** (1 / 2**0.5)), abs=1e-4)


def test_calibration_is_applied():
    assert heads(slope=[1, 1, 1, 0.5, 1], offset=[0, 0, 0, 0.5, 0]).judge({}, []).scores.fresh_event == 0.5


def test_reasons_come_strongest_first():
    assert [name for name, _points in heads().judge({"t.kill": 1.0}, ["film"]).reasons] == ["word:film", "t.kill"]


def test_only_the_strongest_reasons_are_given_and_those_of_one_weight_by_name():
    grams = {name: [0.0, 0, 0, weight, 0] for name, weight in zip("hgfedcba", (3, 1, 1, -1, 1, 1, -2, 1), strict=True)}
    reasons = heads(grams=grams, features={"t.kill": [0, 0, 0, 0.5, 0]}).judge({"t.kill": 4.0}, list(grams)).reasons
    assert [name for name, _points in reasons] == ["t.kill", "word:h", "word:b", "word:a", "word:c", "word:d"]
    assert reasons[:2] == (("t.kill", 2.0), ("word:h", pytest.approx(3 / 8**0.5)))


def test_a_feature_counts_as_much_as_its_value():
    assert heads().judge({"t.kill": 0.5}, []).scores.fresh_event == 0.5


def test_unknown_names_change_nothing():
    assert heads().judge({"new": 9.0}, ["other"]) == heads().judge({}, [])


def test_violence_is_told_by_n_grams_alone():
    assert heads().violence(["blast"]) == 2.0
    assert heads().violence(["blast", "film", "new"]) == pytest.approx(-1 / 2**0.5)
    assert heads().violence([]) == 0.0


def test_two_words_count_as_a_pair_only_where_they_stand_side_by_side_and_only_once():
    known = heads(grams={"shot": [1.0, 0, 0, 0, 0], "shot dead": [3.0, 0, 0, 0, 0]})
    assert known.violence(["shot", "dead", "man", "shot", "dead"]) == pytest.approx(4 / 2**0.5)
    assert known.violence(["dead", "shot"]) == 1.0
    reasons = heads(grams={"shot dead": [0, 0, 0, 3.0, 0]}).judge({}, ["shot", "dead"]).reasons
    assert reasons == (("word:shot dead", 3.0),)


def test_weights_for_other_heads_are_refused():
    with pytest.raises(ValueError, match="fit them again"):
        heads(heads=["violence"])


def test_the_shipped_weights_say_what_they_were_fitted_on():
    fitted = Heads.packaged().fitted
    assert {"on", "when", "command", "figures"} <= fitted.keys()
