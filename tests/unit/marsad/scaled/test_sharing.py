import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from ingest.kafka_inbox import ShareLostError
from marsad.errors import StoreError
from marsad.kafka.errors import KafkaDownError
from marsad.scaled import sharing as module
from marsad.scaled.sharing import Sharing
from marsad.steps import wait_for_any

DOWN = KafkaDownError("down")


class Share:
    def __init__(self, partition: int) -> None:
        self.partition = partition
        self.held = True
        self.lost = False
        self.working = False

    def holds(self) -> bool:
        return self.held and not self.lost

    def begin(self) -> bool:
        self.working = not self.lost
        return self.working

    def end(self) -> None:
        self.working = False


class Group:
    def __init__(self, *partitions: int) -> None:
        self.mine = [Share(partition) for partition in partitions]

    def shares(self) -> list[Share]:
        return list(self.mine)


class Poller:
    """Runs until it is stopped, or fails."""

    def __init__(self, error: Exception | None, let_end: asyncio.Event) -> None:
        self.error = error
        self.let_end = let_end
        self.stopped = False

    def states(self) -> dict[str, str]:
        return {"a": "state"}

    async def run(self, stop: asyncio.Event) -> None:
        if self.error:
            raise self.error
        await stop.wait()
        self.stopped = True
        await self.let_end.wait()


class Work:
    def __init__(self) -> None:
        self.opened: list[int] = []
        self.closed: list[int] = []
        self.errors: list[Exception | None] = []
        self.open_errors: list[Exception] = []
        self.let_end = asyncio.Event()
        self.let_end.set()

    async def open(self, share: Share) -> Poller:
        self.opened.append(share.partition)
        if self.open_errors:
            raise self.open_errors.pop(0)
        return Poller(self.errors.pop(0) if self.errors else None, self.let_end)

    def close(self, share: Share) -> None:
        self.closed.append(share.partition)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  the state of a loop that has no event for it
            await asyncio.sleep(0.01)


def scene(act: Callable[[Sharing, Group, Work], Awaitable[None]], *partitions: int) -> tuple[Group, Work]:
    async def inside() -> tuple[Group, Work]:
        group, work, stop = Group(*partitions), Work(), asyncio.Event()
        sharing = Sharing(group, work)  # type: ignore[arg-type]
        running = asyncio.create_task(sharing.run(stop))
        try:
            await act(sharing, group, work)
        finally:
            stop.set()
            await wait_for_any([stop], module.ROUND)
            await running
        assert sharing.states() == {}
        return group, work

    return asyncio.run(inside())


def test_a_poller_for_each_partition_until_the_end() -> None:
    async def act(sharing: Sharing, group: Group, work: Work) -> None:
        await until(lambda: sharing.held() == {0: True, 2: True})
        assert sharing.states() == {"a": "state"}
        assert all(share.working for share in group.mine)

    group, work = scene(act, 0, 2)
    assert (work.opened, sorted(work.closed)) == ([0, 2], [0, 2])
    assert not any(share.working for share in group.mine)


def test_a_partition_that_is_not_held_is_ended_and_begun_anew_when_it_is_again() -> None:
    async def act(sharing: Sharing, group: Group, work: Work) -> None:
        await until(lambda: sharing.held() == {0: True})
        group.mine[0].held = False
        await until(lambda: not group.mine[0].working)
        assert sharing.held() == {0: False}
        group.mine[0].held = True
        await until(lambda: sharing.held() == {0: True})

    assert scene(act, 0)[1].opened == [0, 0]


def test_a_partition_that_comes_back_waits_for_the_end_of_its_former_work() -> None:
    async def act(sharing: Sharing, group: Group, work: Work) -> None:
        await until(lambda: sharing.held() == {0: True})
        work.let_end.clear()
        (old,) = group.mine
        old.lost = True
        group.mine = [Share(0)]
        await asyncio.sleep(3 * module.ROUND.total_seconds())
        assert (work.opened, old.working, sharing.held()) == ([0], True, {0: False})
        work.let_end.set()
        await until(lambda: sharing.held() == {0: True})
        assert (work.opened, old.working) == ([0, 0], False)

    scene(act, 0)


@pytest.mark.parametrize("how", ["while it is read", "while it is polled"])
def test_a_partition_that_was_lost_ends_its_poller_alone(how: str) -> None:
    async def act(sharing: Sharing, group: Group, work: Work) -> None:
        (work.open_errors if how == "while it is read" else work.errors).append(ShareLostError("gone"))
        group.mine = [Share(0), Share(1)]
        await until(lambda: sharing.held() == {0: True, 1: True})

    assert scene(act)[1].opened == [0, 1, 0]


def test_a_partition_that_cannot_be_read_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", module.ROUND)

    async def act(sharing: Sharing, group: Group, work: Work) -> None:
        work.open_errors = [DOWN] * 2
        group.mine = [Share(0)]
        await until(lambda: sharing.trouble == str(DOWN))
        await until(lambda: sharing.held() == {0: True})
        assert sharing.trouble == ""

    assert scene(act)[1].opened == [0, 0, 0]


def test_the_trouble_of_one_partition_is_not_over_because_another_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", timedelta(minutes=1))

    async def act(sharing: Sharing, group: Group, work: Work) -> None:
        work.open_errors = [DOWN]
        group.mine = [Share(0)]
        await until(lambda: sharing.trouble == str(DOWN))
        group.mine.append(Share(1))
        await until(lambda: sharing.held() == {0: False, 1: True})
        assert sharing.trouble == str(DOWN)

    scene(act)


def test_a_partition_that_went_to_another_poller_takes_its_trouble_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", timedelta(minutes=1))

    async def act(sharing: Sharing, group: Group, work: Work) -> None:
        work.open_errors = [DOWN]
        group.mine = [Share(0)]
        await until(lambda: sharing.trouble == str(DOWN))
        group.mine[0].lost = True
        group.mine = []
        assert sharing.trouble == ""

    scene(act)


def test_what_cannot_be_stored_ends_all_pollers() -> None:
    async def act(sharing: Sharing, group: Group, work: Work) -> None:
        work.errors = [None, StoreError("refused")]
        group.mine = [Share(0), Share(1)]
        await until(lambda: len(work.closed) == 2)

    with pytest.raises(StoreError, match="refused"):
        scene(act)
