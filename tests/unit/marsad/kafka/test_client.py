"""What kafka-python's errors mean, and that a client that reached nobody leaves nothing behind."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kafka import errors

from marsad.kafka import client as module
from marsad.kafka.client import Deadline, connect, settings_of, tell_of_slow_checksums, told
from marsad.kafka.errors import KafkaDownError, KafkaRefusedError, TopicMissingError
from marsad.kafka.settings import KafkaAccess

ACCESS = KafkaAccess(("a:1", "b:2"))


class Connections:
    def __init__(self, **configs: Any) -> None:
        self.closed = False
        opened.append(self)

    def close(self) -> None:
        self.closed = True


opened: list[Connections] = []


def failing(*reasons: Exception) -> Callable[..., Any]:
    """A client as kafka-python's: it logs why it could not connect, and raises no more than that time is over."""

    def make(*, kafka_client: Callable[..., Any], **settings: Any) -> Any:
        kafka_client(**settings)
        for reason in reasons:
            logging.getLogger("kafka.net.manager").warning("Bootstrap connection to %s failed: %s", "a", reason)
        late = errors.KafkaTimeoutError("Unable to bootstrap")
        logging.getLogger("kafka.net.manager").error("Bootstrap failed: %s", late)
        raise late

    return make


@pytest.mark.parametrize(
    ("reason", "kind", "expected"),
    [
        (None, KafkaDownError, r"a:1, b:2.*Unable to bootstrap.*is it up.*nothing is lost"),
        (errors.KafkaConnectionError("111 ECONNREFUSED"), KafkaDownError, "111 ECONNREFUSED: is it up"),
        (errors.SaslAuthenticationFailedError("no such user"), KafkaRefusedError, "refuses the login: .*no such user"),
        (
            errors.KafkaConnectionError("Handshake failed: [SSL: CERTIFICATE_VERIFY_FAILED] self-signed"),
            KafkaRefusedError,
            r"no encrypted connection.*self-signed.*mend `protocol` and `ca`",
        ),
    ],
)
def test_why_there_is_no_connection(
    monkeypatch: pytest.MonkeyPatch, reason: Exception | None, kind: type[Exception], expected: str
) -> None:
    monkeypatch.setattr(module, "KafkaNetClient", Connections)
    opened.clear()
    with pytest.raises(kind, match=expected):
        connect(ACCESS, 1.0, failing(*filter(None, [reason])))
    assert [one.closed for one in opened] == [True]
    assert not logging.getLogger("kafka.net.manager").handlers


@pytest.mark.parametrize(
    ("error", "kind", "expected"),
    [
        (errors.UnknownTopicOrPartitionError(), TopicMissingError, "topic t is missing: run `marsad kafka setup`"),
        (errors.GroupAuthorizationFailedError("g"), KafkaRefusedError, "lacks a privilege; docs/operations.md"),
        (errors.IncompatibleBrokerVersion(), KafkaRefusedError, "Marsad needs Kafka 3.0 or newer"),
        (errors.PolicyViolationError("no"), KafkaRefusedError, "refuses it"),
        (errors.CorruptRecordError(), KafkaDownError, "tried again"),
        (errors.IllegalStateError("closed"), KafkaDownError, "closed"),
        (OSError("reset"), KafkaDownError, "reset"),
        (KafkaDownError("as it is"), KafkaDownError, "^as it is. It is tried again, nothing is lost$"),
    ],
)
def test_what_passes_and_what_does_not(error: Exception, kind: type[Exception], expected: str) -> None:
    found = told(error, ACCESS, "t")
    assert type(found) is kind
    with pytest.raises(kind, match=expected):
        raise found


def test_a_broker_that_hangs_up_at_the_login_mostly_refuses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KafkaNetClient", Connections)
    reason = errors.KafkaConnectionError("socket disconnected")
    access = KafkaAccess(("a:1",), protocol="SASL_PLAINTEXT", mechanism="PLAIN", user="u", password="p")
    with pytest.raises(KafkaDownError, match=r"are user, password and mechanism in `kafka.security` right"):
        connect(access, 1.0, failing(reason))
    with pytest.raises(
        KafkaDownError, match=r"hangs up at the login"
    ):  # the last one was cut short by our own patience
        connect(access, 1.0, failing(reason, errors.RequestTimedOutError("after 49 ms")))
    with pytest.raises(KafkaDownError, match=r"disconnected: is it up, and do `kafka.bootstrap`"):
        connect(ACCESS, 1.0, failing(reason))


def test_a_refused_login_counts_though_the_last_attempts_saw_only_that_it_hung_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "KafkaNetClient", Connections)
    refused, hung_up = errors.SaslAuthenticationFailedError("no"), errors.KafkaConnectionError("socket disconnected")
    with pytest.raises(KafkaRefusedError, match="refuses the login"):
        connect(ACCESS, 1.0, failing(hung_up, refused, hung_up))


def test_a_long_reason_is_cut() -> None:
    assert len(str(told(OSError("x" * 10_000), ACCESS))) < 500


def test_settings_carry_the_secrets_only_where_they_are_used() -> None:
    assert not [key for key in settings_of(ACCESS, 1.0) if key.startswith(("sasl", "ssl"))]
    access = KafkaAccess(("a:1",), protocol="SASL_PLAINTEXT", mechanism="PLAIN", user="u", password="p")
    settings = settings_of(access, 0.0)
    assert (settings["sasl_mechanism"], settings["sasl_plain_username"]) == ("PLAIN", "u")
    assert settings["bootstrap_timeout_ms"] == 1


def test_encryption_trusts_the_authority_and_checks_names() -> None:
    pem = Path(__file__).parents[3] / "integration" / "kafka" / "foreign.pem"
    context = settings_of(KafkaAccess(("a:1",), protocol="SSL", ca=pem), 1.0)["ssl_context"]
    assert context.check_hostname
    assert len(context.get_ca_certs()) == 1
    with pytest.raises(KafkaRefusedError, match="holds no certificate in PEM form"):
        settings_of(KafkaAccess(("a:1",), protocol="SSL", ca=Path(__file__)), 1.0)


def test_slow_checksums_are_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    tell_of_slow_checksums()
    assert not caplog.records
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    tell_of_slow_checksums()
    assert "the package crc32c is missing" in caplog.text


def test_a_deadline_counts_down_to_nothing() -> None:
    now = [10.0]
    deadline = Deadline(3.0, lambda: now[0])
    assert deadline.left == 3.0
    now[0] = 12.0
    assert deadline.left == 1.0
    now[0] = 99.0
    assert deadline.left == 0.0
