"""Who is named, and as what: perpetrator, victim, claimant, or in passing (READING 11)."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from marsad.reading import Actor
from stream.reading.lexicon import Entry
from stream.reading.matcher import Hit, longest
from stream.reading.text import Text

_NEAR: Final = 28
"""Normalised characters between a cue and the name it tells about: some four words."""
_FAR: Final = 4 * _NEAR
_CUES: Final = frozenset(("role", "clm"))
_RANK: Final = ("claimant", "perpetrator", "victim", "source", "mention")
_BEFORE: Final[Mapping[str, str]] = {"by": "perpetrator", "on": "victim", "claimed_by": "claimant", "says": "source"}
"""Concept of a ``role`` cue that stands before the name → the name's role."""
_BEHIND: Final[Mapping[str, str]] = {"does": "perpetrator", "suffers": "victim", "claims": "claimant", "said": "source"}


def actors(hits: Sequence[Hit], text: Text) -> tuple[Actor, ...]:
    """Each actor named once, at its most telling mention; strongest role first, then by place in the text.

    A cue (class ``role`` or ``clm`` of the lexicon) tells about the nearest name in its sentence.
    """
    names = longest([hit for hit in hits if isinstance(hit.payload, Entry) and hit.payload.cls == "act"])
    if not names:
        return ()
    cues = longest([hit for hit in hits if isinstance(hit.payload, Entry) and hit.payload.cls in _CUES])
    found: dict[str, tuple[str, Hit]] = {}
    for name, role in _roles(names, cues, text):
        actor = _entry(name).concept
        if actor not in found or _RANK.index(role) < _RANK.index(found[actor][0]):
            found[actor] = (role, name)
    ordered = sorted(found.items(), key=lambda one: (_RANK.index(one[1][0]), one[1][1].start, one[0]))
    return tuple(Actor(id=actor, role=role, start=name.start, end=name.end) for actor, (role, name) in ordered)


def _roles(names: Sequence[Hit], cues: Sequence[Hit], text: Text) -> Iterator[tuple[Hit, str]]:
    for index, name in enumerate(names):
        low = bisect_left(cues, name.norm_start - _FAR, key=_norm_start)
        high = bisect_left(cues, name.norm_end + _FAR, key=_norm_start)
        if low == high:
            yield name, "mention"
            continue
        sentence = text.sentence_at(name.start)
        neighbours = (*names[max(0, index - 1) : index], *names[index + 1 : index + 2])
        told = [
            (distance, role)
            for cue in cues[low:high]
            if text.sentence_at(cue.start) == sentence and not _another_between(cue, name, neighbours)
            for distance, role in _tells(cue, name)
        ]
        yield name, min(told)[1] if told else "mention"


def _norm_start(hit: Hit) -> int:
    return hit.norm_start


def _tells(cue: Hit, name: Hit) -> Iterator[tuple[int, str]]:
    """How near a cue stands to a name, and the role it gives it."""
    concept = _entry(cue).concept
    if cue.norm_end <= name.norm_start and concept in _BEFORE:
        distance = name.norm_start - cue.norm_end
        role = _BEFORE[concept]
    elif cue.norm_start >= name.norm_end and concept in _BEHIND:
        distance = cue.norm_start - name.norm_end
        role = _BEHIND[concept]
    elif concept == "claim":
        distance = max(cue.norm_start - name.norm_end, name.norm_start - cue.norm_end)
        role = "claimant"
    else:
        return
    if distance <= _NEAR * (2 if role == "claimant" else 1):
        yield distance, role


def _another_between(cue: Hit, name: Hit, neighbours: Sequence[Hit]) -> bool:
    low, high = min(cue.norm_end, name.norm_end), max(cue.norm_start, name.norm_start)
    return any(low <= other.norm_start and other.norm_end <= high for other in neighbours)


def _entry(hit: Hit) -> Entry:
    assert isinstance(hit.payload, Entry)
    return hit.payload
