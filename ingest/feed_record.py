"""What is kept of a feed on Kafka: its state, and apart from it its entries, which are long and change rarely. Pure."""

from collections.abc import Collection
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ingest.decide import Outcome
from ingest.feed_state import EntryKeys, FeedState
from ingest.fetched import KnownEntry

OTHERS_KEPT: Final = 500
"""Entries that are remembered of a feed besides those that are in it now.

Each costs 60 bytes in every message that tells of new articles. A feed shows its newest; an entry that comes back when
so many others came in between is taken for new again: it is sent once more, under the id that it had, which is what the
stages behind it tell a repetition by.
"""
_ENTRIES: Final = "/entries"
"""No slug holds a slash."""


class SeenEntry(Struct, frozen=True, array_like=True):
    """A known entry, with its article's id."""

    id: str
    revision: int
    digest: str


class FeedEntries(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a feed's entries."""

    feed: str
    window: tuple[EntryKeys, ...] = ()
    """Of the feed's state, which is kept without it."""
    entries: tuple[SeenEntry, ...] = ()
    """Least recently seen first."""

    def known(self, ids: Collection[str]) -> dict[str, KnownEntry]:
        """Those of the articles that are known."""
        wanted = set(ids)
        return {
            entry.id: KnownEntry(revision=entry.revision, digest=entry.digest)
            for entry in self.entries
            if entry.id in wanted
        }

    def after(self, outcome: Outcome, seen: Collection[str]) -> "FeedEntries":
        """After a poll in which ``seen`` were in the feed and known already; itself where nothing changed."""
        window = outcome.state.window
        if not outcome.entries and window == self.window:
            return self
        now = {entry.id: entry for entry in self.entries if entry.id in seen}
        for id_, entry in outcome.entries.items():
            now[id_] = SeenEntry(id_, entry.revision, entry.digest)
        others = [entry for entry in self.entries if entry.id not in now]
        return FeedEntries(feed=self.feed, window=window, entries=(*others[-OTHERS_KEPT:], *now.values()))

    def halved(self) -> "FeedEntries":
        """The newer half, where the whole is too large to be kept."""
        return replace(
            self,
            window=self.window[: len(self.window) // 2],
            entries=self.entries[(len(self.entries) + 1) // 2 :],
        )


def state_key(feed: str) -> bytes:
    """The key of a feed's state."""
    return feed.encode()


def entries_key(feed: str) -> bytes:
    """The key of a feed's entries."""
    return f"{feed}{_ENTRIES}".encode()


def is_of_entries(key: bytes) -> bool:
    """Whether a key is that of a feed's entries."""
    return key.endswith(_ENTRIES.encode())


def apart(state: FeedState) -> FeedState:
    """The state as it is kept: without the window."""
    return replace(state, window=())


def joined(state: FeedState | None, entries: FeedEntries) -> FeedState:
    """The state as it is worked with.

    A crash may have left entries without the state that was to follow them. The poll that they came from was whole, so
    it is not the first one that comes next: what is new in that one is to be alerted.
    """
    state = state or FeedState(feed=entries.feed)
    return replace(state, window=entries.window, first_poll_done=state.first_poll_done or bool(entries.window))
