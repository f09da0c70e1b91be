"""A worker is silent where something waits and nothing comes of it."""

from marsad.scaled.pulse import LOOKED_WITHIN, Pulse, Standing

A, B = ("m.articles", 0), ("m.articles", 1)


def asked(pulse: Pulse, now: float, **standings: tuple[int, int]) -> None:
    pulse.beat(now)
    pulse.asked({{"a": A, "b": B}[name]: Standing(*one) for name, one in standings.items()}, now)


def silence(pulse: Pulse, now: float) -> float:
    pulse.beat(now)
    return pulse.silence(now)


def test_who_has_nothing_waiting_is_never_silent() -> None:
    pulse = Pulse(0.0)
    for moment in range(0, 1_000, 15):
        asked(pulse, moment, a=(5, 5))
        assert silence(pulse, moment + 14) == 0.0
    assert pulse.lag == 0


def test_that_nobody_looks_any_more_is_silence_whatever_was_seen_last() -> None:
    pulse = Pulse(0.0)
    asked(pulse, 100.0, a=(5, 5))
    assert silence(pulse, 100.0 + LOOKED_WITHIN) == 0.0
    assert silence(pulse, 130.0 + LOOKED_WITHIN) == 30.0
    pulse.excused(130.0 + LOOKED_WITHIN)
    assert silence(pulse, 131.0 + LOOKED_WITHIN) == 0.0


def test_what_waits_and_does_not_move_is_silence() -> None:
    pulse = Pulse(0.0)
    asked(pulse, 0.0, a=(5, 5), b=(5, 5))
    asked(pulse, 15.0, a=(9, 5), b=(5, 5))
    asked(pulse, 30.0, a=(9, 5), b=(6, 5))
    assert silence(pulse, 40.0) == 40.0  # since it was last seen with nothing waiting
    assert pulse.lag == 5


def test_what_moves_is_none() -> None:
    pulse = Pulse(0.0)
    asked(pulse, 0.0, a=(100, 5))
    asked(pulse, 15.0, a=(200, 9))
    assert silence(pulse, 15.0) == 0.0
    asked(pulse, 30.0, a=(300, 9))
    assert silence(pulse, 30.0) == 15.0


def test_part_of_a_batch_is_a_sign_of_life_of_its_partitions_only() -> None:
    pulse = Pulse(0.0)
    asked(pulse, 0.0, a=(9, 5), b=(9, 5))
    pulse.worked([A, ("m.articles", 7)], 50.0)
    assert silence(pulse, 60.0) == 60.0
    pulse.worked([B], 55.0)
    assert silence(pulse, 60.0) == 10.0
    asked(pulse, 61.0, a=(9, 5), b=(9, 5))
    assert silence(pulse, 61.0) == 11.0


def test_an_outage_excuses_all() -> None:
    pulse = Pulse(0.0)
    asked(pulse, 0.0, a=(9, 5), b=(9, 5))
    pulse.excused(500.0)
    assert silence(pulse, 510.0) == 10.0


def test_a_partition_that_comes_begins_anew_and_one_that_goes_is_forgotten() -> None:
    pulse = Pulse(0.0)
    asked(pulse, 0.0, a=(9, 5))
    asked(pulse, 100.0, b=(9, 5))
    assert silence(pulse, 101.0) == 1.0
    assert set(pulse.standings) == set(pulse.since) == {B}
    asked(pulse, 102.0, a=(9, 5), b=(9, 5))
    assert pulse.since == {A: 102.0, B: 100.0}


def test_an_event_loop_that_stands_is_silence_whatever_waits() -> None:
    pulse = Pulse(0.0)
    asked(pulse, 10.0, a=(5, 5))
    assert pulse.silence(25.0) == 15.0


def test_what_was_thrown_away_behind_the_group_is_no_lag() -> None:
    assert Standing(end=3, committed=7).lag == 0
