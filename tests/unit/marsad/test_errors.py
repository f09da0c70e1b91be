"""Errors that a person reads."""

import pytest

from marsad.errors import ConfigError, ConfigProblem, DecodeError, MarsadError, StoreError, did_you_mean


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (ConfigProblem("r.yaml", 4, "rules[0]", "wrong"), "r.yaml:4: rules[0]: wrong"),
        (ConfigProblem("r.yaml", 4, "", "wrong"), "r.yaml:4: wrong"),
        (ConfigProblem("r.yaml", 0, "rules", "wrong"), "r.yaml: rules: wrong"),
        (ConfigProblem("r.yaml", 0, "", "wrong"), "r.yaml: wrong"),
    ],
)
def test_a_problem_says_where(problem, expected):
    assert str(problem) == expected


def test_all_problems_are_told_by_file_and_line():
    error = ConfigError(
        [ConfigProblem("b.yaml", 1, "", "x"), ConfigProblem("a.yaml", 10, "", "x"), ConfigProblem("a.yaml", 9, "", "x")]
    )
    assert str(error) == "a.yaml:9: x\na.yaml:10: x\nb.yaml:1: x"
    assert len(error.problems) == 3


def test_problems_may_come_from_a_generator():
    assert str(ConfigError(problem for problem in [ConfigProblem("a", 1, "", "x")])) == "a:1: x"


@pytest.mark.parametrize("kind", [StoreError, DecodeError, ConfigError])
def test_all_are_marsads_own(kind):
    assert issubclass(kind, MarsadError)


def test_a_near_name_is_proposed_and_a_far_one_is_not():
    assert did_you_mean("sahell", ["lake-chad", "sahel"]) == " (did you mean 'sahel'?)"
    assert did_you_mean("zzz", ["sahel"]) == ""
    assert did_you_mean("x", []) == ""
