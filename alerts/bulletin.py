"""What a message tells, before it is put into a language: coded fields only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.rules import Rule
from marsad.alert import Change
from marsad.codes import MessageType
from marsad.regions import Region
from marsad.story import Member, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """One alert's message to any number of receivers."""

    kind: MessageType
    alert: str
    rule: Rule
    story: Story
    members: Sequence[Member]
    telling: Sequence[Member]
    """Those members on which the alert rests."""
    sources: int
    changed: tuple[Change, ...] = ()
    late: bool = False
    regions: tuple[Region, ...] = ()
    """The regions that the rule asked for and the story lies in."""

    def cited(self, language: str) -> Member | None:
        """The article to show: the newest for an update, else the first in the receiver's language, else the first."""
        told = self.telling or self.members
        if self.kind is not MessageType.ALERT:
            return max(self.members, key=_newest, default=None)
        return next((member for member in told if member.language == language), next(iter(told), None))


def _newest(member: Member) -> tuple[datetime, str]:
    return member.observed_at, member.article_id
