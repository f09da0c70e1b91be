"""Each condition by itself, on stories that meet it and on such that do not."""

import pytest
from msgspec.structs import replace
from unit.alerts.told import event, incident, member, plain_story, story, toll

from alerts.detect import Match, Miss, confirming, holds, independent
from alerts.rules import Rule
from alerts.shortlist import Shortlist
from marsad.codes import EventType, Family, Initiator, Status, SubType


def asked(when: dict, told=None, **changes) -> Match | Miss:
    rule = Rule.model_validate({"name": "one", "when": when})
    return holds(rule, told or story(**changes), [member()])


@pytest.mark.parametrize(
    ("when", "told", "expected"),
    [
        ({"types": ["Battles"]}, {"type": EventType.BATTLES}, ""),
        ({"types": ["Battles"]}, {}, "type is Violence against civilians"),
        ({"sub_types": ["Attack"]}, {}, ""),
        ({"sub_types": ["Suicide bomb"]}, {}, "sub-type is Attack"),
        ({"sub_types": ["Attack"]}, {"sub_type": SubType.ABDUCTION}, "sub-type is Abduction/forced disappearance"),
        ({"families": ["coup"]}, {"family": Family.COUP}, ""),
        ({"families": ["coup"]}, {}, "family is armed"),
        ({"status": ["foiled"]}, {"status": Status.FOILED}, ""),
        ({"status": ["foiled"]}, {}, "status is actual"),
        ({"initiators": ["non-state"]}, {}, ""),
        ({"initiators": ["non-state"]}, {"initiator": Initiator.STATE}, "initiator is state"),
        ({"fresh": True}, {}, ""),
        ({"fresh": True}, {"status": Status.HISTORICAL, "fresh": False}, "not fresh: status is historical"),
        ({"fresh": False, "types": ["Battles"]}, {"type": EventType.BATTLES}, "fresh"),
        ({"toll": {"killed": 8}}, {}, ""),
        ({"toll": {"killed": 9}}, {}, "the toll is not reached"),
        ({"toll": {"killed": 9, "injured": 2}}, {"injured": toll(2)}, ""),
        ({"toll": {"abducted": 1}}, {}, "the toll is not reached"),
        ({"admin1": ["ML-7"]}, {}, ""),
        ({"admin1": ["ML-6"]}, {}, "not in ML-6"),
        ({"countries": ["ML", "NE"]}, {}, ""),
        ({"countries": ["BF"]}, {}, "not in BF"),
        ({"actors": ["jnim"]}, {"actors": ("jnim",)}, ""),
        ({"actors": ["jnim"]}, {"claimed_by": "jnim"}, ""),
        ({"actors": ["jnim"]}, {}, "without jnim"),
    ],
)
def test_conditions_on_the_event(when, told, expected):
    sub_type = told.pop("sub_type", SubType.ATTACK)
    found = asked(when, story(replace(incident(), **told, sub_type=sub_type)))
    assert (found.reason if isinstance(found, Miss) else "") == expected


def test_an_event_told_without_its_sub_type_is_not_outside_a_rule_of_that_type():
    when = {"types": ["Violence against civilians"], "sub_types": ["Attack"]}
    assert isinstance(asked(when, story(replace(incident(), sub_type=None))), Match)
    assert isinstance(asked({"sub_types": ["Attack"]}, story(replace(incident(), sub_type=None))), Miss)


def test_regions_are_those_of_the_story():
    assert isinstance(asked({"regions": ["sahel"]}), Match)
    assert asked({"regions": ["levant"]}) == Miss("not in levant")


def test_a_country_that_is_only_mentioned_does_not_leak_into_an_incident():
    mentioning = story(countries={"ML": 0.5, "FR": 0.5})
    assert asked({"countries": ["FR"]}, mentioning) == Miss("not in FR")
    assert isinstance(asked({"countries": ["FR"]}, plain_story(countries={"FR": 0.5})), Match)
    assert isinstance(asked({"countries": ["FR"]}, plain_story(countries={"FR": 0.1})), Miss)


def test_an_event_rule_wants_an_event():
    assert asked({"fresh": True}, plain_story()) == Miss("no event is told")


def test_confidence_is_the_events_probability_when_freshness_is_asked_for():
    assert asked({"fresh": True}, story(incident(probability=0.7))).confidence == 0.7
    foiled = story(incident(probability=0.1, status=Status.FOILED))
    assert asked({"status": ["foiled"]}, foiled).confidence == 0.9
    assert asked({"countries": ["ML"]}, plain_story()).confidence == 1.0


def test_independent_sources():
    wire = [member("a", origin="afp"), member("b", origin="afp"), member("c")]
    assert independent(wire) == 2
    denied = member("d", told=event(status=Status.DENIED))
    assert confirming(story(), [*wire, denied]) == 2
    assert confirming(plain_story(families=("x", "y", "z")), []) == 3


def test_the_shortlist_leaves_out_no_rule_that_holds():
    rules = [
        Rule.model_validate({"name": name, "when": when})
        for name, when in {
            "region": {"regions": ["sahel"]},
            "elsewhere": {"regions": ["levant"]},
            "country": {"countries": ["ML"], "regions": ["sahel"]},
            "division": {"admin1": ["ML-7"]},
            "words": {"text": {"any": ["x"]}, "regions": ["sahel"]},
            "any": {"fresh": True},
        }.items()
    ]
    members = [member(rules=("words",))]
    listed = Shortlist(rules).of(story(), members, also=("elsewhere", "gone"))
    assert [rule.name for rule in listed] == [rule.name for rule in rules]
    assert [rule.name for rule in Shortlist(rules).of(story(), [member()], also=())] == [
        "region",
        "country",
        "division",
        "any",
    ]


def test_a_comment_on_a_first_polls_incident_does_not_make_it_new():
    rule = Rule.model_validate({"name": "one", "when": {"fresh": True}})
    comment = replace(member("two"), event=None)
    found = holds(rule, story(), [member(backlog=True), comment])
    assert found.backlog
