"""A thread that ends before what it works on is closed."""

import asyncio
import threading

import pytest

from marsad.own_thread import OwnThread

PATIENCE = 10


def test_a_call_that_runs_is_waited_for_also_when_its_task_was_cancelled() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(PATIENCE)
        done.set()

    async def scenario() -> None:
        thread = OwnThread()
        task = asyncio.create_task(thread.run(work))
        await asyncio.to_thread(begun.wait, PATIENCE)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not done.is_set()
        threading.Timer(0.05, go_on.set).start()
        thread.close()
        assert done.is_set()

    asyncio.run(scenario())


def test_calls_come_in_turn_with_their_answers_and_errors() -> None:
    async def scenario() -> list[object]:
        thread = OwnThread()
        try:
            return await asyncio.gather(*(thread.run(divmod, 7, by) for by in (2, 0, 3)), return_exceptions=True)
        finally:
            thread.close()

    first, second, third = asyncio.run(scenario())
    assert (first, third) == ((3, 1), (2, 1))
    assert isinstance(second, ZeroDivisionError)
