from pathlib import Path
from urllib.parse import urlsplit

import pytest

from alerts.rules import RoutesFile, RuleFile
from ingest.config import FetchConfig, load_feeds
from marsad.errors import MarsadError
from marsad.init_watch import LANGUAGES, TEMPLATES, pack_feeds, packs, write_watch
from marsad.yaml_config import parse_yaml, read_yaml, validate

FEEDS = pack_feeds()


def test_every_feed_is_in_a_known_pack_and_every_pack_has_feeds() -> None:
    assert {pack for feed in FEEDS for pack in feed.packs} == set(packs())


def test_the_list_is_sorted_unique_and_holds_no_secret() -> None:
    slugs = [feed.slug for feed in FEEDS]
    assert slugs == sorted(set(slugs))
    assert len({feed.url for feed in FEEDS}) == len(FEEDS)
    for feed in FEEDS:
        parts = urlsplit(feed.url)
        assert parts.scheme in {"http", "https"}, feed.slug
        assert parts.hostname, feed.slug
        assert not parts.username, feed.slug
        assert feed.language
        assert len(feed.country) == 2


@pytest.mark.parametrize("pack", ["sahel", "lake-chad", "west-africa", "horn", "maghreb", "levant", "gulf", "iraq"])
def test_a_region_has_enough_to_watch_it_by(pack: str) -> None:
    assert len([feed for feed in FEEDS if pack in feed.packs]) >= 10


def test_the_sahel_is_read_in_french_arabic_and_english() -> None:
    sahel = [feed for feed in FEEDS if "sahel" in feed.packs]
    assert {feed.language for feed in sahel} >= {"fr", "ar", "en"}
    assert {feed.country for feed in sahel} >= {"ML", "BF", "NE", "TD", "MR"}


def test_a_watch_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "watch"
    written = write_watch(folder, ["sahel", "lake-chad"], "fr")
    assert written == [folder / name for name in ("marsad.yaml", "feeds.yaml", "routes.yaml", "rules/own.yaml")]
    feeds = read_yaml(folder / "feeds.yaml").value["feeds"]
    assert {feed["slug"] for feed in feeds} == {feed.slug for feed in FEEDS if {"sahel", "lake-chad"} & set(feed.packs)}
    assert read_yaml(folder / "marsad.yaml").value["feeds"] == "feeds.yaml"
    assert "language: fr" in (folder / "routes.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("pack", packs())
def test_every_pack_is_a_good_feeds_file(tmp_path: Path, pack: str) -> None:
    write_watch(tmp_path, [pack], "en")
    assert len(load_feeds(tmp_path / "feeds.yaml").feeds) == sum(pack in feed.packs for feed in FEEDS)


def test_the_main_template_and_its_examples_are_good() -> None:
    text = (TEMPLATES / "marsad.yaml").read_text(encoding="utf-8")
    assert "fetch" not in read_yaml(TEMPLATES / "marsad.yaml").value
    example = "\n".join(line.removeprefix("# ") for line in text.partition("# fetch:")[2].splitlines())
    fetch = parse_yaml(f"fetch:{example}", "marsad.yaml").within(("fetch",))
    assert [str(network) for network in validate(FetchConfig, fetch).allow_networks] == ["10.20.0.0/16"]


def test_the_rules_template_and_its_example_are_good() -> None:
    text = (TEMPLATES / "rules" / "own.yaml").read_text(encoding="utf-8")
    assert validate(RuleFile, parse_yaml(text, "own.yaml")) == RuleFile()
    example = "\n".join(line[2:] for line in text.partition("rules: []")[2].splitlines())
    (rule,) = validate(RuleFile, parse_yaml(example, "own.yaml")).rules
    assert rule.when.admin1 == ("NE-1",)


def test_the_routes_template_and_its_examples_are_good() -> None:
    text = (TEMPLATES / "routes.yaml").read_text(encoding="utf-8").replace("LANGUAGE", "ar")
    (console,) = validate(RoutesFile, parse_yaml(text, "routes.yaml")).receivers
    assert (console.console, console.language) == (True, "ar")
    head, _, rest = text.partition("\n\n")
    assert head.startswith("# Who")
    lines = [line.removeprefix("#") for line in rest.splitlines()]
    routes = validate(RoutesFile, parse_yaml("\n".join(lines), "routes.yaml"))
    assert [receiver.name for receiver in routes.receivers] == ["console", "duty-officer", "field-team", "arabic-desk"]
    assert len(routes.routes) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_placeholder_is_left(tmp_path: Path, language: str) -> None:
    for path in write_watch(tmp_path, ["world"], language):
        assert "LANGUAGE" not in path.read_text(encoding="utf-8")


def test_a_folder_in_use_is_left_alone_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("mine", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(MarsadError, match="is not empty: name another folder"):
        write_watch(tmp_path, ["sahel"], "en")
    assert (tmp_path / "feeds.yaml").read_text(encoding="utf-8") == "mine"
    write_watch(tmp_path, ["sahel"], "en", force=True)
    assert (tmp_path / "feeds.yaml").read_text(encoding="utf-8") != "mine"
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("names", "language", "message"),
    [
        (["sahell"], "en", r"there is no pack 'sahell' \(did you mean 'sahel'\?\); packs: africa, central-africa"),
        ([], "en", "name at least one pack: africa"),
        (["sahel"], "de", "messages cannot be written in 'de': take one of ar, en, fr"),
    ],
)
def test_bad_arguments_write_nothing(tmp_path: Path, names: list[str], language: str, message: str) -> None:
    with pytest.raises(MarsadError, match=message):
        write_watch(tmp_path / "new", names, language)
    assert not (tmp_path / "new").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(MarsadError, match="is a file: name a folder"):
        write_watch(tmp_path / "file", ["sahel"], "en")
    with pytest.raises(MarsadError, match="cannot be written: Not a directory"):
        write_watch(tmp_path / "file" / "below", ["sahel"], "en")
