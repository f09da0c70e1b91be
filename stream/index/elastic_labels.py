"""What a document is about, as codes and as names in each of the watch's languages. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marsad.reading import Reading
from marsad.story import Incident, Story
from stream.index.elastic_mappings import LANGUAGES

NamesByLanguage = Mapping[str, Mapping[str, str]]
"""Code → language → name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelNames:
    """One name a language for each country, topic and actor; what has none is left out."""

    countries: NamesByLanguage = field(default_factory=dict)
    topics: NamesByLanguage = field(default_factory=dict)
    actors: NamesByLanguage = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Codes, each once and in a fixed order."""

    countries: Sequence[str] = ()
    regions: Sequence[str] = ()
    topics: Sequence[str] = ()
    actors: Sequence[str] = ()
    places: Sequence[str] = ()

    def fields(self, names: LabelNames) -> dict[str, Any]:
        """The fields ``about`` and ``labels``."""
        return {
            "about": {
                "country": self.countries,
                "region": self.regions,
                "topic": self.topics,
                "actor": self.actors,
                "place": self.places,
            },
            "labels": {language: self._labels(names, language) for language in LANGUAGES},
        }

    def _labels(self, names: LabelNames, language: str) -> list[str]:
        tables = ((names.countries, self.countries), (names.topics, self.topics), (names.actors, self.actors))
        found = (table.get(code, {}).get(language) for table, codes in tables for code in codes)
        return list(dict.fromkeys(name for name in found if name))


def about_reading(reading: Reading, regions: Iterable[str]) -> About:
    """An article's, the country of its event included."""
    event = reading.event
    told = {event.country} if event and event.country else set()
    return About(
        countries=sorted(told | set(reading.countries)),
        regions=sorted(set(regions)),
        topics=sorted({topic.code for topic in reading.topics}),
        actors=sorted({actor.id for actor in reading.actors}),
        places=sorted({place.name for place in reading.places}),
    )


def about_story(story: Story) -> About:
    """A story's, its incident's included."""
    incident = story.incident
    told = {incident.country} if incident and incident.country else set()
    return About(
        countries=sorted(told | set(story.countries)),
        regions=story.regions,
        topics=sorted(story.topics),
        actors=sorted(incident.actors) if incident else (),
        places=[incident.place] if incident and incident.place else (),
    )


def about_incident(incident: Incident | None) -> About:
    """That of an alert, which keeps nothing else of its story."""
    if incident is None:
        return About()
    return About(
        countries=[incident.country] if incident.country else (),
        actors=sorted(incident.actors),
        places=[incident.place] if incident.place else (),
    )
