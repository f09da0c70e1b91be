"""Fair turns for the writers of one process.

SQLite lets waiting writers try again and again, and whoever comes by first wins: a step that writes
batch after batch can keep another out until it gives up. Within one process writers queue instead.
"""

import threading
from collections import deque
from weakref import WeakValueDictionary


class Turns:
    """A lock that is handed on in the order in which it was asked for."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Event] = deque()
        self._taken = False

    def take(self, seconds: float) -> bool:
        """Wait for a turn, at most so long; whether it came."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            called = threading.Event()
            self._queue.append(called)
        if called.wait(seconds):
            return True
        with self._guard:
            if not called.is_set():
                self._queue.remove(called)
            return called.is_set()

    def hand_on(self) -> None:
        """End one's turn."""
        with self._guard:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._taken = False


_by_path: WeakValueDictionary[str, Turns] = WeakValueDictionary()
_registry = threading.Lock()


def turns_of(path: str) -> Turns:
    """The one queue of a file in this process."""
    with _registry:
        turns = _by_path.get(path)
        if turns is None:
            turns = _by_path[path] = Turns()
        return turns
