"""Writes on a real Elasticsearch."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from integration.elastic.samples import DOCUMENTS, NOON, article, event, parked, put, run, searched

from marsad.alert import Decision, LedgerEntry
from marsad.codes import PlaceKind
from stream.index.elastic_bulk import ElasticBulk

DECEMBER = NOON.replace(month=12)
JANUARY = NOON.replace(year=2027, month=1)


def test_an_unknown_field_is_refused_and_the_others_are_stored(elastic_access):
    good, bad = article("good"), article("bad")
    bad = replace(bad, document={**bad.document, "surprise": {"deep": 1}})
    undated = replace(article("undated"), document={**good.document, "@timestamp": "soon"})

    async def work(client):
        rejected = await put(elastic_access, [bad, good, undated])
        return rejected, await searched(client, elastic_access, "articles")

    rejected, found = run(elastic_access, work)
    assert [one.operation.id for one in rejected] == ["bad", "undated"]
    assert "dynamic introduction of [surprise]" in rejected[0].reason
    assert "failed to parse field [@timestamp]" in rejected[1].reason
    assert set(found) == {"good"}


def test_a_redelivery_changes_nothing_and_a_late_revision_is_passed_over(elastic_access):
    first, second = article("a", "Kidal"), article("a", "Gao", revision=2)

    async def work(client):
        bulk = ElasticBulk(client, elastic_access.prefix)
        for batch in ([first], [first], [second], [first], [second, first]):
            assert await bulk.put(batch) == []
        return bulk.counts.known, await searched(client, elastic_access, "articles")

    known, found = run(elastic_access, work)
    assert {key: document["message"] for key, document in found.items()} == {"a": "Gao"}
    assert known == 2


def test_an_article_is_one_document_across_the_turn_of_the_month(elastic_access):
    def revision(number, at):
        return article("a", f"revision {number}", revision=number, at=at)

    async def work(client):
        bulk = ElasticBulk(client, elastic_access.prefix)
        await bulk.put([revision(1, NOON)])
        await bulk.put([article("new", at=DECEMBER), revision(2, DECEMBER)])
        await ElasticBulk(client, elastic_access.prefix).put([revision(1, NOON), article("late", at=NOON)])
        await bulk.put([revision(2, DECEMBER), revision(3, DECEMBER)])
        # its first revision was parked, and comes when the second is long there
        await bulk.put([article("b", "second", revision=2, at=DECEMBER)])
        await bulk.put([article("b", "first", revision=1, at=NOON)])
        found = await searched(client, elastic_access, "articles")
        return found, set(await searched(client, elastic_access, "articles-2026.11"))

    found, november = run(elastic_access, work)
    assert {key: document["message"] for key, document in found.items()} == {
        "a": "revision 3",
        "b": "second",
        "new": "Attaque à Gao",
        "late": "Attaque à Gao",
    }
    assert november == {"a", "late"}


def test_decisions_and_parked_things_are_there_once(elastic_access):
    entry = LedgerEntry(at=NOON, decision=Decision.SEND, rule="r", story="s", story_version=1, reason="sure")

    async def work(client):
        bulk = ElasticBulk(client, elastic_access.prefix)
        for _ in range(2):
            assert await bulk.put([DOCUMENTS.ledger(entry), parked("one"), parked("two")]) == []
        await bulk.put([DOCUMENTS.no_longer_parked("one", 9), parked("one", 3)])
        await bulk.put([DOCUMENTS.no_longer_parked("two", 9), parked("two", 11)])
        ledger = await searched(client, elastic_access, "ledger")
        return ledger, await searched(client, elastic_access, "parked")

    ledger, waiting = run(elastic_access, work)
    assert len(ledger) == 1
    assert set(waiting) == {"two"}


def test_a_month_comes_with_its_mapping_though_its_template_is_gone(elastic_access):
    bad = article("bad", at=JANUARY)
    bad = replace(bad, document={**bad.document, "surprise": 1})

    async def work(client):
        await client.send("DELETE", f"/_index_template/{elastic_access.prefix}articles-v1")
        return await put(elastic_access, [article("good", at=JANUARY), bad])

    (rejected,) = run(elastic_access, work)
    assert rejected.operation.id == "bad"


def test_a_point_is_on_the_map_only_where_the_place_is_exact(elastic_access):
    batch = [article(kind, event=event(kind)) for kind in PlaceKind]
    box = {"top_left": {"lat": 20, "lon": -5}, "bottom_right": {"lat": 10, "lon": 5}}

    async def work(client):
        assert await put(elastic_access, batch) == []
        everywhere = await searched(client, elastic_access, "articles", {"exists": {"field": "incident.geo.name"}})
        on_the_map = {"geo_bounding_box": {"incident.geo.location": box}}
        return everywhere, await searched(client, elastic_access, "articles", on_the_map)

    everywhere, on_the_map = run(elastic_access, work)
    assert len(everywhere) == 4
    assert {key: one["incident"]["geo"]["precision"] for key, one in on_the_map.items()} == {
        "town": "town",
        "admin1": "admin1",
    }


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("text.fr", "attaque terroriste"),
        ("text.ar", "الهجوم"),
        ("text.en", "attacking"),
        ("labels.ar.text", "مالي"),
        ("labels.fr", "Mali"),
    ],
)
def test_each_language_is_searched_as_such(elastic_access, field, asked):
    batch = [
        article("fr", "x", "Des attaques terroristes", language="fr", countries={"ML": 1.0}),
        article("ar", "x", "هجوم على القرية", language="ar", countries={"ML": 1.0}),
        article("en", "x", "They attacked a village", language="en", countries={"ML": 1.0}),
        article("other", "x", "hari", language="ha"),
    ]
    expected = {field[5:7]} if field.startswith("text") else {"ar", "en", "fr"}

    async def work(client):
        assert await put(elastic_access, batch) == []
        return await searched(
            client, elastic_access, "articles", {"match": {field: {"query": asked, "operator": "and"}}}
        )

    assert set(run(elastic_access, work)) == expected


def test_what_lens_needs_is_there(elastic_access):
    async def work(client):
        await put(elastic_access, [article(f"a{number}", event=event()) for number in range(3)])
        await searched(client, elastic_access, "articles")
        asked = {
            "by": {"terms": {"field": "incident.type"}, "aggs": {"mean": {"avg": {"field": "incident.probability"}}}}
        }
        path = f"/{elastic_access.prefix}articles/_search"
        return await client.send("POST", path, {"size": 0, "aggs": asked})

    (bucket,) = run(elastic_access, work)["aggregations"]["by"]["buckets"]
    assert (bucket["key"], bucket["doc_count"]) == ("Battles", 3)
    assert bucket["mean"]["value"] == pytest.approx(0.9)


def test_times_are_kept_to_the_microsecond_in_the_document(elastic_access):
    at = datetime(2026, 11, 16, 12, 0, 0, 123_456, tzinfo=UTC)

    async def work(client):
        await put(elastic_access, [article("a", at=at)])
        return await searched(client, elastic_access, "articles")

    assert datetime.fromisoformat(run(elastic_access, work)["a"]["@timestamp"]) == at
