"""The days on which an account says its event happened. Pure."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from marsad.codes import DatePrecision
from marsad.story import Incident, Member

_SLACK: Final = {DatePrecision.DAY: 0, DatePrecision.WEEK: 3}
_VAGUE_SLACK: Final = 3
"""A month or a year says little: what counts is that such an event is compared at all."""


class When(NamedTuple):
    """First and last day that the event can be of, as ordinals, and whether the text itself told them."""

    first: int
    last: int
    told: bool


def _dated(day: date | None, precision: DatePrecision, appeared_at: datetime) -> When:
    """Without a date in the text, news is of the day on which it came out or of the one before."""
    if day is None or precision is DatePrecision.UNKNOWN:
        ordinal = (day or appeared_at.astimezone(UTC).date()).toordinal()
        return When(ordinal - 1, ordinal, told=False)
    slack = _SLACK.get(precision, _VAGUE_SLACK)
    return When(day.toordinal() - slack, day.toordinal() + slack, told=True)


def appeared(member: Member) -> datetime:
    """When the article came out; when it was first seen, where it does not say."""
    return member.published or member.observed_at


def member_when(member: Member) -> When:
    """The days of the member's own event."""
    event = member.event
    if event is None:
        return _dated(None, DatePrecision.UNKNOWN, appeared(member))
    return _dated(event.date, event.date_precision, appeared(member))


def published_when(members: Sequence[Member]) -> When:
    """The days that the first of the articles can be news of, whatever date was read in them."""
    return _dated(None, DatePrecision.UNKNOWN, min(map(appeared, members)))


def incident_when(incident: Incident, members: Sequence[Member]) -> When:
    """The days of the merged event; its first article stands in where none tells a date."""
    if incident.date is None:
        return published_when(members)
    return _dated(incident.date, incident.date_precision, appeared(members[0]))


def gap(one: When, other: When) -> int:
    """Days that the two accounts are apart at least; 0 where they can be of one day."""
    return max(0, max(one.first, other.first) - min(one.last, other.last))


def apart_by_publication(one: When, other: When) -> int:
    """Days between the publication of two accounts that tell no date; 0 where either does."""
    return 0 if one.told or other.told else abs(one.last - other.last)
