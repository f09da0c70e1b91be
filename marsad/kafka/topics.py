"""Marsad's Kafka topics: their names, the settings they need, and what of that is amiss. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

MESSAGE_BYTES: Final = 8 * 1024 * 1024
"""Of a message. An article's text has at most 250,000 characters (``fetch.body_limit``), so there is ample room."""
PARKED_BYTES: Final = 2 * MESSAGE_BYTES
"""What was parked is the message that broke, and why."""
COPIES: Final = 3
UNLIMITED: Final = -1

_HOUR: Final = 60 * 60 * 1_000
_DAY: Final = 24 * _HOUR


@dataclass(frozen=True, slots=True)
class Topics:
    """The names. Each message also has a key, except in the log: see the methods."""

    prefix: str = "marsad."

    @property
    def articles(self) -> str:
        """Articles to read, by feed slug."""
        return f"{self.prefix}articles"

    @property
    def feed_state(self) -> str:
        """What is known of each feed, by slug; the newest counts."""
        return f"{self.prefix}feed-state"

    @property
    def log(self) -> str:
        """The log: one partition, one order, no key."""
        return f"{self.prefix}log"

    @property
    def readings(self) -> str:
        """Readings with their whole text for the index, by article id."""
        return f"{self.prefix}readings"

    @property
    def stories(self) -> str:
        """Stories by id; the newest counts."""
        return f"{self.prefix}stories"

    @property
    def alerts(self) -> str:
        """Alerts by id; the newest counts."""
        return f"{self.prefix}alerts"

    @property
    def ledger(self) -> str:
        """Decisions by story id."""
        return f"{self.prefix}ledger"

    @property
    def parked(self) -> str:
        """What broke a step, by parked id; a tombstone means that it was replayed or dropped."""
        return f"{self.prefix}parked"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A topic as Marsad needs it. ``settings`` are Kafka's own, as it writes them."""

    name: str
    partitions: int
    replication: int
    settings: Mapping[str, str]
    single: bool = False
    """More than one partition would break its order."""


@dataclass(frozen=True, slots=True)
class Found:
    """A topic as it is. ``replication`` is that of its worst partition."""

    name: str
    partitions: int
    replication: int
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A setting of a topic that can be put right as it stands."""

    topic: str
    setting: str
    found: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.topic}: {self.setting} is {self.found or 'not set'}, not {self.wanted}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something amiss with a topic that only a person can put right. ``text`` says how."""

    topic: str
    text: str

    def __str__(self) -> str:
        return f"{self.topic}: {self.text}"


def copies(asked: int | None, brokers: int) -> int:
    """How many copies of each message: as asked, or 3, or one a broker where they are fewer."""
    return asked if asked is not None else max(1, min(COPIES, brokers))


def wanted(topics: Topics, *, partitions: int, replication: int) -> tuple[Wanted, ...]:
    """Every topic as Marsad needs it, in the order of the news' way."""
    kept, week, month = _kept(), _deleted(days=7), _deleted(days=30)
    shared = {
        topics.articles: week,
        # A poller reads all of its partitions before it polls, and what is in the newest segment is never compacted.
        topics.feed_state: {**kept, "segment.ms": str(_HOUR)},
        topics.readings: week,
        topics.stories: kept,
        topics.alerts: kept,
        topics.ledger: month,
    }
    # The log's time is the broker's: one clock, in the order of the offsets.
    log = {**_deleted(days=None), "message.timestamp.type": "LogAppendTime"}
    parked = {**kept, "max.message.bytes": str(PARKED_BYTES)}
    safe = _safe(replication)
    return (
        *(Wanted(name, partitions, replication, {**settings, **safe}) for name, settings in shared.items()),
        Wanted(topics.log, 1, replication, {**log, **safe}, single=True),
        Wanted(topics.parked, 1, replication, {**parked, **safe}, single=True),
    )


def _kept() -> dict[str, str]:
    """The newest of each key, for ever."""
    return {"cleanup.policy": "compact", **_every()}


def _deleted(*, days: int | None) -> dict[str, str]:
    """All, for so many days, whatever room it takes."""
    milliseconds = UNLIMITED if days is None else days * _DAY
    return {
        "cleanup.policy": "delete",
        "retention.ms": str(milliseconds),
        "retention.bytes": str(UNLIMITED),
        **_every(),
    }


def _every() -> dict[str, str]:
    return {"message.timestamp.type": "CreateTime", "max.message.bytes": str(MESSAGE_BYTES)}


def _safe(replication: int) -> dict[str, str]:
    """Acknowledged means kept by two brokers, where there are three to keep it; no stale copy becomes the truth."""
    return {
        "min.insync.replicas": "2" if replication >= COPIES else "1",
        "unclean.leader.election.enable": "false",
    }


def compare(wanted: Wanted, found: Found) -> tuple[list[Change], list[Problem]]:
    """Of a topic that is there: what can be put right as it stands, and what a person must."""
    return list(_changes(wanted, found)), list(_problems(wanted, found))


def _changes(wanted: Wanted, found: Found) -> Iterator[Change]:
    for setting, value in wanted.settings.items():
        now = found.settings.get(setting, "")
        if not _is_enough(setting, value, now, found.replication):
            yield Change(wanted.name, setting, now, value)


def _is_enough(setting: str, wanted: str, found: str, replication: int) -> bool:
    """More room, more time and more copies than asked are the operator's own choice."""
    if setting == "cleanup.policy":
        return set(found.split(",")) == set(wanted.split(","))
    if setting in ("retention.ms", "retention.bytes"):
        return _amount(found) >= _amount(wanted)
    if found == wanted or not found.isdecimal():
        return found == wanted
    more, less = int(found) >= int(wanted), int(found) <= int(wanted)
    return {
        "segment.ms": less,
        "max.message.bytes": more,
        "min.insync.replicas": more and int(found) <= replication,
    }.get(setting, False)


def _amount(text: str) -> float:
    """Kafka's -1 is no limit."""
    try:
        amount = int(text)
    except ValueError:
        return -1
    return float("inf") if amount == UNLIMITED else amount


def _problems(wanted: Wanted, found: Found) -> Iterator[Problem]:
    if wanted.single and found.partitions != 1:
        yield Problem(
            wanted.name,
            f"has {found.partitions} partitions and must have one, or its order is lost: stop Marsad, delete the topic "
            "or give another `kafka.prefix`, and run `marsad kafka setup` again",
        )
    elif found.partitions < wanted.partitions:
        yield Problem(
            wanted.name,
            f"has {found.partitions} of {wanted.partitions} partitions. More would part what has one key from what "
            f"came before: write `partitions: {found.partitions}`, or {_more_partitions(wanted)}",
        )
    if found.replication < wanted.replication:
        yield Problem(
            wanted.name,
            f"has {found.replication} of {wanted.replication} copies of each message: write `replication: "
            f"{found.replication}`, or add copies with `kafka-reassign-partitions.sh`",
        )


def _more_partitions(wanted: Wanted) -> str:
    if wanted.settings["cleanup.policy"] == "compact":
        return "begin anew with another `kafka.prefix`"
    return (
        "stop what writes to it, let all be read, and add them with `kafka-topics.sh --alter --topic "
        f"{wanted.name} --partitions {wanted.partitions}`"
    )
