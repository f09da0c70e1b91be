import asyncio

from ingest.fetched import FetchRequest, NotModified
from marsad.scaled.uncommitted import Uncommitted


class Network:
    def __init__(self) -> None:
        self.asked: list[str] = []

    async def fetch(self, request: FetchRequest) -> NotModified:
        self.asked.append(request.slug)
        return NotModified()


def asks(uncommitted: Uncommitted, slug: str) -> asyncio.Task[object]:
    return asyncio.ensure_future(uncommitted.fetch(FetchRequest(slug=slug, url="http://x.example/")))


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_nothing_more_is_fetched_until_what_was_is_stored() -> None:
    async def scene() -> None:
        network = Network()
        uncommitted = Uncommitted(network, most=2)
        await asyncio.gather(asks(uncommitted, "a"), asks(uncommitted, "b"))
        assert uncommitted.full
        waiting = asks(uncommitted, "c"), asks(uncommitted, "d")
        await settle()
        assert network.asked == ["a", "b"]
        uncommitted.done(["a", "never-fetched"])
        await settle()
        assert network.asked == ["a", "b", "c"]
        assert len(uncommitted) == 2
        uncommitted.done(["b"])
        await asyncio.gather(*waiting)
        assert network.asked == ["a", "b", "c", "d"]

    asyncio.run(scene())


def test_a_feed_that_is_given_up_while_it_waits_was_not_fetched() -> None:
    async def scene() -> None:
        network = Network()
        uncommitted = Uncommitted(network, most=1)
        await asks(uncommitted, "a")
        waiting = asks(uncommitted, "b")
        await settle()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        uncommitted.done(["a", "b"])
        await settle()
        assert network.asked == ["a"]
        assert len(uncommitted) == 0

    asyncio.run(scene())
