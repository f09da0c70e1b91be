"""What is worth a second message, and what is not."""

import pytest
from unit.alerts.told import incident, toll

from alerts.material import material, toll_text
from alerts.rules import Updates
from marsad.codes import Initiator, Status, SubType

ALL = Updates()


def changed(before, after, sources=(1, 1), updates=ALL):
    return [(change.field, change.before, change.after) for change in material(before, after, sources, updates)]


@pytest.mark.parametrize(
    ("before", "after", "tells"),
    [
        (8, 8, False),
        (8, 9, False),
        (8, 10, True),
        (8, 11, True),
        (100, 102, False),
        (100, 103, True),
        (1, 2, True),
        (8, 5, False),
        (None, 3, True),
        (None, 0, False),
        (0, 1, True),
    ],
)
@pytest.mark.parametrize("kind", ["killed", "injured", "abducted"])
def test_a_toll_that_rose_by_a_step(before, after, tells, kind):
    was = incident(**{"killed": None, kind: None if before is None else toll(before)})
    now = incident(**{"killed": None, kind: toll(after)})
    assert bool(changed(was, now)) is tells


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ({}, {"claimed_by": "jnim"}, [("claimed_by", None, "jnim")]),
        ({"claimed_by": "jnim"}, {"claimed_by": "issp"}, [("claimed_by", "jnim", "issp")]),
        ({"claimed_by": "jnim"}, {}, []),
        ({}, {"perpetrators": ("jnim",)}, [("perpetrator", None, "jnim")]),
        ({"perpetrators": ("jnim",)}, {"perpetrators": ("issp", "jnim")}, [("perpetrator", "jnim", "issp,jnim")]),
        ({"perpetrators": ("jnim",)}, {"perpetrators": ("jnim",)}, []),
        ({"perpetrators": ("jnim",)}, {}, []),
        ({}, {"perpetrators": ("jnim",), "claimed_by": "jnim"}, [("claimed_by", None, "jnim")]),
        ({"claimed_by": "jnim"}, {"claimed_by": "jnim", "perpetrators": ("jnim",)}, []),
        ({"initiator": Initiator.UNKNOWN}, {}, [("initiator", "unknown", "non-state")]),
        ({}, {"initiator": Initiator.UNKNOWN}, []),
        ({}, {"admin1": "ML-8", "place": "Kidal"}, [("place", "Gao, ML-7", "Kidal, ML-8")]),
        ({}, {"place": "Ansongo"}, []),
        ({"admin1": None}, {}, [("place", "Gao, ML", "Gao, ML-7")]),
        ({}, {"country": "NE", "admin1": "NE-6"}, [("place", "Gao, ML-7", "Gao, NE-6")]),
        ({}, {"status": Status.FOILED}, [("status", "actual", "foiled")]),
        ({}, {"sub_type": SubType.IED}, []),
    ],
)
def test_facts(was, now, expected):
    assert changed(incident(**was), incident(**now)) == expected


def test_a_rule_says_which_changes_matter():
    only_status = Updates(on=("sub_type",))
    assert changed(incident(), incident(killed=toll(50), sub_type=SubType.IED), updates=only_status) == [
        ("sub_type", "Attack", "Remote explosive/landmine/IED")
    ]
    assert changed(incident(), incident(killed=toll(9)), updates=Updates(step=1)) == [("killed", "8", "9")]


@pytest.mark.parametrize(("sources", "tells"), [((1, 1), False), ((1, 2), True), ((0, 3), True), ((2, 5), False)])
def test_only_the_second_source_confirms(sources, tells):
    assert bool(changed(incident(), incident(), sources)) is tells


def test_a_range_is_told_as_one():
    assert toll_text(toll(12, low=8, high=15)) == "12 (8–15)"
    assert toll_text(toll(12)) == "12"
    assert toll_text(None) is None


def test_without_an_event_only_sources_can_change():
    assert changed(None, None, (1, 2)) == [("sources", "1", "2")]
    assert changed(incident(), None) == []
