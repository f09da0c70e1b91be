"""What becomes of it is said by who knows: one that goes on tries again, one that ends does not."""

import pytest

from marsad.kafka.errors import KafkaDownError


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("nobody answers", "nobody answers."), ("nobody answers.", "nobody answers."), ("is it up?", "is it up?")],
)
def test_who_goes_on_and_who_ends_say_so(reason: str, sentence: str) -> None:
    error = KafkaDownError(reason)
    assert str(error) == f"{sentence} It is tried again, nothing is lost"
    assert error.ending == f"{sentence} Start again when it is up"
    assert error.reason == reason
