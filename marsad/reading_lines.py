"""Readings and alerts as JSON Lines, the output of ``marsad read`` and ``marsad replay``."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from marsad.alert import Decision, LedgerEntry
from marsad.log import Decided, Effect
from marsad.reading import Event, Evidence, Place, Reading, Toll
from marsad.regions import SALIENT, Region, regions_of
from marsad.story import Incident, Story

KINDS: Mapping[Decision, str] = {Decision.SEND: "alert", Decision.UPDATE: "update", Decision.CANCEL: "cancel"}


def reading_line(
    reading: Reading, regions: Mapping[str, Region], alerts: Sequence[str], *, evidence: bool = False
) -> dict[str, Any]:
    """A reading in the shape that DESIGN calls the contract; ``evidence`` adds each label's reasons."""
    line: dict[str, Any] = {
        "id": reading.article_id,
        "language": reading.language,
        "genre": reading.genre,
        "topics": [{"code": topic.code, "name": topic.name, "score": topic.score} for topic in reading.topics],
        "places": [_place(place) for place in reading.places],
        "countries": reading.countries,
        "regions": reading_regions(reading, regions),
        "scores": {
            "violence": reading.scores.violence,
            "fresh": reading.scores.fresh,
            "actual": reading.scores.actual,
            "fresh_event": reading.scores.fresh_event,
        },
        "actors": [{"id": actor.id, "role": actor.role} for actor in reading.actors],
        "event": _event(reading.event) if reading.event else None,
        "appended": [
            {
                "title": found.title,
                "summary": found.summary,
                "start": found.start,
                "end": found.end,
                "event": _event(found.event) if found.event else None,
            }
            for found in reading.appended
        ],
        "alerts": list(alerts),
    }
    if evidence:
        line["evidence"] = _all_evidence(reading)
    return line


def reading_regions(reading: Reading, regions: Mapping[str, Region]) -> tuple[str, ...]:
    """The regions that the event lies in; without an event, those of the salient countries and their places."""
    event = reading.event
    if event and (event.country or event.region):
        return regions_of(regions, [(event.country, event.admin1, event.region)])
    salient = [place for place in reading.places if place.salience >= SALIENT]
    places = [(place.country, place.admin1, place.region) for place in salient]
    return regions_of(regions, [*places, *((country, None, None) for country in reading.countries)])


def alert_lines(effects: Iterable[Effect], story_of: Callable[[str], Story | None]) -> list[dict[str, Any]]:
    """One line for each alert, update and cancel among the effects of one log entry, just stored."""
    entries = (effect.entry for effect in effects if isinstance(effect, Decided) and effect.entry.decision in KINDS)
    return [_alert(entry, story_of(entry.story)) for entry in entries]


def _alert(entry: LedgerEntry, story: Story | None) -> dict[str, Any]:
    return {
        "at": zulu(entry.at),
        "kind": KINDS[entry.decision],
        "rule": entry.rule,
        "story": entry.story,
        "articles": list(story.members if story else entry.articles),
        "sources": story.sources if story else 0,
        "reason": entry.reason,
        "changed": [change.field for change in entry.changed],
        "event": _incident(story.incident) if story and story.incident else None,
    }


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "type": incident.type,
        "sub_type": incident.sub_type,
        "status": incident.status,
        "country": incident.country,
        "admin1": incident.admin1,
        "place": incident.place,
        "date": incident.date.isoformat() if incident.date else None,
        "killed": _toll(incident.killed),
        "injured": _toll(incident.injured),
        "abducted": _toll(incident.abducted),
        "claimed_by": incident.claimed_by,
        "probability": incident.probability,
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "name": place.name,
        "geonames_id": place.geonames_id,
        "country": place.country,
        "admin1": place.admin1,
        "region": place.region,
        "kind": place.kind,
        "lat": place.lat,
        "lon": place.lon,
        "role": place.role,
        "salience": place.salience,
        "start": place.start,
        "end": place.end,
        "mentions": [list(mention) for mention in place.mentions],
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "type": event.type,
        "sub_type": event.sub_type,
        "family": event.family,
        "status": event.status,
        "initiator": event.initiator,
        "fresh": event.fresh,
        "update": event.update,
        "score": event.score,
        "date": event.date.isoformat() if event.date else None,
        "date_precision": event.date_precision,
        "country": event.country,
        "admin1": event.admin1,
        "region": event.region,
        "place": event.place,
        "lat": event.lat,
        "lon": event.lon,
        "killed": _toll(event.killed),
        "injured": _toll(event.injured),
        "abducted": _toll(event.abducted),
        "claimed_by": event.claimed_by,
        "evidence": [_reason(reason) for reason in event.evidence],
    }


def _toll(toll: Toll | None) -> dict[str, Any] | None:
    return {"best": toll.best, "low": toll.low, "high": toll.high, "owner": toll.owner} if toll else None


def _reason(reason: Evidence) -> dict[str, Any]:
    return {
        "feature": reason.feature,
        "term": reason.term,
        "points": reason.points,
        "start": reason.start,
        "end": reason.end,
    }


def _all_evidence(reading: Reading) -> dict[str, Any]:
    return {
        "topics": {topic.code: [_reason(reason) for reason in topic.evidence] for topic in reading.topics},
        "actors": {actor.id: [actor.start, actor.end] for actor in reading.actors},
        "gated": reading.gated,
        "origin": reading.origin,
    }


def zulu(moment: datetime) -> str:
    """ISO 8601 in UTC with a ``Z``, whole seconds where it has no fraction."""
    return moment.isoformat().replace("+00:00", "Z")
