"""Cues of the telling: news on an event already told, another event, a claim, a retraction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from marsad.reading import Actor
from stream.reading.sentences import BODY, TITLE, Sentence
from stream.reading.words import listed

_RETRACTING: Final = frozenset(
    listed("""
        retracts retracted retraction withdraws withdrawn erratum rectificatif rectification dementi retire
        correction hoax سحب تصحيح اعتذار
    """)
)
_TOLD: Final = frozenset(
    listed("""
        report reports story article news dispatch information depeche nouvelle خبر الخبر الانباء نبا تقرير
    """)
)
_FALSE: Final = frozenset(listed("false fausse faux untrue infonde infondee unfounded كاذب كاذبه غير"))
_CLAIMS: Final = frozenset(
    listed("""
        claimed claims claim revendique revendiquee revendiquent revendication تبني تبنت يتبني تتبني تبنيه مسووليته
        مسووليتها
    """)
)

_DENYING: Final = frozenset(("no", "not", "aucun", "aucune", "pas", "لم"))
_CLEAR: Final = 0.9
"""Weight from which a word says it alone; "again" or "a day after" may speak of anything."""
_BEGINNING: Final = 8
"""Words of a text's first sentence in which a claim is what it tells."""


@dataclass(frozen=True, slots=True)
class Cues:
    """What the text says of its own news."""

    update: bool
    novelty: bool
    retracts: bool
    claimed_by: str | None


def cues(told: Sequence[Sentence], actors: Sequence[Actor]) -> Cues:
    """Cues of the title and the lead."""
    top = [sentence for sentence in told if sentence.position != BODY]
    opening = _opening(top)
    toll = any(count.toll for sentence in top for count in sentence.counts)
    return Cues(
        update=toll
        or _claim_is_news(opening)
        or any(entry.weight >= _CLEAR for s in opening for _hit, entry in s.of("upd"))
        or any(_is_toll(s) for s in top),
        novelty=any(entry.weight >= _CLEAR for s in opening for _hit, entry in s.of("nov")),
        retracts=any(_retracts(sentence) for sentence in top),
        claimed_by=_claimed(told, actors),
    )


def _opening(top: Sequence[Sentence]) -> list[Sentence]:
    """The title and the first sentence behind it: what the article brings stands there."""
    titles = [sentence for sentence in top if sentence.position == TITLE]
    return titles + [sentence for sentence in top if sentence.position != TITLE][:1]


def _claim_is_news(opening: Sequence[Sentence]) -> bool:
    """A claim that the title tells, or that the text begins with, is a new fact on an attack told before."""
    for sentence in opening:
        reach = sentence.end if sentence.position == TITLE else _end_of_beginning(sentence)
        found = any(entry.weight >= _CLEAR and hit.start < reach for hit, entry in sentence.of("clm"))
        if found and not _is_denied(sentence):
            return True
    return False


def _is_denied(sentence: Sentence) -> bool:
    """As in "no group has claimed"."""
    return any(word.text in _DENYING for word in sentence.words)


def _end_of_beginning(sentence: Sentence) -> int:
    return next((word.start for word in sentence.words[_BEGINNING : _BEGINNING + 1]), sentence.end)


def _is_toll(sentence: Sentence) -> bool:
    return any(entry.concept == "toll" for _hit, entry in sentence.of("rec"))


def _retracts(sentence: Sentence) -> bool:
    said = {word.text for word in sentence.words}
    if said & _RETRACTING and (said & _TOLD or sentence.violent):
        return True
    hoax = any(entry.weight <= -4 for _hit, entry in sentence.of("neg"))
    return hoax or bool(said & _FALSE and said & _TOLD and sentence.violent)


def _claimed(told: Sequence[Sentence], actors: Sequence[Actor]) -> str | None:
    """The actor whom the text calls the claimant, else one named beside a word of claiming."""
    claimant = next((actor.id for actor in actors if actor.role == "claimant"), None)
    if claimant is not None:
        return claimant
    for sentence in told:
        named = next((entry.concept for _hit, entry in sentence.of("act")), None)
        if named is None or not any(word.text.removeprefix("و") in _CLAIMS for word in sentence.words):
            continue
        if not sentence.of("neg") and not _is_denied(sentence):
            return named
    return None
