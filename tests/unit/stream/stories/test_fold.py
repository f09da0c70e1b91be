"""The fold: joining, editing, closing, reopening, and that nothing depends on what it must not."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.strategies.story_readings import NOON, Folded, event, hours, reading, toll

from marsad.codec import encode
from marsad.codes import Status, SubType
from marsad.log import MemberChanged, StoryChanged
from marsad.regions import Region
from marsad.story import story_id
from stream.stories.shelf import IDLE, IDLE_PLAIN

SAHEL = {"sahel": Region(countries=frozenset({"BF", "ML", "NE"})), "east": Region(admin1=frozenset({"BF-12"}))}


def test_one_attack_in_five_papers_and_three_languages_is_one_story():
    papers = Folded(
        [
            reading("a", event(killed=5), at=NOON),
            reading("b", event(town="جيبو", killed=5), language="ar", at=hours(1)),
            reading("c", event(killed=6, told=False), language="en", at=hours(2)),
            reading("d", event(killed=11, update=True), at=hours(5)),
            reading("e", event(town="جيبو", claimed_by="jnim", update=True), language="ar", at=hours(9)),
        ]
    )
    story = papers.story_with("a")
    assert papers.partition() == [["a", "b", "c", "d", "e"]]
    assert story.id == story_id("a")
    assert story.sources == 5
    assert story.languages == ("ar", "en", "fr")
    assert story.incident.killed == toll(11, 5, 11)
    assert story.incident.claimed_by == "jnim"


def test_a_second_attack_the_same_day_is_another_story_and_its_reports_join_it():
    town = Folded(
        [
            reading("a", event(killed=5)),
            reading("b", event(killed=30, novelty=True), at=hours(4)),
            reading("c", event(killed=31, novelty=True), at=hours(5)),
        ]
    )
    assert town.partition() == [["a"], ["b", "c"]]
    assert town.story_with("b").possibly_same_as == story_id("a")


def test_in_a_town_attacked_daily_place_day_and_kind_are_not_enough():
    daily = [
        reading("a", event(killed=5, day=-2), at=hours(-48)),
        reading("b", event(killed=90, day=-1), at=hours(-24)),
        reading("c", event(killed=300), at=NOON),
    ]
    vague, telling = reading("d", at=hours(1)), reading("d", event(killed=300), at=hours(1))
    assert Folded([*daily, vague]).partition() == [["a"], ["b"], ["c"], ["d"]]
    assert Folded([*daily, telling]).partition() == [["a"], ["b"], ["c", "d"]]
    assert Folded([daily[2], vague]).partition() == [["c", "d"]]


def test_what_belongs_to_both_of_two_possible_doubles_goes_to_the_first():
    town = Folded([reading("a", event(killed=5)), reading("b", event(killed=90), at=hours(1), actors=["jnim"])])
    assert town.story_with("b").possibly_same_as == story_id("a")
    town.take(reading("c", at=hours(2), actors=["jnim"]))
    assert town.partition() == [["a", "c"], ["b"]]


def test_an_account_that_joined_as_another_kind_of_event_counts():
    clash, blast = event(kind=SubType.ARMED_CLASH, killed=12), event(kind=SubType.IED, killed=12, score=0.5)
    story = Folded([reading("a", clash), reading("b", blast)]).story_with("a")
    assert story.members == ("a", "b")
    assert story.incident.probability == 0.95


def test_commentary_never_pulls_two_incidents_together():
    two = Folded([reading("a", event(killed=5)), reading("b", event(killed=30, novelty=True), at=hours(1))])
    two.take(reading("c", event(fresh=False, novelty=True), at=hours(2)))
    assert not {"a", "b"} <= set(two.story_with("c").members)
    assert two.story_with("a").id != two.story_with("b").id


def test_effects_come_member_first_and_the_story_says_why():
    member, story = Folded().take(reading("a"), rules_met=("r2", "r1"), regions=SAHEL)
    assert isinstance(member, MemberChanged)
    assert member.member.rules == ("r1", "r2")
    assert story.story.regions == ("east", "sahel")
    assert story.story.reason == "first told by feed-a"
    assert story.story.version == 1


def test_plain_news_lies_in_the_regions_of_its_salient_countries():
    (_, story) = Folded().take(reading("a", None, countries={"ML": 0.7, "FR": 0.1}), regions=SAHEL)
    assert story.story.regions == ("sahel",)
    assert story.story.countries == {"ML": 0.7}


class TestCopies:
    """One origin is one source."""

    def test_a_wire_copy_is_no_second_source(self):
        story = Folded([reading("a", text="x"), reading("b", text="x"), reading("c")]).story_with("a")
        assert story.families == ("family-a", "family-c")

    def test_two_papers_that_credit_one_agency_are_one_source(self):
        assert Folded([reading("a", origin="afp"), reading("b", origin="afp")]).story_with("a").families == ("afp",)

    def test_two_feeds_of_one_publisher_are_one_source(self):
        assert Folded([reading("a", family="bbc"), reading("b", family="bbc")]).story_with("a").families == ("bbc",)

    def test_plain_news_is_joined_by_its_text(self):
        assert Folded([reading("a", None, text="x"), reading("b", None, text="x")]).partition() == [["a", "b"]]
        assert Folded([reading("a", None, text="x"), reading("b", None, text="y")]).partition() == [["a"], ["b"]]


class TestRevisions:
    """An edit replaces, an old or repeated revision does nothing."""

    def test_a_redelivery_changes_nothing(self):
        held = Folded([reading("a", revision=2)])
        assert held.take(reading("a", revision=2)) == ()
        assert held.take(reading("a", event(town="Gao"), revision=1)) == ()

    def test_an_edit_replaces_the_contribution(self):
        held = Folded([reading("a", event(killed=5))])
        held.take(reading("a", event(killed=9), revision=2), now=hours(1))
        story = held.story_with("a")
        assert story.incident.killed == toll(9)
        assert story.version == 2
        assert story.reason == "feed-a edited its article: killed 5 → 9"

    def test_an_edit_that_the_story_does_not_show_is_no_new_version(self):
        held = Folded([reading("a"), reading("b", title="one")])
        (effect,) = held.take(reading("b", title="two", revision=2), now=hours(1))
        assert isinstance(effect, MemberChanged)
        assert held.story_with("a").version == 2

    def test_an_edit_that_tells_another_event_stays_and_does_not_move_the_incident(self):
        held = Folded([reading("a"), reading("b"), reading("c")])
        held.take(reading("a", event(town="Gao", killed=50), revision=2), now=hours(1))
        story = held.story_with("a")
        assert held.partition() == [["a", "b", "c"]]
        assert (story.incident.place, story.incident.killed) == ("Djibo", None)

    def test_an_article_that_tells_a_known_event_only_since_its_edit_is_marked(self):
        held = Folded([reading("a"), reading("b", None, countries={"BF": 1.0})])
        held.take(reading("b", revision=2), now=hours(1))
        assert held.partition() == [["a"], ["b"]]
        assert held.story_with("b").possibly_same_as == story_id("a")


class Watched(dict):
    """A dictionary that notes which keys were asked for."""

    def __init__(self, content, asked):
        super().__init__(content)
        self._asked = asked

    def __getitem__(self, key):
        self._asked.append(key)
        return super().__getitem__(key)


class TestClosing:
    """Idle stories close; an edit within limits reopens."""

    @pytest.mark.parametrize(
        ("told", "idle"), [pytest.param(event(), IDLE, id="incident"), pytest.param(None, IDLE_PLAIN, id="plain")]
    )
    def test_it_closes_when_nothing_came_for_long(self, told, idle):
        held = Folded([reading("a", told)])
        assert held.tick(NOON + idle - timedelta(minutes=1)) == ()
        (closed,) = held.tick(NOON + idle)
        assert (closed.story.open, closed.story.version) == (False, 2)
        assert held.fold.story(closed.story.id) is None
        assert held.fold.members(closed.story.id) == ()
        assert held.tick(NOON + idle + timedelta(days=1)) == ()

    def test_a_new_reading_keeps_it_open(self):
        held = Folded([reading("a"), reading("b", at=NOON + timedelta(days=1))])
        assert held.tick(NOON + IDLE) == ()

    def test_a_closed_story_takes_no_new_article(self):
        held = Folded([reading("a")])
        held.tick(NOON + IDLE)
        held.take(reading("b"), now=NOON + IDLE)
        assert held.partition() == [["a"], ["b"]]

    def test_it_leaves_nothing_behind_in_memory(self):
        held = Folded([reading("a", text="x"), reading("b", text="z")])
        held.take(reading("a", event(town="Gao"), text="y", revision=2))
        held.tick(NOON + timedelta(days=40))
        shelf = held.fold._shelf
        assert (shelf._by_text.used(), shelf._by_event.used(), shelf._by_due) == ([], [], {})
        assert (shelf._open, shelf._of_article) == ({}, {})

    def test_a_tick_looks_only_at_the_hours_that_are_over(self):
        held = Folded([reading(f"n{i}", None, at=hours(i)) for i in range(50)])
        shelf = held.fold._shelf
        looked_at = []
        shelf._open = Watched(shelf._open, looked_at)
        assert shelf.idle(NOON + IDLE_PLAIN - timedelta(hours=1)) == []
        assert looked_at == []
        assert len(shelf.idle(hours(2) + IDLE_PLAIN)) == len(looked_at) == 3

    def test_a_redelivery_to_a_closed_story_changes_nothing(self):
        held = Folded([reading("a")])
        held.tick(NOON + IDLE)
        assert held.take(reading("a"), now=NOON + IDLE) == ()

    def test_an_edit_reopens_it_with_all_its_members(self):
        held = Folded([reading("a"), reading("b")])
        held.tick(NOON + IDLE)
        effects = held.take(reading("b", event(killed=8), revision=2), now=NOON + IDLE + timedelta(days=1))
        assert [type(effect) for effect in effects] == [MemberChanged, MemberChanged, StoryChanged]
        story = held.story_with("a")
        assert story.open
        assert story.incident.killed == toll(8)
        assert [member.article_id for member in held.fold.members(story.id)] == ["a", "b"]

    def test_a_much_later_edit_is_kept_and_wakes_nobody(self):
        held = Folded([reading("a")])
        held.tick(NOON + IDLE)
        held.take(reading("a", event(killed=8), revision=2), now=NOON + timedelta(days=60))
        story = held.story_with("a")
        assert not story.open
        assert story.incident.killed == toll(8)
        assert held.fold.story(story.id) is None


def test_a_withdrawal_sets_the_incident_denied():
    withdrawal = event(status=Status.DENIED, fresh=False, retracts=True)
    held = Folded([reading("a"), reading("b", withdrawal, at=hours(2))])
    incident = held.story_with("a").incident
    assert (incident.retracted, incident.status) == (True, Status.DENIED)
    assert "withdrawn" in held.story_with("a").reason


TOWNS = ["Djibo", "Gao", "Menaka", "Tillabéri", "Fada", "Dori"]


@st.composite
def streams(draw):
    """Readings of many kinds, near each other in place and time, some of them edits and redeliveries."""
    names = st.sampled_from([f"n{i}" for i in range(12)])
    events = st.one_of(
        st.none(),
        st.builds(
            event,
            town=st.sampled_from([*TOWNS, "جيبو", None]),
            country=st.just("BF"),
            day=st.integers(-3, 0),
            told=st.booleans(),
            kind=st.sampled_from([SubType.ATTACK, SubType.SUICIDE, SubType.IED, SubType.AIR]),
            killed=st.one_of(st.none(), st.integers(1, 60)),
            fresh=st.booleans(),
            status=st.sampled_from([Status.ACTUAL, Status.ACTUAL, Status.DENIED, Status.HISTORICAL]),
            novelty=st.booleans(),
            update=st.booleans(),
            retracts=st.sampled_from([False, False, False, True]),
            score=st.floats(0, 1),
        ),
    )
    return [
        reading(
            draw(names),
            draw(events),
            revision=draw(st.integers(1, 3)),
            at=NOON + timedelta(hours=9 * i),
            text=draw(st.sampled_from([None, "x", "y"])),
            origin=draw(st.sampled_from([None, "afp"])),
            actors=draw(st.sampled_from([(), ("jnim",)])),
        )
        for i in range(draw(st.integers(1, 25)))
    ]


def folded(readings):
    held = Folded()
    for one in readings:
        held.tick(one.observed_at)
        held.take(one)
    return held


relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(streams())
def test_replay_gives_the_same_bytes(readings):
    assert list(map(encode, folded(readings).effects)) == list(map(encode, folded(readings).effects))


@relaxed
@given(streams(), st.data())
def test_redelivery_anywhere_changes_nothing(readings, data):
    held = Folded()
    for i, one in enumerate(readings):
        held.take(one)
        again = readings[data.draw(st.integers(0, i))]
        known = held.placed[again.article_id][1]
        if again.revision <= known.revision:
            assert held.take(again) == ()


@relaxed
@given(streams(), st.integers(0, 25))
def test_a_restart_at_any_point_changes_nothing(readings, at):
    through, restarted = Folded(), Folded()
    for i, one in enumerate(readings):
        if i == at:
            restarted.fold = restarted.reloaded()
        for held in (through, restarted):
            held.tick(one.observed_at)
            held.take(one)
    assert list(map(encode, restarted.effects)) == list(map(encode, through.effects))


@relaxed
@given(streams())
def test_absorb_and_tick_change_nothing(readings):
    held = folded(readings)
    one = reading("fresh", event())
    first = held.fold.absorb(one, rules_met=(), regions={}, now=hours(1))
    held.fold.tick(NOON + timedelta(days=400))
    assert held.fold.absorb(one, rules_met=(), regions={}, now=hours(1)) == first


@relaxed
@given(streams())
def test_every_article_is_in_one_story_whose_fold_it_is(readings):
    held = folded(readings)
    everywhere = [article for story in held.stories.values() for article in story.members]
    assert sorted(everywhere) == sorted(held.placed)
    for story in held.stories.values():
        assert all(held.placed[article][0] == story.id for article in story.members)
        if story.incident:
            assert 0 <= story.incident.probability <= 1


@relaxed
@given(st.randoms(use_true_random=False))
def test_shuffles_of_well_separated_incidents_end_in_the_same_partition(random):
    readings = [
        reading(f"{town}{i}", event(town=town, killed=10 + i), language=language, at=hours(i))
        for town in TOWNS
        for i, language in enumerate(["fr", "ar", "en"])
    ]
    shuffled = list(readings)
    random.shuffle(shuffled)
    expected = sorted(sorted(f"{town}{i}" for i in range(3)) for town in TOWNS)
    assert Folded(shuffled).partition() == expected
