"""What goes into the shared servers comes out of them."""

import pytest
from servers.clients import ask, consume, create_topic, produce
from servers.names import unique

ARABIC = "والكتاب"


def test_a_record_comes_back_from_its_topic(kafka) -> None:
    topic = create_topic(kafka.bootstrap)
    produce(kafka.bootstrap, topic, b"text")
    assert consume(kafka.bootstrap, topic, 1) == [b"text"]


def test_a_record_comes_back_from_a_topic_with_three_copies(kafka_three) -> None:
    topic = create_topic(kafka_three.bootstrap, copies=3)
    produce(kafka_three.bootstrap, topic, b"text")
    assert consume(kafka_three.bootstrap, topic, 1) == [b"text"]


def test_a_document_is_found_by_a_word_of_its_language(elastic) -> None:
    index = f"{elastic.url}/{unique('readings')}"
    title = {"type": "text", "analyzer": "arabic"}
    ask(index, "PUT", {"settings": {"number_of_replicas": 0}, "mappings": {"properties": {"title": title}}})
    ask(f"{index}/_doc/1?refresh=true", "PUT", {"title": ARABIC})
    found = ask(f"{index}/_search", "POST", {"query": {"match": {"title": "كتاب"}}})
    assert [hit["_id"] for hit in found["hits"]["hits"]] == ["1"]


@pytest.mark.parametrize(
    ("analyzer", "text", "token"),
    [("arabic", ARABIC, "كتاب"), ("french", "les chevaux", "cheval"), ("english", "the countries", "countri")],
)
def test_the_analyzers_of_a_full_server_are_there(elastic, analyzer: str, text: str, token: str) -> None:
    answer = ask(f"{elastic.url}/_analyze", "POST", {"analyzer": analyzer, "text": text})
    assert [one["token"] for one in answer["tokens"]] == [token]
