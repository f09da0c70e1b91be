"""Same story, possibly, or new: each rule by itself."""

import pytest
from msgspec.structs import replace
from unit.strategies.story_readings import Folded, event, hours, reading, sketch_of, toll

from marsad.codes import DatePrecision, Initiator, Status, SubType
from stream.stories.join import Outcome, judge
from stream.stories.members import to_member


def verdict(first, second, *more_before):
    """What ``second`` is to the story that ``first`` (and more) founded."""
    before = Folded([first, *more_before])
    (story,) = before.stories.values()
    return judge(to_member(second, ()), story, before.members_of(story.id))


def outcome(first, second, *more_before):
    return verdict(first, second, *more_before).outcome


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param(event(), Outcome.SAME, id="same town, day and kind"),
        pytest.param(event(town="جيبو"), Outcome.SAME, id="the town in another script"),
        pytest.param(event(town="جيبو", point=False, told=False), Outcome.SAME, id="no point, no date"),
        pytest.param(event(town="Dori"), Outcome.NEW, id="another town of the division"),
        pytest.param(event(town="Fada"), Outcome.NEW, id="another division"),
        pytest.param(event(town="Gao"), Outcome.NEW, id="another country"),
        pytest.param(event(day=-3), Outcome.POSSIBLY, id="three days before, in the same day's papers"),
        pytest.param(event(day=-1), Outcome.POSSIBLY, id="told of the day before"),
        pytest.param(event(town=None, country="BF"), Outcome.POSSIBLY, id="no town"),
        pytest.param(event(kind=SubType.AIR), Outcome.POSSIBLY, id="an attack told as an air strike, or one more"),
        pytest.param(event(kind=SubType.ABDUCTION), Outcome.NEW, id="an abduction"),
        pytest.param(event(kind=SubType.SUICIDE), Outcome.SAME, id="a blast first told as an attack"),
        pytest.param(event(novelty=True), Outcome.POSSIBLY, id="said to be another attack"),
        pytest.param(event(initiator=Initiator.STATE), Outcome.POSSIBLY, id="an operation by the army"),
        pytest.param(event(status=Status.HISTORICAL, fresh=False), Outcome.NEW, id="history"),
        pytest.param(event(status=Status.STATISTICAL, fresh=False), Outcome.NEW, id="a total"),
        pytest.param(event(status=Status.HYPOTHETICAL, fresh=False), Outcome.NEW, id="a threat"),
    ],
)
def test_what_an_account_is_to_an_attack_on_djibo(second, expected):
    assert outcome(reading("a"), reading("b", second)) is expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(12, 12, Outcome.SAME, id="equal"),
        pytest.param(12, 14, Outcome.SAME, id="close"),
        pytest.param(5, 20, Outcome.SAME, id="risen"),
        pytest.param(20, 5, Outcome.POSSIBLY, id="far fewer than told"),
        pytest.param(2, 40, Outcome.POSSIBLY, id="twenty times more, without a word of a rise"),
        pytest.param(2, 1, Outcome.SAME, id="one more or less proves nothing"),
        pytest.param(toll(20, 3, 20), 5, Outcome.SAME, id="within the range told"),
    ],
)
def test_tolls_of_one_town_and_day(before, after, expected):
    assert outcome(reading("a", event(killed=before)), reading("b", event(killed=after))) is expected


def test_a_partys_claim_contradicts_nothing():
    claim = event(killed=toll(60, owner="jnim"), claimed_by="jnim")
    assert outcome(reading("a", event(killed=5)), reading("b", claim)) is Outcome.SAME


def test_a_rise_that_is_told_is_a_follow_up_for_a_week():
    rise = event(killed=40, update=True, day=-5)
    assert outcome(reading("a", event(killed=2, day=-5)), reading("b", rise)) is Outcome.SAME
    assert outcome(reading("a", event(killed=2, day=-5)), reading("b", event(killed=40, update=True))) is Outcome.SAME
    undated = event(killed=40, update=True, told=False)
    assert outcome(reading("a", event(killed=2, day=-5)), reading("b", undated)) is Outcome.SAME
    long_ago = reading("a", event(killed=2, day=-9), at=hours(-9 * 24))
    assert outcome(long_ago, reading("b", undated)) is Outcome.NEW


def test_a_telling_toll_stands_for_the_town_and_the_day():
    nameless = event(town=None, country="BF", killed=37, day=-1)
    assert outcome(reading("a", event(killed=37, day=-1)), reading("b", nameless)) is Outcome.SAME
    assert outcome(reading("a", event(killed=37)), reading("b", event(killed=37, day=-1))) is Outcome.SAME


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param(event(kind=SubType.IED), Outcome.SAME, id="an attack may be a blast"),
        pytest.param(event(kind=SubType.IED, killed=6), Outcome.SAME, id="with a like toll"),
        pytest.param(event(kind=SubType.IED, killed=2), Outcome.POSSIBLY, id="with another toll it may be another"),
    ],
)
def test_an_attack_and_a_blast_of_one_day(second, expected):
    assert outcome(reading("a", event(killed=5)), reading("b", second)) is expected


def test_a_clash_is_no_blast():
    assert (
        outcome(reading("a", event(kind=SubType.ARMED_CLASH)), reading("b", event(kind=SubType.IED)))
        is Outcome.POSSIBLY
    )


def test_two_specific_types_are_two_events():
    shelling, mine = event(kind=SubType.SHELLING), event(kind=SubType.IED)
    assert outcome(reading("a", shelling), reading("b", mine)) is Outcome.POSSIBLY


def test_a_bomb_whose_bearer_died_is_one_event_if_the_toll_says_so():
    bomb, suicide = event(kind=SubType.IED, killed=9), event(kind=SubType.SUICIDE, killed=9)
    assert outcome(reading("a", bomb), reading("b", suicide)) is Outcome.SAME
    assert outcome(reading("a", bomb), reading("b", event(kind=SubType.SUICIDE))) is Outcome.POSSIBLY


def test_air_strikes_of_one_day_are_not_one_by_country_alone():
    strike = event(kind=SubType.AIR, town=None, country="BF", initiator=Initiator.STATE)
    assert outcome(reading("a", strike), reading("b", strike)) is Outcome.POSSIBLY


def test_another_division_is_another_event_even_with_the_same_toll():
    here, there = (event(town=None, country="BF", admin1=code, killed=37) for code in ("BF-12", "BF-08"))
    assert outcome(reading("a", here), reading("b", here)) is Outcome.SAME
    assert outcome(reading("a", here), reading("b", there)) is Outcome.NEW


def test_two_claimants_are_two_events():
    first, second = event(claimed_by="jnim"), event(claimed_by="issp")
    assert outcome(reading("a", first), reading("b", second)) is Outcome.POSSIBLY


def test_a_second_report_of_the_second_attack_joins_it():
    second = event(novelty=True)
    assert outcome(reading("a", second), reading("b", second)) is Outcome.SAME


def test_neighbouring_towns_without_a_point_stay_apart():
    first, second = event(town="Djibo", point=False), event(town="Arbinda", point=False)
    assert outcome(reading("a", first), reading("b", second)) is not Outcome.SAME


def test_a_border_event_is_one_where_both_accounts_name_both_sides():
    malian = event(town="Menaka", killed=20)
    nigerien = event(town="Menaka", killed=20, country="NE", admin1=None)
    both = {"ML": 0.5, "NE": 0.5}
    assert outcome(reading("a", malian, countries=both), reading("b", nigerien, countries=both)) is Outcome.SAME
    assert outcome(reading("a", malian), reading("b", nigerien)) is Outcome.NEW


class TestCommentary:
    """It may join what it is clearly on, and never opens a doubt."""

    def test_clearly_on_the_incident(self):
        assert outcome(reading("a"), reading("b", event(fresh=False))) is Outcome.SAME

    @pytest.mark.parametrize(
        "vague",
        [
            pytest.param(event(fresh=False, told=False), id="no day"),
            pytest.param(event(fresh=False, town=None, country="BF"), id="no town"),
            pytest.param(event(fresh=False, day=-1), id="another day"),
            pytest.param(event(fresh=False, novelty=True), id="another event"),
        ],
    )
    def test_anything_less_is_new(self, vague):
        assert outcome(reading("a"), reading("b", vague)) is Outcome.NEW

    def test_without_an_event_only_the_text_can_join(self):
        assert outcome(reading("a"), reading("b", None)) is Outcome.NEW


class TestRetold:
    """Passages and title of an account in the story: then a place that differs is likelier misread."""

    TITLE = "Dozens killed as gunmen storm market"

    def told(self, name, told, *, title=TITLE, part=0.1, language="fr"):
        one = reading(name, told, title=title, language=language, countries={"BF": 0.8, "NE": 0.4})
        return replace(one, sketch=sketch_of("y" + name, shared=part, base="x"))

    def outcome(self, first, second, **rest):
        return outcome(self.told("a", first, part=1.0), self.told("b", second, **rest))

    @pytest.mark.parametrize(
        "place",
        [
            pytest.param({"town": None, "country": "NE", "admin1": None}, id="another country, no town"),
            pytest.param({"town": None, "country": "BF", "admin1": "BF-08"}, id="another division, no town"),
            pytest.param({"town": None, "country": "BF", "admin1": None}, id="the country alone"),
        ],
    )
    def test_a_vague_place_that_differs_is_misread(self, place):
        assert self.outcome(event(), event(**place)) is Outcome.SAME
        assert self.outcome(event(), event(**place), part=0.0) is not Outcome.SAME
        assert self.outcome(event(), event(**place), title="Prices of millet rise again in towns") is not Outcome.SAME
        assert self.outcome(event(), event(**place), language="en") is not Outcome.SAME

    def test_two_towns_stay_two_unless_the_very_toll_is_the_same(self):
        assert self.outcome(event(killed=8), event(town="Gao", killed=9)) is not Outcome.SAME
        assert self.outcome(event(killed=8), event(town="Dori", killed=8)) is Outcome.SAME

    def test_titles_with_other_numbers_are_of_two_events(self):
        first = self.told("a", event(), title="Gunmen kill 12 in village market", part=1.0)
        elsewhere = event(town=None, country="BF", admin1="BF-08")
        second = self.told("b", elsewhere, title="Gunmen kill 15 in village market")
        assert outcome(first, second) is Outcome.NEW

    def test_a_second_attack_in_the_same_words_is_not_joined(self):
        assert self.outcome(event(), event(novelty=True)) is Outcome.POSSIBLY

    def test_it_finds_its_story_from_another_division(self):
        held = Folded([self.told("a", event(), part=1.0)])
        held.take(self.told("b", event(town=None, country="BF", admin1="BF-08")))
        assert held.partition() == [["a", "b"]]


class TestOtherDays:
    """A told day that differs yields to the very number, not to one that is near."""

    def pair(self, before, after, **rest):
        return outcome(reading("a", event(killed=before)), reading("b", event(killed=after, day=-1, **rest)))

    def test_the_same_toll_a_day_apart(self):
        assert self.pair(33, 33) is Outcome.SAME
        assert self.pair(33, 32) is Outcome.POSSIBLY
        assert self.pair(28, 17) is Outcome.POSSIBLY
        assert self.pair(8, 12) is Outcome.SAME

    def test_new_facts_that_count_fewer_dead_on_another_day_are_of_another_event(self):
        assert self.pair(20, 30, update=True) is Outcome.SAME
        assert self.pair(33, 20, update=True) is Outcome.POSSIBLY

    def test_an_account_without_a_day_needs_the_very_number_too(self):
        first = reading("a", event(killed=33, day=-2))
        assert outcome(first, reading("b", event(killed=32, told=False))) is Outcome.POSSIBLY
        assert outcome(first, reading("b", event(killed=33, told=False))) is Outcome.SAME

    def test_place_type_and_title_outweigh_one_day(self):
        title = "Convoy of traders hit by roadside mine"
        mine = event(kind=SubType.IED), event(kind=SubType.IED, day=-1)
        assert (
            outcome(*(reading(name, told, title=title) for name, told in zip("ab", mine, strict=True))) is Outcome.SAME
        )
        assert outcome(*map(reading, "ab", mine)) is Outcome.POSSIBLY


class TestCountryAlone:
    """It identifies nothing, unless more signs than one agree."""

    TITLE = "Three soldiers killed in shooting near border"

    def pair(self, *, title=TITLE, language="fr", **both):
        told = event(town=None, country="BF", **both)
        return outcome(reading("a", told, title=self.TITLE), reading("b", told, title=title, language=language))

    def test_a_toll_and_a_title(self):
        assert self.pair(killed=3) is Outcome.SAME
        assert self.pair(killed=1) is Outcome.POSSIBLY
        assert self.pair(killed=3, title="Grenade thrown at bar by unknown men") is Outcome.POSSIBLY
        assert self.pair(killed=3, language="en") is Outcome.POSSIBLY

    def test_type_group_and_toll(self):
        told = event(town=None, country="BF", kind=SubType.AIR, killed=2)
        assert outcome(reading("a", told, actors=("is",)), reading("b", told, actors=("is",))) is Outcome.SAME
        assert outcome(reading("a", told), reading("b", told)) is Outcome.POSSIBLY

    def test_a_toll_that_is_told_to_rise(self):
        four = event(town=None, country="BF", killed=4)
        five = event(town=None, country="BF", killed=5, update=True)
        first = reading("a", four, title="Attack at synagogue leaves four dead in capital")
        assert (
            outcome(first, reading("b", five, title="Toll of synagogue attack rises, capital mourns")) is Outcome.SAME
        )
        assert outcome(first, reading("b", five, title="Toll rises again")) is Outcome.POSSIBLY


STRIKE = event(kind=SubType.AIR, killed=90, admin1=None, day=-2)


class TestBusyTown:
    """Where a town has two incidents, town, day and kind say of neither that it is this one."""

    def test_an_account_without_any_other_sign_is_told_apart(self):
        attack, strike = reading("a", event(killed=4)), reading("b", STRIKE)
        held = Folded([attack, strike])
        held.take(reading("c", event()))
        assert held.partition() == [["a"], ["b"], ["c"]]
        assert "the town has several incidents" in held.placed["c"][1].joined

    def test_one_with_the_toll_joins(self):
        held = Folded([reading("a", event(killed=4)), reading("b", STRIKE)])
        held.take(reading("c", event(killed=4)))
        assert held.partition() == [["a", "c"], ["b"]]

    def test_in_a_quiet_town_day_and_kind_are_enough(self):
        assert Folded([reading("a", event(killed=4)), reading("c", event())]).partition() == [["a", "c"]]


class TestTexts:
    """Near-duplicates in one language."""

    def test_the_same_text_is_the_same_story(self):
        found = verdict(reading("a", None, text="x"), reading("b", None, text="x"))
        assert found.outcome is Outcome.SAME
        assert found.copy_of.article_id == "a"

    def test_the_same_text_in_another_language_is_not(self):
        assert outcome(reading("a", None, text="x"), reading("b", None, text="x", language="ar")) is Outcome.NEW

    def test_a_text_joins_where_the_reader_saw_no_event_in_it(self):
        assert outcome(reading("a", text="x"), reading("b", None, text="x")) is Outcome.SAME

    @pytest.mark.parametrize(
        "other",
        [
            pytest.param(event(town="Dori"), id="another town"),
            pytest.param(event(killed=60), id="another toll"),
            pytest.param(event(novelty=True), id="another attack"),
        ],
    )
    def test_a_text_used_again_for_another_event_does_not_join(self, other):
        first = reading("a", event(killed=5), text="x")
        assert outcome(first, reading("b", other, text="x")) is not Outcome.SAME

    def test_nor_does_one_of_another_week(self):
        later = reading("b", event(day=4), text="x", at=hours(96))
        assert outcome(reading("a", text="x"), later) is Outcome.NEW

    def test_one_text_has_one_date_whatever_was_read_in_it(self):
        assert outcome(reading("a", text="x"), reading("b", event(day=-4), text="x")) is Outcome.SAME


class TestRetraction:
    """A withdrawn report."""

    WITHDRAWN = event(status=Status.DENIED, fresh=False, retracts=True)

    def test_it_joins_what_it_withdraws(self):
        assert outcome(reading("a"), reading("b", self.WITHDRAWN)) is Outcome.SAME

    def test_it_does_not_withdraw_an_attack_elsewhere(self):
        elsewhere = event(town="Dori", status=Status.DENIED, fresh=False, retracts=True)
        assert outcome(reading("a"), reading("b", elsewhere)) is Outcome.NEW

    def test_an_attack_reported_after_the_withdrawal_is_doubtful(self):
        withdrawal = reading("b", self.WITHDRAWN, at=hours(2))
        assert outcome(reading("a"), reading("c", at=hours(3)), withdrawal) is Outcome.POSSIBLY

    def test_a_late_copy_of_the_withdrawn_report_is_not(self):
        withdrawal = reading("b", self.WITHDRAWN, at=hours(2))
        late = reading("c", at=hours(3), published=hours(1))
        assert outcome(reading("a"), late, withdrawal) is Outcome.SAME


def test_a_vague_date_does_not_rule_out():
    first, later = reading("a", event(day=-4), at=hours(-96)), event(day=-1)
    assert outcome(first, reading("b", later)) is Outcome.NEW
    assert outcome(first, reading("b", replace(later, date_precision=DatePrecision.WEEK))) is Outcome.SAME


def test_one_days_papers_that_date_it_apart_are_of_one_event_where_the_toll_says_so():
    misread = event(day=-3, killed=37)
    assert outcome(reading("a", event(killed=37)), reading("b", misread)) is Outcome.SAME
    assert outcome(reading("a", event(killed=37)), reading("b", misread, at=hours(96))) is Outcome.NEW


def test_passages_in_common_identify_where_no_town_does():
    strike = event(kind=SubType.AIR, town=None, country="BF", initiator=Initiator.STATE)
    first = reading("a", strike, text="x")
    second = replace(reading("b", strike), sketch=sketch_of("y", shared=0.2, base="x"))
    assert outcome(first, second) is Outcome.SAME


def test_passages_do_not_outweigh_a_told_day_most_of_the_text_does():
    first = reading("a", text="x")
    background = replace(reading("b", event(day=-1)), sketch=sketch_of("y", shared=0.2, base="x"))
    rewritten = replace(background, sketch=sketch_of("y", shared=0.3, base="x"))
    assert outcome(first, background) is Outcome.POSSIBLY
    assert outcome(first, rewritten) is Outcome.SAME


def test_titles_alike_tell_one_bomb_from_another():
    bomb = reading("a", event(kind=SubType.IED), title="Un attentat frappe le grand marché de Djibo")
    suicide = event(kind=SubType.SUICIDE)
    assert outcome(bomb, reading("b", suicide, title="Djibo : attentat contre le grand marché frappé")) is Outcome.SAME
    assert outcome(bomb, reading("b", suicide, title="Nouvelle journée de deuil")) is Outcome.POSSIBLY


def test_every_verdict_says_why():
    assert verdict(reading("a"), reading("b")).reasons == (
        "same day",
        "same division BF-12",
        "same town (Djibo)",
        "same kind of event (armed)",
    )
    assert verdict(reading("a"), reading("b", event(town="Gao"))).reasons == ("another town (Gao against Djibo)",)
