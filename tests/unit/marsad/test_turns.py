import threading
from collections.abc import Callable

from marsad.turns import Turns, turns_of

LONG = 20.0


def started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def waiting(turns: Turns) -> int:
    return len(turns._queue)


def test_whoever_asked_first_is_first_even_where_the_holder_asks_again_at_once() -> None:
    turns, order = Turns(), []

    def other() -> None:
        assert turns.take(LONG)
        order.append("other")
        turns.hand_on()

    assert turns.take(LONG)
    thread = started(other)
    while not waiting(turns):
        pass
    turns.hand_on()
    assert turns.take(LONG)
    order.append("holder again")
    thread.join(LONG)
    assert order == ["other", "holder again"]


def test_a_turn_that_does_not_come_takes_no_place_in_the_queue() -> None:
    turns = Turns()
    assert turns.take(LONG)
    assert not turns.take(0.01)
    assert waiting(turns) == 0
    turns.hand_on()
    assert turns.take(0.01)


def test_one_file_has_one_queue() -> None:
    mine = turns_of("/data/watch.db")
    assert turns_of("/data/watch.db") is mine
    assert turns_of("/data/search.db") is not mine
