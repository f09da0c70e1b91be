from pathlib import Path

import pytest
from pydantic import ValidationError

from marsad.secret_ref import LONGEST, Keeping, NotThereError, SecretRef

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


def test_of_what_belongs_together_all_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("found\n", encoding="utf-8")
    with pytest.raises(NotThereError) as told, Keeping({}, tmp_path) as keeping:  # noqa: PT012  it ends with the block
        assert keeping.secret("user", SecretRef(file="there")) == "found"
        assert keeping.certificate("ca", "there") == tmp_path / "there"
        assert keeping.secret("key", None) is keeping.certificate("other", None) is None
        assert keeping.secret("password", SecretRef(env="NO_SUCH")) is None
        keeping.refuse("user", "it is too long")
    assert told.value.missing == (
        ("password", "the environment variable NO_SUCH is not set: put the secret there"),
        ("user", "it is too long"),
    )


def test_another_error_is_not_hidden_by_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), Keeping({}, tmp_path) as keeping:  # noqa: PT012  it ends with the block
        keeping.refuse("user", "it is too long")
        raise ZeroDivisionError


def test_a_file_without_end_is_not_read_to_its_end() -> None:
    assert len(SecretRef(file="/dev/zero").value({}, Path("/"))) == LONGEST
