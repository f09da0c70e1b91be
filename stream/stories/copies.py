"""Near-duplicates: the same text again, retitled, cut or topped. Pure.

A shingle sketch estimates the Jaccard similarity of two texts; a wire copy that lost its tail and
gained a new head still scores above 0.5, two reports written apart stay below 0.2.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from marsad.reading import Reading
from marsad.story import Member
from stream.reading.sketch import similarities, similarity
from stream.stories.titles import SOME, numbers_differ, title_words

COPY: Final = 0.5
"""From here on two texts of one language are one text."""
PASSAGES: Final = 0.12
"""From here on two texts share whole passages: of two reports of one country, 18 in 100 on one event do, and
2 in 1,000 on two events (12 newspapers, a week)."""
RETOLD: Final = 1 / 16
"""From here on two texts whose titles share SOME words tell one event: 184 in 196 pairs do (the same papers and
week), also where the places that were read in them differ (28 in 32)."""
MOST_OF_TEXT: Final = 0.25
"""From here on a text is largely made of another; background that papers repeat stays below."""
_MOST_COMPARED: Final = 60
"""Of a long story, the first half and the last half of this many members are compared."""


class Copy(NamedTuple):
    """The member whose text the new one repeats most."""

    of: Member
    similarity: float


def _compared(members: Sequence[Member]) -> Iterable[Member]:
    if len(members) <= _MOST_COMPARED:
        return members
    half = _MOST_COMPARED // 2
    return (*members[:half], *members[-half:])


def find_copy(member: Member, members: Sequence[Member], least: float = COPY) -> Copy | None:
    """The most similar text of the same language, the earlier one of equals; None below ``least``."""
    if not member.sketch:
        return None
    others = [
        other
        for other in _compared(members)
        if other.language == member.language
        and len(other.sketch) == len(member.sketch)
        and other.article_id != member.article_id
    ]
    if not others:
        return None
    alike = similarities(member.sketch, [other.sketch for other in others])
    highest = max(alike)
    return Copy(others[alike.index(highest)], highest) if highest >= least else None


def retold(member: Member, members: Sequence[Member]) -> Member | None:
    """A text of the same language that tells the same under a title alike, the first of several.

    Some passages in common and some words of the title in common: neither says much alone. Titles whose
    numbers differ are of two events, however alike they are ("20 strikes", "18 strikes").
    """
    words = title_words(member.title)
    for other in _compared(members) if member.sketch else ():
        if other.language != member.language or other.article_id == member.article_id:
            continue
        theirs = title_words(other.title)
        if (
            len(words & theirs) >= SOME
            and not numbers_differ(words, theirs)
            and similarity(member.sketch, other.sketch) >= RETOLD
        ):
            return other
    return None


def source_of(member: Member) -> str:
    """The independent source behind a text: the agency it credits, else its publisher family."""
    return member.origin or member.source.family or member.source.feed


def origin_of(reading: Reading, copied: Member | None) -> str | None:
    """The origin to note for a reading: the agency it credits, else that of the text it repeats."""
    if reading.origin or copied is None:
        return reading.origin
    source = source_of(copied)
    return None if source == (reading.source.family or reading.source.feed) else source
