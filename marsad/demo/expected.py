"""What the demo must tell, and how what it told differs from that. Pure but for reading the file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from marsad.codes import MessageType
from marsad.demo.world import World
from marsad.errors import ConfigError, did_you_mean
from marsad.yaml_config import ConfigModel, read_yaml, validate

EXPECTED: Final = Path(__file__).parent / "expected.yaml"


class Message(ConfigModel):
    """One message that must come."""

    kind: MessageType
    by: str
    """The article whose arrival makes it due."""
    or_by: str | None = None
    changed: frozenset[str] = frozenset()
    """Fields that an update must name; it may name more."""
    killed: int | None = None


class ExpectedIncident(ConfigModel):
    """What happened, who tells it, and what the officer is told of it."""

    name: str
    rule: str
    country: str
    places: tuple[str, ...]
    """Any of these names is right."""
    sub_types: tuple[str, ...]
    """Any of these is right."""
    articles: tuple[str, ...]
    may_join: tuple[str, ...] = ()
    may_miss: tuple[str, ...] = ()
    messages: tuple[Message, ...]


class Expected(ConfigModel):
    """The whole list; nothing else may be told."""

    incidents: tuple[ExpectedIncident, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A message as it came, its articles by their keys in the demo."""

    kind: str
    rule: str
    story: str
    articles: frozenset[str]
    changed: frozenset[str]
    country: str | None
    place: str | None
    sub_type: str | None
    killed: int | None


def load_expected(world: World, path: Path = EXPECTED) -> Expected:
    """Read the list. Raises ConfigError, also where it names an article that the world has not."""
    document = read_yaml(path, name=path.name)
    expected = validate(Expected, document)
    known = {article.key for _, article in world.articles()}
    unknown = [
        document.problem(("incidents", index), f"the world has no article {key!r}{did_you_mean(key, known)}")
        for index, incident in enumerate(expected.incidents)
        for key in _keys(incident)
        if key not in known
    ]
    if unknown:
        raise ConfigError(unknown)
    return expected


def told(line: Mapping[str, Any], key_of: Mapping[str, str]) -> Told:
    """A JSON line of ``marsad demo --json``; ``key_of`` gives an article id's key."""
    event = line.get("event") or {}
    killed = event.get("killed") or {}
    return Told(
        kind=line["kind"],
        rule=line["rule"],
        story=line["story"],
        articles=frozenset(key_of.get(article, article) for article in line["articles"]),
        changed=frozenset(line.get("changed") or ()),
        country=event.get("country"),
        place=event.get("place"),
        sub_type=event.get("sub_type"),
        killed=killed.get("best"),
    )


def differences(expected: Expected, messages: Iterable[Told]) -> list[str]:
    """Every way in which the messages are not the expected ones, each as a sentence; empty when all is right."""
    stories: dict[tuple[str, str], list[Told]] = {}
    for message in messages:
        stories.setdefault((message.rule, message.story), []).append(message)
    found: list[str] = []
    for incident in expected.incidents:
        matching = [story for story, came in stories.items() if _tells(incident, story[0], came)]
        if not matching:
            found.append(f"{incident.name}: nothing came")
        found += [f"{incident.name}: told again as {story}" for _, story in matching[1:]]
        for story in matching[:1]:
            found += [f"{incident.name}: {fault}" for fault in _faults(incident, stories[story])]
        for story in matching:
            del stories[story]
    return found + [f"{rule} came for {story}: {sorted(came[0].articles)}" for (rule, story), came in stories.items()]


def _keys(incident: ExpectedIncident) -> tuple[str, ...]:
    causes = [key for message in incident.messages for key in (message.by, message.or_by) if key is not None]
    return (*incident.articles, *incident.may_join, *incident.may_miss, *causes)


def _tells(incident: ExpectedIncident, rule: str, came: Sequence[Told]) -> bool:
    return rule == incident.rule and bool(came[0].articles & set(incident.articles))


def _faults(incident: ExpectedIncident, came: Sequence[Told]) -> list[str]:
    kinds, wanted = [message.kind for message in came], [str(message.kind) for message in incident.messages]
    faults = [] if kinds == wanted else [f"came as {', '.join(kinds)}, not {', '.join(wanted)}"]
    last = came[-1].articles
    missing = set(incident.articles) - set(incident.may_miss) - last
    alien = last - set(incident.articles) - set(incident.may_join)
    faults += [f"lacks {key}" for key in sorted(_due(incident, missing))]
    faults += [f"holds {key}" for key in sorted(alien)]
    faults += _place_faults(incident, came)
    for message, wanted_message in zip(came, incident.messages, strict=False):
        faults += _message_faults(message, wanted_message)
        causes = {wanted_message.by, wanted_message.or_by} & set(incident.articles)  # a revision has no id of its own
        if causes and not causes & message.articles:
            faults.append(f"{message.kind} came before {wanted_message.by}")
    return faults


def _due(incident: ExpectedIncident, missing: set[str]) -> set[str]:
    """An article that came after the last message is in the story without having been told."""
    ends = {incident.messages[-1].by, incident.messages[-1].or_by} & set(incident.articles)
    last = min((incident.articles.index(key) for key in ends), default=len(incident.articles) - 1)
    return {key for key in missing if incident.articles.index(key) <= last}


def _place_faults(incident: ExpectedIncident, came: Sequence[Told]) -> list[str]:
    faults = []
    for message in came:
        if message.country != incident.country or message.place not in incident.places:
            right = " or ".join(incident.places)
            faults.append(f"placed at {message.place}, {message.country}, not {right}, {incident.country}")
        if message.sub_type not in incident.sub_types:
            faults.append(f"read as {message.sub_type}, not {' or '.join(incident.sub_types)}")
    return list(dict.fromkeys(faults))


def _message_faults(message: Told, wanted: Message) -> list[str]:
    faults = []
    if wanted.killed is not None and message.killed != wanted.killed:
        faults.append(f"{message.kind} by {wanted.by}: {message.killed} killed, not {wanted.killed}")
    if not wanted.changed <= message.changed:
        faults.append(f"{message.kind} by {wanted.by}: changed {sorted(message.changed)}, not {sorted(wanted.changed)}")
    return faults
