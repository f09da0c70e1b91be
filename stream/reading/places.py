"""The places of a text: found, told apart, each with its role and salience (READING 5.2). Pure."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from marsad.codes import PlaceKind, Role
from marsad.reading import Place
from marsad.regions import SALIENT
from stream.reading.gazetteer import GazetteerPlace, PlaceName
from stream.reading.lexicon import Entry
from stream.reading.matcher import Hit, longest
from stream.reading.place_choice import Mention, choose, context
from stream.reading.place_roles import (
    demote_routes,
    demote_subjects,
    is_dateline,
    is_financial,
    is_person,
    is_placed,
    listed_sentences,
    role_of,
    words_before,
)
from stream.reading.text import Text

Span = tuple[int, int]

TITLE: Final = 3.0
LEAD: Final = 2.0
BODY: Final = 0.5
IN_EVENT: Final = 1.5
EXACT: Final = 1.2
ASIDE: Final = 0.3
DEMONYM: Final = 0.6
_ASIDE_ROLES: Final = frozenset((Role.VENUE, Role.SOURCE, Role.BORDER, Role.LIST))
_ROLES: Final = (Role.EVENT, Role.MENTION, Role.VENUE, Role.LIST, Role.SOURCE, Role.BORDER)
"""The role of a place is the first of these that a mention of it has."""
COVERING: Final = ("act", "agency")
"""Classes of the lexicon whose terms are stronger than a place's name inside them (ولاية الساحل is a group)."""


class Page(NamedTuple):
    """Where title, lead and the rest of the article lie in the raw text; furniture lies in none of them."""

    title: tuple[Span, ...] = ()
    lead: tuple[Span, ...] = ()
    body: tuple[Span, ...] = ()


@dataclass(slots=True)
class _Found:
    place: GazetteerPlace
    mentions: list[Span] = field(default_factory=list)
    weight: float = 0.0
    roles: set[Role] = field(default_factory=set)


class ToldPlaces(NamedTuple):
    """The places of a text, and the mentions (raw spans) in its event's sentences that do not say where that is."""

    places: tuple[Place, ...]
    passing: frozenset[Span]


def places(
    text: Text,
    hits: Sequence[Hit],
    *,
    page: Page,
    event_sentences: Collection[int] = (),
    language: str = "und",
    feed_country: str | None = None,
) -> tuple[Place, ...]:
    """Every distinct place in title, lead and body, the most salient first; salience sums to 1."""
    del language  # names are told apart by script and spelling; the language adds nothing to that
    return told_places(text, hits, page=page, event_sentences=event_sentences, feed_country=feed_country).places


def told_places(
    text: Text,
    hits: Sequence[Hit],
    *,
    page: Page,
    event_sentences: Collection[int] = (),
    feed_country: str | None = None,
) -> ToldPlaces:
    """The places, the most salient first, with the mentions that only pass by.

    ``hits`` are the matcher's, others than place names included; ``event_sentences`` index
    ``text.sentences``; ``feed_country`` is ISO 3166-1 alpha-2.
    """
    mentions = _mentions(text, hits, page)
    if not mentions:
        return ToldPlaces((), frozenset())
    top = max((end for _start, end in (*page.title, *page.lead)), default=0)
    around = context(mentions, top=top, feed_country=feed_country)
    for mention in mentions:
        mention.chosen = choose(mention, around)
        if mention.chosen and mention.chosen.kind is PlaceKind.TOWN:
            mention.dateline = is_dateline(text.raw, mention, titled=mention.weight == TITLE)
    chosen = [mention for mention in mentions if mention.chosen]
    sentence_of = [text.sentence_at(mention.start) for mention in chosen]
    listed = listed_sentences(chosen, sentence_of)
    roles = [
        role_of(text.norm, mention, in_event=sentence in event_sentences, listed=sentence in listed)
        for mention, sentence in zip(chosen, sentence_of, strict=True)
    ]
    passing: frozenset[Span] = frozenset()
    if event_sentences:  # elsewhere no mention is an event's place
        demote_subjects(chosen, sentence_of, roles)
        demote_routes(text.norm, chosen, roles)
        passing = frozenset(
            (mention.start, mention.end)
            for mention, role, sentence in zip(chosen, roles, sentence_of, strict=True)
            if role is not Role.EVENT and sentence in event_sentences
        )
    found: dict[str | int, _Found] = {}
    for mention, role in zip(chosen, roles, strict=True):
        place = mention.chosen
        assert place is not None
        one = found.get(_key(place))
        if one is None:
            found[_key(place)] = one = _Found(place)
        one.mentions.append((mention.start, mention.end))
        one.roles.add(role)
        one.weight += _weight(mention, role)
    return ToldPlaces(_told(list(found.values())), passing)


def focus(found: Iterable[Place]) -> dict[str, float]:
    """ISO 3166-1 alpha-2 → share of the text's attention, those of at least ``SALIENT``, the largest first."""
    shares: dict[str, float] = {}
    for place in found:
        if place.country:
            shares[place.country] = shares.get(place.country, 0.0) + place.salience
    total = sum(shares.values())
    kept = ((code, round(share / total, 4)) for code, share in shares.items() if total and share / total >= SALIENT)
    return dict(sorted(kept, key=lambda item: (-item[1], item[0])))


def event_place(
    found: Sequence[Place], stretches: Sequence[Span], passing: Collection[Span] = frozenset()
) -> Place | None:
    """Where the event took place: never told from the body (READING 5.2, step 5).

    ``stretches`` are raw spans, the likeliest first: the best event sentence, the title, the
    sentences of the lead; ``passing`` are mentions that do not say where it is (``told_places``). A place
    that is only mentioned counts where none has the event's role.
    A bare country is made exact by a town, division or shore of it in a later stretch.
    """
    for roles, skipped in (((Role.EVENT,), passing), ((Role.MENTION, Role.VENUE, Role.LIST), ())):
        candidates = [place for place in found if place.role in roles]
        for index, stretch in enumerate(stretches):
            told = _best_in(candidates, stretch, skipped)
            if told is not None:
                return told if _exactness(told) else _exact_in(found, stretches[index:], told) or told
    return None


def _best_in(candidates: Iterable[Place], stretch: Span, skipped: Collection[Span] = ()) -> Place | None:
    start, end = stretch
    inside = [(first, place) for place in candidates for first in _first_in(place, start, end, skipped)]
    return min(inside, key=lambda one: (_ROLES.index(one[1].role), -_exactness(one[1]), one[0]), default=(0, None))[1]


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


def _mentions(text: Text, hits: Sequence[Hit], page: Page) -> list[Mention]:
    """Stretches that may name a place: the longest only, no group's name, no common word."""
    named: list[Hit] = []
    groups: list[Span] = []
    for hit in hits:
        payload = hit.payload
        if isinstance(payload, PlaceName):
            named.append(hit)
        elif isinstance(payload, Entry) and payload.cls in COVERING:
            groups.append((hit.norm_start, hit.norm_end))
    mentions: dict[Span, Mention] = {}
    for hit in longest(named):
        span = (hit.norm_start, hit.norm_end)
        inside = bool(groups) and _lies_in(span, groups)
        meaning = hit.payload
        if not isinstance(meaning, PlaceName) or (inside and not _names_a_country(meaning)):
            continue
        mention = mentions.get(span)
        if mention is None:
            mentions[span] = mention = Mention(hit.start, hit.end, *span, hit.prefix, [], in_actor=inside)
        mention.names.append(meaning)
    weigh = _weigher(page)
    kept = []
    for mention in mentions.values():
        blocked = any(name.place is None for name in mention.names)
        mention.weight = 0.0 if blocked else weigh(mention.start)
        if mention.weight and not _is_common_word(text, mention):
            kept.append(mention)
    return kept


def _lies_in(span: Span, groups: Iterable[Span]) -> bool:
    """Whether a stretch of the folded text lies in one that stands for a group."""
    return any(start <= span[0] and span[1] <= end for start, end in groups)


def _names_a_country(meaning: PlaceName) -> bool:
    return meaning.place is None or meaning.place.kind is PlaceKind.COUNTRY


def _is_common_word(text: Text, mention: Mention) -> bool:
    mention.words = words_before(text.norm, mention)
    mention.placed = is_placed(mention)
    needs = [name.needs for name in mention.names if name.needs]
    if "person" in needs:
        return is_person(text.raw, mention)
    return "finance" in needs and is_financial(text.raw, text.norm, mention)


def _weigher(page: Page) -> Callable[[int], float]:
    """Offset → the weight of the part of the page that it lies in; 0 in furniture."""
    spans = sorted(
        (*span, weight) for weight, part in ((TITLE, page.title), (LEAD, page.lead), (BODY, page.body)) for span in part
    )
    starts = [start for start, _end, _weight in spans]

    def weigh(offset: int) -> float:
        reach = bisect_right(starts, offset)
        heaviest = 0.0
        for _start, end, weight in spans[max(0, reach - 4) : reach]:
            if offset < end and weight > heaviest:
                heaviest = weight
        return heaviest

    return weigh


def _weight(mention: Mention, role: Role) -> float:
    weight = mention.weight
    assert mention.chosen is not None
    if role is Role.EVENT:
        weight *= IN_EVENT
    if role in _ASIDE_ROLES:
        weight *= ASIDE
    if mention.chosen.kind in (PlaceKind.TOWN, PlaceKind.ADMIN1):
        weight *= EXACT
    return weight * (DEMONYM if mention.demonym else 1.0)


def _key(place: GazetteerPlace) -> str | int:
    """Two names of one country are one place, whatever the row says besides; other places are one object each."""
    return place.country if place.kind is PlaceKind.COUNTRY else id(place)


def _told(found: Sequence[_Found]) -> tuple[Place, ...]:
    total = sum(one.weight for one in found)
    told = [_place(one, one.weight / total if total else 0.0) for one in found]
    return tuple(sorted(told, key=lambda place: (-place.salience, place.start)))


def _place(one: _Found, salience: float) -> Place:
    place, first = one.place, min(one.mentions)
    exact = place.kind in (PlaceKind.TOWN, PlaceKind.ADMIN1)
    return Place(
        name=place.name,
        kind=place.kind,
        geonames_id=place.geonames_id,
        country=place.country or None,
        admin1=place.admin1 or None,
        region=place.region or None,
        lat=place.lat if exact else None,
        lon=place.lon if exact else None,
        role=next(role for role in _ROLES if role in one.roles),
        salience=round(salience, 4),
        start=first[0],
        end=first[1],
        mentions=tuple(sorted(one.mentions)),
    )
