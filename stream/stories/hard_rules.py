"""What rules an account out of an incident, whatever else agrees. Pure."""

from typing import Final

from marsad.codes import Status
from marsad.reading import Event
from marsad.story import Incident, Member, Story
from stream.stories.kinds import comparable, statuses_fit
from stream.stories.tolls import LEAST, shared_toll
from stream.stories.when import When, gap
from stream.stories.where import Nearness, compare_towns, distance

WINDOW: Final = 2
UPDATE_WINDOW: Final = 7
"""Days: new facts (a toll, a claim) come out for a week after the event."""
_BORDER_KM: Final = 30.0
FOREIGN: Final = 0.3
"""Salience from which a second country can be where a border incident took place."""


def tells(event: Event | None) -> bool:
    """Whether the account is of news: anything else is commentary on an event, however near."""
    return event is not None and event.fresh and event.status is Status.ACTUAL


def ruled_out(event: Event, incident: Incident, days: tuple[When, When], published: int) -> str:
    """Why the account cannot be of this incident, wherever it took place; empty where it can.

    ``published``: days between the articles. A date is often misread, so accounts of one day's papers are
    compared whatever their dates; that they differ is then a doubt.
    """
    window = UPDATE_WINDOW if event.update or event.retracts else WINDOW
    if min(gap(*days), published) > window:
        return f"more than {window} days apart"
    if not statuses_fit(event.status, incident.status) and not event.retracts:
        return f"{event.status} against {incident.status}"
    if not comparable(event.family, incident.family):
        return f"another kind of event ({event.family} against {incident.family})"
    return ""


def may_be_misread(event: Event, incident: Incident) -> bool:
    """Whether a place that differs can be the reader's mistake, given that text and title are those of another account.

    Of two towns that are both named each is likelier right, unless the very toll is the same.
    """
    best = shared_toll(event, incident.tolls, exact=True)
    return compare_towns(event, incident) is not Nearness.APART or (best is not None and best >= LEAST)


def elsewhere(member: Member, story: Story, incident: Incident) -> str:
    """Why the account's place cannot be the incident's; empty where it can."""
    event = member.event
    assert event is not None
    if compare_towns(event, incident) is Nearness.APART:
        return f"another town ({event.place} against {incident.place})"
    if event.country == incident.country:
        unequal = event.admin1 and incident.admin1 and event.admin1 != incident.admin1
        same_town = unequal and compare_towns(event, incident) is Nearness.SAME
        return f"another division ({event.admin1} against {incident.admin1})" if unequal and not same_town else ""
    if event.country is None or incident.country is None:
        return "" if event.region and event.region == incident.region else "country not told"
    return "" if _on_one_border(member, event, story.countries, incident) else "another country"


def _on_one_border(member: Member, event: Event, story_countries: dict[str, float], incident: Incident) -> bool:
    """Two papers may place an event by a border on either side, if each also names the other side."""
    assert event.country is not None
    assert incident.country is not None
    named = member.countries.get(incident.country, 0.0) >= FOREIGN and story_countries.get(event.country, 0.0) > 0
    apart = distance(event, incident)
    return named and apart is not None and apart <= _BORDER_KM
