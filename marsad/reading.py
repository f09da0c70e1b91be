"""The reading: what was read in an article, each label with its evidence.

``start`` and ``end`` everywhere count characters (code points) of ``Article.text``.
Every score and probability lies in 0 to 1.
"""

import datetime as dt
from datetime import datetime

from msgspec import Struct

from marsad.article import Source
from marsad.codes import DatePrecision, EventType, Family, Genre, Initiator, PlaceKind, Role, Status, SubType

BODY_HEAD = 2_000
"""Characters of the body that a reading carries: all that rules and joining may look at."""


class Evidence(Struct, frozen=True, kw_only=True):
    """One reason for a label: a term found, or a named feature, and what it counted."""

    feature: str
    term: str = ""
    points: float = 0.0
    start: int = -1
    """-1 where the feature is not a stretch of text (a position, a date difference)."""
    end: int = -1


class Topic(Struct, frozen=True, kw_only=True):
    """An IPTC Media Topic."""

    code: str
    name: str
    score: float
    evidence: tuple[Evidence, ...] = ()


class Place(Struct, frozen=True, kw_only=True):
    """A distinct place named in the text; ``start`` and ``end`` are its first mention's."""

    name: str
    kind: PlaceKind
    geonames_id: int | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2; None for a region that spans countries."""
    admin1: str | None = None
    """ISO 3166-2, or ``ML~Nara`` style where ISO has no code yet."""
    region: str | None = None
    """The area's id where the place is a named cross-border area (``liptako-gourma``)."""
    lat: float | None = None
    lon: float | None = None
    role: Role = Role.MENTION
    salience: float = 0.0
    start: int = -1
    end: int = -1
    mentions: tuple[tuple[int, int], ...] = ()
    """Offsets of every mention, the first included."""


class Actor(Struct, frozen=True, kw_only=True):
    """A group named in the text, by its lexicon id (``jnim``)."""

    id: str
    role: str = "mention"
    """``perpetrator``, ``victim``, ``claimant``, ``source`` or ``mention``."""
    start: int = -1
    end: int = -1


class Toll(Struct, frozen=True, kw_only=True):
    """A number of people as told, never averaged."""

    best: int
    low: int
    high: int
    owner: str | None = None
    """Who gives the figure (an actor's id, ``official``, ``medical``…), when the text says."""


class Event(Struct, frozen=True, kw_only=True):
    """What happened, as one reading tells it."""

    type: EventType
    sub_type: SubType | None
    family: Family
    status: Status
    initiator: Initiator = Initiator.UNKNOWN
    fresh: bool
    update: bool = False
    """New facts on an event already told (a toll that rises, a claim), not its first report."""
    novelty: bool = False
    """The text itself says that this is another, new event ("a second attack")."""
    retracts: bool = False
    """The text withdraws or denies what was reported before."""
    score: float
    """Probability that a fresh and actual event is told: ``Scores.fresh_event``."""
    date: dt.date | None = None
    date_precision: DatePrecision = DatePrecision.UNKNOWN
    country: str | None = None
    admin1: str | None = None
    region: str | None = None
    place: str | None = None
    place_kind: PlaceKind | None = None
    lat: float | None = None
    lon: float | None = None
    killed: Toll | None = None
    injured: Toll | None = None
    abducted: Toll | None = None
    claimed_by: str | None = None
    evidence: tuple[Evidence, ...] = ()


class Scores(Struct, frozen=True, kw_only=True):
    """Calibrated probabilities, there also when no event is told."""

    violence: float = 0.0
    fresh: float = 0.0
    actual: float = 0.0
    fresh_event: float = 0.0


class Appended(Struct, frozen=True, kw_only=True):
    """A real article found appended to the page. Low confidence: it never alerts."""

    title: str
    summary: str = ""
    start: int
    end: int
    event: Event | None = None


class Reading(Struct, frozen=True, kw_only=True):
    """All that rules and joining may look at, and nothing else of the article."""

    article_id: str
    revision: int
    source: Source
    link: str = ""
    domain: str = ""
    """Host of the link, lower case, punycode, without ``www.``."""
    title: str = ""
    summary: str = ""
    body_head: str = ""
    """The first BODY_HEAD characters of the body, as published."""
    published: datetime | None = None
    observed_at: datetime
    backlog: bool = False
    language: str
    """BCP 47; ``und`` when it cannot be told."""
    genre: Genre = Genre.CURRENT
    topics: tuple[Topic, ...] = ()
    places: tuple[Place, ...] = ()
    countries: dict[str, float] = {}
    """ISO 3166-1 alpha-2 → salience, those of at least 0.15."""
    actors: tuple[Actor, ...] = ()
    scores: Scores = Scores()
    event: Event | None = None
    appended: tuple[Appended, ...] = ()
    origin: str | None = None
    """The agency that the text credits (``afp``): copies of one origin are one source."""
    sketch: bytes = b""
    """MinHash of the text's shingles, little-endian unsigned 32-bit; empty for too short a text."""
    gated: bool = False
    """The cheap gate found too few signs of violence; the event heads did not run, and the scores are 0."""


class WholeReading(Struct, frozen=True, kw_only=True):
    """A reading with the article's whole text, for the search index: nothing that alerts looks at the text."""

    reading: Reading
    text: str
    """Summary and body as published, the body whole."""
