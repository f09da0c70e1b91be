"""Servers that ask who comes in."""

import urllib.error

import pytest
from kafka import KafkaAdminClient
from kafka.errors import KafkaError
from servers.clients import ask, consume, create_topic, produce
from servers.elastic_config import Account

ADMIN = Account("admin", "a long password")
READER = Account("reader", "another password", ("reads-stories",))
ROLES = {"reads-stories": {"indices": [{"names": ["stories"], "privileges": ["read"]}]}}


def test_kafka_lets_in_who_knows_the_password_and_nobody_else(start_kafka) -> None:
    kafka = start_kafka(secure=True, users={"marsad": "secret", "other": "other secret"})
    login = kafka.login.client()
    topic = create_topic(kafka.bootstrap, **login)
    produce(kafka.bootstrap, topic, b"text", **login)
    assert consume(kafka.bootstrap, topic, 1, **login) == [b"text"]
    other = {**login, "sasl_plain_username": "other", "sasl_plain_password": "other secret"}
    assert consume(kafka.bootstrap, topic, 1, **other) == [b"text"]
    for wrong in ({**login, "sasl_plain_password": "guess"}, {"security_protocol": "PLAINTEXT"}):
        with pytest.raises(KafkaError):
            KafkaAdminClient(bootstrap_servers=kafka.bootstrap, bootstrap_timeout_ms=5000, **wrong)


def test_elasticsearch_lets_each_user_do_what_the_roles_say(start_elastic) -> None:
    elastic = start_elastic(accounts=[ADMIN, READER], roles=ROLES)
    document = f"{elastic.url}/stories/_doc/1"
    ask(document, "PUT", {"title": "kept"}, account=ADMIN)
    assert ask(document, account=READER)["_source"] == {"title": "kept"}
    assert refused(document, "PUT", {"title": "changed"}, account=READER) == 403
    assert refused(document, account=Account("reader", "guess")) == 401
    assert refused(document) == 401


def refused(*request, **options) -> int:
    with pytest.raises(urllib.error.HTTPError) as error:
        ask(*request, **options)
    with error.value:
        return error.value.code
