"""The fields of each kind of document in Elasticsearch, strict: a field that is not here is refused. Pure.

Names are ECS's where it has them (``@timestamp``, ``event.kind``, ``url.full``, ``rule.name``…). What happened
in the world is ``incident.*``: ECS's ``event.*`` is about the record itself, and gives ``event.type`` and
``event.category`` values of its own. Only plain keyword, number, date and text fields, which Kibana's Lens
can use: nothing is ``nested`` or ``flattened``. docs/operations.md has the table.
"""

from collections.abc import Mapping
from typing import Any, Final

from stream.index.elastic_indices import Kind

Fields = Mapping[str, Mapping[str, Any]]

LANGUAGES: Final = {"ar": "arabic", "fr": "french", "en": "english"}
"""Language → Elasticsearch's analyser. Text in another goes into the field ``other``."""
OTHER: Final = "other"
LONGEST_KEYWORD: Final = 1_024
"""Characters; a longer value stays in the document but cannot be filtered by."""

KEYWORD: Final = {"type": "keyword", "ignore_above": LONGEST_KEYWORD}
DATE: Final = {"type": "date"}
FLAG: Final = {"type": "boolean"}
COUNT: Final = {"type": "long"}
SCORE: Final = {"type": "float"}
POINT: Final = {"type": "geo_point"}
PLAIN: Final = {"type": "text", "analyzer": "standard"}
SHOWN: Final = {**PLAIN, "fields": {"keyword": KEYWORD}}
FOLDED: Final = {"type": "text", "analyzer": "whitespace"}
"""Comes normalised by the reader, so that only its spaces are left to be seen to."""


def _each(prefix: str, names: str, field: Mapping[str, Any]) -> Fields:
    return {f"{prefix}.{name}": field for name in names.split()}


def _own_language(name: str) -> Fields:
    analysed = {f"{name}.{code}": {"type": "text", "analyzer": analyser} for code, analyser in LANGUAGES.items()}
    return {**analysed, f"{name}.{OTHER}": PLAIN}


def _labels() -> Fields:
    return {
        f"labels.{code}": {**KEYWORD, "fields": {"text": {"type": "text", "analyzer": analyser}}}
        for code, analyser in LANGUAGES.items()
    }


COMMON: Final[Fields] = {
    "@timestamp": DATE,
    "ecs.version": KEYWORD,
    **_each("event", "id kind dataset", KEYWORD),
    "event.created": DATE,
    "message": SHOWN,
}
"""What every document has."""

_TOLLS: Final[Fields] = {
    name: field
    for toll in ("killed", "injured", "abducted")
    for name, field in {
        **_each(f"incident.{toll}", "best low high", COUNT),
        f"incident.{toll}.owner": KEYWORD,
    }.items()
}
INCIDENT: Final[Fields] = {
    **_each("incident", "type sub_type family status initiator date_precision claimed_by perpetrator", KEYWORD),
    **_each("incident", "fresh update novelty retracted", FLAG),
    "incident.probability": SCORE,
    "incident.date": DATE,
    **_each("incident.geo", "name country_iso_code region_iso_code area precision", KEYWORD),
    "incident.geo.location": POINT,
    **_TOLLS,
}
ABOUT: Final[Fields] = {**_each("about", "country region topic actor place", KEYWORD), **_labels()}

_ARTICLE: Final[Fields] = {
    **_each("article", "id language genre origin", KEYWORD),
    "article.revision": COUNT,
    "article.published": DATE,
    "article.backlog": FLAG,
    **_each("article.score", "violence fresh actual fresh_event", SCORE),
    **_each("feed", "slug name family country reliability tlp", KEYWORD),
    **_each("url", "full domain", KEYWORD),
    "tags": KEYWORD,
    **_own_language("title"),
    **_own_language("text"),
    **_each("folded", "title text concepts", FOLDED),
}
_STORY: Final[Fields] = {
    **_each("story", "id language languages families articles possibly_same_as alias_of", KEYWORD),
    **_each("story", "version sources article_count", COUNT),
    "story.open": FLAG,
    "event.reason": KEYWORD,
    **_own_language("title"),
}
_ALERT: Final[Fields] = {
    **_each("alert", "id severity state articles receivers acknowledged_by", KEYWORD),
    **_each("alert", "sources article_count", COUNT),
    "alert.late": FLAG,
    "alert.told_at": DATE,
    "alert.note": PLAIN,
    **_each("event", "reason", KEYWORD),
    "event.severity": COUNT,
    "rule.name": KEYWORD,
    "story.id": KEYWORD,
    "story.version": COUNT,
}
_LEDGER: Final[Fields] = {
    **_each("event", "action reason", KEYWORD),
    "rule.name": KEYWORD,
    "story.id": KEYWORD,
    "story.version": COUNT,
    "alert.id": KEYWORD,
    **_each("ledger", "articles changed receiver notification", KEYWORD),
}
_PARKED: Final[Fields] = {
    **_each("parked", "step subject origin", KEYWORD),
    "error.message": SHOWN,
}

FIELDS: Final[Mapping[Kind, Fields]] = {
    Kind.ARTICLES: {**ABOUT, **INCIDENT, **_ARTICLE},
    Kind.STORIES: {**ABOUT, **INCIDENT, **_STORY},
    Kind.ALERTS: {**ABOUT, **INCIDENT, **_ALERT},
    Kind.LEDGER: _LEDGER,
    Kind.PARKED: _PARKED,
}
"""Besides the common ones."""
