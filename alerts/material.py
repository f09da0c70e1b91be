"""What changed since receivers were last told that an officer acts on. Pure."""

from collections.abc import Iterator
from typing import Final

from alerts.rules import Updates
from marsad.alert import Change
from marsad.codes import Initiator
from marsad.reading import Toll
from marsad.story import Incident

_TOLLS: Final = ("killed", "injured", "abducted")


def material(
    before: Incident | None, after: Incident | None, sources: tuple[int, int], updates: Updates
) -> tuple[Change, ...]:
    """The changes that are worth a message: those that ``updates`` asks for. ``sources`` are counts before and now."""
    found = [*_of_event(before, after, updates), *_of_sources(*sources)]
    return tuple(change for change in found if change.field in updates.on)


def reversed_status(before: Incident | None, after: Incident | None) -> tuple[Change, ...]:
    """The change that a cancellation tells: withdrawn or denied."""
    if after is None:
        return ()
    was = before.status.value if before else None
    return (Change(field="status", before=was, after="retracted" if after.retracted else after.status.value),)


def _of_event(before: Incident | None, after: Incident | None, updates: Updates) -> Iterator[Change]:
    if after is None:
        return
    for kind in _TOLLS:
        was = getattr(before, kind) if before else None
        now = getattr(after, kind)
        if _risen(was, now, updates):
            yield Change(field=kind, before=toll_text(was), after=toll_text(now))
    if after.claimed_by and (before is None or after.claimed_by != before.claimed_by):
        yield Change(field="claimed_by", before=before.claimed_by if before else None, after=after.claimed_by)
    yield from _named(before, after)
    if before is None:
        return
    if after.initiator not in (before.initiator, Initiator.UNKNOWN):
        yield Change(field="initiator", before=before.initiator.value, after=after.initiator.value)
    if _moved(before, after):
        yield Change(field="place", before=place_text(before), after=place_text(after))
    if after.status != before.status:
        yield Change(field="status", before=before.status.value, after=after.status.value)
    if after.sub_type != before.sub_type and after.sub_type is not None:
        yield Change(field="sub_type", before=before.sub_type, after=after.sub_type)


def _named(before: Incident | None, after: Incident) -> Iterator[Change]:
    """A group that was not said before to have done it; one that claims it is told by its claim."""
    was = before.perpetrators if before else ()
    known = {*was, after.claimed_by, before.claimed_by if before else None}
    if any(actor not in known for actor in after.perpetrators):
        yield Change(field="perpetrator", before=",".join(was) or None, after=",".join(after.perpetrators))


def _of_sources(before: int, now: int) -> Iterator[Change]:
    """Only the second source confirms; a ninth changes nothing for anyone."""
    if before < 2 <= now:
        yield Change(field="sources", before=str(before), after=str(now))


def _risen(before: Toll | None, after: Toll | None, updates: Updates) -> bool:
    if after is None or after.best <= 0:
        return False
    if before is None or before.best <= 0:
        return True
    rise = after.best - before.best
    return rise >= updates.step or (rise > 0 and rise >= updates.share * before.best)


def _moved(before: Incident, after: Incident) -> bool:
    """Into another country, or another first-level division: a nearer village changes no one's plans."""
    if after.country is not None and after.country != before.country:
        return True
    return after.admin1 is not None and after.admin1 != before.admin1


def toll_text(toll: Toll | None) -> str | None:
    """``12``, or ``12 (8–15)`` where sources differ."""
    if toll is None:
        return None
    return str(toll.best) if toll.low == toll.high else f"{toll.best} ({toll.low}–{toll.high})"


def place_text(incident: Incident) -> str | None:
    """``Gao, ML-7``: the most exact name and its code."""
    parts = [incident.place, incident.admin1 or incident.country]
    return ", ".join(part for part in parts if part) or None
