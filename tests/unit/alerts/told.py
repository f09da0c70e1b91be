"""Readable builders: a member, a story, a rule, with only what a test is about."""

from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace

from alerts.fold import AlertFold
from alerts.rules import RuleSet
from marsad.article import Source
from marsad.codes import (
    TYPE_OF,
    DatePrecision,
    Family,
    Genre,
    Initiator,
    PlaceKind,
    Status,
    SubType,
)
from marsad.log import Decided, Effect, NotificationDue, RuleSetTaken, RulesInForce
from marsad.reading import Event, Reading, Scores, Toll
from marsad.regions import Region
from marsad.story import Incident, Member, Story, ToldToll

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SAHEL = Region(label={"en": "Sahel", "fr": "Sahel", "ar": "الساحل"}, countries=frozenset({"ML", "BF", "NE"}))
LAKE_CHAD = Region(label={"en": "Lake Chad"}, admin1=frozenset({"NG-BO", "TD-LC"}))
REGIONS = {"sahel": SAHEL, "lake-chad": LAKE_CHAD}


def folded(text: str) -> str:
    return f" {' '.join(''.join(c if c.isalnum() else ' ' for c in text.casefold()).split())} "


def toll(best: int, *, low: int | None = None, high: int | None = None, owner: str | None = None) -> Toll:
    return Toll(best=best, low=best if low is None else low, high=best if high is None else high, owner=owner)


def event(**changes) -> Event:
    sub_type = changes.pop("sub_type", SubType.ATTACK)
    base = Event(
        type=TYPE_OF[sub_type],
        sub_type=sub_type,
        family=Family.ARMED,
        status=Status.ACTUAL,
        initiator=Initiator.NON_STATE,
        fresh=True,
        score=0.9,
        country="ML",
        place="Gao",
    )
    return replace(base, **changes)


def member(article: str = "one", *, told: Event | None = None, **changes) -> Member:
    base = Member(
        article_id=article,
        revision=1,
        source=Source(feed=f"feed-{article}", name=f"The {article} Times", family=f"family-{article}"),
        language="en",
        title="Gunmen attack a market in Gao",
        link=f"https://paper.example/{article}",
        domain="paper.example",
        published=NOON - MINUTE,
        observed_at=NOON,
        genre=Genre.CURRENT,
        scores=Scores(),
        event=told or event(),
        countries={"ML": 1.0},
        topics={},
    )
    return replace(base, **changes)


def incident(**changes) -> Incident:
    sub_type = changes.pop("sub_type", SubType.ATTACK)
    base = Incident(
        type=TYPE_OF[sub_type],
        sub_type=sub_type,
        family=Family.ARMED,
        status=Status.ACTUAL,
        initiator=Initiator.NON_STATE,
        fresh=True,
        probability=0.9,
        scores=Scores(violence=0.9, fresh=0.9, actual=0.9, fresh_event=0.9),
        date=date(2026, 11, 16),
        date_precision=DatePrecision.DAY,
        country="ML",
        admin1="ML-7",
        region=None,
        place="Gao",
        place_kind=PlaceKind.TOWN,
        lat=16.27,
        lon=-0.04,
        killed=toll(8, owner="official"),
        injured=None,
        abducted=None,
        tolls=(ToldToll(kind="killed", toll=toll(8, owner="official"), family="family-one", article_id="one"),),
        actors=(),
        claimed_by=None,
    )
    return replace(base, **changes)


def story(told: Incident | None = None, members: tuple[Member, ...] | None = None, **changes) -> Story:
    members = members or (member(),)
    base = Story(
        id="s-one",
        version=1,
        title=members[0].title,
        language="en",
        opened_at=NOON,
        updated_at=NOON,
        members=tuple(one.article_id for one in members),
        families=tuple(sorted({one.origin or one.source.family for one in members})),
        languages=("en",),
        incident=told or incident(),
        countries={"ML": 1.0},
        regions=("sahel",),
    )
    return replace(base, **changes)


def plain_story(members: tuple[Member, ...] | None = None, **changes) -> Story:
    return replace(story(members=members), incident=None, **changes)


def reading(**changes) -> Reading:
    base = Reading(
        article_id="one",
        revision=1,
        source=Source(feed="feed-one", family="family-one"),
        observed_at=NOON,
        language="en",
    )
    return replace(base, **changes)


RULE = {
    "name": "attack",
    "severity": "high",
    "when": {"fresh": True, "regions": ["sahel"], "initiators": ["non-state", "unknown"]},
    "sure": 0.8,
    "likely": 0.4,
    "hold": "10m",
}


def rule_set(*rules: dict, **changes) -> RuleSet:
    receivers = [{"name": "desk", "console": True}, {"name": "bureau", "language": "ar", "console": True}]
    base = {"rules": list(rules or (RULE,)), "receivers": receivers, "routes": [{"receivers": ["desk"]}]}
    return RuleSet.model_validate({**base, "regions": REGIONS, **changes})


def fold_with(rules: RuleSet) -> AlertFold:
    fold = AlertFold(folded)
    fold.apply(RulesInForce(taken=RuleSetTaken(digest=rules.digest(), body=rules.to_json())))
    return fold


def apply(fold: AlertFold, effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    for effect in effects:
        if not isinstance(effect, Decided | NotificationDue):
            fold.apply(effect)
    return effects


def decisions(effects: tuple[Effect, ...]) -> list[str]:
    return [effect.entry.decision.value for effect in effects if isinstance(effect, Decided)]


def due(effects: tuple[Effect, ...]) -> list:
    return [effect.notification for effect in effects if isinstance(effect, NotificationDue)]
