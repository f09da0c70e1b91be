"""The merged event: what each of its fields makes of differing accounts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from unit.strategies.story_readings import TODAY, event, hours, reading, toll

from marsad.codes import DatePrecision, EventType, Family, Initiator, PlaceKind, Status, SubType
from marsad.reading import Actor
from stream.stories.evidence import CAP, probability
from stream.stories.incident import merge_incident
from stream.stories.members import to_member


def members(*readings):
    return tuple(to_member(one, ()) for one in readings)


def merged(*events, **rest):
    return merge_incident(members(*(reading(f"n{i}", one, at=hours(i), **rest) for i, one in enumerate(events))))


def test_no_event_no_incident():
    assert merge_incident(members(reading("a", None))) is None


def test_the_most_specific_type_wins_and_brings_its_family():
    incident = merged(event(), event(), event(kind=SubType.SUICIDE))
    assert (incident.type, incident.sub_type) == (EventType.EXPLOSIONS, SubType.SUICIDE)
    assert incident.family is Family.EXPLOSION


@pytest.mark.parametrize(
    ("grave", "light"),
    [
        pytest.param(SubType.ATTACK, SubType.LOOTING, id="the dead of a raid outweigh its burnt houses"),
        pytest.param(SubType.ARMED_CLASH, SubType.DISRUPTED, id="a fight outweighs the arms found after it"),
        pytest.param(SubType.ATTACK, SubType.ARRESTS, id="and those arrested for it"),
        pytest.param(SubType.ATTACK, SubType.VIOLENT_DEMONSTRATION, id="and the anger over it"),
        pytest.param(SubType.MOB, SubType.LOOTING, id="a mob outweighs what it looted"),
    ],
)
def test_violence_outweighs_what_went_with_it(grave, light):
    first, others = event(kind=grave), event(kind=light, family=event(kind=grave).family)
    for told in ((first, others, others), (others, others, first)):
        assert merged(*told).sub_type is grave


def test_who_is_said_to_have_done_it_is_kept_apart_from_who_is_named():
    quoted = reading("a", event(), actors=("jnim",))
    named = replace(quoted, article_id="b", actors=(Actor(id="vdp", role="victim"), Actor(id="un", role="source")))
    (first, second) = members(quoted, named)
    assert (first.perpetrators, second.perpetrators, second.actors) == (("jnim",), (), ("vdp",))
    incident = merge_incident((first, second))
    assert (incident.actors, incident.perpetrators) == (("jnim", "vdp"), ("jnim",))


def test_the_most_exact_place_and_day_win():
    province = event(town=None, country="BF", admin1="BF-12", told=False)
    incident = merged(province, event(), province)
    assert (incident.place, incident.place_kind, incident.admin1) == ("Djibo", PlaceKind.TOWN, "BF-12")
    assert (incident.date, incident.date_precision) == (TODAY, DatePrecision.DAY)
    assert incident.lat == 14.1


def test_a_point_is_taken_from_whoever_gives_one():
    assert merged(event(point=False), event()).lat == 14.1


class TestTolls:
    """Never averaged; each with its owner."""

    def test_the_range_holds_every_sources_last_figure(self):
        incident = merged(event(killed=5), event(killed=8), event(killed=6))
        assert incident.killed == toll(8, 5, 8)
        assert [(told.toll.best, told.family) for told in incident.tolls] == [
            (5, "family-n0"),
            (8, "family-n1"),
            (6, "family-n2"),
        ]

    def test_the_newest_update_is_named_first_also_when_it_corrects_downwards(self):
        incident = merged(event(killed=20), event(killed=25, update=True), event(killed=12, update=True))
        assert incident.killed == toll(12, 12, 25)

    def test_a_partys_figure_is_named_first_only_where_there_is_no_other(self):
        claim = event(killed=toll(60, owner="jnim"), claimed_by="jnim")
        assert merged(event(killed=5), claim).killed == toll(5, 5, 60)
        assert merged(claim).killed == toll(60, owner="jnim")

    def test_one_source_has_one_figure_and_it_is_the_last(self):
        incident = merged(event(killed=5), event(killed=9), family="bbc")
        assert [told.toll.best for told in incident.tolls] == [9]
        assert incident.killed == toll(9)


class TestStatus:
    """By the evidence."""

    DENIED = event(status=Status.DENIED, fresh=False)
    WITHDRAWN = event(status=Status.DENIED, fresh=False, retracts=True)
    FOILED = event(status=Status.FOILED, fresh=False)

    @pytest.mark.parametrize(
        ("events", "expected"),
        [
            pytest.param([event(), DENIED], (Status.DENIED, False), id="a denial against one report"),
            pytest.param([event(), event(), DENIED], (Status.ACTUAL, False), id="a denial against two reports"),
            pytest.param([event(), event(), WITHDRAWN], (Status.DENIED, True), id="a withdrawal"),
            pytest.param([FOILED, event()], (Status.ACTUAL, False), id="foiled, it was said at first"),
            pytest.param([FOILED], (Status.FOILED, False), id="foiled"),
        ],
    )
    def test_status(self, events, expected):
        incident = merged(*events)
        assert (incident.status, incident.retracted) == expected

    def test_a_withdrawal_leaves_the_facts(self):
        assert merged(event(killed=5), self.WITHDRAWN).killed == toll(5)


def test_commentary_does_not_move_the_incident():
    incident = merged(event(killed=5), event(town="Arbinda", fresh=False, killed=900), event(fresh=False, killed=800))
    assert (incident.place, incident.killed) == ("Djibo", toll(5))


def test_who_began_it_is_what_most_say_and_silence_says_nothing():
    unknown = event(initiator=Initiator.UNKNOWN)
    assert merged(unknown, unknown, event()).initiator is Initiator.NON_STATE
    assert merged(unknown).initiator is Initiator.UNKNOWN


def test_the_claim_and_the_groups():
    incident = merged(event(), event(claimed_by="jnim"), actors=("jnim", "vdp"))
    assert (incident.claimed_by, incident.actors) == ("jnim", ("jnim", "vdp"))


class TestProbability:
    """Independent sources make surer; one source never certain."""

    def sure(self, *scores, **rest):
        return merged(*(event(score=score) for score in scores), **rest).probability

    def test_two_sources_are_surer_than_one(self):
        assert self.sure(0.65) == 0.65
        assert self.sure(0.65, 0.65) == pytest.approx(0.8775)

    def test_one_source_twice_is_one(self):
        assert self.sure(0.65, 0.65, family="bbc") == 0.65
        assert self.sure(0.65, 0.65, origin="afp") == 0.65

    def test_no_single_source_is_certain(self):
        assert self.sure(1.0) == CAP

    def test_weak_accounts_do_not_add_up(self):
        assert self.sure(*[0.1] * 20) == 0.1

    @given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from("abcd")), min_size=1, max_size=8))
    def test_one_account_more_never_makes_less_sure(self, accounts):
        told = members(*(reading(f"n{i}", event(score=s), family=f) for i, (s, f) in enumerate(accounts)))
        assert probability(told) >= probability(told[:-1])
        assert probability(told) == probability(told[::-1])
