"""The places of a text: found, told apart, each with its role and salience (READING 5.2). Pure."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from marsad.codes import PlaceKind, Role
from marsad.reading import Place
from marsad.regions import SALIENT
from stream.reading.gazetteer import PLACE, GazetteerPlace, PlaceName
from stream.reading.matcher import Hit, longest
from stream.reading.place_choice import COUNTRY, TOWN, Mention, choose, context
from stream.reading.place_roles import (
    LIST_OF,
    RANK,
    demote_routes,
    demote_subjects,
    is_dateline,
    is_financial,
    is_person,
    is_placed,
    listed_sentences,
    names_country,
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
_EVENT: Final = Role.EVENT
_BORDER: Final = Role.BORDER
_ASIDE_ROLES: Final = frozenset((Role.VENUE, Role.SOURCE, Role.BORDER, Role.LIST))
_EXACT: Final = frozenset((PlaceKind.TOWN, PlaceKind.ADMIN1))
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
    role: Role = _BORDER


class ToldPlaces(NamedTuple):
    """The places of a text, and the mentions (raw spans) in its event's sentences that do not say where that is."""

    places: tuple[Place, ...]
    passing: frozenset[Span]


def places(
    text: Text,
    hits: Sequence[Hit],
    *,
    page: Page,
    event_sentences: Sequence[Span] = (),
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
    event_sentences: Sequence[Span] = (),
    feed_country: str | None = None,
) -> ToldPlaces:
    """The places, the most salient first, with the mentions that only pass by.

    ``hits`` are the matcher's, others than place names included; ``event_sentences`` are raw spans, in
    order; ``feed_country`` is ISO 3166-1 alpha-2.
    """
    chosen = _chosen(text, _mentions(text, hits, page), page, feed_country)
    if not chosen:
        return ToldPlaces((), frozenset())
    told_in = _numbers(chosen, event_sentences)
    listed = _listed(text, chosen)
    roles = [
        role_of(text.norm, mention, in_event=sentence is not None, listed=index in listed)
        for index, (mention, sentence) in enumerate(zip(chosen, told_in, strict=True))
    ]
    passing: frozenset[Span] = frozenset()
    if event_sentences:  # elsewhere no mention is an event's place
        demote_subjects(chosen, told_in, roles)
        demote_routes(text.norm, chosen, roles)
        passing = frozenset(
            (mention.start, mention.end)
            for mention, role, sentence in zip(chosen, roles, told_in, strict=True)
            if role is not _EVENT and sentence is not None
        )
    return ToldPlaces(_told(_gathered(chosen, roles)), passing)


def _chosen(text: Text, mentions: Sequence[Mention], page: Page, feed_country: str | None) -> list[Mention]:
    """The mentions of which it can be told what place they mean."""
    top = max((end for _start, end in (*page.title, *page.lead)), default=0)
    around = context(mentions, top=top, feed_country=feed_country)
    chosen = []
    for mention in mentions:
        mention.chosen = choose(mention, around)
        if mention.chosen is None:
            continue
        if mention.chosen.kind is TOWN:
            mention.dateline = is_dateline(text.raw, mention, titled=mention.weight == TITLE)
        chosen.append(mention)
    return chosen


def _numbers(chosen: Sequence[Mention], event_sentences: Sequence[Span]) -> list[int | None]:
    """The number of the event's sentence that each mention stands in, None for those that stand in none."""
    if not event_sentences:
        return [None] * len(chosen)
    starts = [start for start, _end in event_sentences]
    numbers = [bisect_right(starts, mention.start) - 1 for mention in chosen]
    return [
        number if number >= 0 and mention.start < event_sentences[number][1] else None
        for mention, number in zip(chosen, numbers, strict=True)
    ]


def _listed(text: Text, chosen: Sequence[Mention]) -> Collection[int]:
    """The numbers of the mentions in sentences that only list countries."""
    named = [index for index, mention in enumerate(chosen) if names_country(mention)]
    if len(named) < LIST_OF:  # as most often: then the text need not be split
        return ()
    sentence_of = [text.sentence_at(mention.start) for mention in chosen]
    listed = listed_sentences(chosen, sentence_of)
    return {index for index, sentence in enumerate(sentence_of) if sentence in listed}


def _gathered(chosen: Sequence[Mention], roles: Sequence[Role]) -> list[_Found]:
    """Each place once, with all that its mentions say of it."""
    found: dict[str | int, _Found] = {}
    for mention, role in zip(chosen, roles, strict=True):
        place = mention.chosen
        assert place is not None
        key = place.country if place.kind is COUNTRY else id(place)  # a country has several rows
        one = found.get(key)
        if one is None:
            found[key] = one = _Found(place)
        one.mentions.append((mention.start, mention.end))
        if RANK[role] < RANK[one.role]:
            one.role = role
        one.weight += _weight(mention, role)
    return list(found.values())


def focus(found: Iterable[Place]) -> dict[str, float]:
    """ISO 3166-1 alpha-2 → share of the text's attention, those of at least ``SALIENT``, the largest first."""
    shares: dict[str, float] = {}
    for place in found:
        if place.country:
            shares[place.country] = shares.get(place.country, 0.0) + place.salience
    total = sum(shares.values())
    kept = ((code, round(share / total, 4)) for code, share in shares.items() if total and share / total >= SALIENT)
    return dict(sorted(kept, key=lambda item: (-item[1], item[0])))


def _mentions(text: Text, hits: Sequence[Hit], page: Page) -> list[Mention]:
    """Stretches that may name a place: the longest only, no group's name, no common word."""
    groups = [(hit.norm_start, hit.norm_end) for hit in hits if hit.payload.cls in COVERING]
    named = [hit for hit in hits if hit.payload.cls == PLACE]
    mentions: dict[Span, Mention] = {}
    for hit in longest(named):
        meaning = hit.payload
        span = (hit.norm_start, hit.norm_end)
        inside = bool(groups) and _lies_in(span, groups)
        if not isinstance(meaning, PlaceName) or (inside and not _names_a_country(meaning)):
            continue
        mention = mentions.get(span)
        if mention is None:
            mentions[span] = mention = Mention(hit.start, hit.end, *span, hit.prefix, [], in_actor=inside)
        mention.names.append(meaning)
    kept = []
    for mention in mentions.values():
        mention.weight = _weight_at(page, mention.start)
        if mention.weight and not _is_other(text, mention):
            kept.append(mention)
    return kept


def _lies_in(span: Span, groups: Iterable[Span]) -> bool:
    """Whether a stretch of the folded text lies in one that stands for a group."""
    return any(start <= span[0] and span[1] <= end for start, end in groups)


def _names_a_country(meaning: PlaceName) -> bool:
    return meaning.place is None or meaning.place.kind is COUNTRY


def _is_other(text: Text, mention: Mention) -> bool:
    """Whether a mention is a phrase that is no place, whatever name it holds, or a common word."""
    needs = set()
    for name in mention.names:
        if name.place is None:
            return True
        needs.add(name.needs)
    mention.words = words_before(text.norm, mention)
    mention.placed = is_placed(mention)
    if "person" in needs:
        return is_person(text.raw, mention)
    return "finance" in needs and is_financial(text.raw, text.norm, mention)


def _weight_at(page: Page, offset: int) -> float:
    """The weight of the part of the page that an offset lies in; 0 in furniture."""
    for weight, part in ((TITLE, page.title), (LEAD, page.lead), (BODY, page.body)):
        for start, end in part:
            if start <= offset < end:
                return weight
    return 0.0


def _weight(mention: Mention, role: Role) -> float:
    weight = mention.weight
    assert mention.chosen is not None
    if role is _EVENT:
        weight *= IN_EVENT
    if role in _ASIDE_ROLES:
        weight *= ASIDE
    if mention.chosen.kind in _EXACT:
        weight *= EXACT
    return weight * (DEMONYM if mention.demonym else 1.0)


def _told(found: Sequence[_Found]) -> tuple[Place, ...]:
    total = sum(one.weight for one in found)
    told = [_place(one, one.weight / total if total else 0.0) for one in found]
    return tuple(sorted(told, key=lambda place: (-place.salience, place.start)))


def _place(one: _Found, salience: float) -> Place:
    place, first = one.place, one.mentions[0]
    exact = place.kind in _EXACT
    return Place(
        name=place.name,
        kind=place.kind,
        geonames_id=place.geonames_id,
        country=place.country or None,
        admin1=place.admin1 or None,
        region=place.region or None,
        lat=place.lat if exact else None,
        lon=place.lon if exact else None,
        role=one.role,
        salience=round(salience, 4),
        start=first[0],
        end=first[1],
        mentions=tuple(one.mentions),
    )
