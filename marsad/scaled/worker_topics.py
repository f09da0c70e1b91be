"""The topics of a worker, looked at before it starts: Faust reads nothing from missing ones, and seems well."""

from collections.abc import Collection

from marsad.kafka.admin import Admin
from marsad.kafka.errors import KafkaRefusedError
from marsad.kafka.topics import Found, Topics, compare, wanted


def check_topics(admin: Admin, topics: Topics, names: Collection[str], partitions: int) -> None:
    """Raises TopicMissingError; KafkaRefusedError for a topic with too few or, where order counts, many partitions."""
    found = admin.partitions(sorted(names))
    problems = [
        problem
        for topic in wanted(topics, partitions=partitions, replication=1)
        if topic.name in found
        for problem in compare(topic, Found(topic.name, found[topic.name], topic.replication, topic.settings))[1]
    ]
    if problems:
        raise KafkaRefusedError("\n".join(f"topic {problem}" for problem in problems))
