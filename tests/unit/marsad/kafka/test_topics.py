from dataclasses import replace

import pytest

from marsad.kafka.topics import Change, Found, Problem, Topics, Wanted, compare, copies, wanted

WEEK = "604800000"
TOPICS = Topics("news.")


def by_name(replication: int = 3) -> dict[str, Wanted]:
    return {topic.name: topic for topic in wanted(TOPICS, partitions=12, replication=replication)}


def as_wanted(topic: Wanted, **settings: str) -> Found:
    changed = {key.replace("_", "."): value for key, value in settings.items()}
    # What Kafka tells besides is none of our business.
    everything = {**topic.settings, "segment.bytes": "1073741824", **changed}
    return Found(topic.name, topic.partitions, topic.replication, everything)


def test_the_topics_and_what_each_needs() -> None:
    short = {
        topic.name: (topic.partitions, topic.settings["cleanup.policy"], topic.settings.get("retention.ms"))
        for topic in by_name().values()
    }
    assert short == {
        "news.articles": (12, "delete", WEEK),
        "news.feed-state": (12, "compact", None),
        "news.readings": (12, "delete", WEEK),
        "news.stories": (12, "compact", None),
        "news.alerts": (12, "compact", None),
        "news.ledger": (12, "delete", "2592000000"),
        "news.log": (1, "delete", "-1"),
        "news.parked": (1, "compact", None),
    }


def test_only_the_log_has_the_brokers_time() -> None:
    times = {name: topic.settings["message.timestamp.type"] for name, topic in by_name().items()}
    assert {name for name, kind in times.items() if kind == "LogAppendTime"} == {"news.log"}


def test_what_pollers_read_at_their_start_is_kept_short() -> None:
    rolled = {name: topic.settings["segment.ms"] for name, topic in by_name().items() if "segment.ms" in topic.settings}
    assert rolled == {"news.feed-state": "3600000"}
    topic = by_name()["news.feed-state"]
    assert compare(topic, as_wanted(topic, segment_ms="60000")) == ([], [])
    assert compare(topic, as_wanted(topic, segment_ms="604800000")) == (
        [Change(topic.name, "segment.ms", "604800000", "3600000")],
        [],
    )


@pytest.mark.parametrize(("replication", "insync"), [(1, "1"), (2, "1"), (3, "2"), (5, "2")])
def test_acknowledged_means_two_copies_where_there_are_three(replication: int, insync: str) -> None:
    assert {topic.settings["min.insync.replicas"] for topic in by_name(replication).values()} == {insync}
    assert {topic.settings["unclean.leader.election.enable"] for topic in by_name(replication).values()} == {"false"}


@pytest.mark.parametrize(
    ("asked", "brokers", "expected"), [(None, 5, 3), (None, 3, 3), (None, 1, 1), (None, 0, 1), (2, 5, 2), (4, 2, 4)]
)
def test_copies(asked: int | None, brokers: int, expected: int) -> None:
    assert copies(asked, brokers) == expected


@pytest.mark.parametrize("name", sorted(by_name()))
def test_a_topic_as_wanted_is_left_alone(name: str) -> None:
    topic = by_name()[name]
    assert compare(topic, as_wanted(topic)) == ([], [])


@pytest.mark.parametrize(
    ("name", "setting", "value"),
    [
        pytest.param("log", "cleanup.policy", "compact", id="compaction throws log records away"),
        pytest.param("log", "cleanup.policy", "compact,delete", id="so does both"),
        pytest.param("feed-state", "cleanup.policy", "compact,delete", id="and forgets a feed"),
        pytest.param("log", "retention.ms", "604800000", id="a log that is too short"),
        pytest.param("log", "retention.bytes", "1000000", id="or too small"),
        pytest.param("log", "message.timestamp.type", "CreateTime", id="clocks of many machines"),
        pytest.param("articles", "message.timestamp.type", "LogAppendTime", id="a moved article stays old"),
        pytest.param("articles", "retention.ms", "3600000", id="an hour"),
        pytest.param("articles", "max.message.bytes", "1048588", id="Kafka's own limit"),
        pytest.param("articles", "min.insync.replicas", "1", id="one copy"),
        pytest.param("articles", "min.insync.replicas", "4", id="more than there are: nothing could be written"),
        pytest.param("articles", "unclean.leader.election.enable", "true", id="a stale copy"),
        pytest.param("articles", "retention.ms", "", id="not told"),
        pytest.param("articles", "retention.ms", "x", id="not a number"),
        pytest.param("articles", "max.message.bytes", "", id="size not told"),
    ],
)
def test_a_wrong_setting_is_found(name: str, setting: str, value: str) -> None:
    topic = by_name()[f"news.{name}"]
    found = replace(as_wanted(topic), settings={**topic.settings, setting: value})
    changes, problems = compare(topic, found)
    assert changes == [Change(topic.name, setting, value, topic.settings[setting])]
    assert problems == []


@pytest.mark.parametrize(
    ("name", "setting", "value"),
    [
        ("articles", "retention.ms", "2592000000"),
        ("articles", "retention.ms", "-1"),
        ("articles", "max.message.bytes", "20000000"),
        ("articles", "min.insync.replicas", "3"),
    ],
)
def test_more_than_asked_is_the_operators_own_choice(name: str, setting: str, value: str) -> None:
    topic = by_name()[f"news.{name}"]
    assert compare(topic, replace(as_wanted(topic), settings={**topic.settings, setting: value})) == ([], [])


def test_a_change_says_what_is_and_what_should_be() -> None:
    assert str(Change("t", "retention.ms", "5", "-1")) == "t: retention.ms is 5, not -1"
    assert str(Change("t", "retention.ms", "", "-1")) == "t: retention.ms is not set, not -1"


def told(name: str, **found: int) -> list[str]:
    topic = by_name()[f"news.{name}"]
    changes, problems = compare(topic, replace(as_wanted(topic), **found))
    assert changes == []
    assert {problem.topic for problem in problems} <= {topic.name}
    return [problem.text for problem in problems]


def test_fewer_partitions_are_not_added_behind_the_operators_back() -> None:
    (text,) = told("articles", partitions=6)
    assert "has 6 of 12 partitions" in text
    assert "write `partitions: 6`" in text
    assert "kafka-topics.sh --alter --topic news.articles --partitions 12" in text
    (text,) = told("feed-state", partitions=6)
    assert "another `kafka.prefix`" in text
    assert "kafka-topics.sh" not in text


def test_more_partitions_do_no_harm_but_to_a_topic_with_one_order() -> None:
    assert told("articles", partitions=24) == []
    (text,) = told("log", partitions=2)
    assert "must have one, or its order is lost" in text


def test_fewer_copies_are_told() -> None:
    (text,) = told("log", replication=2)
    assert "has 2 of 3 copies" in text
    assert "`replication: 2`" in text
    assert told("log", replication=4) == []
    assert str(Problem("t", "is so")) == "t: is so"
