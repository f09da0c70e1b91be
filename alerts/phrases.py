"""Coded facts as phrases of one language. Pure."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from alerts.neutral import harmless, isolated
from alerts.words import Phrasebook
from marsad.alert import Change
from marsad.codes import DatePrecision
from marsad.reading import Toll
from marsad.regions import Region
from marsad.story import Incident, Member, Story, ToldToll

_MOST_NAMED: Final = 5
_KINDS: Final = ("killed", "injured", "abducted")


class Phrases:
    """What can be said in one language."""

    def __init__(self, language: str, book: Phrasebook) -> None:
        self.language = language
        self.words = book.words(language)
        self._book = book

    def line(self, label: str, value: str) -> str:
        """``Where: Gao, Mali``."""
        return self.words.line.format(label=self.words.labels[label], value=value)

    def list(self, parts: Iterable[str]) -> str:
        """Parts in a row, the empty ones left out."""
        return f"{self.words.comma} ".join(part for part in parts if part)

    def what(self, story: Story) -> str:
        """The kind of event, by its ACLED sub-type where that is told."""
        incident = story.incident
        if incident is None:
            return self.words.no_event
        return (
            self.words.families.get(incident.family)
            or (self.words.sub_types.get(incident.sub_type) if incident.sub_type else None)
            or self.words.types[incident.type]
        )

    def where(self, story: Story) -> str:
        """Town and country, as a headline has them."""
        incident = story.incident
        if incident is None:
            codes = sorted(story.countries, key=lambda code: (-story.countries[code], code))[:2]
            return self.list([self._book.country(code, self.language) for code in codes]) or self.words.unplaced
        country = self._book.country(incident.country, self.language) if incident.country else ""
        place = isolated(harmless(incident.place or "", 60))
        return self.list([place, country]) or self.words.unplaced

    def exact_place(self, story: Story, regions: Sequence[Region]) -> str:
        """Town, division, country, and the rule's region where no country is told."""
        incident = story.incident
        named = [region.label.get(self.language, "") for region in regions]
        if incident is None or not incident.country:
            return self.list([self.where(story), *filter(None, named)])
        division = f" ({isolated(incident.admin1)})" if incident.admin1 else ""
        return self.where(story) + division

    def date(self, incident: Incident) -> str:
        """The event's date, no more exact than it is told."""
        if incident.date is None or incident.date_precision is DatePrecision.UNKNOWN:
            return ""
        day = self.day(incident.date)
        return {
            DatePrecision.WEEK: self.words.around.format(date=day),
            DatePrecision.MONTH: f"{self._month(incident.date)} {incident.date.year}",
            DatePrecision.YEAR: str(incident.date.year),
        }.get(incident.date_precision, day)

    def day(self, date: dt.date) -> str:
        """``16 November 2026``."""
        return self.words.day.format(day=date.day, month=self._month(date), year=date.year)

    def short_toll(self, incident: Incident | None) -> str:
        """The weightiest toll for a headline."""
        for kind in _KINDS if incident else ():
            toll: Toll | None = getattr(incident, kind)
            if toll is not None and toll.best > 0:
                phrase: str = getattr(self.words, kind).form(self.language, toll.best)
                return phrase
        return ""

    def tolls(self, incident: Incident, members: Sequence[Member]) -> Iterator[str]:
        """A line for each kind: one figure, or the range with everyone's own figure."""
        papers = {member.article_id: member.source.name or member.source.feed for member in members}
        for kind in _KINDS:
            toll: Toll | None = getattr(incident, kind)
            if toll is not None:
                told = [one for one in incident.tolls if one.kind == kind]
                yield self.line(kind, self._figures(toll, told, papers))

    def change(self, change: Change) -> str:
        """What changed, from what, to what."""
        after = self._changed(change.field, change.after)
        field = self.words.fields[change.field]
        if change.before is None:
            return self.words.change_new.format(field=field, after=after)
        return self.words.change.format(field=field, before=self._changed(change.field, change.before), after=after)

    def sources(self, number: int, members: Sequence[Member]) -> str:
        """How many independent sources, and which publishers."""
        names = dict.fromkeys(member.source.name or member.source.feed for member in members)
        listed = [isolated(harmless(name, 60)) for name in list(names)[:_MOST_NAMED]]
        listed += ["…"] if len(names) > _MOST_NAMED else []
        counted = self.words.sources.form(self.language, max(1, number))
        return self.words.line.format(label=counted, value=self.list(listed)) if listed else counted

    def actor(self, actor: str) -> str:
        """A group's name."""
        return harmless(self._book.actor(actor, self.language), 80)

    def actors(self, actors: Sequence[str]) -> str:
        """The groups that take part."""
        return self.list([isolated(self.actor(actor)) for actor in actors[:_MOST_NAMED]])

    def _figures(self, toll: Toll, told: Sequence[ToldToll], papers: Mapping[str, str]) -> str:
        figure = str(toll.best)
        if toll.low != toll.high:
            figure = self.words.range.format(low=toll.low, high=toll.high)
        owned = dict.fromkeys(self._owned(one, papers) for one in told[:_MOST_NAMED])
        if toll.low == toll.high and len(owned) <= 1:
            return self._with_owner(figure, toll.owner)
        return self.words.line.format(label=figure, value=self.list(owned))

    def _owned(self, told: ToldToll, papers: Mapping[str, str]) -> str:
        owner = self._owner(told.toll.owner) or harmless(papers.get(told.article_id, told.family), 60)
        return self.words.toll_of.format(figure=_range(told.toll), owner=isolated(owner))

    def _with_owner(self, figure: str, owner: str | None) -> str:
        named = self._owner(owner)
        return self.words.toll_of.format(figure=figure, owner=isolated(named)) if named else figure

    def _owner(self, owner: str | None) -> str:
        return (self.words.owners.get(owner) or self.actor(owner)) if owner else ""

    def _changed(self, field: str, value: str | None) -> str:
        if value is None:
            return "–"
        tables: dict[str, dict[str, str]] = {
            "status": dict(self.words.statuses),
            "initiator": {str(code): name for code, name in self.words.initiators.items()},
            "sub_type": {str(code): name for code, name in self.words.sub_types.items()},
        }
        if field == "claimed_by":
            return isolated(self.actor(value))
        if field == "place":
            return isolated(harmless(value, 80))
        return tables.get(field, {}).get(value, value)

    def _month(self, date: dt.date) -> str:
        return self.words.months[date.month - 1]


def _range(toll: Toll) -> str:
    return str(toll.best) if toll.low == toll.high else f"{toll.low}–{toll.high}"
