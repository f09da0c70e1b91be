"""The rule language: rules, receivers and routes as their YAML files say them, and the set in force.

Conditions are ANDed, the values inside one condition are ORed, an absent one means any.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from alerts.receivers import Receiver
from alerts.values import (
    Countries,
    Divisions,
    Duration,
    Families,
    Initiators,
    Languages,
    Level,
    Names,
    Statuses,
    SubTypes,
    Types,
    parse_duration,
    texts_by_language,
)
from marsad.codes import Severity
from marsad.regions import Region
from marsad.yaml_config import ConfigModel

RULE_NAME: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"

RuleName = Annotated[str, Field(pattern=RULE_NAME, description="lower-case words joined by hyphens")]
Probability = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1, description="0 or no such condition: leave the key out")]
Texts = Annotated[dict[str, str], BeforeValidator(texts_by_language)]

Changeable = Literal[
    "killed", "injured", "abducted", "claimed_by", "perpetrator", "initiator", "place", "status", "sub_type", "sources"
]
CHANGES: Final[tuple[Changeable, ...]] = (
    "killed", "injured", "abducted", "claimed_by", "perpetrator", "initiator", "place", "status", "sources",
)  # fmt: skip


class TextTerms(ConfigModel):
    """Whole words in title, summary and the head of the body, folded as readings are.

    ``الأزمة`` finds ``ازمه`` and ``بالأزمة``; ``bomb*`` finds every word that begins so.
    """

    any: Names | None = None
    all: Names | None = None
    none: Names | None = None


class LeastToll(ConfigModel):
    """People told at least; of several kinds, any one is enough."""

    killed: Count | None = None
    injured: Count | None = None
    abducted: Count | None = None


class Conditions(ConfigModel):
    """What must hold of a story (and of one of its articles) for the rule to hold."""

    types: Types | None = Field(None, description="ACLED event types")
    sub_types: SubTypes | None = Field(None, description="ACLED sub-event types")
    families: Families | None = None
    status: Statuses | None = None
    fresh: bool | None = Field(None, description="the event is new, or new facts on it are told")
    initiators: Initiators | None = Field(None, description="who acted")
    actors: Names | None = Field(None, description="ids of groups that take part")
    toll: LeastToll | None = None
    regions: Names | None = None
    countries: Countries | None = Field(None, description="ISO 3166-1 alpha-2 codes")
    admin1: Divisions | None = Field(None, description="ISO 3166-2 codes")
    topics: Names | None = Field(None, description="IPTC Media Topic codes")
    text: TextTerms | None = None
    languages: Languages | None = None
    feeds: Names | None = Field(None, description="slugs of feeds")
    tags: Names | None = Field(None, description="tags of feeds")
    reliability: Literal["A", "B", "C", "D", "E"] | None = Field(None, description="of the feed, at least")

    @property
    def of_event(self) -> bool:
        """Whether the rule asks for an event at all."""
        asked = (self.types, self.sub_types, self.families, self.status, self.fresh, self.initiators, self.toll)
        return any(condition is not None for condition in asked)

    @property
    def of_article(self) -> bool:
        """Whether one article by itself must meet something."""
        asked = (self.topics, self.text, self.languages, self.feeds, self.tags, self.reliability)
        return any(condition is not None for condition in asked)


class Updates(ConfigModel):
    """When a story that was alerted is worth another message."""

    every: Duration = Field(parse_duration("30m"), description="at most one update in this time; a cancel never waits")
    share: float = Field(0.2, gt=0, description="a toll that rose by this share …")
    step: int = Field(3, ge=1, description="… or by so many people")
    on: Annotated[tuple[Changeable, ...], Field(description="the changes that matter")] = CHANGES


class Rule(ConfigModel):
    """What to watch for, and how sure to be."""

    name: RuleName
    description: Texts = Field({}, description="by language, or one English text")
    severity: Level = Severity.MEDIUM
    when: Conditions
    sure: Probability = Field(0.5, description="so probable: sent at once")
    likely: Probability | None = Field(None, description="so probable: held for a second independent source")
    hold: Duration | None = Field(None, description="how long to wait for that source")
    updates: Updates | None = None

    def described(self, language: str) -> str:
        """The description in a language, else in English, else in any."""
        texts = self.description
        return texts.get(language) or texts.get("en") or next((texts[key] for key in sorted(texts)), "")


class RouteMatch(ConfigModel):
    """Which alerts a route takes; an absent condition takes any."""

    rules: Names | None = None
    severity: Level | None = Field(None, description="at least")
    countries: Countries | None = None
    regions: Names | None = None


class Route(ConfigModel):
    """Every route that matches delivers; a receiver named by several gets one message."""

    receivers: Names
    match: RouteMatch = RouteMatch()


class RuleFile(ConfigModel):
    """One file of rules."""

    rules: tuple[Rule, ...] = ()
    disable: tuple[str, ...] = Field((), description="names of shipped rules that are not wanted")
    updates: Updates | None = Field(None, description="for every rule that does not say its own; in one file only")


class RoutesFile(ConfigModel):
    """The file of receivers and routes."""

    receivers: tuple[Receiver, ...] = ()
    routes: tuple[Route, ...] = ()
    default: Names | None = Field(None, description="receivers of what no route takes")


class RuleSet(ConfigModel):
    """All that decides about alerts, as it is taken into the log. Secrets are references."""

    rules: tuple[Rule, ...] = ()
    updates: Updates = Updates()
    receivers: tuple[Receiver, ...] = ()
    routes: tuple[Route, ...] = ()
    default: tuple[str, ...] = ()
    regions: dict[str, Region] = {}

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        for names in ([rule.name for rule in self.rules], [receiver.name for receiver in self.receivers]):
            if len(set(names)) != len(names):
                raise ValueError("a name stands twice")
        return self

    def updates_of(self, rule: Rule) -> Updates:
        """The rule's own say, else the set's."""
        return rule.updates or self.updates

    def receiver(self, name: str) -> Receiver | None:
        """The receiver of a name."""
        return next((receiver for receiver in self.receivers if receiver.name == name), None)

    def to_json(self) -> str:
        """The set as one line of JSON, the same bytes for equal sets."""
        value = self.model_dump(mode="json", exclude_defaults=True)
        value["regions"] = {name: _sorted_sets(region) for name, region in value.get("regions", {}).items()}
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, body: str) -> Self:
        """Raises ValueError for what ``to_json`` of this major version did not write."""
        return cls.model_validate_json(body)

    def digest(self) -> str:
        """Names the set: equal sets have equal digests."""
        return sha256(self.to_json().encode()).hexdigest()[:24]


def _sorted_sets(region: Mapping[str, Any]) -> dict[str, Any]:
    """A region's sets come out in hash order, which differs from run to run."""
    return {key: sorted(value) if isinstance(value, list) else value for key, value in region.items()}
