"""What is wrong with well-formed rules and routes. Pure: problems come back as (path, what to write instead).

Names that nobody knows, rules that can never match, alerts that would reach nobody.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from alerts.coverage import severe_enough, uncovered
from alerts.rules import Conditions, Route, RoutesFile, Rule, TextTerms
from alerts.values import suggestion
from marsad.codes import TYPE_OF, Status
from marsad.regions import Region
from marsad.yaml_config import YamlPath

Wrong = tuple[YamlPath, str]

_MOST_NAMED: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The names that conditions may use; None where they are not known, and any name is taken."""

    feeds: frozenset[str] | None = None
    tags: frozenset[str] | None = None
    actors: frozenset[str] | None = None
    topics: frozenset[str] | None = None


def wrong_in_rule(rule: Rule, known: Known, regions: Mapping[str, Region]) -> Iterator[Wrong]:
    """Everything wrong in one rule; paths count from the rule."""
    yield from _confidence(rule)
    when = rule.when
    if not (when.of_event or when.of_article or when.regions or when.countries or when.admin1 or when.actors):
        yield ("when",), "a rule without conditions would hold for every story: write what it is about"
    for key, names, kind in (
        ("regions", frozenset(regions) or None, "region"),
        ("actors", known.actors, "actor"),
        ("topics", known.topics, "topic"),
        ("feeds", known.feeds, "feed"),
        ("tags", known.tags, "tag"),
    ):
        yield from _unknown(("when", key), getattr(when, key), names, kind)
    yield from _never(when, regions)
    if when.text is not None:
        yield from _terms(when.text)


def wrong_in_routes(file: RoutesFile, rules: Sequence[Rule], regions: Mapping[str, Region]) -> Iterator[Wrong]:
    """Everything wrong between receivers, routes and rules; paths count from the file."""
    receivers = [receiver.name for receiver in file.receivers]
    yield from _twice("receivers", receivers, "receiver")
    yield from _unknown(("default",), file.default, frozenset(receivers), "receiver")
    for index, route in enumerate(file.routes):
        yield from _wrong_in_route(("routes", index), route, receivers, rules, regions)
    if receivers and not file.default:
        yield from _reaches_nobody(file.routes, rules)
    if not receivers and file.routes:
        yield ("routes",), "there are no receivers to route to: add `receivers:`"


def _confidence(rule: Rule) -> Iterator[Wrong]:
    if (rule.likely is None) != (rule.hold is None):
        missing, given = ("hold", "likely") if rule.hold is None else ("likely", "hold")
        yield (given,), f"{given!r} needs {missing!r}: a match between likely and sure is held for a second source"
    if rule.likely is not None and rule.likely >= rule.sure:
        yield (
            ("likely",),
            f"likely ({rule.likely}) must be below sure ({rule.sure}): lower it, or leave likely and hold out",
        )
    if rule.hold is not None and not rule.hold:
        yield (
            ("hold",),
            "a hold of no time waits for nothing: write a duration such as 10m, or leave likely and hold out",
        )


def _never(when: Conditions, regions: Mapping[str, Region]) -> Iterator[Wrong]:
    """Conditions that exclude each other."""
    for index, sub_type in enumerate(when.sub_types or ()):
        if when.types and TYPE_OF[sub_type] not in when.types:
            left_out = f"{sub_type.value!r} is of the type {TYPE_OF[sub_type].value!r}, which `types` leaves out"
            yield ("when", "sub_types", index), f"{left_out}: add the type, or take the sub-type away"
    if when.fresh and when.status and Status.ACTUAL not in when.status:
        yield ("when", "status"), "only an actual event is fresh: add actual, or leave `fresh` out"
    for index, division in enumerate(when.admin1 or ()):
        if when.countries and division[:2] not in when.countries:
            yield ("when", "admin1", index), f"{division!r} lies in no country of `countries`: add {division[:2]}"
    yield from _outside(when, regions)
    if when.toll is not None and not (when.toll.killed or when.toll.injured or when.toll.abducted):
        yield ("when", "toll"), "no number: write killed, injured or abducted"


def _outside(when: Conditions, regions: Mapping[str, Region]) -> Iterator[Wrong]:
    """Countries and divisions that no region of the rule reaches into."""
    named = [regions[name] for name in when.regions or () if name in regions]
    if not named or any(not region.countries and not region.admin1 for region in named):
        return  # a region of areas alone does not say which countries it spans
    countries = frozenset().union(*(region.countries for region in named))
    divisions = frozenset().union(*(region.admin1 for region in named))
    within = countries | {division[:2] for division in divisions}
    where = ", ".join(when.regions or ())
    for index, country in enumerate(when.countries or ()):
        if country not in within:
            yield (
                ("when", "countries", index),
                f"{country!r} is not in the region {where}: both are required of a story",
            )
    for index, division in enumerate(when.admin1 or ()):
        if division not in divisions and division[:2] not in countries:
            yield ("when", "admin1", index), f"{division!r} is not in the region {where}: both are required of a story"


def _terms(terms: TextTerms) -> Iterator[Wrong]:
    if not (terms.any or terms.all or terms.none):
        yield ("when", "text"), "no terms: write any, all or none"
    for key in ("any", "all", "none"):
        for index, term in enumerate(getattr(terms, key) or ()):
            if not any(char.isalnum() for char in term):
                yield ("when", "text", key, index), f"{term!r} has no letter or digit to look for"
            elif "*" in term[:-1]:
                yield ("when", "text", key, index), f"{term!r}: a * may only end a term"
            elif key != "none" and term in (terms.none or ()):
                yield ("when", "text", key, index), f"{term!r} is also under `none`: the rule could never hold"


def _wrong_in_route(
    path: YamlPath, route: Route, receivers: Collection[str], rules: Sequence[Rule], regions: Mapping[str, Region]
) -> Iterator[Wrong]:
    match = route.match
    names = frozenset(rule.name for rule in rules)
    yield from _unknown((*path, "receivers"), route.receivers, frozenset(receivers) or None, "receiver")
    yield from _unknown((*path, "match", "rules"), match.rules, names, "rule")
    yield from _unknown((*path, "match", "regions"), match.regions, frozenset(regions) or None, "region")
    named = [rule for rule in rules if match.rules and rule.name in match.rules]
    if match.severity and named and not any(severe_enough(rule.severity, match) for rule in named):
        yield (
            (*path, "match", "severity"),
            f"no rule that this route names is of severity {match.severity.value!r} or more: lower it",
        )


def _reaches_nobody(routes: Sequence[Route], rules: Sequence[Rule]) -> Iterator[Wrong]:
    lost = {rule.name: why for rule in rules if (why := uncovered(rule, routes))}
    if lost:
        examples = "; ".join(f"{name} ({why})" for name, why in list(lost.items())[:_MOST_NAMED])
        more = f" and {len(lost) - _MOST_NAMED} more" if len(lost) > _MOST_NAMED else ""
        yield (
            ("routes",),
            f"alerts that no route takes would reach nobody: {examples}{more}: add a route, or `default: [RECEIVER]`",
        )


def _unknown(path: YamlPath, names: Sequence[str] | None, known: frozenset[str] | None, kind: str) -> Iterator[Wrong]:
    for index, name in enumerate(names or ()):
        if known is not None and name not in known:
            yield (*path, index), f"unknown {kind} {name!r}{suggestion(name, sorted(known))}"


def _twice(key: str, names: Sequence[str], kind: str) -> Iterator[Wrong]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield (key, index, "name"), f"the {kind} {name!r} stands twice: rename or remove one"
