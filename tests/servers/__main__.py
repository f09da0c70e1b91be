"""Keep servers running while one works on tests: these then start in no time.

    PYTHONPATH=tests python -m servers kafka elastic

prints the variables to set in another terminal, and ends the servers with Ctrl-C. ``kafka-three`` has three brokers.
"""

import contextlib
import signal
import sys
from collections.abc import Callable

from servers import availability
from servers.elastic import elastic_server
from servers.kafka import kafka_cluster


def kafka(stack: contextlib.ExitStack, brokers: int) -> str:
    return f"{availability.KAFKA}={stack.enter_context(kafka_cluster(brokers=brokers)).bootstrap}"


def elastic(stack: contextlib.ExitStack) -> str:
    return f"{availability.ELASTIC}={stack.enter_context(elastic_server()).url}"


SERVERS: dict[str, Callable[[contextlib.ExitStack], str]] = {
    "kafka": lambda stack: kafka(stack, 1),
    "kafka-three": lambda stack: kafka(stack, 3),
    "elastic": elastic,
}


def main(names: list[str]) -> None:
    if not names or set(names) - set(SERVERS):
        sys.exit(f"name what to run, of: {', '.join(SERVERS)}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack:
        for name in names:
            print(f"export {SERVERS[name](stack)}", flush=True)
        signal.pause()


if __name__ == "__main__":
    main(sys.argv[1:])
