"""A thread of one's own for the blocking work over one connection.

SQLite must not be closed under a call that still runs, and a cancelled task leaves its call running: this
thread is ended, which waits for that call, before the connection is closed.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class OwnThread:
    """Calls come in turn, and wait for nobody else's."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1)

    async def run(
        self, call: Callable[Arguments, Answer], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Answer:
        """The call's answer, or what it raised."""
        return await asyncio.wrap_future(self._executor.submit(call, *arguments, **named))

    def close(self) -> None:
        """Wait until the calls that were given are done."""
        self._executor.shutdown(wait=True)
