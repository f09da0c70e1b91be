"""Readings in a few words, for tests of stories: an attack on Djibo unless told otherwise."""

import datetime as dt
import struct
from datetime import UTC, datetime, timedelta

from marsad.article import Source
from marsad.codes import TYPE_OF, DatePrecision, Family, Initiator, PlaceKind, Status, SubType
from marsad.log import MemberChanged, StoryChanged
from marsad.reading import Actor, Event, Reading, Scores, Toll, Topic
from stream.stories.fold import StoryFold

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
TODAY = NOON.date()

TOWNS = {
    "Djibo": ("BF", "BF-12", 14.10, -1.63),
    "جيبو": ("BF", "BF-12", 14.101, -1.631),
    "Arbinda": ("BF", "BF-12", 14.23, -0.86),
    "Dori": ("BF", "BF-12", 14.03, -0.03),
    "Fada": ("BF", "BF-08", 12.06, 0.35),
    "Gao": ("ML", "ML-7", 16.27, -0.04),
    "Menaka": ("ML", "ML~Menaka", 15.92, 2.40),
    "Tillabéri": ("NE", "NE-6", 14.21, 1.45),
}
FAMILY = {
    SubType.AIR: Family.AIR,
    SubType.ABDUCTION: Family.ABDUCTION,
    SubType.SUICIDE: Family.EXPLOSION,
    SubType.IED: Family.EXPLOSION,
    SubType.SHELLING: Family.EXPLOSION,
    SubType.COUP: Family.COUP,
}


def toll(best, low=None, high=None, owner=None):
    return Toll(best=best, low=best if low is None else low, high=best if high is None else high, owner=owner)


def event(
    *,
    town="Djibo",
    day=0,
    told=True,
    kind=SubType.ATTACK,
    killed=None,
    abducted=None,
    country=None,
    fresh=True,
    status=Status.ACTUAL,
    score=0.9,
    point=True,
    **rest,
):
    """``day`` counts from TODAY; a ``town`` of None gives an event that names none."""
    place, admin1, lat, lon = TOWNS.get(town, (country, None, None, None))
    return Event(
        type=TYPE_OF[kind],
        sub_type=kind,
        family=rest.pop("family", FAMILY.get(kind, Family.ARMED)),
        status=status,
        fresh=fresh,
        score=score,
        date=TODAY + dt.timedelta(days=day) if told else None,
        date_precision=DatePrecision.DAY if told else DatePrecision.UNKNOWN,
        country=country or place,
        admin1=rest.pop("admin1", admin1),
        place=town,
        place_kind=PlaceKind.TOWN if town else None,
        lat=lat if point else None,
        lon=lon if point else None,
        killed=toll(killed) if isinstance(killed, int) else killed,
        abducted=toll(abducted) if isinstance(abducted, int) else abducted,
        initiator=rest.pop("initiator", Initiator.NON_STATE),
        **rest,
    )


ATTACK = event()


def reading(
    name,
    told=ATTACK,
    *,
    family=None,
    language="fr",
    revision=1,
    at=NOON,
    published=None,
    text=None,
    origin=None,
    actors=(),
    countries=None,
    topics=(),
    title=None,
):
    """``text`` names a text: readings of equal or near names have equal or near sketches."""
    return Reading(
        article_id=name,
        revision=revision,
        source=Source(feed=f"feed-{family or name}", family=family or f"family-{name}"),
        link=f"https://{name}.example/1",
        domain=f"{name}.example",
        title=f"title of {name}" if title is None else title,
        published=published or at,
        observed_at=at,
        language=language,
        topics=tuple(Topic(code=code, name=code, score=0.8) for code in topics),
        countries=countries if countries is not None else ({told.country: 0.8} if told and told.country else {}),
        actors=tuple(Actor(id=actor, role="perpetrator") for actor in actors),
        scores=Scores(violence=0.9, fresh=0.9, actual=0.9, fresh_event=told.score if told else 0.02),
        event=told,
        origin=origin,
        sketch=b"" if text is None else sketch_of(text),
    )


def sketch_of(text, *, shared=1.0, base=None):
    """A made sketch: 128 values of its own, the first ``shared`` part of them taken from ``base``."""
    own = [sum(ord(c) * 131**i for i, c in enumerate(text)) * 7919 + k * 104_729 for k in range(128)]
    if base is not None:
        kept = round(128 * shared)
        own[:kept] = struct.unpack("<128I", sketch_of(base))[:kept]
    return struct.pack("<128I", *(value % 2**32 for value in own))


class Folded:
    """A fold with its effects kept as a store would keep them, which also answers its look-ups."""

    def __init__(self, readings=()):
        self.effects = []
        self.stories = {}
        self.placed = {}
        self.fold = StoryFold(self.placed.get, self.stories.get, self.members_of)
        for one in readings:
            self.take(one)

    def take(self, one, *, now=None, rules_met=(), regions=None):
        effects = self.fold.absorb(one, rules_met=rules_met, regions=regions or {}, now=now or one.observed_at)
        self._keep(effects)
        return effects

    def tick(self, now):
        effects = self.fold.tick(now)
        self._keep(effects)
        return effects

    def _keep(self, effects):
        for effect in effects:
            self.fold.apply(effect)
            self.effects.append(effect)
            if isinstance(effect, StoryChanged):
                self.stories[effect.story.id] = effect.story
            else:
                self.placed[effect.member.article_id] = (effect.story, effect.member)

    def members_of(self, story_id):
        return tuple(self.placed[article][1] for article in self.stories[story_id].members)

    def story_with(self, name):
        return self.stories[self.placed[name][0]]

    def partition(self):
        """The sets of articles that are together, in a stable order."""
        return sorted(sorted(story.members) for story in self.stories.values())

    def reloaded(self):
        """A second fold that was brought to this one's stored state, as after a restart."""
        other = StoryFold(self.placed.get, self.stories.get, self.members_of)
        for story in sorted(self.stories.values(), key=lambda s: s.id):
            if story.open:
                for member in self.members_of(story.id):
                    other.apply(MemberChanged(story=story.id, member=member))
                other.apply(StoryChanged(story=story))
        return other


def hours(count):
    return NOON + timedelta(hours=count)
