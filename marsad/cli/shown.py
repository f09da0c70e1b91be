"""What the live view shows of a running watch: log entries and their effects as plain snapshots."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from marsad.alert import LedgerEntry
from marsad.codec import decode_record
from marsad.codes import Status
from marsad.log import AlertChanged, Decided, Effect, RawEntry, ReadingRecord, StoryChanged
from marsad.reading import Event, Reading, Toll
from marsad.reading_lines import KINDS
from marsad.story import Incident, Story
from marsad.view import LiveView
from marsad.view_parts import AlertShown, ReadingShown, StoryShown

Observe = Callable[[RawEntry, Sequence[Effect]], None]


def observer(view: LiveView, story_of: Callable[[str], Story | None]) -> Observe:
    """A function for the fold to call: it shows each reading, incident and alert."""

    def observe(entry: RawEntry, effects: Sequence[Effect]) -> None:
        record = decode_record(entry.body)
        if isinstance(record, ReadingRecord) and not record.reading.backlog:
            view.reading(_reading(record.reading))
        for effect in effects:
            if isinstance(effect, StoryChanged) and effect.story.incident and effect.story.open:
                view.story(_story(effect.story, effect.story.incident))
        for decided in _told(effects):
            story = story_of(decided.story)
            if story is not None:
                view.alert(_alert(decided, story, _severity(effects, decided), entry.at))

    return observe


def _told(effects: Iterable[Effect]) -> list[LedgerEntry]:
    return [effect.entry for effect in effects if isinstance(effect, Decided) and effect.entry.decision in KINDS]


def _reading(reading: Reading) -> ReadingShown:
    event = reading.event
    topic = reading.topics[0].name if reading.topics else ""
    return ReadingShown(
        feed=reading.source.feed,
        language=reading.language,
        title=reading.title or reading.body_head[:120],
        what=_what(event) if event else topic,
        country=(event.country if event else None) or next(iter(reading.countries), ""),
        fresh=event is not None and _tells_news(event),
    )


def _story(story: Story, incident: Incident) -> StoryShown:
    return StoryShown(
        id=story.id,
        title=story.title,
        what="retracted" if incident.retracted else _what(incident),
        where=_where(incident),
        articles=len(story.members),
        sources=story.sources,
        killed=_count(incident.killed),
        fresh=_tells_news(incident) and not incident.retracted,
    )


def _alert(entry: LedgerEntry, story: Story, severity: str, at: datetime) -> AlertShown:
    incident = story.incident
    return AlertShown(
        kind=KINDS[entry.decision],
        rule=entry.rule,
        severity=severity,
        at=at,
        title=story.title,
        what=str(incident.sub_type or incident.type) if incident else "",
        where=_where(incident) if incident else "",
        toll=f"{_count(incident.killed)} killed" if incident and incident.killed else "",
        sources=story.sources,
        changed=tuple(f"{change.field}: {change.before or '–'} → {change.after or '–'}" for change in entry.changed),
    )


def _tells_news(told: Event | Incident) -> bool:
    return told.fresh and told.status is Status.ACTUAL


def _what(told: Event | Incident) -> str:
    """What happened, and where it has not just happened, what it is: an opinion names an attack without telling one."""
    kind = str(told.sub_type or told.type)
    if told.status is not Status.ACTUAL:
        return f"{told.status}: {kind}"
    return kind if told.fresh else f"mentioned: {kind}"


def _severity(effects: Iterable[Effect], entry: LedgerEntry) -> str:
    changed = (effect.alert for effect in effects if isinstance(effect, AlertChanged))
    return next((str(alert.severity) for alert in changed if alert.id == entry.alert), "")


def _where(incident: Incident) -> str:
    return ", ".join(part for part in (incident.place, incident.country or incident.region) if part)


def _count(toll: Toll | None) -> str:
    if toll is None:
        return ""
    return str(toll.best) if toll.low == toll.high else f"{toll.low}–{toll.high}"
