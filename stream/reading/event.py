"""The event that an article tells, from its opening's sentences, its places and what the heads say."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from marsad.codes import DatePrecision, Family, Initiator, Status
from marsad.reading import Actor, Event, Evidence, Place, Scores, Toll
from stream.reading.casualties import Count, toll
from stream.reading.casualty_words import SAYS
from stream.reading.cues import Cues, cues
from stream.reading.dates import DateMention, nearest
from stream.reading.features import hand_score
from stream.reading.heads import Judgement
from stream.reading.kinds import Kind, initiator, kind, of_initiator
from stream.reading.sentences import BODY, TITLE, Sentence
from stream.reading.status import Told, status

VETOED: Final = 0.08
"""The most that ``fresh_event`` may be where the text says plainly that nothing fresh took place."""
_TOLD: Final = 0.35
"""The least probability of violence with which an event that is not fresh is given at all."""
_WITH_CAPTIVES: Final = frozenset((Family.ABDUCTION, Family.ARMED, Family.RELEASE))
_EVIDENCE_TERMS: Final = 6
_A_MONTH: Final = 31
"""Days; what is older dates no fresh event."""
_NEAR: Final = 3
"""Sentences behind the event's own in which a body's figure is still its."""
_DAYS_PAST: Final = 4
_ROUGH: Final = 50
"""A figure told within wider bounds is "dozens" or "hundreds"."""
_NEW_NO_MORE: Final = 5
_EXPLAINING: Final = frozenset(("health", "accident", "sport", "culture", "metaphor", "cyber"))
_SAYING: Final = 5
"""Words between a verb of saying and the date that is its own."""

PlaceOf = Callable[[Sentence], Place | None]
"""The sentence that tells the event best → the place where it happened."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An event or none, and the probabilities with any veto applied."""

    event: Event | None
    scores: Scores


@dataclass(frozen=True, slots=True)
class _Case:
    """What is known when the event's fields are filled in."""

    told: Sequence[Sentence]
    best: Sentence
    chosen: Kind
    verdict: Told | None
    scores: Scores
    fresh: bool
    state: float
    reasons: Sequence[tuple[str, float]]
    said: Cues


def judge(
    told: Sequence[Sentence], judgement: Judgement, *, threshold: float, actors: Sequence[Actor], place_of: PlaceOf
) -> Judged:
    """The event told in ``told``; ``threshold`` is the ``fresh_event`` from which it counts as fresh."""
    chosen = kind(told)
    best = event_sentence(told)
    if chosen is None or best is None:
        return Judged(None, judgement.scores)
    if chosen.concept == "killing" and _is_explained(told):
        return Judged(None, _harmless(judgement.scores))
    verdict = status(best, told) if chosen.family is not Family.RELEASE else None
    said = cues([s for s in told if s.position != BODY or s.of("act")], actors)  # a body's claim needs a group
    scores = _vetoed(_of_family(chosen, judgement.scores), verdict, threshold)
    if said.retracts:
        scores = _harmless(scores)
    fresh = scores.fresh_event >= threshold
    if not (fresh or said.retracts or _is_denied(verdict, told)) and _is_mention(best, chosen, verdict, scores):
        return Judged(None, scores)
    case = _Case(told, best, chosen, verdict, scores, fresh, judgement.state, judgement.reasons, said)
    return Judged(_event(case, place_of(best)), scores)


def _is_explained(told: Sequence[Sentence]) -> bool:
    """Deaths by illness, accident or on a stage: the title says of what, and nothing at the top tells an attack."""
    title = next((s for s in told if s.position == TITLE), None)
    if title is None or not any(entry.concept in _EXPLAINING for _hit, entry in title.of("blk")):
        return False
    return not any(s.of("ev", "ct") for s in told if s.position != BODY)


def _harmless(scores: Scores) -> Scores:
    return msgspec.structs.replace(scores, fresh_event=min(scores.fresh_event, VETOED))


def _is_denied(verdict: Told | None, told: Sequence[Sentence]) -> bool:
    """Denied in the title: it withdraws what others reported."""
    title = next((s for s in told if s.position == TITLE), None)
    if verdict is None or title is None or verdict.status is not Status.DENIED:
        return False
    return verdict.evidence.start < title.end


def event_sentence(told: Sequence[Sentence]) -> Sentence | None:
    """The sentence that tells the event best: by hand score, the title's and the first ones' ahead."""
    violent = [sentence for sentence in told if sentence.violent]
    return max(violent, key=lambda s: (_standing(s) + (0.6 if s.position != BODY else -2.0), -s.index), default=None)


def _standing(sentence: Sentence) -> float:
    """The hand score; armed men whom an operation killed count as killed."""
    operations = [entry.weight for _hit, entry in sentence.of("ct")]
    killed = any(count.kind == "killed" for count in sentence.counts)
    return hand_score(sentence, None) + (max(operations, default=0.0) + 1.0 if killed and operations else 0.0)


def _of_family(chosen: Kind, scores: Scores) -> Scores:
    """A coup is fresh by the head of that name: the fourth was fitted on violence only. A release is no violence."""
    if chosen.family is Family.COUP:
        return msgspec.structs.replace(scores, fresh_event=max(scores.fresh_event, min(scores.fresh, scores.actual)))
    if chosen.family is Family.RELEASE:
        return _harmless(scores)
    return scores


def _vetoed(scores: Scores, verdict: Told | None, threshold: float) -> Scores:
    if verdict is None or not verdict.plain or scores.fresh_event < VETOED:
        return scores
    return Scores(
        violence=scores.violence,
        fresh=min(scores.fresh, 0.5) if verdict.status is not Status.FOILED else scores.fresh,
        actual=scores.actual if verdict.status is Status.HISTORICAL else min(scores.actual, 0.3),
        fresh_event=min(scores.fresh_event, VETOED, threshold / 2),
    )


def _is_mention(best: Sentence, chosen: Kind, verdict: Told | None, scores: Scores) -> bool:
    """Violence only spoken of: no event sentence at the top, or generic attacks under a policy story."""
    if best.position == BODY or (scores.violence < _TOLD and chosen.family is not Family.COUP):
        return True
    policy = bool(best.of("pol"))
    generic = not any(entry.concept != "attacks_generic" for _hit, entry in best.of("ev", "rel", "foil"))
    return (policy and generic) or (verdict is None and scores.actual < 0.2 and scores.fresh < 0.2)


def _event(case: _Case, where: Place | None) -> Event:
    date, precision = _date(case)
    said = case.said
    retracts = said.retracts or _is_denied(case.verdict, case.told)
    standing = Status.DENIED if retracts and not case.fresh else _status(case.verdict, fresh=case.fresh)
    sums = _tolls(case, standing)
    acting = initiator(case.told, case.chosen, case.state)
    chosen = of_initiator(case.chosen, acting)
    return Event(
        type=chosen.type,
        sub_type=chosen.sub_type,
        family=_family(case.chosen, acting),
        status=standing,
        initiator=acting,
        fresh=case.fresh,
        update=case.fresh and (said.update or _is_told_late(case, date, precision)),
        novelty=said.novelty,
        retracts=retracts,
        score=case.scores.fresh_event,
        date=date,
        date_precision=precision,
        country=where.country if where else None,
        admin1=where.admin1 if where else None,
        region=where.region if where else None,
        place=where.name if where else None,
        place_kind=where.kind if where else None,
        lat=where.lat if where else None,
        lon=where.lon if where else None,
        killed=sums["killed"],
        injured=sums["injured"],
        abducted=sums["abducted"] if case.chosen.family in _WITH_CAPTIVES else None,
        claimed_by=said.claimed_by,
        evidence=_evidence(case),
    )


def _is_told_late(case: _Case, date: dt.date | None, precision: DatePrecision) -> bool:
    """What is fresh though days old is so by new facts: a toll, a claim, a strike disclosed late."""
    if date is None or precision is not DatePrecision.DAY:
        return False
    return (case.best.today - date).days >= _NEW_NO_MORE


def _status(verdict: Told | None, *, fresh: bool) -> Status:
    """Words decide about what is not fresh; what the heads call fresh took place unless the text says no plainly."""
    if verdict is None or (fresh and not verdict.plain):
        return Status.ACTUAL
    return verdict.status


def _family(chosen: Kind, acting: Initiator) -> Family:
    operation = chosen.family is Family.ARMED and acting is Initiator.STATE
    return Family.COUNTER_TERROR if operation else chosen.family


def _date(case: _Case) -> tuple[dt.date | None, DatePrecision]:
    """The event sentence's date, else one of the violent sentences at the top, else any there."""
    top = [sentence for sentence in case.told if sentence.position != BODY]
    weaker: DateMention | None = None
    for sentence in (case.best, *(s for s in top if s.violent), *top):
        found = _nearest_to_event(sentence, fresh=case.fresh or case.chosen.family is Family.RELEASE)
        if found is not None and found.precision is DatePrecision.DAY:
            return found.date, found.precision
        weaker = weaker or found
    return (weaker.date, weaker.precision) if weaker else (None, DatePrecision.UNKNOWN)


def _nearest_to_event(sentence: Sentence, *, fresh: bool) -> DateMention | None:
    if not sentence.dates:
        return None
    mentions = [m for m in sentence.dates if not fresh or m.age(sentence.today) <= _A_MONTH]
    mentions = [m for m in mentions if not _dates_the_saying(sentence, m)] or mentions
    at = next((hit.start for hit, _entry in sentence.of("ev", "kill")), sentence.start)
    return nearest(mentions, at, sentence.today)


def _dates_the_saying(sentence: Sentence, mention: DateMention) -> bool:
    """As in "The ministry said on Thursday": no trigger word stands between the verb of saying and the date."""
    if SAYS.isdisjoint(sentence.said):
        return False
    before = [word for word in sentence.words if word.end <= mention.start][-_SAYING:]
    verb = next((word for word in reversed(before) if word.text in SAYS), None)
    return verb is not None and not any(
        verb.end <= hit.start < mention.start for hit, _entry in sentence.of("ev", "kill", "inj")
    )


def _tolls(case: _Case, standing: Status) -> dict[str, Toll | None]:
    """The title's figures, then the lead's; the body's only where the opening gives none."""
    if standing in (Status.FOILED, Status.HYPOTHETICAL, Status.STATISTICAL):
        return dict.fromkeys(("killed", "injured", "abducted"))
    ordered = sorted(case.told, key=lambda s: (s.position != TITLE, s.position == BODY, s.index))
    top = [s.counts for s in ordered if s.position != BODY]
    last = case.best.index + _NEAR
    near = [s.counts for s in ordered if s.position == BODY and s.index <= last and s.counts and not _is_past(s)]
    most = 999 if standing is Status.ACTUAL else 100_000
    return {name: _toll(name, top, near, most) for name in ("killed", "injured", "abducted")}


def _is_past(sentence: Sentence) -> bool:
    """A body's sentence on what was before: its figures are another event's."""
    return any(True for _f in sentence.of("bg")) or any(m.age(sentence.today) > _DAYS_PAST for m in sentence.dates)


def _toll(name: str, top: Sequence[Sequence[Count]], near: Sequence[Sequence[Count]], most: int) -> Toll | None:
    """The opening's figure; the body's where the opening gives none, or makes its "dozens" exact."""
    told = toll(name, top, most=most)
    if told is not None and told.high - told.low < _ROUGH:
        return told
    body = toll(name, near, most=most)
    if told is None or (body is not None and told.low <= body.best <= told.high):
        return body
    return told


def _evidence(case: _Case) -> tuple[Evidence, ...]:
    raw = case.best.raw
    triggers = [
        _of_stretch(f"{entry.cls}.{entry.concept}", raw, hit.start, hit.end, entry.weight)
        for hit, entry in case.best.of("ev", "kill", "ct", "rel", "foil")
    ]
    figures = [
        _of_stretch(f"count.{count.kind}", raw, count.start, count.end, count.best)
        for sentence in case.told
        if sentence.position != BODY
        for count in sentence.counts
    ]
    veto = [case.verdict.evidence] if case.verdict else []
    learned = [Evidence(feature=name, points=round(points, 3)) for name, points in case.reasons]
    return (*veto, *triggers[:_EVIDENCE_TERMS], *figures[:_EVIDENCE_TERMS], *learned)


def _of_stretch(feature: str, raw: str, start: int, end: int, points: float) -> Evidence:
    return Evidence(feature=feature, term=raw[start:end], points=float(points), start=start, end=end)
