"""Where the event took place, of the places that a text names (READING 5.2, step 5). Pure."""

from collections.abc import Collection, Iterable, Sequence

from marsad.codes import PlaceKind, Role
from marsad.reading import Place
from stream.reading.place_roles import RANK

Span = tuple[int, int]


def event_place(
    found: Sequence[Place], stretches: Sequence[Span], passing: Collection[Span] = frozenset()
) -> Place | None:
    """Where the event took place: never told from the body (READING 5.2, step 5).

    ``stretches`` are raw spans, the likeliest first: the best event sentence, the title, the
    sentences of the lead; ``passing`` are mentions that do not say where it is (``told_places``). A place
    that is only mentioned counts where none has the event's role.
    A bare country is made exact by a town, division or shore of it in a later stretch.
    """
    for roles, skipped in (((Role.EVENT,), passing), ((Role.MENTION, Role.VENUE, Role.LIST), ()), ((Role.SOURCE,), ())):
        candidates = [place for place in found if place.role in roles]
        for index, stretch in enumerate(stretches):
            told = _best_in(candidates, stretch, skipped)
            if told is not None:
                return told if _exactness(told) else _exact_in(found, stretches[index:], told) or told
    return None


def _best_in(candidates: Iterable[Place], stretch: Span, skipped: Collection[Span] = ()) -> Place | None:
    start, end = stretch
    inside = [(first, place) for place in candidates for first in _first_in(place, start, end, skipped)]
    return min(inside, key=lambda one: (RANK[one[1].role], -_exactness(one[1]), one[0]), default=(0, None))[1]


def _first_in(place: Place, start: int, end: int, skipped: Collection[Span]) -> list[int]:
    return [span[0] for span in place.mentions if start <= span[0] < end and span not in skipped][:1]


def _exact_in(found: Sequence[Place], stretches: Iterable[Span], told: Place) -> Place | None:
    """An exact place inside a vaguer one."""
    inside = [
        place
        for place in found
        if _exactness(place)
        and place.role in (Role.EVENT, Role.MENTION)
        and place.country
        and (place.country == told.country or (told.country is None and place.role is Role.EVENT))
    ]
    return next((best for stretch in stretches if (best := _best_in(inside, stretch))), None)


def _exactness(place: Place) -> int:
    """2 for a town, 1 for a division or a shore of an area, 0 for a country or a whole area."""
    return 2 if place.kind is PlaceKind.TOWN else int(place.admin1 is not None)
