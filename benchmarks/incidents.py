"""Made-up attacks of today, each in a Sahel town of its own: each is a story, and raises an alert."""

from datetime import datetime

import msgspec

from benchmarks.articles import articles
from marsad.article import Article
from marsad.codes import PlaceKind
from stream.reading.gazetteer import Gazetteer

COUNTRIES = {"ML": "Mali", "BF": "Burkina Faso", "NE": "Niger"}
SHORTEST = 5
"""Letters of a town's name: shorter ones are words as well."""


def towns() -> list[tuple[str, str]]:
    """Name and country of the towns that the gazetteer knows, largest first."""
    gazetteer = Gazetteer.packaged()
    places = {meaning.place for _name, _flag, meaning in gazetteer.names if meaning.place and not meaning.needs}
    found = [
        place
        for place in places
        if place.kind is PlaceKind.TOWN and place.country in COUNTRIES and len(place.name) >= SHORTEST
    ]
    found.sort(key=lambda place: (-place.population, place.name))
    return [(place.name, COUNTRIES[place.country]) for place in found if place.name.isalpha()]


def attacks(count: int, now: datetime, *, seed: int) -> list[Article]:
    """``count`` articles of full length, each the only one on its attack. Raises ValueError where towns are too few."""
    names = towns()
    if count > len(names):
        raise ValueError(f"{count} attacks in {len(names)} towns: ask for fewer")
    return [
        msgspec.structs.replace(
            article,
            id=f"incident-{number}",
            link=f"https://paper.example/incident-{number}",
            title=f"Gunmen kill {number % 20 + 3} villagers in {name}, {country}",
            summary=f"Gunmen killed {number % 20 + 3} villagers in an attack in {name}, {country}, on {now:%A}.",
            published=now,
            observed_at=now,
        )
        for number, ((name, country), article) in enumerate(
            zip(names, articles(count, seed=seed, attacks=0.0), strict=False)
        )
    ]
