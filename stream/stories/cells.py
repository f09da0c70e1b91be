"""Where an incident is filed, and where a new account of it has to be looked for. Pure.

A cell is a country (or cross-border area), a day, a family of events and a first-level division. Every
incident is filed under its division and once under ANYWHERE, for accounts that name none.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from marsad.codes import Family
from marsad.reading import Event
from marsad.story import Incident, Member, Story
from stream.stories.hard_rules import FOREIGN, UPDATE_WINDOW, WINDOW
from stream.stories.kinds import comparable_families
from stream.stories.when import When, incident_when, member_when, published_when

ANYWHERE: Final = "*"
UNTOLD: Final = "?"

Cell = tuple[str, int, Family, str]


def incident_cells(story: Story, members: Sequence[Member]) -> tuple[Cell, ...]:
    """The cells of a story's incident; none where it tells no event, or no place at all."""
    incident = story.incident
    if incident is None:
        return ()
    days = _days(0, incident_when(incident, members), published_when(members))
    divisions = (incident.admin1 or UNTOLD, ANYWHERE)
    return tuple(
        (area, day, incident.family, division)
        for area in _areas(incident, story.countries)
        for day in days
        for division in divisions
    )


def member_cells(member: Member, *, anywhere: bool) -> Iterable[Cell]:
    """The cells in which an incident that the member's event fits can stand, or those of its whole country.

    In another division it can stand only where one of the two places was misread.
    """
    event = member.event
    if event is None:
        return ()
    reach = UPDATE_WINDOW if event.update or event.retracts else WINDOW
    days = _days(reach, member_when(member), published_when([member]))
    divisions = (event.admin1, UNTOLD) if event.admin1 and not anywhere else (ANYWHERE,)
    return (
        (area, day, family, division)
        for area in _areas(event, member.countries)
        for day in days
        for family in comparable_families(event.family)
        for division in divisions
    )


def _days(reach: int, *whens: When) -> list[int]:
    """The days told and those of publication, and ``reach`` around them."""
    return sorted({day for when in whens for day in range(when.first - reach, when.last + reach + 1)})


def _areas(told: Event | Incident, countries: dict[str, float]) -> list[str]:
    """The event's country and area, and any other country that a border incident may be told of."""
    named = {code for code, weight in countries.items() if weight >= FOREIGN}
    return sorted(named | {area for area in (told.country, told.region) if area is not None})
