"""`marsad kafka`: the Kafka topics of a watch that is scaled out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from marsad.cli.options import watch_folder
from marsad.config import kafka_access
from marsad.errors import MarsadError
from marsad.kafka.admin import Admin, Cluster
from marsad.kafka.errors import KafkaRefusedError
from marsad.kafka.quiet import quieten
from marsad.kafka.topics import Topics, Wanted, compare, copies, wanted
from marsad.settings import kafka_section, settings_of
from marsad.view_parts import many

OLDEST: Final = (3, 0)


@click.group()
def kafka() -> None:
    """Set up the Kafka topics of a watch that is scaled out."""


@kafka.command(short_help="Create Kafka topics, put their settings right.")
@watch_folder
@click.option("--check", "only_check", is_flag=True, help="Change nothing; end with 1 if anything is amiss.")
def setup(folder: Path, *, only_check: bool) -> None:
    r"""Create the Kafka topics that are missing, and put right the settings of those that are there.

    It may be run again at any time. What would harm messages that are there (fewer partitions or copies than asked) is
    only told, with what to do, and ends with 1.

    \b
    marsad kafka setup my-watch
    marsad kafka setup my-watch --check
    """
    settings = settings_of(folder)
    section = kafka_section(folder, settings)
    access = kafka_access(folder, settings)
    quieten()
    with Admin(access) as admin:
        cluster = admin.cluster()
        _refuse_what_cannot_work(cluster, section.replication)
        click.echo(f"Kafka cluster {cluster.id}: {many(cluster.brokers, 'broker')}")
        topics = wanted(
            Topics(section.prefix),
            partitions=section.partitions,
            replication=copies(section.replication, cluster.brokers),
        )
        left = _checked(admin, topics) if only_check else _set_up(admin, topics)
    if left:
        raise MarsadError(f"{many(left, 'thing')} amiss with Kafka's topics, told above")


def _refuse_what_cannot_work(cluster: Cluster, replication: int | None) -> None:
    if cluster.version < OLDEST:
        version = ".".join(map(str, cluster.version))
        raise KafkaRefusedError(f"this is Kafka {version}: Marsad needs {'.'.join(map(str, OLDEST))} or newer")
    if replication is not None and replication > cluster.brokers:
        raise KafkaRefusedError(
            f"`kafka.replication` asks for {replication} copies and there {_is(cluster.brokers)}: write at most that, "
            "or start the others first"
        )


def _is(brokers: int) -> str:
    return f"{'is' if brokers == 1 else 'are'} {many(brokers, 'broker')}"


def _checked(admin: Admin, topics: Sequence[Wanted]) -> int:
    """How much is amiss, each thing told."""
    found = admin.found([topic.name for topic in topics])
    count = 0
    for topic in topics:
        if topic.name not in found:
            told = [f"{topic.name}: is missing: run `marsad kafka setup` without --check"]
        else:
            changes, problems = compare(topic, found[topic.name])
            told = [*(f"{change}: run `marsad kafka setup` without --check" for change in changes), *map(str, problems)]
        count += len(told)
        click.echo("\n".join(told) or f"{topic.name}: as it should be")
    return count


def _set_up(admin: Admin, topics: Sequence[Wanted]) -> int:
    """How much is left for a person; what was done, and what is left, told of each topic."""
    found = admin.found([topic.name for topic in topics])
    left = 0
    for topic in topics:
        if topic.name not in found:
            admin.create([topic])
            click.echo(
                f"{topic.name}: created ({many(topic.partitions, 'partition')}, replication {topic.replication})"
            )
            continue
        changes, problems = compare(topic, found[topic.name])
        admin.change(changes)
        told = [*(f"{change}: put right" for change in changes), *map(str, problems)]
        click.echo("\n".join(told) or f"{topic.name}: as it should be")
        left += len(problems)
    return left


COMMANDS = (kafka,)
