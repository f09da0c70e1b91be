"""When to try again, and when no more."""

from datetime import timedelta

import pytest
from unit.alerts.told import NOON

from alerts.outcome import GIVE_UP, Failed, given_up, next_attempt, rest


@pytest.mark.parametrize(
    ("attempts", "retry_after", "seconds"),
    [
        (1, None, 5),
        (2, None, 10),
        (5, None, 80),
        (8, None, 600),
        (500, None, 600),
        (1, 90, 90),
        (8, 30, 600),
        (1, 99_999, 3600),
    ],
)
def test_next_attempt(attempts, retry_after, seconds):
    assert next_attempt(attempts, Failed("x", retry_after=retry_after), NOON) == NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("attempts", "retry_after", "seconds"), [(1, None, 5), (3, None, 15), (99, None, 30), (1, 90, 90)]
)
def test_rest_of_the_receiver(attempts, retry_after, seconds):
    assert rest(attempts, Failed("x", retry_after=retry_after)) == timedelta(seconds=seconds)


def test_given_up():
    assert given_up(Failed("x", recoverable=False), NOON, NOON, repeat=False)
    assert not given_up(Failed("x"), NOON, NOON + GIVE_UP - timedelta(seconds=1), repeat=False)
    assert given_up(Failed("x"), NOON, NOON + GIVE_UP, repeat=False)


def test_a_message_whose_answer_was_lost_twice_is_not_sent_a_third_time():
    lost = Failed("x", unsure=True)
    assert not given_up(lost, NOON, NOON, repeat=False)
    assert given_up(lost, NOON, NOON, repeat=True)
    assert not given_up(Failed("refused"), NOON, NOON, repeat=True)
