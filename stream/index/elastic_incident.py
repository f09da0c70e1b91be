"""What happened, as plain fields: the same for one article's event and for a story's incident. Pure."""

from typing import Any, Final

from marsad.codes import PlaceKind
from marsad.reading import Event, Toll
from marsad.story import Incident

_EXACT: Final = frozenset((PlaceKind.TOWN, PlaceKind.ADMIN1))
"""Kinds of place that have a point on the map: a country's or a region's middle would only look like one."""


def of_event(event: Event | None) -> dict[str, Any] | None:
    """What one article tells, in the same fields as what a story's articles tell together."""
    if event is None:
        return None
    told = {"update": event.update, "novelty": event.novelty, "retracted": event.retracts, "probability": event.score}
    return _happened(event) | told


def of_incident(incident: Incident | None) -> dict[str, Any] | None:
    """What a story's articles tell together."""
    if incident is None:
        return None
    return _happened(incident) | {
        "retracted": incident.retracted,
        "probability": incident.probability,
        "perpetrator": incident.perpetrators,
    }


def _happened(event: Event | Incident) -> dict[str, Any]:
    return {
        "type": event.type,
        "sub_type": event.sub_type,
        "family": event.family,
        "status": event.status,
        "initiator": event.initiator,
        "fresh": event.fresh,
        "date": event.date.isoformat() if event.date else None,
        "date_precision": event.date_precision,
        "claimed_by": event.claimed_by,
        "geo": {
            "name": event.place,
            "country_iso_code": event.country,
            "region_iso_code": event.admin1,
            "area": event.region,
            "precision": _precision(event),
            "location": _point(event),
        },
        "killed": _toll(event.killed),
        "injured": _toll(event.injured),
        "abducted": _toll(event.abducted),
    }


def _precision(event: Event | Incident) -> str | None:
    """How exact the place is; where it has no name of its own it is the country, else the area."""
    if event.place_kind:
        return event.place_kind
    if event.admin1:
        return PlaceKind.ADMIN1
    return PlaceKind.COUNTRY if event.country else PlaceKind.REGION if event.region else None


def _point(event: Event | Incident) -> dict[str, float] | None:
    if event.place_kind not in _EXACT or event.lat is None or event.lon is None:
        return None
    return {"lat": event.lat, "lon": event.lon}


def _toll(toll: Toll | None) -> dict[str, Any] | None:
    return {"best": toll.best, "low": toll.low, "high": toll.high, "owner": toll.owner} if toll else None
