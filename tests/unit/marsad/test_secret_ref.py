from pathlib import Path

import pytest
from pydantic import ValidationError

from marsad.secret_ref import LONGEST, SecretRef

SECRET = "https://hooks.example/SECRET"


@pytest.mark.parametrize(
    "value", [{"env": SECRET}, {"file": SECRET}, {"file": "a\0b"}, {"file": " "}, {"env": "NOT A NAME"}]
)
def test_what_names_no_place_is_refused_without_being_repeated(value: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        SecretRef.model_validate(value)
    (problem,) = refused.value.errors()
    assert problem["msg"].startswith("Value error, ")
    assert "SECRET" not in problem["msg"]


@pytest.mark.parametrize("value", [{"env": "MARSAD_SLACK"}, {"file": "secrets/slack.url"}])
def test_a_variable_or_a_path_is_taken(value: dict[str, str]) -> None:
    assert SecretRef.model_validate(value).label == ":".join(*value.items())


@pytest.mark.parametrize("value", [{}, {"env": "A", "file": "b"}])
def test_exactly_one_of_the_two(value: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="write exactly one"):
        SecretRef.model_validate(value)


def test_a_file_without_end_is_not_read_to_its_end() -> None:
    assert len(SecretRef(file="/dev/zero").value({}, Path("/"))) == LONGEST
