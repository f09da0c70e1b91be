"""The log's records, and the effects that folding them gives.

The log is the one ordered record that the watch runs on. An effect is a change of the watch's
state: applying the effects of every record to an empty state, in order, gives that state again.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from marsad.alert import Alert, Hold, LedgerEntry, Notification
from marsad.reading import Reading
from marsad.story import Member, Story


class ReadingRecord(Struct, frozen=True, kw_only=True, tag="reading"):
    """An article was read (again)."""

    reading: Reading


class Tick(Struct, frozen=True, kw_only=True, tag="tick"):
    """A minute has passed. The same minute ticked twice changes nothing."""

    minute: datetime


class RuleSetTaken(Struct, frozen=True, kw_only=True, tag="rules"):
    """Rules, routes and regions come into force from here on; secrets are references only."""

    digest: str
    body: str
    """The validated rule set as JSON: a replay needs no file."""


class Acknowledge(Struct, frozen=True, kw_only=True, tag="acknowledge"):
    """An officer takes an alert."""

    alert: str
    by: str
    note: str = ""


class JudgeAgain(Struct, frozen=True, kw_only=True, tag="judge-again"):
    """A rule is to be judged over a story as it stands by then: what broke its judgement was mended."""

    story: str
    rule: str = ""
    """Empty for every rule."""


class Outcome(StrEnum):
    """How the delivery of a notification ended."""

    SENT = "sent"
    FAILED = "failed"


class Delivery(Struct, frozen=True, kw_only=True, tag="delivery"):
    """What became of a notification, told back to the log by whoever sent it."""

    notification: str
    alert: str
    receiver: str
    outcome: Outcome
    attempts: int
    repeat: bool = False
    """Sent again after a crash left it unsure, and marked so in the message."""
    error: str = ""


class DeliveryStarted(Struct, frozen=True, kw_only=True, tag="delivery-started"):
    """A notification is about to leave, told before it does: another watch must know what may have been sent."""

    notification: str
    attempt: int
    """Counted from 1."""
    owner: str = ""
    """The watch that sends it."""


class LeaseClaim(Struct, frozen=True, kw_only=True, tag="lease"):
    """A watch asks for the right to send, or to keep it. Of several watches over one log only one has it."""

    owner: str
    number: int
    """Counts the owner's claims, so that it knows this one again when it reads it."""
    seconds: float
    """How long it wants to have it from here on; 0 gives it back."""
    published: int = 0
    """The log offset up to which the owner's effects are published."""
    after_owner: str = ""
    after_number: int = 0
    """The claim of another owner behind which this one was silent for a whole lease, by its own clock."""


Record = ReadingRecord | Tick | RuleSetTaken | Acknowledge | JudgeAgain | Delivery | DeliveryStarted | LeaseClaim


class RawEntry(Struct, frozen=True, kw_only=True):
    """A record in its place: ``offset`` counts up, ``at`` never decreases.

    As it is stored: a record that cannot be decoded must still have its place in the fold.
    """

    offset: int
    at: datetime
    body: bytes


class StoryChanged(Struct, frozen=True, kw_only=True, tag="story"):
    """A story has a new version."""

    story: Story


class MemberChanged(Struct, frozen=True, kw_only=True, tag="member"):
    """An article's contribution to a story is new or replaced."""

    story: str
    member: Member


class AlertChanged(Struct, frozen=True, kw_only=True, tag="alert"):
    """An alert is new or changed."""

    alert: Alert


class HoldSet(Struct, frozen=True, kw_only=True, tag="hold"):
    """A match waits from here on."""

    hold: Hold


class HoldEnded(Struct, frozen=True, kw_only=True, tag="hold-ended"):
    """A match waits no longer."""

    rule: str
    story: str


class Decided(Struct, frozen=True, kw_only=True, tag="decided"):
    """A decision for the ledger."""

    entry: LedgerEntry


class NotificationDue(Struct, frozen=True, kw_only=True, tag="notification"):
    """A message is to be sent."""

    notification: Notification


class NotificationStarted(Struct, frozen=True, kw_only=True, tag="notification-started"):
    """A message may be out from here on."""

    notification: str
    attempt: int
    owner: str = ""


class NotificationEnded(Struct, frozen=True, kw_only=True, tag="notification-ended"):
    """A message was sent, or given up."""

    notification: str
    outcome: Outcome
    at: datetime


class LeaseTaken(Struct, frozen=True, kw_only=True, tag="lease-taken"):
    """A claim was granted: until then no other owner sends."""

    owner: str
    number: int
    until: datetime
    published: int


class RulesInForce(Struct, frozen=True, kw_only=True, tag="rules-in-force"):
    """The rule set from here on."""

    taken: RuleSetTaken


class Ticked(Struct, frozen=True, kw_only=True, tag="ticked"):
    """The last minute that was ticked."""

    minute: datetime


class Unfoldable(Struct, frozen=True, kw_only=True, tag="unfoldable"):
    """A record that could not be folded: parked with its error, the fold goes on."""

    offset: int
    error: str


class Unjudged(Struct, frozen=True, kw_only=True, tag="unjudged"):
    """A rule that could not be judged over a story: parked with its error; other rules and stories go on."""

    story: str
    rule: str = ""
    """Empty where no rule was reached at all."""
    error: str


Effect = (
    StoryChanged
    | MemberChanged
    | AlertChanged
    | HoldSet
    | HoldEnded
    | Decided
    | NotificationDue
    | NotificationStarted
    | NotificationEnded
    | LeaseTaken
    | RulesInForce
    | Ticked
    | Unfoldable
    | Unjudged
)
