from pathlib import Path
from typing import Any

import pytest

from marsad.errors import ConfigError
from marsad.kafka.settings import KafkaAccess, KafkaConfig, resolve
from marsad.secret_ref import NotThereError
from marsad.yaml_config import parse_yaml, validate

SECRET = "CANARY-7f3a"
SASL = "bootstrap: [a:9092]\nsecurity: {user: {env: USER_OF_KAFKA}, password: {file: pw}, ca: ca.pem}\n"


def config(text: str) -> KafkaConfig:
    return validate(KafkaConfig, parse_yaml(text, "f.yaml"))


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        config(text)
    return [str(problem) for problem in refused.value.problems]


def test_the_least_that_is_to_be_written() -> None:
    found = config("bootstrap: kafka.example:9092\n")
    assert found.bootstrap == ("kafka.example:9092",)
    assert (found.prefix, found.partitions, found.replication, found.security) == ("marsad.", 12, None, None)
    assert resolve(found, {}, Path("/")) == KafkaAccess(("kafka.example:9092",))


@pytest.mark.parametrize("broker", ["127.0.0.1:1", "kafka_1.example:65535", "[::1]:9092"])
def test_brokers(broker: str) -> None:
    assert config(f"bootstrap: ['{broker}']\n").bootstrap == (broker,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", "f.yaml:1: bootstrap: the key 'bootstrap' is missing: add it"),
        ("bootstrap: []", "f.yaml:1: bootstrap: tuple should have at least 1 item"),
        ("bootstrap: [kafka.example]", "f.yaml:1: bootstrap[0]: a broker is written host:port"),
        ("bootstrap: ['a:0']", "f.yaml:1: bootstrap[0]: a broker is written host:port"),
        ("bootstrap: ['a:65536']", "f.yaml:1: bootstrap[0]: a broker is written host:port"),
        (
            "bootstrap: [a:1]\nprefix: 'a b'",
            "f.yaml:2: prefix: a prefix of topic names is made of letters, digits, '.', '_' and '-', not 'a b'",
        ),
        ("bootstrap: [a:1]\npartitions: 0", "f.yaml:2: partitions: input should be greater than or equal to 1, not 0"),
        (
            "bootstrap: [a:1]\nsecurity: {}",
            "f.yaml:2: security: to log in (SASL_SSL) add user and password, each {env: NAME} or {file: PATH}",
        ),
        ("bootstrap: [a:1]\nsecurity: {user: {env: A}}", "f.yaml:2: security: to log in (SASL_SSL) add password, each"),
        (
            "bootstrap: [a:1]\nsecurity: {protocol: SSL, user: {env: A}}",
            "f.yaml:2: security: encryption alone (SSL) does not log in: write SASL_SSL",
        ),
        (
            "bootstrap: [a:1]\nsecurity: {protocol: SASL_PLAINTEXT, user: {env: A}, password: {env: B}, ca: x}",
            "f.yaml:2: security: nothing is encrypted with SASL_PLAINTEXT: write SASL_SSL, or leave ca out",
        ),
        (f"bootstrap: ['u:{SECRET}@a:1']", "f.yaml:1: bootstrap[0]: a broker is written host:port"),
        (f"bootstrap: ['kafka://u:{SECRET}@a:1']", "f.yaml:1: bootstrap[0]: a broker is written host:port"),
        (
            f"bootstrap: [a:1]\nsecurity:\n  user: {{env: A}}\n  password: {SECRET}",
            "f.yaml:4: security.password: write keys with their values below it",
        ),
        (
            f"bootstrap: [a:1]\nsecurity:\n  user: {SECRET}\n  password: {{env: A}}",
            "f.yaml:3: security.user: write keys with their values below it",
        ),
        (
            f"bootstrap: [a:1]\nsecurity:\n  user: {{env: A}}\n  password: {{env: '{SECRET}'}}",
            "f.yaml:4: security.password: env is not the name of a variable",
        ),
    ],
)
def test_each_mistake_is_told_with_its_place_and_without_a_secret(text: str, expected: str) -> None:
    found = problems(text)
    assert [line for line in found if line.startswith(expected)], found
    assert not [line for line in found if SECRET in line]


def test_secrets_are_looked_up_and_never_shown(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text(f"{SECRET}\n", "utf-8")
    (tmp_path / "ca.pem").write_text("-", "utf-8")
    access = resolve(config(SASL), {"USER_OF_KAFKA": f"{SECRET}-user"}, tmp_path)
    assert (access.protocol, access.mechanism) == ("SASL_SSL", "SCRAM-SHA-512")
    assert (access.user, access.password, access.ca) == (f"{SECRET}-user", SECRET, tmp_path / "ca.pem")
    assert SECRET not in repr(access)
    assert SECRET not in str(access)


def without_ssl(folder: Path) -> dict[str, Any]:
    return {"config": config("bootstrap: [a:1]\nsecurity: {protocol: SSL}"), "environ": {}, "folder": folder}


def test_encryption_alone_has_no_mechanism(tmp_path: Path) -> None:
    access = resolve(**without_ssl(tmp_path))
    assert (access.protocol, access.mechanism, access.user) == ("SSL", None, None)


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("variable", "the environment variable USER_OF_KAFKA is not set: put the secret there"),
        ("pw", "pw cannot be read (No such file or directory): put the secret there"),
        ("ca.pem", "ca.pem cannot be read (No such file or directory): put the authority's certificate there"),
        ("text", "file:pw is empty: put the secret there"),
    ],
)
def test_what_is_not_there_is_named(tmp_path: Path, missing: str, expected: str) -> None:
    (tmp_path / "pw").write_text("\n" if missing == "text" else SECRET, "utf-8")
    (tmp_path / "ca.pem").write_text("-", "utf-8")
    (tmp_path / missing).unlink(missing_ok=True)
    environ = {} if missing == "variable" else {"USER_OF_KAFKA": "u"}
    with pytest.raises(NotThereError) as refused:
        resolve(config(SASL), environ, tmp_path)
    assert str(refused.value).endswith(expected)


def test_all_that_is_not_there_is_named_at_once_by_key(tmp_path: Path) -> None:
    with pytest.raises(NotThereError) as refused:
        resolve(config(SASL), {}, tmp_path)
    assert [key for key, _message in refused.value.missing] == ["user", "password", "ca"]
    assert str(refused.value) == "\n".join(message for _key, message in refused.value.missing)
