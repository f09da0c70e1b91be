import pytest
from pydantic import ValidationError

from alerts.receivers import UrlRef

SECRET = "https://hooks.example/SECRET"


@pytest.mark.parametrize(
    "value", [{"env": SECRET}, {"file": SECRET}, {"file": "a\0b"}, {"file": " "}, {"env": "NOT A NAME"}]
)
def test_what_names_no_place_is_refused_without_being_repeated(value: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        UrlRef.model_validate(value)
    (problem,) = refused.value.errors()
    assert problem["msg"].startswith("Value error, ")
    assert "SECRET" not in problem["msg"]


@pytest.mark.parametrize("value", [{"env": "MARSAD_SLACK"}, {"file": "secrets/slack.url"}])
def test_a_variable_or_a_path_is_taken(value: dict[str, str]) -> None:
    assert UrlRef.model_validate(value).label == ":".join(*value.items())


@pytest.mark.parametrize("value", [{}, {"env": "A", "file": "b"}])
def test_exactly_one_of_the_two(value: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="write either"):
        UrlRef.model_validate(value)
