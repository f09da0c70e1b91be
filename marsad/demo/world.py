"""The demo's world: invented papers and what they publish, as readable YAML, one file per feed.

Papers, people and events are invented; towns and groups are real, since a gazetteer has to know them.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from ingest.config import Identity
from ingest.fetched import ParsedEntry
from ingest.identity import entry_keys, key_under
from marsad.article import article_id
from marsad.demo.dates import fill
from marsad.errors import ConfigError, ConfigProblem, did_you_mean
from marsad.yaml_config import ConfigModel, YamlDocument, read_yaml, validate

FEEDS: Final = Path(__file__).parent / "feeds"
LAST_SECOND: Final = 55

Format = Literal["rss2", "rss091", "rdf", "atom"]
Charset = Literal["utf-8", "iso-8859-1", "windows-1256"]
Fault = Literal["server-error", "cut", "bomb", "challenge"]


class DemoArticle(ConfigModel):
    """One article as its paper publishes it, furniture and all."""

    key: str = Field(pattern=r"^[a-z0-9-]+$")
    """Its name in the demo; unique over all feeds."""
    at: int = Field(ge=0, le=LAST_SECOND)
    """The second of the demo at which it appears; 0 is there from the start, and counts as backlog."""
    about: str
    """What an editor would say it is: ``attack``, ``anniversary``, ``football``…"""
    title: str = ""
    summary: str = ""
    body: str = ""
    """Lines of text become paragraphs; text that begins with ``<`` is HTML already."""
    ago: int = Field(default=3, ge=0)
    """Minutes between its publication, as the feed dates it, and its appearance."""
    dated: bool = True
    revises: str | None = None
    """The key of the article that this one replaces: same guid, new text."""

    @field_validator("title", "summary", "body")
    @classmethod
    def _templates(cls, text: str) -> str:
        fill(text, date(2000, 1, 1))
        return text

    @model_validator(mode="after")
    def _has_text(self) -> Self:
        if not (self.title or self.summary or self.body):
            raise ValueError(f"article {self.key!r} has no text: write a title, a summary or a body")
        return self


class DemoFeed(ConfigModel):
    """One paper's feed."""

    slug: str = Field(pattern=r"^[a-z0-9-]+$")
    name: str
    language: str
    country: str = Field(pattern=r"^[A-Z]{2}$")
    family: str
    reliability: str = Field(default="C", pattern=r"^[A-F]$")
    format: Format
    encoded: bool = False
    """The body goes into ``content:encoded``; else into the description."""
    charset: Charset = "utf-8"
    fault: Fault | None = None
    articles: tuple[DemoArticle, ...] = ()

    def guid(self, article: DemoArticle) -> str:
        """The entry's id: that of the article it revises, if any."""
        return f"tag:{self.domain},2026:{article.revises or article.key}"

    def link(self, article: DemoArticle) -> str:
        """The entry's address: that of the article it revises, if any."""
        return f"https://{self.domain}/{article.revises or article.key}"

    @property
    def identity(self) -> Identity:
        """What tells one entry from another: RSS 0.91 has no guid, and RDF's is the link."""
        return Identity.GUID if self.format in {"rss2", "atom"} else Identity.LINK

    def article_id(self, article: DemoArticle) -> str:
        """The id that ingest gives it; a revision has that of the article it revises."""
        keys = entry_keys(ParsedEntry(guid=self.guid(article), link=self.link(article)))
        return article_id(self.slug, key_under(keys, self.identity))

    @property
    def domain(self) -> str:
        """An invented host that no resolver knows (RFC 2606)."""
        return f"{self.slug}.example"


class World(ConfigModel):
    """All feeds, in the order of their slugs."""

    feeds: tuple[DemoFeed, ...]

    @property
    def healthy(self) -> tuple[DemoFeed, ...]:
        """The feeds that can be read."""
        return tuple(feed for feed in self.feeds if feed.fault is None)

    @property
    def seconds(self) -> tuple[int, ...]:
        """The distinct seconds at which something appears in a healthy feed."""
        return tuple(sorted({article.at for feed in self.healthy for article in feed.articles}))

    def key_of(self) -> dict[str, str]:
        """Article id → the article's key. A revision has the id of what it revises."""
        return {feed.article_id(article): article.revises or article.key for feed, article in self.articles()}

    def articles(self) -> Iterable[tuple[DemoFeed, DemoArticle]]:
        """Every article with its feed, by second, then feed."""
        pairs = [(feed, article) for feed in self.feeds for article in feed.articles]
        return sorted(pairs, key=lambda pair: (pair[1].at, pair[0].slug, pair[1].key))


def load_world(folder: Path = FEEDS) -> World:
    """Read every feed of a folder. Raises ConfigError with all that is wrong in any of them."""
    problems: list[ConfigProblem] = []
    feeds: list[tuple[YamlDocument, DemoFeed]] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            document = read_yaml(path, name=path.name)
            feeds.append((document, validate(DemoFeed, document)))
        except ConfigError as error:
            problems += error.problems
    problems += _across(feeds)
    if not feeds and not problems:
        problems = [ConfigProblem(str(folder), 0, "", "there is no feed: add one .yaml file per feed")]
    if problems:
        raise ConfigError(problems)
    return World(feeds=tuple(sorted((feed for _, feed in feeds), key=lambda feed: feed.slug)))


def _across(feeds: Sequence[tuple[YamlDocument, DemoFeed]]) -> list[ConfigProblem]:
    problems: list[ConfigProblem] = []
    seen: set[str] = set()
    slugs: set[str] = set()
    for document, feed in feeds:
        if feed.slug in slugs:
            problems.append(document.problem(("slug",), f"the slug {feed.slug!r} stands in two files: rename one"))
        slugs.add(feed.slug)
        own = {article.key: article.at for article in feed.articles}
        for index, article in enumerate(feed.articles):
            if article.key in seen:
                message = f"the key {article.key!r} stands twice: rename one"
                problems.append(document.problem(("articles", index, "key"), message))
            seen.add(article.key)
            if article.revises is not None and own.get(article.revises, LAST_SECOND) >= article.at:
                hint = did_you_mean(article.revises, own)
                message = f"{article.revises!r} is no earlier article of this feed{hint}"
                problems.append(document.problem(("articles", index, "revises"), message))
    return problems
