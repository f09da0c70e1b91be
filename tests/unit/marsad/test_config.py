"""A watch's folder as a whole; what each section may hold is tested beside its model."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from marsad import config
from marsad.config import check_secrets, config_stamp, configured_feeds, data_folder, instance_name, known_regions, load
from marsad.errors import ConfigError

FILES = {
    "marsad.yaml": "{}\n",
    "feeds.yaml": "feeds:\n  - {slug: paper, url: 'https://paper.example/rss', tags: [daily]}\n",
    "routes.yaml": "receivers:\n  - {name: desk, console: true}\ndefault: [desk]\n",
    "rules/own.yaml": "rules:\n  - {name: mine, when: {regions: [sahel], feeds: [paper], tags: [daily]}}\n",
}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(**changes: str | None) -> Path:
        """A good watch but for ``changes``, by file name without ending; None leaves a file out."""
        for name, text in FILES.items():
            wanted = changes.get(Path(name).stem, text)
            if wanted is not None:
                (tmp_path / name).parent.mkdir(exist_ok=True)
                (tmp_path / name).write_text(wanted, encoding="utf-8")
        return tmp_path

    return write


def problems(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        check_secrets(load(folder))
    return [str(problem).replace(f"{folder}{os.sep}", "") for problem in caught.value.problems]


def test_a_good_watch(write: Write) -> None:
    found = load(write())
    assert found.urls == {"paper": "https://paper.example/rss"}
    assert found.sources["paper"].tags == ("daily",)
    assert {"mine", "new-sahel-attack"} <= {rule.name for rule in found.rule_set.rules}
    assert found.data == found.folder / "data"
    assert found.workers >= 1


def test_every_problem_of_every_file_is_told_at_once(write: Write) -> None:
    folder = write(
        marsad="lexicon: [terms.tsv]\ngazetteer: [places.tsv]\n",
        feeds="feeds:\n  - {slug: paper, url: 'https://paper.example/rss', langauge: fr}\n",
        routes="receivers:\n  - {name: desk, console: true}\ndefault: [dsek]\n",
        own="rules:\n  - {name: mine, when: {regions: [sahell]}}\n",
    )
    found = problems(folder)
    for expected in (
        "marsad.yaml:1: lexicon[0]: terms.tsv cannot be read: No such file or directory",
        "marsad.yaml:2: gazetteer[0]: there is no file places.tsv: make it with `marsad gazetteer import`",
        "feeds.yaml:2: feeds[0].langauge: unknown key 'langauge' (did you mean 'language'?)",
    ):
        assert expected in found
    assert any(line.startswith("routes.yaml:3: default[0]: unknown receiver 'dsek'") for line in found), found
    assert any("unknown region 'sahell' (did you mean 'sahel'?)" in line for line in found), found


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"marsad": None}, "marsad.yaml: there is no such file: `marsad init DIR` writes a watch of your own"),
        ({"marsad": "wrokers: 2\n"}, "marsad.yaml:1: wrokers: unknown key 'wrokers' (did you mean 'workers'?)"),
        ({"marsad": "workers: 0\n"}, "marsad.yaml:1: workers: input should be greater than or equal to 1, not 0"),
        (
            {"marsad": "data: a\ndata: b\n"},
            "marsad.yaml:2: data: the key 'data' stands twice (first on line 1): keep one",
        ),
        ({"marsad": "rules: [x\n"}, "marsad.yaml:2: not valid YAML: expected ',' or ']'"),
        ({"marsad": 'feeds: "a\\0b"\n'}, "marsad.yaml:1: feeds: a path cannot hold a NUL character"),
        ({"marsad": 'gazetteer: ["a\\0b"]\n'}, "marsad.yaml:1: gazetteer[0]: a path cannot hold a NUL character"),
        ({"marsad": "rules: rulez\n"}, "marsad.yaml:1: rules: there is no folder rulez: make it, or leave the key out"),
        ({"marsad": f"rules: {'x' * 300}\n"}, f"the folder {'x' * 300} cannot be read: File name too long"),
        ({"marsad": "lexicon: {a: b}\n"}, "marsad.yaml:1: lexicon: write a list, such as [one, two]"),
        ({"marsad": "lexicon: [7]\n"}, "marsad.yaml:1: lexicon[0]: write text, not 7"),
        ({"marsad": "lexicon: [feeds.yaml]\n"}, "feeds.yaml:1: 1 columns; write class TAB concept"),
        ({"feeds": None}, "feeds.yaml: there is no such file"),
        ({"marsad": "regions: own-regions.yaml\n"}, "own-regions.yaml: there is no such file"),
        (
            {"routes": "receivers: [{name: desk, urls: ['slack://a/b/c']}]\n"},
            "routes.yaml:1: receivers[0].urls[0]: a URL",
        ),
        (
            {"feeds": "feeds:\n  - {slug: p, url: 'https://u:secret@p.example/'}\n"},
            "feeds.yaml:2: feeds[0].url: the URL holds a user name or password: keep it out of the config, write {env:",
        ),
    ],
)
def test_each_mistake_is_told_with_its_place(write: Write, changes: dict[str, str | None], expected: str) -> None:
    found = problems(write(**changes))
    assert [line for line in found if expected in line], found
    assert not [line for line in found if "u:secret" in line or "slack:" in line]


def test_kafkas_secrets_are_looked_up_only_where_it_is_asked_for(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_USER", raising=False)
    folder = write(marsad="kafka: {bootstrap: a:1, security: {user: {env: NO_SUCH_USER}, password: {file: pw}}}\n")
    found = load(folder)
    assert problems(folder) == [
        "marsad.yaml:1: kafka.security.password: pw cannot be read (No such file or directory): put the secret there",
        "marsad.yaml:1: kafka.security.user: the environment variable NO_SUCH_USER is not set: put the secret there",
    ]
    monkeypatch.setenv("NO_SUCH_USER", "u")
    (folder / "pw").write_text("p\n", encoding="utf-8")
    check_secrets(found)
    access = config.kafka_access(folder, found.settings)
    assert (access.bootstrap, access.user, access.password) == (("a:1",), "u", "p")


def test_elasticsearchs_secrets_are_looked_up_only_for_who_searches(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    folder = write(
        marsad="elasticsearch:\n  url: https://x.example:9200\n  api_key: {env: NO_SUCH_KEY}\n  ca: ca.pem\n",
        routes="receivers:\n  - {name: desk, urls: [{env: NO_SUCH_KEY}]}\ndefault: [desk]\n",
    )
    found = load(folder)
    with pytest.raises(ConfigError) as missing:
        check_secrets(found, searches=True)
    assert str(missing.value).replace(f"{folder}{os.sep}", "").splitlines() == [
        "marsad.yaml:3: elasticsearch.api_key: the environment variable NO_SUCH_KEY is not set: put the secret there",
        (
            "marsad.yaml:4: elasticsearch.ca: ca.pem cannot be read (No such file or directory): "
            "put the authority's certificate there"
        ),
        "receiver desk: urls: the environment variable NO_SUCH_KEY is not set: put the secret there",
    ]
    monkeypatch.setenv("NO_SUCH_KEY", "json://hook.example/token")
    check_secrets(found)
    (folder / "ca.pem").write_text("-", encoding="utf-8")
    check_secrets(found, searches=True)
    assert config.elastic_access(folder, found.settings).ca == folder / "ca.pem"


def test_every_secret_that_is_missing_is_told(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_HOOK", raising=False)
    folder = write(
        routes="receivers:\n  - {name: desk, urls: [{env: NO_SUCH_HOOK}]}\n  - {name: team, urls: [{file: team.url}]}\n"
        "default: [desk, team]\n"
    )
    assert problems(folder) == [
        "receiver desk: urls: the environment variable NO_SUCH_HOOK is not set: put the secret there",
        "receiver team: urls: team.url cannot be read (No such file or directory): put the secret there",
    ]
    monkeypatch.setenv("NO_SUCH_HOOK", "json://hook.example/token")
    (folder / "team.url").write_text("json://team.example/token\n", encoding="utf-8")
    found = load(folder)
    check_secrets(found)
    assert [found.receiver_urls(receiver) for receiver in found.rule_set.receivers] == [
        ["json://hook.example/token"],
        ["json://team.example/token"],
    ]


def test_a_folder_without_rules_has_the_shipped_ones(write: Write) -> None:
    folder = write(own=None)
    assert not (folder / "rules").exists()
    assert load(folder).rule_set.rules


def test_rules_may_be_one_file(write: Write) -> None:
    folder = write(marsad="rules: rules/own.yaml\nshipped_rules: false\n")
    assert [rule.name for rule in load(folder).rule_set.rules] == ["mine"]


def test_parts_that_are_good_can_be_had_where_others_are_bad(write: Write) -> None:
    folder = write(marsad="data: elsewhere\nregions: own-regions.yaml\n", own="rules: 5\n", routes="nonsense: 1\n")
    (folder / "own-regions.yaml").write_text("my-coast: {countries: [SN]}\n", encoding="utf-8")
    assert data_folder(folder) == folder / "elsewhere"
    assert {"my-coast", "sahel"} <= set(known_regions(folder))
    assert [feed.slug for feed in configured_feeds(folder).feeds] == ["paper"]


@pytest.mark.parametrize(
    "name", ["marsad.yaml", "feeds.yaml", "routes.yaml", "rules/own.yaml", "rules/new.yaml", "own-regions.yaml"]
)
def test_the_stamp_changes_with_every_file_of_the_watch(write: Write, name: str) -> None:
    folder = write(marsad="regions: own-regions.yaml\n")
    (folder / "own-regions.yaml").write_text("my-coast: {countries: [SN]}\n", encoding="utf-8")
    found = load(folder)
    before = config_stamp(folder, found.settings)
    assert config_stamp(folder, found.settings) == before
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert config_stamp(folder, found.settings) != before


def test_a_file_that_is_away_for_a_moment_is_a_change_and_no_fault(write: Write, monkeypatch) -> None:
    folder = write()
    found = load(folder)
    before = config_stamp(folder, found.settings)
    (folder / "routes.yaml").unlink()
    assert config_stamp(folder, found.settings) != before

    def gone(*_arguments: object) -> None:
        raise PermissionError

    monkeypatch.setattr(config, "rule_files", gone)
    assert config_stamp(folder, found.settings) != before


def test_who_fetches_no_feed_needs_no_secret_of_feeds(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_FEED", raising=False)
    folder = write(feeds="feeds:\n  - {slug: paper, url: {env: NO_SUCH_FEED}, tags: [daily]}\n")
    assert ["NO_SUCH_FEED" in line for line in problems(folder)] == [True]
    found = load(folder, polls=False)
    assert found.sources["paper"].feed == "paper"
    with pytest.raises(ValueError, match="fetches no feed"):
        _ = found.urls
    monkeypatch.setenv("NO_SUCH_FEED", "https://paper.example/token")
    assert load(folder).urls == {"paper": "https://paper.example/token"}
    assert load(folder, polls=False).resolved is None


@pytest.mark.parametrize("name", ["a b", "../x", "ü", "n" * 201])
def test_a_name_that_kafka_does_not_take_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARSAD_INSTANCE", name)
    with pytest.raises(ConfigError, match=r"^MARSAD_INSTANCE: .* such as poll-0$"):
        instance_name()


def test_a_process_is_named_by_its_host_unless_it_is_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config.socket, "gethostname", lambda: "pod-0")
    for given, name in (("", "pod-0"), (" ", "pod-0"), (" second ", "second")):
        monkeypatch.setenv("MARSAD_INSTANCE", given)
        assert instance_name() == name
