"""A story as the fold over the current readings of its members. Pure and deterministic."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from marsad.regions import SALIENT, Region, regions_of
from marsad.story import Incident, Member, Story, story_id
from stream.stories.changes import differences
from stream.stories.evidence import DIGITS, sources
from stream.stories.hard_rules import tells
from stream.stories.incident import merge_incident

_LEAST_TOPIC: Final = 0.15


def found_story(
    member: Member, *, possibly_same_as: str | None, regions: Mapping[str, Region], now: datetime, reason: str
) -> Story:
    """A new story of one member, version 1."""
    return _folded(
        Story(
            id=story_id(member.article_id),
            version=1,
            title="",
            language="",
            opened_at=now,
            updated_at=now,
            members=(),
            families=(),
            languages=(),
            possibly_same_as=possibly_same_as,
            reason=reason,
        ),
        (member,),
        regions,
    )


def refold_story(
    story: Story, members: Sequence[Member], *, regions: Mapping[str, Region], now: datetime, reason: str
) -> Story | None:
    """The story's next version over its members as they are now; None where it would not differ.

    ``reason`` says what came; the material differences are put after it.
    """
    folded = _folded(story, members, regions)
    if folded == story:
        return None
    changed = differences(story, folded)
    told = f"{reason}: {changed}" if changed else reason
    return replace(folded, version=story.version + 1, updated_at=max(now, story.updated_at), reason=told)


def close_story(story: Story, *, now: datetime, reason: str) -> Story:
    """The story's last version until something reopens it."""
    return replace(story, open=False, version=story.version + 1, updated_at=max(now, story.updated_at), reason=reason)


def _folded(story: Story, members: Sequence[Member], regions: Mapping[str, Region]) -> Story:
    incident = merge_incident(members)
    countries = _countries(members, incident)
    face = _face(members)
    return replace(
        story,
        title=face.title,
        language=face.language,
        members=tuple(member.article_id for member in members),
        families=sources(members),
        languages=tuple(sorted({member.language for member in members})),
        incident=incident,
        countries=countries,
        topics=_topics(members),
        regions=_regions(incident, countries, regions),
    )


def _face(members: Sequence[Member]) -> Member:
    """The member whose title stands for the story: the first that reports the event, else the first."""
    titled = [member for member in members if member.title] or members
    return next((member for member in titled if tells(member.event)), titled[0])


def _countries(members: Sequence[Member], incident: Incident | None) -> dict[str, float]:
    """Mean salience per country, those of at least SALIENT, and always the incident's own."""
    total: dict[str, float] = {}
    for member in members:
        for code, weight in member.countries.items():
            total[code] = total.get(code, 0.0) + weight
    own = incident.country if incident else None
    mean = {code: round(total[code] / len(members), DIGITS) for code in sorted(total)}
    kept = {code: weight for code, weight in mean.items() if weight >= SALIENT or code == own}
    if own is not None:
        kept.setdefault(own, SALIENT)
    return dict(sorted(kept.items()))


def _topics(members: Sequence[Member]) -> dict[str, float]:
    best: dict[str, float] = {}
    for member in members:
        for code, score in member.topics.items():
            if score >= best.get(code, _LEAST_TOPIC):
                best[code] = score
    return dict(sorted(best.items()))


def _regions(
    incident: Incident | None, countries: Mapping[str, float], regions: Mapping[str, Region]
) -> tuple[str, ...]:
    """Where the incident took place; the story's salient countries where no incident, or no place, is told."""
    if incident is not None and (incident.country or incident.admin1 or incident.region):
        return regions_of(regions, [(incident.country, incident.admin1, incident.region)])
    return regions_of(regions, [(code, None, None) for code in countries])
