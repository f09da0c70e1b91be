from marsad.demo.release import PATIENCE, Releases
from marsad.demo.world import DemoArticle, DemoFeed, World


def feed(slug: str, *articles: tuple[str, int, str | None]) -> DemoFeed:
    return DemoFeed(
        slug=slug,
        name=slug,
        language="en",
        country="GB",
        family=slug,
        format="rss2",
        articles=tuple(
            DemoArticle(key=key, at=at, about="plain", title=key, revises=revises) for key, at, revises in articles
        ),
    )


WORLD = World(
    feeds=(feed("a", ("a0", 0, None), ("a1", 10, None), ("a2", 30, "a1")), feed("b", ("b0", 0, None), ("b1", 20, None)))
)


def keys(releases: Releases, slug: str, now: float) -> list[str]:
    shown = [article.key for article in releases.visible(slug, now)]
    releases.served(slug, now)
    return shown


def test_the_seconds_begin_when_every_feed_was_fetched() -> None:
    releases = Releases(WORLD, 1.0, now=100)
    assert keys(releases, "a", 103) == ["a0"]
    assert keys(releases, "a", 112) == ["a0"]
    assert keys(releases, "b", 113) == ["b0"]
    assert keys(releases, "a", 114) == ["a0"]
    assert keys(releases, "a", 122.9) == ["a0"]
    assert keys(releases, "a", 123) == ["a0", "a1"]


def test_nothing_appears_before_what_came_earlier_was_fetched() -> None:
    releases = Releases(WORLD, 1.0, now=0)
    assert keys(releases, "a", 0) == ["a0"]
    assert keys(releases, "b", 0) == ["b0"]
    assert [article.key for article in releases.visible("b", 12)] == ["b0"]
    assert [article.key for article in releases.visible("b", 21)] == ["b0"], "a1 was not fetched yet"
    assert keys(releases, "a", 22) == ["a0", "a1"]
    assert keys(releases, "b", 22) == ["b0", "b1"]


def test_speed_shortens_the_seconds() -> None:
    releases = Releases(WORLD, 10.0, now=0)
    for slug in ("a", "b"):
        keys(releases, slug, 0)
    assert keys(releases, "a", 0) == ["a0"]
    assert keys(releases, "a", 1) == ["a0", "a1"]


def test_a_revision_replaces_its_article_and_ends_it() -> None:
    releases = Releases(WORLD, 1.0, now=0)
    for now in (0, 10, 20):
        for slug in ("a", "b"):
            keys(releases, slug, now)
    assert not releases.finished
    assert keys(releases, "a", 30) == ["a0", "a2"]
    assert releases.finished
    assert releases.second == 30


def test_a_feed_that_nobody_fetches_stops_nothing() -> None:
    releases = Releases(WORLD, 1.0, now=0)
    assert keys(releases, "a", PATIENCE - 1) == ["a0"]
    assert keys(releases, "a", PATIENCE) == ["a0"]
    assert keys(releases, "a", PATIENCE + 10) == ["a0", "a1"]
