"""What of changed files comes into force, what waits for a restart, and what is refused."""

from pathlib import Path

import pytest

from marsad.config import load
from marsad.errors import ConfigError
from marsad.reload import ConfigFiles

FEEDS = "feeds:\n  - {slug: paper, url: 'https://paper.example/rss'}\n"
ROUTES = "receivers:\n  - {name: desk, console: true}\ndefault: [desk]\n"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, marsad="{}\n", feeds=FEEDS, routes=ROUTES)
    return tmp_path


@pytest.fixture
def files(folder: Path) -> ConfigFiles:
    return ConfigFiles(load(folder))


def test_what_did_not_change_is_not_read_again(files: ConfigFiles) -> None:
    assert not files.changed()
    assert (files.refused, files.at_restart()) == (False, ())


def test_a_change_is_told_once(folder: Path, files: ConfigFiles) -> None:
    write(folder, routes=ROUTES + "# by amina\n")
    assert (files.changed(), files.changed()) == (True, False)
    assert files.rule_set().receivers
    assert files.at_restart() == ()


def test_a_file_that_only_the_changed_settings_name_is_watched_from_then_on(folder: Path, files: ConfigFiles) -> None:
    write(folder, marsad="routes: desks.yaml\n")
    assert files.changed()
    with pytest.raises(ConfigError, match=r"desks\.yaml"):
        files.rule_set()
    assert files.refused
    write(folder, desks=ROUTES.replace("desk", "bureau"))
    assert files.changed(), "the file that was missing is there now"
    assert [receiver.name for receiver in files.rule_set().receivers] == ["bureau"]
    assert not files.refused
    write(folder, desks=ROUTES.replace("desk", "newsroom"))
    assert files.changed()


def test_a_process_without_rules_of_its_own_looks_without_the_receivers_secrets(
    folder: Path, files: ConfigFiles
) -> None:
    write(folder, routes="receivers:\n  - {name: desk, urls: [{file: nowhere.url}]}\ndefault: [desk]\n")
    write(folder, feeds=FEEDS.replace("paper,", "journal,"))
    files.look()
    assert (files.refused, files.at_restart()) == (False, ("feeds.yaml",))
    write(folder, feeds="feeds: 3\n")
    with pytest.raises(ConfigError, match=r"feeds\.yaml"):
        files.look()
    assert files.refused


def test_a_process_that_fetches_no_feed_looks_without_their_secrets(folder: Path) -> None:
    write(folder, feeds="feeds:\n  - {slug: paper, url: {file: nowhere.url}}\n")
    files = ConfigFiles(load(folder, polls=False))
    write(folder, feeds="feeds:\n  - {slug: journal, url: {file: nowhere.url}}\n")
    assert files.rule_set().receivers
    assert (files.refused, files.at_restart()) == (False, ("feeds.yaml",))


def test_settings_that_cannot_be_read_leave_the_files_watched(folder: Path, files: ConfigFiles) -> None:
    write(folder, marsad="rotes: x\n")
    assert files.changed()
    with pytest.raises(ConfigError, match="did you mean 'routes'"):
        files.rule_set()
    write(folder, routes=ROUTES + "# again\n")
    assert files.changed()


def test_changed_feeds_wait_for_a_restart(folder: Path, files: ConfigFiles) -> None:
    write(folder, feeds=FEEDS + "  - {slug: gazette, url: 'https://gazette.example/rss'}\n")
    assert files.changed()
    files.rule_set()
    assert files.at_restart() == ("feeds.yaml",)
    write(folder, feeds=FEEDS)
    assert files.changed()
    files.rule_set()
    assert files.at_restart() == (), "changed back"


def test_changed_settings_and_overlays_wait_for_a_restart(folder: Path) -> None:
    (folder / "words.tsv").write_text("", encoding="utf-8")
    write(folder, marsad="lexicon: [words.tsv]\n")
    files = ConfigFiles(load(folder))
    (folder / "words.tsv").write_text("# ours\n", encoding="utf-8")
    write(folder, marsad="lexicon: [words.tsv]\nhttp: {port: 0}\nworkers: 2\n")
    assert files.changed()
    files.rule_set()
    assert files.at_restart() == ("marsad.yaml: http", "marsad.yaml: workers", "marsad.yaml: lexicon")
