"""Who is told about an alert. Pure: each receiver comes with the reason."""

from dataclasses import dataclass

from alerts.coverage import severe_enough
from alerts.rules import RouteMatch, Rule, RuleSet
from marsad.story import Story


@dataclass(frozen=True, slots=True)
class Routed:
    """A receiver and why it is told."""

    receiver: str
    reason: str


def routed(rule_set: RuleSet, rule: Rule, story: Story) -> tuple[Routed, ...]:
    """Every route that matches delivers, each receiver once; where none does, the default receivers."""
    found: dict[str, Routed] = {}
    for index, route in enumerate(rule_set.routes):
        if takes(route.match, rule, story):
            for name in route.receivers:
                found.setdefault(name, Routed(name, f"routes[{index}]"))
    if not found:
        found = {name: Routed(name, "default: no route takes it") for name in rule_set.default}
    return tuple(found.values())


def takes(match: RouteMatch, rule: Rule, story: Story) -> bool:
    """Whether a route's conditions hold for a rule's alert on a story."""
    incident = story.incident
    countries = {incident.country} if incident else set(story.countries)
    return (
        severe_enough(rule.severity, match)
        and (not match.rules or rule.name in match.rules)
        and (not match.countries or not countries.isdisjoint(match.countries))
        and (not match.regions or not set(story.regions).isdisjoint(match.regions))
    )
