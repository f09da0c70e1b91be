from datetime import timedelta
from pathlib import Path

import pytest

from ingest.config import FeedConfig, FeedsFile, Identity, feeds_of, resolve_url
from marsad.errors import ConfigError
from marsad.secret_ref import SecretRef
from marsad.yaml_config import parse_yaml

BAD = [
    ("feeds: [{slug: a}]", "f.yaml:1: feeds[0].url: the key 'url' is missing: add it"),
    ("feeds: [{slug: A b, url: 'http://x.example/'}]", "feeds[0].slug"),
    ("feeds: [{slug: a, url: 'ftp://x/'}]", "feeds[0].url: not an http(s) URL: write 'https://host/path'"),
    ("feeds: [{slug: a, url: 'http://u:pw@x.example/'}]", "holds a user name or password: keep it out of the config"),
    ("feeds: [{slug: a, url: 'http://x.example/?apikey=s3cret'}]", "'apikey' looks like a secret"),
    ("feeds: [{slug: a, url: 'http://x.example/?access_token=s3cret'}]", "'access_token' looks like a secret"),
    ("feeds: [{slug: a, url: {env: 'http://x.example/s3cret'}}]", "env is not the name of a variable"),
    ("feeds: [{slug: a, url: {file: 'http://x.example/s3cret'}}]", "file is not a path"),
    ('feeds: [{slug: a, url: {file: "a\\0b"}}]', "file is not a path"),
    ("feeds: [{slug: a, url: {'http://x.example/s3cret': b}}]", "unknown key (a URL)"),
    ("feeds: [{slug: a, url: {env: A, file: b}}]", "write exactly one of {env: NAME} and {file: PATH}"),
    ("feeds: [{slug: a, url: 'http://x.example/', language: zq}]", "unknown language 'zq'"),
    ("feeds: [{slug: a, url: 'http://x.example/', country: ml}]", "did you mean 'ML'?"),
    ("feeds: [{slug: a, url: 'http://x.example/', country: XX}]", "unknown country 'XX'"),
    ("feeds: [{slug: a, url: 'http://x.example/', interval: 5}]", "write a number with its unit"),
    ("feeds: [{slug: a, url: 'http://x.example/', reliability: G}]", "feeds[0].reliability"),
    ("feeds: [{slug: a, url: 'http://x.example/', idenity: guid}]", "did you mean 'identity'?"),
    ("defaults: {language: xx}", "f.yaml:1: defaults.language: unknown language 'xx'"),
]


def problems(text: str) -> str:
    with pytest.raises(ConfigError) as raised:
        feeds_of(parse_yaml(text, "f.yaml"))
    return str(raised.value)


@pytest.mark.parametrize(("text", "expected"), BAD)
def test_bad_config_says_what_to_write(text: str, expected: str) -> None:
    said = problems(text)
    assert expected in said
    assert "s3cret" not in said
    assert "pw" not in said


def test_every_error_is_told_at_once_with_its_line() -> None:
    text = "feeds:\n- {slug: a, url: 'http://x.example/'}\n"
    text += "- {slug: a, url: 'ftp://x/', language: zq}\n- {slug: b, ulr: x}\n"
    lines = problems(text).splitlines()
    assert [line.split(":")[1] for line in lines] == ["3", "3", "3", "4", "4"]
    assert "the slug 'a' stands twice (first on line 2)" in problems(text)


def read(text: str) -> FeedsFile:
    return feeds_of(parse_yaml(text, "f.yaml"))


def test_defaults_lie_under_each_feed() -> None:
    file = read(
        "defaults: {language: fr, interval: 10m, tags: [x]}\n"
        "feeds: [{slug: a, url: 'http://x.example/'}, "
        "{slug: b, url: 'http://y.example/', language: ar, enabled: false}]"
    )
    assert [(feed.language, feed.interval, feed.tags) for feed in file.feeds] == [
        ("fr", timedelta(minutes=10), ("x",)),
        ("ar", timedelta(minutes=10), ("x",)),
    ]
    assert [feed.slug for feed in file.enabled()] == ["a"]


@pytest.mark.parametrize(("text", "minutes"), [("1s", 1), ("90s", 1.5), ("48h", 1440), ("2h", 120)])
def test_an_interval_is_held_to_its_bounds(text: str, minutes: float) -> None:
    feed = FeedConfig.model_validate({"slug": "a", "url": "http://x.example/", "interval": text})
    assert feed.interval == timedelta(minutes=minutes)


def test_the_source_has_no_url() -> None:
    feed = FeedConfig(slug="a", url="http://x.example/feed", country="ML", identity=Identity.LINK)
    source = feed.source()
    assert (source.feed, source.name, source.family, source.country) == ("a", "a", "a", "ML")
    assert "x.example" not in repr(source)


def test_a_secret_url_is_looked_up(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("https://u:pw@x.example/?token=1\n")
    from_file = FeedConfig(slug="a", url=SecretRef(file="url"))
    from_env = FeedConfig(slug="b", url=SecretRef(env="B_URL"))
    assert resolve_url(from_file, {}, tmp_path) == "https://u:pw@x.example/?token=1"
    assert resolve_url(from_env, {"B_URL": "http://y.example/"}, tmp_path) == "http://y.example/"


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        (SecretRef(env="NO"), "f.yaml:2: a.url: the environment variable NO is not set: put the secret there"),
        (SecretRef(file="no"), "a.url: no cannot be read (No such file or directory): put the secret there"),
        (SecretRef(env="BAD"), "env:BAD: not an http(s) URL"),
    ],
)
def test_a_secret_that_is_not_there_is_told_without_it(ref: SecretRef, expected: str, tmp_path: Path) -> None:
    feed = read(f"feeds:\n- {{slug: a, url: {ref.model_dump_json(exclude_none=True)}}}").feeds[0]
    with pytest.raises(ConfigError) as raised:
        resolve_url(feed, {"BAD": "gopher://s3cret/"}, tmp_path)
    assert expected in str(raised.value)
    assert "s3cret" not in str(raised.value)
