"""What kind of event: ACLED sub-type, family and initiator from the trigger words and those around them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from marsad.codes import TYPE_OF, EventType, Family, Initiator, SubType
from stream.reading.casualty_words import SAYS
from stream.reading.lexicon import Entry
from stream.reading.sentences import BODY, LEAD, TITLE, Sentence
from stream.reading.words import listed

_WHERE: Final = {TITLE: 1.0, LEAD: 0.85, BODY: 0.25}
_SPECIFIC: Final = {
    "attack": 0.55, "attacks_generic": 0.3, "explosion": 0.8, "clash": 0.9, "siege": 0.4, "killing": 0.5, "ct_op": 0.5,
}  # fmt: skip
"""Generic words yield to specific ones: an ambush is also an attack."""

_KINDS: Final[Mapping[str, tuple[SubType, Family]]] = {
    "attack": (SubType.ATTACK, Family.ARMED),
    "attacks_generic": (SubType.ATTACK, Family.ARMED),
    "killing": (SubType.ATTACK, Family.ARMED),
    "massacre": (SubType.ATTACK, Family.ARMED),
    "assassination": (SubType.ATTACK, Family.ARMED),
    "arson": (SubType.LOOTING, Family.ARMED),
    "ambush": (SubType.ARMED_CLASH, Family.ARMED),
    "clash": (SubType.ARMED_CLASH, Family.ARMED),
    "seizure": (SubType.SEIZURE, Family.ARMED),
    "regained": (SubType.REGAINED, Family.ARMED),
    "siege": (SubType.ARMED_CLASH, Family.ARMED),
    "suicide": (SubType.SUICIDE, Family.EXPLOSION),
    "ied": (SubType.IED, Family.EXPLOSION),
    "explosion": (SubType.IED, Family.EXPLOSION),
    "shelling": (SubType.SHELLING, Family.EXPLOSION),
    "grenade": (SubType.GRENADE, Family.EXPLOSION),
    "chemical": (SubType.CHEMICAL, Family.EXPLOSION),
    "air": (SubType.AIR, Family.AIR),
    "abduction": (SubType.ABDUCTION, Family.ABDUCTION),
    "sexual_violence": (SubType.SEXUAL, Family.OTHER),
    "coup": (SubType.COUP, Family.COUP),
    "release": (SubType.AGREEMENT, Family.RELEASE),
    "riot": (SubType.VIOLENT_DEMONSTRATION, Family.UNREST),
    "mob": (SubType.MOB, Family.UNREST),
    "protest": (SubType.PEACEFUL_PROTEST, Family.UNREST),
    "ct_op": (SubType.ARMED_CLASH, Family.COUNTER_TERROR),
}
_OF_CLASS: Final = {"kill": "killing", "ct": "ct_op"}
NAMING: Final = ("ev", "kill", "rel", "ct")
"""Classes whose words name the kind of an event."""
GENERAL: Final = frozenset(("attack", "attacks_generic", "killing", "ct_op", "siege", "release"))
"""Kinds whose weaker words are common in texts that tell no violence."""
_FORCES: Final = frozenset(
    listed("""
        جنود جنديا جندي جنديين عسكريين شرطي دوريه ثكنه معسكر soldiers troops convoy army outpost police checkpoint
        soldats militaires gendarmes detachement convoi militaire vdp camp قافله عسكريا عسكريان شرطيان شرطيين جنديان
        الجيش القوات قوات المقاومه ميليشيات ميليشيا ضابط ضباط عناصر مقاتلين مقاتلي forces soldier rebels fighters
        militia militants armee soldat combattants rebelles gendarme policiers مسلحين عسكري للجيش بالجيش لقوات
        والجيش
    """)
)
_CIVILIANS: Final = frozenset(
    listed("""
        مدنيين مدنيا مدني المدنيين قرويا قرويين مواطنين اطفال طفلا نساء مصلين المصلين طلاب تلاميذ ركاب سوق مسجد
        كنيسه صحافي صحفي مزارعين civilians villagers worshippers farmers children women passengers mosque church
        market journalist students residents civils villageois fideles paysans enfants femmes passagers mosquee
        eglise marche habitants journaliste eleves pecheurs orpailleurs
    """)
)
_FLYING: Final = frozenset(
    listed("""
        طيران الطيران لطيران طايرات الطايرات طايره جوي جويه الجوي الجويه مقاتلات المقاتلات مروحيات غاره غارات
        الغارات غاراتها بالطيران jets jet warplanes warplane aircraft airstrike airstrikes helicopters drone drones
        aerien aerienne aeriennes aviation avions helicopteres مسيره مسيرات
    """)
)
_REGAINING: Final = frozenset(
    listed("""
        استعاد استعادت استعاده واستعاده يستعيد تستعيد استعادوا تحرير يحرر تحرر حررت يحررون recaptured recaptures
        recapture retakes retook retaken regained regains liberated reprend repris reprennent reconquis liberent
        reconquiert
    """)
)
_TAKING: Final = frozenset(
    listed("""
        سيطرت سيطره تسيطر يسيطر يسيطرون السيطره سيطرتها سيطرته قبضتها قبضته انتزعت تنتزع ينتزع تطهير تطهر تدحر يدحرون
        captures capture captured seizes seize seized overruns overrun prennent prend empare emparent controle
    """)
)
_GROUND: Final = _REGAINING | _TAKING
_SUPPORT: Final = frozenset(("air", "shelling", "ied", "explosion"))
_BATTLES: Final = frozenset(("clash", "ambush", "seizure", "regained"))
_AT_THE_TOP: Final = 1.2
"""Points that a suicide bomber told only in passing, deep in the body, does not reach."""
_SAYING: Final = 2
_ANNOUNCED: Final = 2.0
"""A title that tells a release is about it, though the text tells the kidnapping too."""
_STATE: Final = 0.6
_REPELLED: Final = -0.5
"""Foiling words weaker than this say that an attack was repelled."""
_BOTH: Final = 0.75
"""A second concept this near to the best one is told too."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind with the trigger concept that it rests on."""

    concept: str
    sub_type: SubType
    family: Family

    @property
    def type(self) -> EventType:
        """ACLED's event type."""
        return TYPE_OF[self.sub_type]


def kind(told: Sequence[Sentence]) -> Kind | None:
    """The kind that the opening tells; None where no word names an event or a casualty."""
    points = _points(told)
    if not points:
        return None
    best = max(sorted(points), key=lambda concept: points[concept])
    if best in ("killing", "ct_op"):
        best = max((c for c in sorted(points) if c in _KINDS and c not in ("killing", "ct_op") and points[c] >= _BOTH),
                   key=lambda concept: points[concept], default=best)  # fmt: skip
    best = _sharpened(_titled(best, told), points, told)
    sub_type, family = _KINDS[best]
    if best in ("attack", "attacks_generic", "killing", "ct_op"):
        sub_type = _by_victims(told)
    return Kind(best, sub_type, family)


def named_kind(entry: Entry) -> str | None:
    """The kind that a word names by itself, None if it names none."""
    concept = _concept(entry)
    return concept if entry.cls in NAMING and concept in _KINDS else None


def of_initiator(chosen: Kind, acting: Initiator) -> Kind:
    """Ground that state forces take is regained, ground that others take is overtaken."""
    if chosen.concept == "seizure" and acting is Initiator.STATE:
        return Kind("regained", *_KINDS["regained"])
    return chosen


def _said(told: Sequence[Sentence]) -> frozenset[str]:
    """All words of the sentences at the top that tell violence."""
    return frozenset(chain.from_iterable(s.said for s in told if s.position != BODY and s.violent))


def _words_by(told: Sequence[Sentence], concepts: Collection[str]) -> frozenset[str]:
    """The words of the sentences at the top that tell one of these concepts."""
    return frozenset(
        chain.from_iterable(s.said for s in told if s.position != BODY and not _concepts(s).isdisjoint(concepts))
    )


def _concepts(sentence: Sentence) -> set[str]:
    return {_concept(entry) for _hit, entry in sentence.of(*NAMING)}


def _titled(best: str, told: Sequence[Sentence]) -> str:
    """A battle that the title tells is what the article is about, though jets or shells support it further down."""
    title = next((s for s in told if s.position == TITLE), None)
    if title is None or best not in _SUPPORT:
        return best
    concepts = [_concept(entry) for _hit, entry in title.of("ev")]
    battles = [concept for concept in concepts if concept in _BATTLES]
    if battles and (best not in concepts or concepts.index(best) > concepts.index(battles[0])):
        return battles[0]
    taken = best not in concepts and not _GROUND.isdisjoint(title.said)
    return "seizure" if taken else best


def _sharpened(best: str, points: Mapping[str, float], told: Sequence[Sentence]) -> str:
    """A second word makes a general one exact: a bomb that a suicide bomber set off, shelling from the air."""
    if best in ("ied", "explosion", "attack", "killing") and points.get("suicide", 0.0) >= _AT_THE_TOP:
        return "suicide"
    if best == "abduction" and points.get("release", 0.0) >= points[best] / 2:
        return "release"
    if best in ("shelling", "attack", "attacks_generic") and _words_by(told, (best,)) & _FLYING:
        return "air"
    if best == "arson" and any(points.get(concept) for concept in ("killing", "attack", "massacre")):
        return "attack"
    return _taken(best, told)


def _taken(best: str, told: Sequence[Sentence]) -> str:
    """A battle that ends with ground regained or taken is told as that."""
    if best in ("clash", "attack", "killing", "ct_op", "seizure") and _said(told) & _REGAINING:
        return "regained"
    title = next((s for s in told if s.position == TITLE), None)
    if best in ("clash", "killing", "ct_op") and title is not None and not _TAKING.isdisjoint(title.said):
        return "seizure"
    return best


def _by_victims(told: Sequence[Sentence]) -> SubType:
    """An attack on civilians or on no one named is an attack, on armed men a clash."""
    forces = any(
        word in _FORCES and not _is_source(s.said, index)
        for s in told
        if s.position != BODY and s.violent
        for index, word in enumerate(s.said)
    )
    return SubType.ATTACK if _said(told) & _CIVILIANS or not forces else SubType.ARMED_CLASH


def _is_source(said: Sequence[str], index: int) -> bool:
    """As in "police said", "according to the army": who only tells is not attacked."""
    return not SAYS.isdisjoint(said[max(0, index - _SAYING) : index + _SAYING + 1])


def _concept(entry: Entry) -> str:
    return _OF_CLASS.get(entry.cls, entry.concept)


def _points(told: Sequence[Sentence]) -> dict[str, float]:
    points: dict[str, float] = {}
    for sentence in told:
        if not sentence.violent:
            continue
        best: dict[str, float] = {}
        for _hit, entry in sentence.of(*NAMING):
            concept = _concept(entry)
            if concept in _KINDS:
                weight = abs(entry.weight) * _SPECIFIC.get(concept, 1.0)
                if concept == "release" and sentence.position == TITLE:
                    weight *= _ANNOUNCED
                best[concept] = max(best.get(concept, 0.0), weight)
        for concept, weight in best.items():
            points[concept] = points.get(concept, 0.0) + weight * _WHERE[sentence.position]
    return {concept: value for concept, value in points.items() if value >= 0.2}


def initiator(told: Sequence[Sentence], chosen: Kind, state: float) -> Initiator:
    """Who acted; ``state`` is the heads' probability of state forces.

    An attack that an army repelled is its attackers'. What states do not do is others' doing. Whose
    air strike killed civilians is often disputed: unknown.
    """
    top = [sentence for sentence in told if sentence.position != BODY]
    if any(entry.weight > _REPELLED for s in top for _hit, entry in s.of("foil")):
        return Initiator.NON_STATE
    if chosen.concept in ("suicide", "ied", "ambush", "abduction"):
        return Initiator.NON_STATE
    if chosen.family is Family.AIR:
        return Initiator.UNKNOWN if _said(told) & _CIVILIANS else Initiator.STATE
    if state >= _STATE:
        return Initiator.STATE
    return Initiator.NON_STATE if state < 1 - _STATE else Initiator.UNKNOWN
