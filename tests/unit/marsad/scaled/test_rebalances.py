"""Partitions that are given out anew now and then are as it should be; again and again are not."""

from marsad.scaled.rebalances import Rebalances


def told(*counts: tuple[int, float]) -> list[bool]:
    made = Rebalances()
    return [bool(made.trouble(count, now, "one")) for count, now in counts]


def test_a_few_in_a_minute_are_no_trouble() -> None:
    assert told((1, 0.0), (3, 10.0), (5, 20.0)) == [False, False, False]


def test_many_in_a_minute_are() -> None:
    made = Rebalances()
    made.trouble(3, 0.0, "one")
    assert made.trouble(6, 30.0, "one") == (
        "partitions were given out anew 6 times in a minute: is another worker of this kind named one too? "
        "Give each its own MARSAD_INSTANCE"
    )


def test_it_passes() -> None:
    assert told((6, 0.0), (6, 59.0), (6, 60.0), (11, 61.0), (12, 62.0)) == [True, True, False, False, True]
