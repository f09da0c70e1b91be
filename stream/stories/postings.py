"""An index from keys to the stories filed under them, small enough to hold millions of keys."""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Postings(Generic[Key]):
    """Most keys have one story: it stands bare, since a set for each would take five times the memory."""

    __slots__ = ("_filed",)

    def __init__(self) -> None:
        self._filed: dict[Key, str | tuple[str, ...]] = {}

    def add(self, keys: Iterable[Key], story_id: str) -> None:
        """File a story under the keys; filing it twice changes nothing."""
        for key in keys:
            there = self._filed.setdefault(key, story_id)
            if there != story_id and story_id not in (stories := _all(there)):
                self._filed[key] = tuple(sorted((*stories, story_id)))

    def discard(self, keys: Iterable[Key], story_id: str) -> None:
        """Take a story away from under the keys."""
        for key in keys:
            left = tuple(story for story in _all(self._filed.get(key, ())) if story != story_id)
            if not left:
                self._filed.pop(key, None)
            else:
                self._filed[key] = left[0] if len(left) == 1 else left

    def find(self, keys: Iterable[Key]) -> set[str]:
        """The stories under any of the keys."""
        found: set[str] = set()
        for key in keys:
            there = self._filed.get(key)
            if there is not None:
                found.update(_all(there))
        return found

    def used(self) -> list[Key]:
        """The keys in use, in no order to rely on."""
        return list(self._filed)


def _all(filed: str | tuple[str, ...]) -> tuple[str, ...]:
    return (filed,) if isinstance(filed, str) else filed
