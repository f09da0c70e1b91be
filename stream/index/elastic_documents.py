"""Words to Elasticsearch documents: deterministic ids, so that a redelivery meets its own document. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from marsad.alert import Alert, LedgerEntry
from marsad.codec import encode
from marsad.codes import Severity
from marsad.parked import ParkedThing
from marsad.reading import Reading
from marsad.story import Story
from stream.index.elastic_incident import of_event, of_incident
from stream.index.elastic_indices import Kind, Place, month_of
from stream.index.elastic_labels import LabelNames, about_incident, about_reading, about_story
from stream.index.elastic_mappings import LANGUAGES, OTHER
from stream.index.elastic_operation import Operation
from stream.index.protocol import Indexed
from stream.reading.text import normalise

ECS: Final = "8.17.0"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SEVERITIES: Final = tuple(Severity)
_EMPTY: Final[tuple[Any, ...]] = (None, "", (), [], {})


class Documents:
    """The write for each word, with the names of what it is about in every language."""

    def __init__(self, names: LabelNames) -> None:
        self._names = names

    def article(self, indexed: Indexed) -> Operation:
        """An article. An edit replaces the former revision; one observed in a later month stays in the first one's."""
        reading = indexed.reading
        at = _zulu(reading.observed_at)
        return Operation(
            place=Place(Kind.ARTICLES, month_of(reading.observed_at)),
            id=reading.article_id,
            version=reading.revision,
            document=_filled(
                {
                    **_record("event", Kind.ARTICLES, reading.article_id, at, created=at),
                    **about_reading(reading, indexed.regions).fields(self._names),
                    "message": reading.title,
                    "article": _article(reading),
                    "feed": _feed(reading),
                    "url": {"full": reading.link, "domain": reading.domain},
                    "tags": reading.source.tags,
                    "title": _own_language(reading.language, reading.title),
                    "text": _own_language(reading.language, indexed.text),
                    "incident": of_event(reading.event),
                    "folded": {
                        "title": folded(reading.title),
                        "text": folded(indexed.text),
                        "concepts": folded("\n".join(indexed.labels)),
                    },
                }
            ),
        )

    def story(self, story: Story) -> Operation:
        """A story at its version."""
        record = _record("state", Kind.STORIES, story.id, _zulu(story.updated_at), created=_zulu(story.opened_at))
        return Operation(
            place=Place(Kind.STORIES),
            id=story.id,
            version=story.version,
            document=_filled(
                {
                    **record,
                    **about_story(story).fields(self._names),
                    "event": record["event"] | {"reason": story.reason},
                    "message": story.title,
                    "title": _own_language(story.language, story.title),
                    "incident": of_incident(story.incident),
                    "story": {
                        "id": story.id,
                        "version": story.version,
                        "open": story.open,
                        "language": story.language,
                        "languages": story.languages,
                        "families": story.families,
                        "sources": story.sources,
                        "articles": story.members,
                        "article_count": len(story.members),
                        "possibly_same_as": story.possibly_same_as,
                        "alias_of": story.alias_of,
                    },
                }
            ),
        )

    def alert(self, alert: Alert) -> Operation:
        """An alert as it stands; its time, which never goes back, is its version."""
        record = _record("alert", Kind.ALERTS, alert.id, _zulu(alert.updated_at), created=_zulu(alert.created_at))
        return Operation(
            place=Place(Kind.ALERTS),
            id=alert.id,
            version=_microseconds(alert.updated_at),
            document=_filled(
                {
                    **record,
                    **about_incident(alert.incident).fields(self._names),
                    "event": record["event"] | {"reason": alert.reason, "severity": _SEVERITIES.index(alert.severity)},
                    "message": f"{alert.rule}: {alert.reason}",
                    "rule": {"name": alert.rule},
                    "story": {"id": alert.story, "version": alert.story_version},
                    "incident": of_incident(alert.incident),
                    "alert": _alert(alert),
                }
            ),
        )

    @staticmethod
    def ledger(entry: LedgerEntry) -> Operation:
        """A decision. The ledger is append-only: equal entries are one."""
        key = sha256(encode(entry)).hexdigest()[:32]
        at = _zulu(entry.at)
        record = _record("event", Kind.LEDGER, key, at, created=at)
        return Operation(
            place=Place(Kind.LEDGER, month_of(entry.at)),
            id=key,
            document=_filled(
                {
                    **record,
                    "event": record["event"] | {"action": entry.decision, "reason": entry.reason},
                    "message": f"{entry.decision} {entry.rule}: {entry.reason}",
                    "rule": {"name": entry.rule},
                    "story": {"id": entry.story, "version": entry.story_version},
                    "alert": {"id": entry.alert},
                    "ledger": {
                        "articles": entry.articles,
                        "changed": [f"{one.field}: {one.before} → {one.after}" for one in entry.changed],
                        "receiver": entry.receiver,
                        "notification": entry.notification,
                    },
                }
            ),
        )

    @staticmethod
    def parked(key: str, thing: ParkedThing, version: int) -> Operation:
        """What was put aside. ``version``: its offset in its topic, which no clock can set back."""
        at = _zulu(thing.at)
        return Operation(
            place=Place(Kind.PARKED),
            id=key,
            version=version,
            document=_filled(
                {
                    **_record("pipeline_error", Kind.PARKED, key, at, created=at),
                    "message": f"{thing.step}: {thing.subject}",
                    "error": {"message": thing.error},
                    "parked": {"step": thing.step, "subject": thing.subject, "origin": thing.origin},
                }
            ),
        )

    @staticmethod
    def no_longer_parked(key: str, version: int) -> Operation:
        """What was put aside waits no longer: it was replayed or dropped. Parked again later, it is there again."""
        return Operation(place=Place(Kind.PARKED), id=key, version=version, document=None)


def folded(text: str) -> str:
    """Text as words are looked up in it: the reader's normal form, of letters and digits only."""
    normal = normalise(text)
    return " ".join(normal.replace("%", " ").split()) if "%" in normal else normal.strip()


def _record(kind: str, of: Kind, key: str, at: str, *, created: str) -> dict[str, Any]:
    """What every document begins with."""
    return {
        "@timestamp": at,
        "ecs": {"version": ECS},
        "event": {"id": key, "kind": kind, "dataset": f"marsad.{of}", "created": created},
    }


def _article(reading: Reading) -> dict[str, Any]:
    scores = reading.scores
    return {
        "id": reading.article_id,
        "revision": reading.revision,
        "language": reading.language,
        "genre": reading.genre,
        "published": _zulu(reading.published) if reading.published else None,
        "backlog": reading.backlog,
        "origin": reading.origin,
        "score": {
            "violence": scores.violence,
            "fresh": scores.fresh,
            "actual": scores.actual,
            "fresh_event": scores.fresh_event,
        },
    }


def _feed(reading: Reading) -> dict[str, Any]:
    source = reading.source
    return {
        "slug": source.feed,
        "name": source.name,
        "family": source.family,
        "country": source.country,
        "reliability": source.reliability,
        "tlp": source.tlp,
    }


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "severity": alert.severity,
        "state": alert.state,
        "sources": alert.sources,
        "articles": alert.articles,
        "article_count": len(alert.articles),
        "late": alert.late,
        "receivers": alert.receivers,
        "told_at": _zulu(alert.told_at) if alert.told_at else None,
        "acknowledged_by": alert.acknowledged_by,
        "note": alert.note,
    }


def _own_language(language: str, text: str) -> dict[str, str]:
    """Text in the field of its language, where it is analysed as such."""
    primary = language.partition("-")[0].lower()
    return {primary if primary in LANGUAGES else OTHER: text}


def _filled(document: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not known: an absent field is what a search can ask for."""
    filled = ((key, _filled(value) if isinstance(value, dict) else value) for key, value in document.items())
    return {key: value for key, value in filled if value not in _EMPTY}


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
