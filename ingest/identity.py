"""Which entry is which: keys under a policy, and the policy learnt from the feed's own history. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from ingest.config import Identity
from ingest.feed_state import EntryKeys, FeedState
from ingest.fetched import ParsedEntry
from ingest.links import guid_key, link_key

MOST_REUSES: Final = 3
"""Single guids that came back with another link and title, after which guids are not believed any more."""
LEAST_COMMON: Final = 0.3
"""Share of the window that another key must recognise when a key recognises nothing of it."""
MOST_REPEATED: Final = 0.2
"""Share of entries of one poll that may share a key."""


@dataclass(frozen=True, slots=True)
class Detected:
    """The policy in force from this poll on."""

    identity: Identity
    reused: int
    reason: str = ""


def entry_keys(entry: ParsedEntry) -> EntryKeys:
    """Short hashes of guid, link and content."""
    link = link_key(entry.link) if entry.link else ""
    content = f"{entry.title}\n{(entry.summary or entry.body)[:100]}" if entry.title or entry.summary else entry.body
    return EntryKeys(*(_short(key) for key in (guid_key(entry.guid), link, content[:1000])))


def key_under(keys: EntryKeys, identity: Identity) -> str:
    """The key under a policy; where the entry lacks it, the next one that it has."""
    named = {Identity.GUID: "guid", Identity.LINK: "link", Identity.CONTENT: "content"}
    order = list(named)
    for policy in order[order.index(identity) :]:
        if value := getattr(keys, named[policy]):
            return f"{named[policy]}:{value}"
    return "content:"


def detect(wanted: Identity, state: FeedState, now: Sequence[EntryKeys]) -> Detected:
    """The policy for this poll: the operator's, or the first of guid, link, content that the feed does not break."""
    if wanted is not Identity.AUTO:
        return Detected(wanted, 0)
    identity, reused, reason = state.identity, state.reused, ""
    if identity is Identity.GUID:
        reused += _reuses(state.window, now)
        reason = _guid_fault(state.window, now, reused)
        identity = Identity.LINK if reason else identity
    if identity is Identity.LINK and (fault := _link_fault(state.window, now)):
        identity, reason = Identity.CONTENT, fault
    return Detected(identity, reused, reason)


def same_as_before(keys: EntryKeys, window: Sequence[EntryKeys]) -> bool:
    """Whether the former window had the entry under any key that can be believed: its link or its content."""
    return any(
        (keys.link and keys.link == one.link) or (keys.content and keys.content == one.content) for one in window
    )


def _guid_fault(before: Sequence[EntryKeys], now: Sequence[EntryKeys], reused: int) -> str:
    if sum(not keys.guid for keys in now) * 2 > len(now):
        return "most entries have no guid"
    if _repeats(now, "guid"):
        return "entries share their guids"
    if _new_each_time(before, now, "guid", "link") or _new_each_time(before, now, "guid", "content"):
        return "guids are new at each poll"
    if reused >= MOST_REUSES:
        return "guids come back with other articles"
    return ""


def _link_fault(before: Sequence[EntryKeys], now: Sequence[EntryKeys]) -> str:
    if sum(not keys.link for keys in now) * 2 > len(now):
        return "most entries have no link"
    if _repeats(now, "link"):
        return "entries share their links"
    if _new_each_time(before, now, "link", "content"):
        return "links are new at each poll"
    return ""


def _repeats(now: Sequence[EntryKeys], name: str) -> bool:
    """Whether many different entries of one poll share a key."""
    contents: dict[str, set[str]] = {}
    for keys in now:
        if value := getattr(keys, name):
            contents.setdefault(value, set()).add(keys.content)
    shared = sum(len(different) for different in contents.values() if len(different) > 1)
    return shared > max(1, len(now) * MOST_REPEATED)


def _new_each_time(before: Sequence[EntryKeys], now: Sequence[EntryKeys], name: str, witness: str) -> bool:
    """Whether the key recognises nothing of the former window, and the witness much of it."""
    if not before or _common(before, now, name):
        return False
    return _common(before, now, witness) >= max(1, LEAST_COMMON * min(len(before), len(now)))


def _common(before: Sequence[EntryKeys], now: Sequence[EntryKeys], name: str) -> int:
    # A multiset, so that one key on all entries does not recognise all of them.
    return sum((_counted(before, name) & _counted(now, name)).values())


def _counted(window: Sequence[EntryKeys], name: str) -> Counter[str]:
    return Counter(value for keys in window if (value := getattr(keys, name)))


def _reuses(before: Sequence[EntryKeys], now: Sequence[EntryKeys]) -> int:
    former = {keys.guid: keys for keys in before if keys.guid}
    pairs = ((former[keys.guid], keys) for keys in now if keys.guid in former)
    return sum(old.link != new.link and old.content != new.content for old, new in pairs)


def _short(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16] if key else ""
