"""Whether every alert that a rule can raise is taken by some route. Pure."""

from collections.abc import Sequence

from alerts.rules import Route, RouteMatch, Rule
from marsad.codes import Severity

LEVELS = tuple(Severity)


def severe_enough(severity: Severity, match: RouteMatch) -> bool:
    """Whether a severity reaches the route's least."""
    return match.severity is None or LEVELS.index(severity) >= LEVELS.index(match.severity)


def uncovered(rule: Rule, routes: Sequence[Route]) -> str:
    """Which alerts of the rule no route takes, in words; empty where each is taken."""
    able = [
        route.match
        for route in routes
        if severe_enough(rule.severity, route.match) and (not route.match.rules or rule.name in route.match.rules)
    ]
    if not able:
        return "no route takes it"
    countries: Sequence[str | None] = rule.when.countries or (None,)
    regions: Sequence[str | None] = rule.when.regions or (None,)
    for country in countries:
        for region in regions:
            if not any(_takes(match, country, region) for match in able):
                return f"outside {_conditions(able)}"
    return ""


def _takes(match: RouteMatch, country: str | None, region: str | None) -> bool:
    """``None`` stands for a country or region of which the rule says nothing."""
    return (not match.countries or country in match.countries) and (not match.regions or region in match.regions)


def _conditions(matches: Sequence[RouteMatch]) -> str:
    names = [*(c for match in matches for c in match.countries or ()), *(r for m in matches for r in m.regions or ())]
    return ", ".join(dict.fromkeys(names))
