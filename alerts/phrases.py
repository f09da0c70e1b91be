"""Coded facts as phrases of one language. Pure."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from alerts.neutral import harmless, isolated
from alerts.words import Phrasebook
from marsad.codes import DatePrecision, Initiator
from marsad.story import Incident, Member, Story

MOST_NAMED: Final = 5


class Phrases:
    """What can be said in one language."""

    def __init__(self, language: str, book: Phrasebook) -> None:
        self.language = language
        self.words = book.words(language)
        self.book = book

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

    def date(self, incident: Incident) -> str:
        """The event's date, no more exact than it is told."""
        if incident.date is None or incident.date_precision is DatePrecision.UNKNOWN:
            return ""
        day, month = self.day(incident.date), self.words.months[incident.date.month - 1]
        return {
            DatePrecision.WEEK: self.words.around.format(date=day),
            DatePrecision.MONTH: f"{month} {incident.date.year}",
            DatePrecision.YEAR: str(incident.date.year),
        }.get(incident.date_precision, day)

    def day(self, date: dt.date) -> str:
        """``16 November 2026``."""
        return self.words.day.format(day=date.day, month=self.words.months[date.month - 1], year=date.year)

    def sources(self, number: int, members: Sequence[Member]) -> str:
        """How many independent sources, and which publishers."""
        names = dict.fromkeys(member.source.name or member.source.feed for member in members)
        listed = self.named([harmless(name, 60) for name in names])
        counted = self.words.sources.form(self.language, max(1, number))
        return self.words.line.format(label=counted, value=listed) if listed else counted

    def parties(self, incident: Incident) -> Iterator[str]:
        """Who claims it, who is said to have done it, who else is involved."""
        if incident.claimed_by:
            yield self.line("claim", self.actors([incident.claimed_by]))
        by = [actor for actor in incident.perpetrators if actor != incident.claimed_by]
        if by or incident.initiator is Initiator.STATE:
            yield self.line("by", self.actors(by) or self.words.initiators[Initiator.STATE])
        others = [actor for actor in incident.actors if actor not in (*by, incident.claimed_by)]
        if others:
            yield self.line("who", self.actors(others))

    def actors(self, actors: Sequence[str]) -> str:
        """The groups' names."""
        return self.named([harmless(self.book.actor(actor, self.language), 80) for actor in actors])

    def named(self, names: Sequence[str]) -> str:
        """Names in a row, each in its own direction, of many the first."""
        return self.list([*map(isolated, names[:MOST_NAMED]), "…" if len(names) > MOST_NAMED else ""])
