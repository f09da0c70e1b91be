"""Logins, encryption and privileges, against a broker that insists on them."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest
from integration.kafka.conftest import made_topics
from kafka import KafkaAdminClient, KafkaConsumer
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ACLResourcePatternType, ResourcePattern, ResourceType
from servers.kafka import KafkaCluster
from unit.marsad.cli_runs import run

from marsad.errors import MarsadError
from marsad.kafka.admin import Admin
from marsad.kafka.client import settings_of
from marsad.kafka.errors import KafkaRefusedError
from marsad.kafka.producer import Message, Producer
from marsad.kafka.quiet import quieten
from marsad.kafka.reader import PartitionReader
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Topics, wanted

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # see `_after_each`

WITHIN = 60.0
PATIENCE = 5.0
CANARY = "CANARY-4b1d"
OPERATIONS = (Path(__file__).parents[3] / "docs" / "operations.md").read_text("utf-8")
USERS = ("poll", "worker-read", "worker-index", "watch", "alerts-ack", "kafka-setup", "kafka-setup-check", "nobody")
AUTHORIZED = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:ANONYMOUS",  # who comes in by the plain listener, for the tests only
}

StartKafka = Callable[..., KafkaCluster]


def access_of(cluster: KafkaCluster, user: str) -> KafkaAccess:
    assert cluster.login
    return KafkaAccess(
        tuple(cluster.bootstrap.split(",")),
        protocol="SASL_SSL",
        mechanism="SCRAM-SHA-512",
        user=user,
        password=f"{CANARY}-{user}",
        ca=cluster.login.authority,
    )


def plain_access(cluster: KafkaCluster) -> KafkaAccess:
    return KafkaAccess((f"127.0.0.1:{cluster.ports[0].internal}",))


def secured(start_kafka: StartKafka, **settings: str) -> KafkaCluster:
    return start_kafka(secure=True, users={user: f"{CANARY}-{user}" for user in USERS}, settings=settings)


class Written(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter().format(record))


@contextmanager
def everything_logged() -> Iterator[list[str]]:
    """All that a careless operator could make us log."""
    root, handler = logging.getLogger(), Written()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        quieten()
        yield handler.lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def test_logins(start_kafka: StartKafka) -> None:
    cluster = secured(start_kafka)
    right = access_of(cluster, "poll")
    with everything_logged() as logged:
        with Admin(right) as admin:
            topics = made_topics(admin)
        with closing(Producer(right)) as producer, closing(PartitionReader(right, topics.log)) as reader:
            producer.send_all([Message(topic=topics.log, value=b"1")], WITHIN)
            assert [entry.body for entry in reader.after(0, 10, 5.0)] == [b"1"]
        wrong = replace(right, password=f"{CANARY}-wrong")
        told = [refusal(wrong), refusal(replace(right, mechanism="PLAIN"))]
        assert all("login" in text and "user, password" in text and "`kafka.security`" in text for text in told), told
        told += [refusal(replace(right, ca=Path(__file__).with_name("foreign.pem")))]
        assert "no encrypted connection" in told[-1]
        told += [refusal(KafkaAccess(right.bootstrap))]
        assert "do `kafka.bootstrap` and `kafka.security` fit its listener?" in told[-1]
        told += [refusal(replace(right, ca=Path(__file__)))]
        assert "holds no certificate in PEM form" in told[-1]
        with closing(Producer(wrong)) as producer, pytest.raises(MarsadError, match="login"):
            producer.send_all([Message(topic=topics.log, value=b"1")], PATIENCE)
        with closing(PartitionReader(wrong, topics.log)) as reader, pytest.raises(MarsadError) as refused:
            reader.after(0, 10, 1.0)
        told += [str(refused.value)]
    assert logged
    assert not [text for text in (*told, *logged) if CANARY in text]


def refusal(access: KafkaAccess) -> str:
    with pytest.raises(MarsadError) as refused:
        Admin(access, PATIENCE)
    return str(refused.value)


def test_the_privileges_that_the_page_on_operations_lists_suffice(start_kafka: StartKafka, tmp_path: Path) -> None:
    cluster = secured(start_kafka, **AUTHORIZED)
    plain = plain_access(cluster)
    with Admin(plain) as admin:
        topics = made_topics(admin)
    rows = privileges()
    assert [row.user for row in rows] == list(USERS[:-1])
    for row in rows:
        row.grant(plain, topics)
    for row in rows:
        row.try_out(cluster, topics)
    the_setup(cluster, tmp_path, plain)
    whoever_has_none_is_told(cluster, topics)


class Row:
    """A part, and what it may do: a line of the page's table."""

    def __init__(self, cells: list[str]) -> None:
        names = [re.findall(r"`([^`]+)`", cell) for cell in cells]
        self.user = names[0][0].removeprefix("marsad ").replace(" --", "-").replace(" ", "-")
        self.reads, self.writes, self.groups = names[1:4]
        self.besides = re.findall(r"Create|DescribeConfigs|AlterConfigs|Describe", cells[4])

    def grant(self, plain: KafkaAccess, topics: Topics) -> None:
        names = [*(("Read", "TOPIC", name) for name in self.reads), *(("Write", "TOPIC", name) for name in self.writes)]
        names += [("Read", "GROUP", name) for name in self.groups]
        asked = [self._acl(what, kind, f"{topics.prefix}{name}") for what, kind, name in names]
        asked += [self._acl(what, "TOPIC", "own.", prefixed=True) for what in self.besides]
        client = KafkaAdminClient(**settings_of(plain, 10.0))
        answer = client.create_acls(asked)
        client.close()
        assert not answer["failed"], answer

    def _acl(self, what: str, kind: str, name: str, *, prefixed: bool = False) -> ACL:
        operation = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", what).upper()
        how = ACLResourcePatternType.PREFIXED if prefixed else ACLResourcePatternType.LITERAL
        pattern = ResourcePattern(ResourceType[kind], name, how)
        return ACL(f"User:{self.user}", "*", ACLOperation[operation], ACLPermissionType.ALLOW, pattern)

    def try_out(self, cluster: KafkaCluster, topics: Topics) -> None:
        access = access_of(cluster, self.user)
        messages = [Message(topic=f"{topics.prefix}{name}", key=b"k", value=b"1") for name in self.writes]
        with closing(Producer(access)) as producer:
            producer.send_all(messages, WITHIN)
        for name in self.reads:
            with closing(PartitionReader(access, f"{topics.prefix}{name}")) as reader:
                assert reader.last_offset() + 1 >= reader.first_offset()
                reader.raw_after(0, 10, 0.1)
        for name in self.groups:
            group = f"{topics.prefix}{name}"
            join(access, group, [f"{topics.prefix}{topic}" for topic in self.reads])
            with Admin(access) as admin:
                admin.group_offsets(group)
                admin.partitions([f"{topics.prefix}{topic}" for topic in (*self.reads, *self.writes)])


def join(access: KafkaAccess, group: str, topics: list[str]) -> None:
    consumer = KafkaConsumer(**settings_of(access, 10.0), group_id=group, auto_offset_reset="earliest")
    consumer.subscribe(topics)
    deadline = monotonic() + WITHIN
    while not consumer.assignment():
        assert monotonic() < deadline
        consumer.poll(timeout_ms=200)
    consumer.commit()
    consumer.close()


def privileges() -> list[Row]:
    table = OPERATIONS.partition("| Part | Read | Write | Group | Besides |\n")[2].partition("\n\n")[0]
    return [Row([cell.strip() for cell in line.split("|")[1:-1]]) for line in table.splitlines()[1:]]


def the_setup(cluster: KafkaCluster, folder: Path, plain: KafkaAccess) -> None:
    access = access_of(cluster, "kafka-setup")
    (folder / "user").write_text("kafka-setup", "utf-8")
    (folder / "password").write_text(f"{access.password}\n", "utf-8")
    security = f"{{user: {{file: user}}, password: {{file: password}}, ca: {access.ca}}}"
    (folder / "marsad.yaml").write_text(
        f"kafka:\n  bootstrap: [{cluster.bootstrap}]\n  prefix: own.\n  security: {security}\n", "utf-8"
    )
    done = run("kafka", "setup", str(folder))
    assert (done.code, done.err) == (0, "")
    with Admin(plain) as admin:
        names = [topic.name for topic in wanted(Topics("own."), partitions=12, replication=1)]
        assert list(admin.found(names)) == names
    done = run("kafka", "setup", str(folder))
    assert (done.code, done.err) == (0, "")
    for user, code in (("kafka-setup-check", 0), ("nobody", 1)):
        (folder / "user").write_text(user, "utf-8")
        (folder / "password").write_text(f"{CANARY}-{user}", "utf-8")
        done = run("kafka", "setup", str(folder), "--check")
        assert done.code == code, done
        assert CANARY not in done.out + done.err
    assert "the user lacks a privilege" in done.err, done


def whoever_has_none_is_told(cluster: KafkaCluster, topics: Topics) -> None:
    access = access_of(cluster, "nobody")
    expected = rf"topic {topics.log}.*the user lacks a privilege"
    with closing(Producer(access)) as producer, pytest.raises(KafkaRefusedError, match=expected):
        producer.send_all([Message(topic=topics.log, value=b"1")], WITHIN)
    with closing(PartitionReader(access, topics.log)) as reader, pytest.raises(KafkaRefusedError, match=expected):
        reader.after(0, 10, 0.1)
    with Admin(access) as admin, pytest.raises(KafkaRefusedError, match=expected):
        admin.end_offsets(topics.log)
