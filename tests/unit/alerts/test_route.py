"""Who is told, why, and that nobody is forgotten."""

import pytest
from unit.alerts.told import RULE, incident, plain_story, rule_set, story

from alerts.coverage import uncovered
from alerts.route import routed
from alerts.rules import Route, Rule


def told(routes, on=None, rule=RULE, **changes):
    rules = rule_set(rule, routes=routes, **changes)
    return [(one.receiver, one.reason) for one in routed(rules, rules.rules[0], on or story())]


@pytest.mark.parametrize(
    ("match", "taken"),
    [
        ({}, True),
        ({"rules": ["attack"]}, True),
        ({"rules": ["other"]}, False),
        ({"severity": "medium"}, True),
        ({"severity": "high"}, True),
        ({"severity": "critical"}, False),
        ({"countries": ["ML"]}, True),
        ({"countries": ["NE"]}, False),
        ({"regions": ["sahel"]}, True),
        ({"regions": ["lake-chad"]}, False),
        ({"countries": ["ML"], "regions": ["lake-chad"]}, False),
    ],
)
def test_matching(match, taken):
    assert told([{"receivers": ["desk"], "match": match}]) == ([("desk", "routes[0]")] if taken else [])


def test_every_matching_route_delivers_and_each_receiver_once():
    routes = [{"receivers": ["desk"]}, {"receivers": ["bureau", "desk"]}]
    assert told(routes) == [("desk", "routes[0]"), ("bureau", "routes[1]")]


def test_what_no_route_takes_goes_to_the_default():
    routes = [{"receivers": ["desk"], "match": {"countries": ["NE"]}}]
    assert told(routes, default=["bureau"]) == [("bureau", "default: no route takes it")]


def test_an_incident_is_where_it_happened_and_nowhere_else():
    routes = [{"receivers": ["desk"], "match": {"countries": ["FR"]}}]
    assert told(routes, story(incident(), countries={"ML": 0.5, "FR": 0.5})) == []
    assert told(routes, plain_story(countries={"FR": 0.5})) == [("desk", "routes[0]")]


@pytest.mark.parametrize(
    ("when", "matches", "expected"),
    [
        ({"fresh": True}, [{}], ""),
        ({"fresh": True}, [], "no route takes it"),
        ({"fresh": True}, [{"rules": ["other"]}], "no route takes it"),
        ({"fresh": True}, [{"countries": ["ML"]}], "outside ML"),
        ({"countries": ["ML"]}, [{"countries": ["ML", "NE"]}], ""),
        ({"countries": ["ML", "NE"]}, [{"countries": ["ML"]}, {"countries": ["NE"]}], ""),
        ({"countries": ["ML", "BF"]}, [{"countries": ["ML"]}, {"countries": ["NE"]}], "outside ML, NE"),
        ({"regions": ["sahel"]}, [{"regions": ["sahel"]}], ""),
        ({"regions": ["sahel"]}, [{"regions": ["sahel"], "countries": ["ML"]}], "outside ML, sahel"),
    ],
)
def test_uncovered(when, matches, expected):
    rule = Rule.model_validate({"name": "attack", "when": when})
    routes = [Route.model_validate({"receivers": ["desk"], "match": match}) for match in matches]
    assert uncovered(rule, routes) == expected
