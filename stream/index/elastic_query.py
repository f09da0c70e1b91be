"""A search as Elasticsearch is asked it, and its answer. Pure: words only ever become values, never syntax."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from stream.index.elastic_mappings import LANGUAGES, OTHER
from stream.index.elastic_operation import storable
from stream.index.protocol import Found, Query
from stream.index.query_text import Expression, Term
from stream.index.snippet import snippet

Json = dict[str, Any]

_WEIGHTS: Final = {"folded.title": 4.0, "folded.text": 1.0, "folded.concepts": 0.5}
"""A word of the title says most, and what is written more than what was concluded."""
_SHOWN: Final = (
    "@timestamp",
    "about",
    "article",
    "feed.slug",
    "incident.type",
    "message",
    "text",
    "url.full",
)
_FEW: Final = 4
"""Forms of a word that are asked for one by one, each with its rank. An Arabic word with its particles has dozens: each
would count against Elasticsearch's limit of clauses, which a small heap makes small; together they count as one."""
MOST: Final = 10_000
"""Elasticsearch gives no more at once."""


def body(query: Query, expression: Expression) -> Json:
    """The search: every group of words, none of the excluded, every condition."""
    asked: Json = {"filter": list(_conditions(query))}
    if expression.groups:
        asked["must"] = [_any(group) for group in expression.groups]
    if expression.excluded:
        asked["must_not"] = [_any(expression.excluded)]
    by_rank = bool(expression.groups) and not query.newest_first
    newest: list[Json] = [{"@timestamp": "desc"}, {"article.id": "asc"}]
    return {
        "query": {"bool": asked},
        "sort": [{"_score": "desc"}, *newest] if by_rank else newest,
        "track_scores": bool(expression.groups),
        "track_total_hits": False,
        "size": min(max(query.limit, 0), MOST),
        "_source": list(_SHOWN),
    }


def found(hit: Mapping[str, Any], tokens: frozenset[str]) -> Found:
    """One article of the answer."""
    source = hit["_source"]
    article, about = source["article"], source.get("about", {})
    texts = source.get("text", {})
    text = next((texts[name] for name in (*LANGUAGES, OTHER) if name in texts), "")
    shown = snippet(text, tokens)
    published = article.get("published")
    return Found(
        article_id=article["id"],
        revision=article["revision"],
        feed=source["feed"]["slug"],
        language=article["language"],
        title=source.get("message", ""),
        link=source.get("url", {}).get("full", ""),
        observed_at=datetime.fromisoformat(source["@timestamp"]),
        published=datetime.fromisoformat(published) if published else None,
        event=source.get("incident", {}).get("type"),
        score=float(hit.get("_score") or 0.0),
        snippet=shown.text,
        matches=shown.matches,
        codes={kind: tuple(about.get(kind, ())) for kind in ("country", "region", "topic")},
    )


def _any(terms: Iterable[Term]) -> Json:
    """Any of the terms, in any of the fields."""
    return _either(clause for term in terms for clause in _of_term(term))


def _of_term(term: Term) -> Iterator[Json]:
    words = [alternative[0] for alternative in term.alternatives if len(alternative) == 1]
    phrases = [" ".join(alternative) for alternative in term.alternatives if len(alternative) > 1]
    for field, weight in _WEIGHTS.items():
        if len(words) > _FEW:
            yield {"terms": {field: words, "boost": weight}}
        elif words:
            yield {"match": {field: {"query": " ".join(words), "boost": weight}}}
        for phrase in phrases:
            yield {"match_phrase": {field: {"query": phrase, "boost": weight}}}


def _conditions(query: Query) -> Iterator[Json]:
    if query.language:
        # A regional variant counts as its language: ar finds ar-SY, ar-SY does not find ar.
        language = storable(query.language)
        variants = {"prefix": {"article.language": {"value": f"{language}-"}}}
        yield _either([{"term": {"article.language": language}}, variants])
    if query.since or query.until:
        edges = {"gte": query.since, "lt": query.until}
        yield {"range": {"@timestamp": {edge: _stamp(at) for edge, at in edges.items() if at}}}
    if query.events_only:
        yield {"exists": {"field": "incident.type"}}
    for field, value in _codes(query):
        if value:
            yield {"term": {field: storable(value)}}


def _codes(query: Query) -> Sequence[tuple[str, str | None]]:
    return (
        ("about.country", query.country.upper() if query.country else None),
        ("about.region", query.region),
        ("about.topic", query.topic),
        ("feed.slug", query.feed),
    )


def _either(clauses: Iterable[Json]) -> Json:
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
