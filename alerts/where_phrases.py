"""Where it happened, as a headline and as the facts below it have it. Pure."""

from collections.abc import Sequence

from alerts.neutral import harmless, isolated
from alerts.phrases import Phrases
from marsad.regions import Region
from marsad.story import Incident, Story


def where(phrases: Phrases, story: Story) -> str:
    """Town and country."""
    incident = story.incident
    if incident is None:
        codes = sorted(story.countries, key=lambda code: (-story.countries[code], code))[:2]
        countries = [phrases.book.country(code, phrases.language) for code in codes]
        return phrases.list(countries) or phrases.words.unplaced
    return phrases.list([_place(phrases, incident), _country(phrases, incident)]) or phrases.words.unplaced


def exact_place(phrases: Phrases, story: Story, regions: Sequence[Region]) -> str:
    """Town, division, country, and the rule's region where no country is told."""
    incident = story.incident
    if incident is None or not incident.country:
        named = [region.label.get(phrases.language, "") for region in regions]
        return phrases.list([where(phrases, story), *named])
    place, country = _place(phrases, incident), _country(phrases, incident)
    division = isolated(phrases.book.division(incident.admin1 or "", phrases.language))
    if incident.admin1 and not division:
        country = f"{country} ({isolated(incident.admin1)})"
    return phrases.list([place, division if division != place else "", country])


def _place(phrases: Phrases, incident: Incident) -> str:
    named = phrases.book.town(incident.country, incident.place or "", phrases.language)
    return isolated(harmless(named, 60))


def _country(phrases: Phrases, incident: Incident) -> str:
    return phrases.book.country(incident.country, phrases.language) if incident.country else ""
