"""Alerts, what was decided about them, and the notifications that carry them to people."""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from msgspec import Struct

from marsad.codes import MessageType, Severity
from marsad.story import Incident


class AlertState(StrEnum):
    """The life of an alert."""

    NEW = "new"
    UPDATED = "updated"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Decision(StrEnum):
    """What was decided for a rule and a story, the decisions not to send included."""

    SEND = "send"
    UPDATE = "update"
    CANCEL = "cancel"
    HOLD = "hold"
    KNOWN = "known"
    NEAR_MISS = "near-miss"
    SUPPRESSED = "suppressed"
    ACKNOWLEDGED = "acknowledged"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


class Change(Struct, frozen=True, kw_only=True):
    """One material difference between what was last sent and what is known now."""

    field: str
    before: str | None
    after: str | None


class Alert(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule holding for a story."""

    id: str
    rule: str
    story: str
    severity: Severity
    state: AlertState
    created_at: datetime
    updated_at: datetime
    reason: str
    story_version: int
    """The version last told to receivers."""
    sources: int
    """Independent sources when last told."""
    articles: tuple[str, ...]
    """Member articles when last told."""
    incident: Incident | None = None
    """What was last told, the base of the next comparison."""
    late: bool = False
    receivers: tuple[str, ...] = ()
    told_at: datetime | None = None
    """When receivers were last told; acknowledging and closing do not move it."""
    untold: str = ""
    """Why what came since is not told, so that the same reason stands in the ledger once."""
    acknowledged_by: str | None = None
    note: str = ""


class Hold(Struct, frozen=True, kw_only=True):
    """A match that waits for a second independent source or, where it was alerted, an update that waits its turn."""

    rule: str
    story: str
    since: datetime
    until: datetime
    missed: str = ""
    """Set where nothing waits any more: why the rule's match was not told, so that the ledger has it once."""


class LedgerEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One decision with its reason. The ledger is append-only."""

    at: datetime
    decision: Decision
    rule: str
    story: str
    story_version: int
    reason: str
    alert: str | None = None
    articles: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()
    receiver: str | None = None
    notification: str | None = None


class Notification(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message to one receiver about one alert, rendered: what is stored is what is sent."""

    id: str
    alert: str
    rule: str
    story: str
    receiver: str
    type: MessageType
    severity: Severity
    language: str
    title: str
    body: str
    due_at: datetime
    taken_by: tuple[str, ...] = ()
    """Labels of the receiver's targets that have the message: a retry goes only to the others."""


def alert_id(rule: str, story: str) -> str:
    """One alert per story and rule, by construction."""
    return "a-" + sha256(f"{rule}\n{story}".encode()).hexdigest()[:24]


def notification_id(alert: str, receiver: str, story_version: int, kind: MessageType) -> str:
    """The same message to the same receiver has the same id, however often it is decided."""
    return "n-" + sha256(f"{alert}\n{receiver}\n{story_version}\n{kind}".encode()).hexdigest()[:24]
