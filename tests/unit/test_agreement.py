"""Agreement of two readings, by hand: 20 and 15 of 50 both ways, 5 and 10 apart: seen 0.7, by chance 0.5."""

import pytest

from fitting.agreement import fresh_violence, joined, kappa


def pairs(*counts):
    return [({"label": one}, {"label": other}) for one, other, count in counts for _ in range(count)]


def test_kappa():
    read = pairs(("new", "new", 20), ("new", "none", 5), ("none", "new", 10), ("none", "none", 15))
    assert kappa(read, lambda label: label["label"]) == pytest.approx(0.4)
    assert kappa(read, lambda _label: "always the same") == 1.0


def test_fresh_violence_needs_a_violent_type():
    assert fresh_violence({"label": "update", "acled": "Battles"})
    assert not fresh_violence({"label": "update", "acled": "Protests"})
    assert not fresh_violence({"label": "reaction", "acled": "Battles"})


def test_both_must_have_read_the_same(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text('{"id": "a"}\n{"id": "b"}\n')
    second.write_text('{"id": "b"}\n{"id": "a"}\n')
    assert [(one["id"], other["id"]) for one, other in joined(first, second)] == [("a", "a"), ("b", "b")]
    second.write_text('{"id": "a"}\n')
    with pytest.raises(ValueError, match=r"only in one of them: \['b'\]"):
        joined(first, second)
