"""Points for two accounts being of one incident. Pure.

The table and its threshold follow the measured one of cross-language incident keys (country, day,
admin1, family, toll, place, actor); what is not in the table is explained where it stands.
"""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Final, NamedTuple

from marsad.reading import Event
from marsad.story import Incident, Member
from stream.stories.copies import MOST_OF_TEXT, PASSAGES, find_copy, retold
from stream.stories.kinds import families_fit, specific
from stream.stories.titles import MANY, SOME, title_words
from stream.stories.tolls import CLOSE, EQUAL, FAR, agreement, figure, is_claim
from stream.stories.when import When, apart_by_publication, gap
from stream.stories.where import Nearness, compare_towns

SAME_DAY: Final = 3.0
DAY_NOT_TOLD: Final = 2.0
"""The same day by the date of publication only."""
PUBLISHED_APART: Final = 1.0
BY_GAP: Final = {1: 1.5, 2: 0.5}
ADMIN1: Final = 3.0
ADMIN1_UNKNOWN: Final = 0.5
FAMILY: Final = 1.5
SPECIFIC_TYPE: Final = 1.0
TOLL_EQUAL: Final = 1.5
TOLL_CLOSE: Final = 0.5
TOLL_FAR: Final = -1.0
ACTOR: Final = 0.5
TOWN: Final = 2.0
RISE: Final = 2.0
TITLE: Final = 1.0
TEXT: Final = 2.0
"""Shared passages: stronger than a town in common, since few texts share any."""


class Agreement(Enum):
    """What a line of the table is about."""

    DAY = "day"
    DIVISION = "division"
    TOWN = "town"
    FAMILY = "family"
    TYPE = "type"
    TOLL = "toll"
    RISE = "rise"
    ACTOR = "actor"
    TITLE = "title"
    PASSAGES = "passages"
    MOST_OF_TEXT = "most of the text"
    RETOLD = "retold"


class Point(NamedTuple):
    """One line of the table with what it gave."""

    about: Agreement
    points: float
    reason: str


def day_points(one: When, other: When) -> Point:
    """The nearer in time, the likelier."""
    days = gap(one, other)
    if days:
        return Point(Agreement.DAY, BY_GAP.get(days, 0.0), f"{days} days apart" if days > 1 else "1 day apart")
    if one.told and other.told:
        return Point(Agreement.DAY, SAME_DAY, "same day")
    if apart_by_publication(one, other):
        return Point(Agreement.DAY, PUBLISHED_APART, "published a day apart")
    return Point(Agreement.DAY, DAY_NOT_TOLD, "same day as published")


def admin1_points(event: Event, incident: Incident) -> Point | None:
    """Equal first-level divisions; unequal ones are ruled out before."""
    if event.admin1 is None or incident.admin1 is None:
        return Point(Agreement.DIVISION, ADMIN1_UNKNOWN, "division not told")
    return (
        Point(Agreement.DIVISION, ADMIN1, f"same division {event.admin1}") if event.admin1 == incident.admin1 else None
    )


def family_points(event: Event, incident: Incident) -> Point | None:
    """Equal families of event."""
    if event.family is incident.family:
        return Point(Agreement.FAMILY, FAMILY, f"same kind of event ({event.family})")
    if families_fit(event.family, event.sub_type, incident.family, incident.sub_type):
        return Point(Agreement.FAMILY, 0.0, "kinds of event that fit")
    return None


def type_points(event: Event, incident: Incident) -> Point | None:
    """Equal types count only where they narrow something down."""
    if specific(event.sub_type) and event.sub_type is incident.sub_type:
        return Point(Agreement.TYPE, SPECIFIC_TYPE, f"same type ({event.sub_type})")
    return None


def toll_points(event: Event, incident: Incident, kind: str) -> Point | None:
    """How near the figure comes to any that was told. Neither a told rise nor a party's claim is held against it."""
    distance = agreement(event, incident.tolls, kind)
    if distance is None:
        return None
    if distance < EQUAL:
        return Point(Agreement.TOLL, TOLL_EQUAL, f"same number {kind}")
    if distance < CLOSE:
        return Point(Agreement.TOLL, TOLL_CLOSE, f"close number {kind}")
    toll = figure(event, kind)
    exempt = event.update or (toll is not None and is_claim(toll, event))
    return Point(Agreement.TOLL, TOLL_FAR, f"another number {kind}") if distance > FAR and not exempt else None


def rise_points(member: Member, event: Event, incident: Incident, others: Sequence[Member]) -> Point | None:
    """New facts under a title alike that count a few more dead than were told: a toll that rose, as they say."""
    distance, known = agreement(event, incident.tolls, "killed"), incident.killed
    risen = event.update and distance is not None and distance < CLOSE
    if not risen or event.killed is None or known is None or event.killed.best < known.best:
        return None
    return Point(Agreement.RISE, RISE, "its toll risen") if titles_share(member, others, SOME) else None


def actor_points(member: Member, incident: Incident) -> Point | None:
    """A group that both accounts name."""
    shared = sorted(set(member.actors) & set(incident.actors))
    return Point(Agreement.ACTOR, ACTOR, f"same group ({shared[0]})") if shared else None


def town_points(event: Event, incident: Incident, others: Sequence[Member]) -> Point | None:
    """The same town, as the story or any of its accounts names it."""
    towns: Iterable[Event | Incident] = (incident, *(other.event for other in others if other.event is not None))
    if any(compare_towns(event, other) is Nearness.SAME for other in towns):
        return Point(Agreement.TOWN, TOWN, f"same town ({event.place})")
    return None


def text_points(member: Member, others: Sequence[Member]) -> Point | None:
    """Passages in common with a text that was told before."""
    copied = find_copy(member, others, PASSAGES)
    if copied is None or copied.similarity < MOST_OF_TEXT:
        alike = retold(member, others)
        if alike is not None:
            return Point(Agreement.RETOLD, TEXT, f"passages and title as in {alike.article_id}")
    if copied is None:
        return None
    about = Agreement.MOST_OF_TEXT if copied.similarity >= MOST_OF_TEXT else Agreement.PASSAGES
    return Point(about, TEXT, f"{about.value} of {copied.of.article_id}")


def title_points(member: Member, others: Sequence[Member]) -> Point | None:
    """Many words in common with a title of the same language."""
    return Point(Agreement.TITLE, TITLE, "titles alike") if titles_share(member, others, MANY) else None


def titles_share(member: Member, others: Iterable[Member], least: int) -> bool:
    """Whether the title has so many words in common with another of its language."""
    words = title_words(member.title)
    return any(len(words & title_words(other.title)) >= least for other in others if other.language == member.language)


def table(
    member: Member, event: Event, incident: Incident, others: Sequence[Member], days: tuple[When, When]
) -> tuple[Point, ...]:
    """Every line of the table that says something."""
    lines = (
        day_points(*days),
        admin1_points(event, incident),
        town_points(event, incident, others),
        family_points(event, incident),
        type_points(event, incident),
        toll_points(event, incident, "killed"),
        toll_points(event, incident, "abducted"),
        rise_points(member, event, incident, others),
        actor_points(member, incident),
        text_points(member, others),
        title_points(member, others),
    )
    return tuple(line for line in lines if line is not None)
