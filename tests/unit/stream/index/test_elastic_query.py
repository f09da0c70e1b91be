"""Words only ever become values."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from stream.index.elastic_query import MOST, body, found
from stream.index.protocol import Query, QueryError
from stream.index.query_text import parse
from stream.reading.text import normalise

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
WORDS = """
bool filter must must_not should minimum_should_match match match_phrase term terms prefix range exists field query
boost value gte lt sort size track_scores track_total_hits _source _score @timestamp article.id article.language
about.country about.region about.topic feed.slug folded.title folded.text folded.concepts
"""
KNOWN = frozenset(WORDS.split())


def asked(query):
    return body(query, parse(query.text, normalise))


def keys(value):
    if isinstance(value, dict):
        return set(value) | {key for inner in value.values() for key in keys(inner)}
    return {key for inner in value for key in keys(inner)} if isinstance(value, list) else set()


@given(st.text(max_size=80), st.text(max_size=6))
def test_nothing_that_is_typed_becomes_syntax(text, code):
    query = Query(text=text, language=code, country=code, region=code, topic=code, feed=code, since=NOON, until=NOON)
    try:
        made = asked(query)
    except QueryError:
        return
    assert keys(made) <= KNOWN
    json.dumps(made, ensure_ascii=False).encode()


def test_a_query_without_words_is_a_list_of_the_newest():
    made = asked(Query(limit=5))
    assert made["query"] == {"bool": {"filter": []}}
    assert made["sort"] == [{"@timestamp": "desc"}, {"article.id": "asc"}]
    assert (made["size"], made["track_scores"]) == (5, False)


def test_a_limit_is_kept_within_what_elasticsearch_gives():
    assert asked(Query(limit=99_999))["size"] == MOST
    assert asked(Query(limit=-1))["size"] == 0


def test_words_are_looked_for_in_all_their_forms_and_phrases_in_order():
    words = asked(Query(text="مالي"))["query"]["bool"]["must"][0]["bool"]["should"]
    assert "بمالي" in words[0]["terms"]["folded.title"]
    assert len(words) == 3  # so many clauses, however many forms
    single = asked(Query(text="Mali"))["query"]["bool"]["must"][0]["bool"]["should"]
    assert single[0] == {"match": {"folded.title": {"query": "mali", "boost": 4.0}}}
    phrase = asked(Query(text='"trois soldats"'))["query"]["bool"]["must"][0]["bool"]["should"]
    assert phrase[0] == {"match_phrase": {"folded.title": {"query": "trois soldats", "boost": 4.0}}}


def test_what_is_not_in_a_document_is_empty_in_what_is_found():
    source = {
        "@timestamp": "2026-11-16T12:00:00Z",
        "article": {"id": "a", "revision": 1, "language": "und"},
        "feed": {"slug": "f"},
    }
    one = found({"_source": source, "_score": None}, frozenset())
    assert (one.title, one.link, one.snippet, one.published, one.event, one.score) == ("", "", "", None, None, 0.0)
    assert one.codes == {"country": (), "region": (), "topic": ()}
