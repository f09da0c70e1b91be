"""What a story keeps of a reading. Pure."""

from collections.abc import Iterable
from typing import Final

from marsad.reading import Actor, Reading
from marsad.story import Member
from stream.stories.copies import origin_of
from stream.stories.evidence import DIGITS

_PERPETRATOR: Final = "perpetrator"
_NO_PART: Final = "source"
"""A group that is only quoted takes no part in the event."""


def to_member(reading: Reading, rules_met: tuple[str, ...]) -> Member:
    """The reading's contribution, before it is known where it belongs."""
    return Member(
        article_id=reading.article_id,
        revision=reading.revision,
        source=reading.source,
        origin=origin_of(reading, None),
        language=reading.language,
        title=reading.title,
        link=reading.link,
        domain=reading.domain,
        published=reading.published,
        observed_at=reading.observed_at,
        backlog=reading.backlog,
        genre=reading.genre,
        scores=reading.scores,
        event=reading.event,
        countries={code: round(weight, DIGITS) for code, weight in sorted(reading.countries.items())},
        topics=_topics(reading),
        actors=_actors(actor for actor in reading.actors if actor.role != _NO_PART),
        perpetrators=_actors(actor for actor in reading.actors if actor.role == _PERPETRATOR),
        sketch=reading.sketch,
        rules=tuple(sorted(set(rules_met))),
    )


def _topics(reading: Reading) -> dict[str, float]:
    scores: dict[str, float] = {}
    for topic in reading.topics:
        scores[topic.code] = max(scores.get(topic.code, 0.0), round(topic.score, DIGITS))
    return dict(sorted(scores.items()))


def _actors(actors: Iterable[Actor]) -> tuple[str, ...]:
    return tuple(sorted({actor.id for actor in actors}))
