"""What a new version of a story changed, in words. Pure."""

from collections.abc import Iterator
from typing import Final

from marsad.reading import Toll
from marsad.story import Incident, Story

_MOST_NAMED: Final = 6
_FIELDS: Final = ("status", "sub_type", "place", "admin1", "country", "date", "claimed_by", "initiator", "fresh")


def differences(before: Story, after: Story) -> str:
    """The material differences, the weightiest first; empty where there are none."""
    said = list(_incident_differences(before.incident, after.incident))
    if len(after.families) > len(before.families):
        said.append(f"independent sources {len(before.families)} → {len(after.families)}")
    elif after.families != before.families:
        said.append("sources changed")
    if before.title != after.title:
        said.append("title changed")
    more = len(said) - _MOST_NAMED
    return "; ".join(said[:_MOST_NAMED] + ([f"{more} more"] if more > 0 else []))


def _incident_differences(before: Incident | None, after: Incident | None) -> Iterator[str]:
    if before is None or after is None:
        if before is not after:
            yield "an event is told" if before is None else "no event is told any more"
        return
    if after.retracted and not before.retracted:
        yield "withdrawn"
    for kind in ("killed", "injured", "abducted"):
        was, now = getattr(before, kind), getattr(after, kind)
        if was != now:
            yield f"{kind} {_toll(was)} → {_toll(now)}"
    if before.perpetrators != after.perpetrators:
        yield f"done by {_names(before.perpetrators)} → {_names(after.perpetrators)}"
    for field in _FIELDS:
        was, now = getattr(before, field), getattr(after, field)
        if was != now:
            yield f"{field.replace('_', ' ')} {_word(was)} → {_word(now)}"


def _toll(toll: Toll | None) -> str:
    if toll is None:
        return "not told"
    return str(toll.best) if toll.low == toll.high else f"{toll.best} ({toll.low}–{toll.high})"


def _names(actors: tuple[str, ...]) -> str:
    return ", ".join(actors) or "not told"


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "not told" if value is None else str(value)
