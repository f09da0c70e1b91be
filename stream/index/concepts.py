"""What an article is about, in the words of every language of the watch. Pure.

These names go into the index beside the text, so that *enlèvement au Niger* finds an Arabic article
that tells of an abduction there. The names themselves are given: countries' by CLDR code, topics' by
IPTC code, actors' by lexicon id.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from marsad.codes import EventType, SubType
from marsad.reading import Event, Reading

_Names = Mapping[str, Sequence[str]]

_TYPE_WORDS: Final[Mapping[EventType, tuple[str, ...]]] = {
    EventType.BATTLES: ("battle clash fighting", "combats affrontement", "معركة اشتباك معارك اشتباكات قتال"),
    EventType.EXPLOSIONS: ("explosion attack", "explosion attaque", "انفجار هجوم"),
    EventType.CIVILIANS: ("attack on civilians violence", "attaque contre des civils violence", "هجوم على مدنيين عنف"),
    EventType.RIOTS: ("riot unrest", "émeute troubles", "شغب اضطرابات"),
    EventType.PROTESTS: ("protest demonstration", "manifestation protestation", "احتجاج مظاهرة تظاهرة"),
    EventType.STRATEGIC: (),
}
_SUB_TYPE_WORDS: Final[Mapping[SubType, tuple[str, ...]]] = {
    SubType.ARMED_CLASH: ("armed clash attack ambush", "attaque embuscade accrochage", "هجوم كمين"),
    SubType.SEIZURE: ("captured seized town", "prise de localité", "سيطرة على بلدة"),
    SubType.REGAINED: ("recaptured retaken", "reprise de localité", "استعادة السيطرة"),
    SubType.SUICIDE: ("suicide bombing", "attentat suicide kamikaze", "تفجير انتحاري هجوم انتحاري"),
    SubType.IED: ("bomb mine bombing", "bombe mine attentat engin explosif", "عبوة ناسفة لغم تفجير قنبلة"),
    SubType.SHELLING: (
        "shelling artillery missile rocket",
        "bombardement obus missile roquette",
        "قصف مدفعي صاروخ قذيفة",
    ),
    SubType.AIR: ("air strike drone strike", "frappe aérienne drone", "غارة جوية قصف جوي مسيرة"),
    SubType.GRENADE: ("grenade", "grenade", "قنبلة يدوية"),
    SubType.CHEMICAL: ("chemical weapon", "arme chimique", "سلاح كيميائي"),
    SubType.ATTACK: ("attack killing massacre", "attaque tuerie massacre", "هجوم مجزرة مقتل اغتيال"),
    SubType.ABDUCTION: ("abduction kidnapping hostage", "enlèvement otage rapt", "خطف اختطاف رهينة"),
    SubType.SEXUAL: ("sexual violence", "violence sexuelle", "عنف جنسي"),
    SubType.DISRUPTED: ("foiled plot", "attentat déjoué", "إحباط هجوم"),
    SubType.ARRESTS: ("arrest arrests", "arrestation interpellation", "اعتقال توقيف"),
    SubType.LOOTING: ("looting", "pillage", "نهب"),
    SubType.AGREEMENT: ("agreement ceasefire", "accord cessez-le-feu", "اتفاق هدنة وقف إطلاق النار"),
    SubType.VIOLENT_DEMONSTRATION: ("violent demonstration", "manifestation violente", "مظاهرة عنيفة"),
    SubType.MOB: ("mob violence lynching", "lynchage", "عنف غوغاء"),
    SubType.PEACEFUL_PROTEST: ("peaceful protest", "manifestation pacifique", "مظاهرة سلمية"),
    SubType.COUP: ("coup", "coup d'État putsch", "انقلاب"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Concepts:
    """Code → its names, in as many languages and spellings as are known."""

    countries: _Names = field(default_factory=dict)
    topics: _Names = field(default_factory=dict)
    actors: _Names = field(default_factory=dict)

    def labels(self, reading: Reading) -> tuple[str, ...]:
        """Every name of everything that the reading holds, each once, in a fixed order."""
        return tuple(dict.fromkeys(label for label in self._labels(reading) if label))

    def _labels(self, reading: Reading) -> Iterator[str]:
        event = reading.event
        countries = set(reading.countries) | ({event.country} if event and event.country else set())
        for country in sorted(countries):
            yield from self.countries.get(country, ())
        for topic in reading.topics:
            yield from self.topics.get(topic.code, (topic.name,))
        for actor in reading.actors:
            yield from self.actors.get(actor.id, (actor.id,))
        for place in reading.places:
            yield place.name
        if event:
            yield from _event_words(event)


def _event_words(event: Event) -> Iterator[str]:
    yield from _TYPE_WORDS[event.type]
    if event.sub_type:
        yield from _SUB_TYPE_WORDS[event.sub_type]
