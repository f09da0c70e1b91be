"""The section ``elasticsearch:``."""

import pytest

from marsad.errors import ConfigError
from marsad.secret_ref import NotThereError
from marsad.yaml_config import parse_yaml, validate
from stream.index.elastic_settings import ElasticAccess, ElasticConfig, resolve

CANARY = "c4n4ry-s3cr3t"


def read(text):
    return validate(ElasticConfig, parse_yaml(text, "marsad.yaml"))


def test_one_node_is_enough_and_the_rest_has_defaults(tmp_path):
    access = resolve(read("url: http://127.0.0.1:9200/"), {}, tmp_path)
    assert access == ElasticAccess(urls=("http://127.0.0.1:9200",), prefix="marsad-", replicas=1)
    assert access.nodes == "http://127.0.0.1:9200"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "the key 'url' is missing"),
        ("url: []", "url"),
        ("url: search-1.example:9200", "a node is written with its port, such as https://search-1.example:9200"),
        ("url: https://search-1.example", "a node is written with its port"),
        ("url: https://search-1.example:port", "a node is written with its port"),
        ("url: ftp://search-1.example:9200", "a node is written with its port"),
        ("url: https://search-1.example:9200/?q=1", "a node is written with its port"),
        (f"url: https://elastic:{CANARY}@x.example:9200", "a URL must hold no password: write user and password"),
        ("{url: 'https://x.example:9200', user: {env: U}}", "user and password go together"),
        (
            "{url: 'https://x.example:9200', user: {env: U}, password: {env: P}, api_key: {env: K}}",
            "api_key and user are two ways to log in: keep one",
        ),
        ("{url: 'http://x.example:9200', ca: ca.pem}", "http:// does not encrypt"),
        ("{url: 'https://x.example:9200', prefix: Marsad-}", "small letters"),
        ("{url: 'https://x.example:9200', replicas: -1}", "replicas"),
        ("{url: 'https://x.example:9200', keep_months: 0}", "keep_months"),
        (f"{{url: 'https://x.example:9200', api_key: {CANARY}}}", "api_key"),
        ("{url: 'https://x.example:9200', urls: []}", "unknown key 'urls' (did you mean 'url'?)"),
    ],
)
def test_what_cannot_work_is_refused_without_repeating_a_secret(text, message):
    with pytest.raises(ConfigError) as refused:
        read(text)
    assert message in str(refused.value)
    assert CANARY not in str(refused.value)


def test_secrets_are_looked_up_and_never_shown(tmp_path):
    (tmp_path / "password").write_text(f"{CANARY}\n")
    (tmp_path / "ca.pem").write_text("x")
    config = read("{url: 'https://x.example:9200', user: {env: WHO}, password: {file: password}, ca: ca.pem}")
    access = resolve(config, {"WHO": "marsad"}, tmp_path)
    assert (access.user, access.password, access.ca) == ("marsad", CANARY, tmp_path / "ca.pem")
    assert CANARY not in repr(access)
    assert "marsad'" not in repr(access)
    key = resolve(read("{url: 'https://x.example:9200', api_key: {env: KEY}}"), {"KEY": CANARY}, tmp_path)
    assert key.api_key == CANARY
    assert CANARY not in repr(key)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("api_key: {env: KEY}", "the environment variable KEY is not set"),
        ("api_key: {file: nothing}", "nothing cannot be read"),
        ("api_key: {file: empty}", "file:empty is empty: put the secret there"),
        ("api_key: {file: lines}", "file:lines holds more than plain signs of one line"),
        ("ca: none.pem", "none.pem cannot be read"),
    ],
)
def test_a_secret_that_is_not_there_is_named_by_its_place(tmp_path, text, message):
    (tmp_path / "empty").write_text(" \n")
    (tmp_path / "lines").write_text(f"{CANARY}\n{CANARY}")
    with pytest.raises(NotThereError) as missing:
        resolve(read(f"{{url: 'https://x.example:9200', {text}}}"), {}, tmp_path)
    assert [key for key, _message in missing.value.missing] == [text.partition(":")[0]]
    assert message in str(missing.value)
    assert CANARY not in str(missing.value)
