"""``feeds.yaml`` and the ``fetch`` section: which feeds are polled, and how."""

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, field_validator
from yarl import URL

from ingest.code_lists import COUNTRIES, LANGUAGES
from marsad.article import Source
from marsad.errors import ConfigError, ConfigProblem, did_you_mean
from marsad.secret_ref import NotThereError, SecretRef
from marsad.yaml_config import ConfigModel, YamlDocument, read_yaml, validate

SHORTEST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(hours=24)

_KEEP_OUT: Final = "keep it out of the config, write {env: NAME} or {file: PATH}"
_UNITS: Final = {"s": 1, "m": 60, "h": 3600}
_DURATION: Final = re.compile(r"(\d{1,6})\s*([smh])")
_SECRET_WORDS: Final = re.compile(
    r"(?:api|auth|access|client|private|session)?[-_]?(?:key|token|secret|session(?:id)?)|auth|pass(?:word|wd)?|pwd|sig(?:nature)?"
)


class Identity(StrEnum):
    """What tells one entry of a feed from another."""

    AUTO = "auto"
    GUID = "guid"
    LINK = "link"
    CONTENT = "content"


def duration(value: Any) -> Any:
    """``90s``, ``5m``, ``1h`` as a timedelta."""
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError("write a number with its unit: '90s', '5m' or '1h'")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def polling_interval(value: Any) -> Any:
    """A duration, held to at least a minute and at most a day."""
    wanted = duration(value)
    return min(max(wanted, SHORTEST), LONGEST) if isinstance(wanted, timedelta) else wanted


Interval = Annotated[timedelta, BeforeValidator(polling_interval)]
Duration = Annotated[timedelta, BeforeValidator(duration)]
Reliability = Literal["A", "B", "C", "D", "E", "F"]
Tlp = Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]


class FeedConfig(ConfigModel):
    """One feed. The slug is its id everywhere; the URL stays inside ingest."""

    slug: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", description="small letters, digits, hyphens")]
    url: Annotated[str | SecretRef, Field(description="http(s) URL; one with a token as {env: NAME} or {file: PATH}")]
    name: str = Field("", description="the publisher's name, as people know it")
    language: str | None = Field(None, description="BCP 47 tag of most of its articles")
    country: str | None = Field(None, description="ISO 3166-1 code of the publisher's seat")
    family: str = Field("", description="publisher family: feeds of one family count as one source; default the slug")
    reliability: Reliability = Field(
        "F", description="Admiralty scale, A (completely reliable) to F (cannot be judged)"
    )
    interval: Interval = Field(timedelta(minutes=5), description="how often to poll at most, 1m to 24h")
    tags: tuple[str, ...] = ()
    tlp: Tlp = Field("CLEAR", description="Traffic Light Protocol 2.0")
    identity: Identity = Field(Identity.AUTO, description="what tells entries apart; auto learns it from the feed")
    enabled: bool = True
    catch_up: bool = Field(default=False, description="alert also on what the first poll brings")

    _place: tuple[str, int] = PrivateAttr(default=("feeds.yaml", 0))

    @field_validator("language")
    @classmethod
    def _known_language(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", value):
            raise ValueError("write a BCP 47 tag such as 'ar', 'fr' or 'pt-MZ'")
        primary = value.partition("-")[0].lower()
        if primary not in LANGUAGES:
            raise ValueError(f"unknown language {primary!r}{did_you_mean(primary, sorted(LANGUAGES))}")
        return value

    @field_validator("country")
    @classmethod
    def _known_country(cls, value: str | None) -> str | None:
        if value is not None and value not in COUNTRIES:
            upper = value.upper()
            hint = f" (did you mean {upper!r}?)" if upper in COUNTRIES else ": write an ISO 3166-1 code such as 'ML'"
            raise ValueError(f"unknown country {value!r}{hint}")
        return value

    def source(self) -> Source:
        """What may be known of the feed outside ingest."""
        return Source(
            feed=self.slug,
            name=self.name or self.slug,
            family=self.family or self.slug,
            country=self.country,
            reliability=self.reliability,
            tags=self.tags,
            tlp=self.tlp,
        )

    def problem(self, path: str, message: str) -> ConfigProblem:
        """A problem of this feed, at its line."""
        file, line = self._place
        return ConfigProblem(file, line, f"{self.slug}.{path}", message)


class FeedDefaults(ConfigModel):
    """What every feed has that does not say otherwise."""

    language: str | None = None
    country: str | None = None
    reliability: Reliability | None = None
    interval: Interval | None = None
    tags: tuple[str, ...] | None = None
    tlp: Tlp | None = None
    identity: Identity | None = None
    catch_up: bool | None = None

    def under(self, feed: FeedConfig) -> FeedConfig:
        """The feed with these values where it has none of its own."""
        missing = {name: value for name, value in self if value is not None and name not in feed.model_fields_set}
        return feed.model_copy(update=missing) if missing else feed

    _known_language = field_validator("language")(FeedConfig._known_language.__func__)  # type: ignore[attr-defined]  # noqa: SLF001
    _known_country = field_validator("country")(FeedConfig._known_country.__func__)  # type: ignore[attr-defined]  # noqa: SLF001


class FeedsFile(ConfigModel):
    """A whole ``feeds.yaml``."""

    defaults: FeedDefaults = FeedDefaults()
    feeds: tuple[FeedConfig, ...] = ()

    def enabled(self) -> tuple[FeedConfig, ...]:
        """The feeds to poll."""
        return tuple(feed for feed in self.feeds if feed.enabled)


class FetchConfig(ConfigModel):
    """How feeds are fetched, and how much of them is taken."""

    timeout: Duration = Field(timedelta(seconds=20), description="for a whole fetch, redirects included")
    max_bytes: Annotated[int, Field(ge=10_000, le=50_000_000, description="of a feed, after decompression")] = 5_242_880
    per_host: Annotated[int, Field(ge=1, le=20, description="fetches from one host at a time")] = 2
    concurrency: Annotated[int, Field(ge=1, le=1000, description="fetches at a time")] = 64
    allow_networks: tuple[IPv4Network | IPv6Network, ...] = Field(
        (), description="private networks that feeds may be fetched from, as CIDR: nothing private is reached otherwise"
    )
    proxy: str | None = Field(
        None, description="http proxy; it then resolves names, and must itself keep private hosts out"
    )
    user_agent: str = "Marsad/0.1 (news feed reader)"
    max_entries: Annotated[int, Field(ge=1, le=10_000, description="new entries taken at one poll")] = 500
    body_limit: Annotated[int, Field(ge=1000, le=250_000, description="characters of an article's text kept")] = 100_000

    @field_validator("proxy")
    @classmethod
    def _plain_proxy(cls, value: str | None) -> str | None:
        if value is not None and (fault := url_fault(value, may_hold_secrets=False)):
            raise ValueError(fault)
        return value


def load_feeds(path: Path) -> FeedsFile:
    """Read ``feeds.yaml``. Raises ConfigError with every problem and its line."""
    return feeds_of(read_yaml(path))


def feeds_of(document: YamlDocument) -> FeedsFile:
    """The feeds of a document. Raises ConfigError with every problem and its line."""
    problems = [*_duplicate_slugs(document), *_url_problems(document)]
    try:
        read = validate(FeedsFile, document)
    except ConfigError as error:
        raise ConfigError([*error.problems, *problems]) from None
    if problems:
        raise ConfigError(problems)
    feeds = tuple(_placed(read.defaults.under(feed), document, index) for index, feed in enumerate(read.feeds))
    return read.model_copy(update={"feeds": feeds})


def url_fault(url: str, *, may_hold_secrets: bool) -> str | None:
    """What is wrong with a feed's URL, and what to write instead; never shows the URL, which may hold a token."""
    try:
        parsed = URL(url)
        host, _port = parsed.host, parsed.port
    except ValueError:
        return "not a URL: write 'https://host/path'"
    if parsed.scheme not in ("http", "https") or not host:
        return "not an http(s) URL: write 'https://host/path'"
    if may_hold_secrets:
        return None
    if parsed.user is not None or parsed.password is not None:
        return f"the URL holds a user name or password: {_KEEP_OUT}"
    secrets = sorted(name for name in parsed.query if _SECRET_WORDS.fullmatch(name.lower()))
    if secrets:
        return f"the URL's {secrets[0]!r} looks like a secret: {_KEEP_OUT}"
    return None


def resolve_url(feed: FeedConfig, environ: Mapping[str, str], base: Path) -> str:
    """The feed's URL, its reference looked up. Raises ConfigError, which never shows the URL."""
    if isinstance(feed.url, str):
        return feed.url
    try:
        url = feed.url.value(environ, base)
    except NotThereError as error:
        raise ConfigError([feed.problem("url", str(error))]) from error
    if fault := url_fault(url, may_hold_secrets=True):
        raise ConfigError([feed.problem("url", f"{feed.url.label}: {fault}")])
    return url


def _duplicate_slugs(document: YamlDocument) -> list[ConfigProblem]:
    first: dict[str, int] = {}
    problems = []
    for index, slug in _texts(document, "slug"):
        if slug in first:
            line = document.lines.get(("feeds", first[slug], "slug"), 0)
            message = f"the slug {slug!r} stands twice (first on line {line}): give each feed its own"
            problems.append(document.problem(("feeds", index, "slug"), message))
        first.setdefault(slug, index)
    return problems


def _url_problems(document: YamlDocument) -> list[ConfigProblem]:
    """Checked beside the model, because the model's errors show the value, which may be a secret."""
    faults = ((index, url_fault(url, may_hold_secrets=False)) for index, url in _texts(document, "url"))
    return [document.problem(("feeds", index, "url"), fault) for index, fault in faults if fault]


def _texts(document: YamlDocument, key: str) -> list[tuple[int, str]]:
    """Feed number and text, for each feed that has text under ``key``."""
    feeds = document.value.get("feeds") if isinstance(document.value, dict) else None
    values = ((i, f.get(key)) for i, f in enumerate(feeds if isinstance(feeds, list) else ()) if isinstance(f, dict))
    return [(index, value) for index, value in values if isinstance(value, str)]


def _placed(feed: FeedConfig, document: YamlDocument, index: int) -> FeedConfig:
    feed._place = (document.file, document.lines.get(("feeds", index), 0))  # noqa: SLF001
    return feed
