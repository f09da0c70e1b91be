from pathlib import Path

import pytest

from marsad.demo.world import load_world
from marsad.errors import ConfigError

WORLD = load_world()

FEED = """\
slug: paper
name: Paper
language: en
country: GB
family: paper
format: rss2
articles:
  - key: one
    at: 0
    about: plain
    title: One
"""


def written(folder: Path, *texts: str) -> Path:
    for number, text in enumerate(texts):
        (folder / f"{number}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_it_is_as_large_and_as_mixed_as_it_must_be() -> None:
    assert len(WORLD.healthy) >= 12
    assert sum(len(feed.articles) for feed in WORLD.healthy) >= 90
    assert {feed.language for feed in WORLD.healthy} == {"ar", "fr", "en", "ha"}
    assert {feed.format for feed in WORLD.healthy} == {"rss2", "rss091", "rdf", "atom"}
    assert {feed.encoded for feed in WORLD.healthy} == {True, False}
    assert {feed.charset for feed in WORLD.healthy} == {"utf-8", "iso-8859-1", "windows-1256"}
    assert {feed.fault for feed in WORLD.feeds} == {None, "server-error", "cut", "bomb", "challenge"}


def test_no_feed_tells_its_news_in_its_first_poll() -> None:
    for feed in WORLD.healthy:
        at_once = [article for article in feed.articles if article.at == 0]
        assert at_once, f"{feed.slug} would be empty at first: its next articles would be its backlog"
        assert all(article.ago >= 60 for article in at_once), feed.slug


def test_what_is_told_is_never_older_than_the_day_that_its_text_speaks_of() -> None:
    # Texts change day half an hour after midnight: an article dated further back would speak of tomorrow.
    assert all(article.ago < 25 for _, article in WORLD.articles() if article.at > 0)


def test_every_kind_of_article_is_there() -> None:
    told = "attack second-attack update claim kidnapping operation retraction revision"
    silent = (
        "rumour commentary anniversary statistics exercise foiled football film homonym metaphor condemnation trial "
        "summit warning release elsewhere plain economy health weather"
    )
    assert set(f"{told} {silent}".split()) <= {article.about for _, article in WORLD.articles()}


def test_a_page_without_a_title_is_there() -> None:
    assert any(not article.title for _, article in WORLD.articles())


def test_a_revision_keeps_the_guid() -> None:
    revisions = [(feed, article) for feed, article in WORLD.articles() if article.revises]
    assert revisions
    for feed, article in revisions:
        (first,) = [other for other in feed.articles if other.key == article.revises]
        assert feed.guid(article) == feed.guid(first)
        assert first.at < article.at


def test_every_article_has_an_id_of_its_own_and_a_revision_that_of_its_article() -> None:
    keys = WORLD.key_of()
    assert len(keys) == sum(article.revises is None for _, article in WORLD.articles())
    assert set(keys.values()) == {article.key for _, article in WORLD.articles() if article.revises is None}


def test_a_good_folder_is_read(tmp_path: Path) -> None:
    world = load_world(written(tmp_path, FEED, FEED.replace("paper", "other").replace("one", "two")))
    assert [feed.slug for feed in world.feeds] == ["other", "paper"]
    assert world.seconds == (0,)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("about:", "abuot:"), "0.yaml:10: articles[0].abuot: unknown key 'abuot' (did you mean 'about'?)"),
        (("at: 0", "at: 99"), "0.yaml:9: articles[0].at: input should be less than or equal to 55, not 99"),
        (("format: rss2", "format: rss3"), "0.yaml:6: format: input should be 'rss2', 'rss091', 'rdf' or 'atom'"),
        (("title: One", "dated: true"), "article 'one' has no text: write a title, a summary or a body"),
        (("title: One", "title: '{weekday:xx:0}'"), "{weekday:xx:0} is no date template"),
        (("title: One", "title: One\n    revises: on"), "0.yaml:12: articles[0].revises: 'on' is no earlier article"),
    ],
)
def test_a_bad_feed_is_refused_with_its_line(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_world(written(tmp_path, FEED.replace(*change)))
    assert message in str(error.value)


def test_names_are_unique_over_all_feeds(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        load_world(written(tmp_path, FEED, FEED))
    assert "1.yaml:1: slug: the slug 'paper' stands in two files: rename one" in str(error.value)
    assert "1.yaml:8: articles[0].key: the key 'one' stands twice: rename one" in str(error.value)


def test_an_empty_folder_is_no_world(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no feed"):
        load_world(tmp_path)
