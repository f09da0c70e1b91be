"""Names to addresses, in threads of their own.

Looking up a name may block for half a minute. In the event loop's own threads a few dead name servers would hold up
everything else that runs there, the storing of other feeds' articles included.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from aiohttp.abc import AbstractResolver, ResolveResult


class OwnThreadsResolver(AbstractResolver):
    """At most ``threads`` look-ups at a time."""

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="resolve")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Every address of the host. Raises OSError where it has none."""
        look_up = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _type, protocol, _name, address in found
        ]

    async def close(self) -> None:
        """Start no more look-ups; one that blocks is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)
