"""How many people, by whose count. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from alerts.neutral import harmless
from alerts.phrases import MOST_NAMED, Phrases
from marsad.reading import Toll
from marsad.story import Incident, Member, ToldToll

KINDS: Final = ("killed", "injured", "abducted")


def short_toll(phrases: Phrases, incident: Incident | None) -> str:
    """The weightiest toll for a headline."""
    for kind in KINDS if incident else ():
        toll: Toll | None = getattr(incident, kind)
        if toll is not None and toll.best > 0:
            phrase: str = getattr(phrases.words, kind).form(phrases.language, toll.best)
            return phrase
    return ""


def tolls(phrases: Phrases, incident: Incident, members: Sequence[Member]) -> Iterator[str]:
    """A line for each kind: one figure, or everyone's own where they differ or a party counts."""
    papers = {member.article_id: member.source.name or member.source.feed for member in members}
    for kind in KINDS:
        toll: Toll | None = getattr(incident, kind)
        if toll is not None:
            told = [one for one in incident.tolls if one.kind == kind]
            yield phrases.line(kind, _figures(phrases, toll, told, papers))


def _figures(phrases: Phrases, toll: Toll, told: Sequence[ToldToll], papers: Mapping[str, str]) -> str:
    """Sources that agree need no names; a party to the fight is named beside its figure in any case."""
    groups: dict[str, dict[str, None]] = {}
    for one in sorted(told, key=lambda one: -one.toll.best):
        owner = _owner(phrases, one.toll.owner) or harmless(papers.get(one.article_id, one.family), 60)
        groups.setdefault(_range(phrases, one.toll), {})[owner] = None
    if len(groups) > 1 or any(_is_party(phrases, one.toll.owner) for one in told):
        figures = list(groups.items())
        kept = figures if len(figures) <= MOST_NAMED else [*figures[: MOST_NAMED - 1], figures[-1]]
        return phrases.list([_with_owners(phrases, figure, list(owners)) for figure, owners in kept])
    return _with_owners(phrases, _range(phrases, toll), [_owner(phrases, toll.owner)] if toll.owner else [])


def _with_owners(phrases: Phrases, figure: str, owners: Sequence[str]) -> str:
    named = phrases.named(owners)
    return phrases.words.toll_of.format(figure=figure, owner=named) if named else figure


def _owner(phrases: Phrases, owner: str | None) -> str:
    if not owner:
        return ""
    return phrases.words.owners.get(owner) or harmless(phrases.book.actor(owner, phrases.language), 80)


def _range(phrases: Phrases, toll: Toll) -> str:
    return str(toll.best) if toll.low == toll.high else phrases.words.range.format(low=toll.low, high=toll.high)


def _is_party(phrases: Phrases, owner: str | None) -> bool:
    return owner is not None and owner not in phrases.words.owners
