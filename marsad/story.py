"""The story: one thing that happened or is being told, over all its readings, feeds and languages.

A story is a fold over the current reading of each member article. Everything here is data;
``stream.stories`` decides.
"""

import datetime as dt
from datetime import datetime

from msgspec import Struct

from marsad.article import Source
from marsad.codes import DatePrecision, EventType, Family, Genre, Initiator, PlaceKind, Status, SubType
from marsad.reading import Event, Scores, Toll


class Member(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a story keeps of one member article's current reading."""

    article_id: str
    revision: int
    source: Source
    origin: str | None = None
    """Agency or, for a near-duplicate, the origin of the copy: one origin is one source."""
    language: str
    title: str
    link: str
    domain: str
    published: datetime | None
    observed_at: datetime
    backlog: bool = False
    genre: Genre
    scores: Scores
    event: Event | None
    countries: dict[str, float]
    topics: dict[str, float]
    """IPTC code → score."""
    actors: tuple[str, ...] = ()
    perpetrators: tuple[str, ...] = ()
    """Those of the actors that the text says did it."""
    sketch: bytes = b""
    rules: tuple[str, ...] = ()
    """Rules whose article conditions (text, language, feed, topic) this reading met when it came."""
    joined: str = ""
    """Why the article is in this story."""


class ToldToll(Struct, frozen=True, kw_only=True):
    """One source's figure. Conflicting figures stand side by side, never averaged."""

    kind: str
    """``killed``, ``injured`` or ``abducted``."""
    toll: Toll
    family: str
    article_id: str


class Incident(Struct, frozen=True, kw_only=True):
    """The event that a story tells, merged from its members' events."""

    type: EventType
    sub_type: SubType | None
    family: Family
    status: Status
    initiator: Initiator
    fresh: bool
    probability: float
    """That a fresh, actual event is told: the members' evidence combined by independent source."""
    scores: Scores
    date: dt.date | None
    date_precision: DatePrecision
    country: str | None
    admin1: str | None
    region: str | None
    place: str | None
    place_kind: PlaceKind | None
    lat: float | None
    lon: float | None
    killed: Toll | None
    injured: Toll | None
    abducted: Toll | None
    tolls: tuple[ToldToll, ...]
    actors: tuple[str, ...]
    perpetrators: tuple[str, ...] = ()
    """Those of the actors that any account says did it; whether they claim it is told apart."""
    claimed_by: str | None
    retracted: bool = False


class Story(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A story at one version. ``members`` are article ids in the order they joined."""

    id: str
    version: int
    open: bool = True
    title: str
    language: str
    opened_at: datetime
    updated_at: datetime
    members: tuple[str, ...]
    families: tuple[str, ...]
    """Independent sources: publisher families, copies of one origin counted once."""
    languages: tuple[str, ...]
    incident: Incident | None = None
    countries: dict[str, float] = {}
    topics: dict[str, float] = {}
    regions: tuple[str, ...] = ()
    """The named regions, of the set in force at this version, that the incident (else the story) lies in."""
    possibly_same_as: str | None = None
    alias_of: str | None = None
    reason: str = ""
    """What this version changed and why."""

    @property
    def sources(self) -> int:
        """How many independent sources tell it."""
        return len(self.families)


def story_id(founding_article: str) -> str:
    """A story's id comes from the article that founded it, so a replay gives the same one."""
    return f"s-{founding_article[:24]}"
