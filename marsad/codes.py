"""The field's code lists, spelled once: ACLED event names, IPTC genres, mention roles, event status.

Sources: ACLED codebook (event and sub-event names only), IPTC Genre NewsCodes (CC BY 4.0),
Admiralty source reliability (A to F), Traffic Light Protocol 2.0, CAP 1.2 message types.
"""

from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Whether the event that a reading tells took place. Only ``ACTUAL`` ones can be fresh."""

    ACTUAL = "actual"
    FOILED = "foiled"
    HISTORICAL = "historical"
    HYPOTHETICAL = "hypothetical"
    STATISTICAL = "statistical"
    DENIED = "denied"


class EventType(StrEnum):
    """ACLED event types."""

    BATTLES = "Battles"
    EXPLOSIONS = "Explosions/Remote violence"
    CIVILIANS = "Violence against civilians"
    RIOTS = "Riots"
    PROTESTS = "Protests"
    STRATEGIC = "Strategic developments"


class SubType(StrEnum):
    """ACLED sub-event types that the reader can tell apart."""

    ARMED_CLASH = "Armed clash"
    SEIZURE = "Non-state actor overtakes territory"
    REGAINED = "Government regains territory"
    SUICIDE = "Suicide bomb"
    IED = "Remote explosive/landmine/IED"
    SHELLING = "Shelling/artillery/missile attack"
    AIR = "Air/drone strike"
    GRENADE = "Grenade"
    CHEMICAL = "Chemical weapon"
    ATTACK = "Attack"
    ABDUCTION = "Abduction/forced disappearance"
    SEXUAL = "Sexual violence"
    DISRUPTED = "Disrupted weapons use"
    ARRESTS = "Arrests"
    LOOTING = "Looting/property destruction"
    AGREEMENT = "Agreement"
    VIOLENT_DEMONSTRATION = "Violent demonstration"
    MOB = "Mob violence"
    PEACEFUL_PROTEST = "Peaceful protest"
    COUP = "Other"


TYPE_OF: Final[dict[SubType, EventType]] = {
    SubType.ARMED_CLASH: EventType.BATTLES,
    SubType.SEIZURE: EventType.BATTLES,
    SubType.REGAINED: EventType.BATTLES,
    SubType.SUICIDE: EventType.EXPLOSIONS,
    SubType.IED: EventType.EXPLOSIONS,
    SubType.SHELLING: EventType.EXPLOSIONS,
    SubType.AIR: EventType.EXPLOSIONS,
    SubType.GRENADE: EventType.EXPLOSIONS,
    SubType.CHEMICAL: EventType.EXPLOSIONS,
    SubType.ATTACK: EventType.CIVILIANS,
    SubType.ABDUCTION: EventType.CIVILIANS,
    SubType.SEXUAL: EventType.CIVILIANS,
    SubType.DISRUPTED: EventType.STRATEGIC,
    SubType.ARRESTS: EventType.STRATEGIC,
    SubType.LOOTING: EventType.STRATEGIC,
    SubType.AGREEMENT: EventType.STRATEGIC,
    SubType.COUP: EventType.STRATEGIC,
    SubType.VIOLENT_DEMONSTRATION: EventType.RIOTS,
    SubType.MOB: EventType.RIOTS,
    SubType.PEACEFUL_PROTEST: EventType.PROTESTS,
}

VIOLENT: Final = frozenset({EventType.BATTLES, EventType.EXPLOSIONS, EventType.CIVILIANS})


class Family(StrEnum):
    """Kinds of event that can be one incident with each other; the join compares these."""

    ARMED = "armed"
    EXPLOSION = "explosion"
    AIR = "air"
    ABDUCTION = "abduction"
    COUNTER_TERROR = "counter-terror"
    COUP = "coup"
    UNREST = "unrest"
    RELEASE = "release"
    OTHER = "other"


class Initiator(StrEnum):
    """Who acted: an army's own operation is no "attack" to a rule that asks for one by others."""

    NON_STATE = "non-state"
    STATE = "state"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """What a place mention does in its sentence."""

    EVENT = "event"
    VENUE = "venue"
    SOURCE = "source"
    BORDER = "border"
    LIST = "list"
    MENTION = "mention"


class PlaceKind(StrEnum):
    """How exact a place is; a country or a region has no point on a map."""

    COUNTRY = "country"
    ADMIN1 = "admin1"
    TOWN = "town"
    REGION = "region"


class Genre(StrEnum):
    """IPTC Genre NewsCodes that the reader tells apart."""

    CURRENT = "Current"
    UPDATE = "Update"
    ANALYSIS = "Analysis"
    OPINION = "Opinion"
    BACKGROUND = "Background"
    RETROSPECTIVE = "Retrospective"
    RESULTS = "Results_Listings_and_Statistics"
    INTERVIEW = "Interview"
    PRESS_RELEASE = "Press_Release"
    FACT_CHECK = "Fact_Check"
    PREVIEW = "Preview"
    OBITUARY = "Obituary"
    LIVE = "Live_Coverage"


class DatePrecision(StrEnum):
    """How exactly the event's date is told."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """How much an alert may disturb, least first."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class MessageType(StrEnum):
    """CAP 1.2 message types."""

    ALERT = "alert"
    UPDATE = "update"
    CANCEL = "cancel"
