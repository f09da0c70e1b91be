"""`marsad elastic setup`: what Elasticsearch must hold before anything is written, and putting it there."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from stream.index.elastic_errors import EXISTS, ElasticError, RefusedError
from stream.index.elastic_indices import MAPPING_VERSION, Place, concrete, first_places
from stream.index.elastic_requests import Json, Requests
from stream.index.elastic_settings import ElasticAccess
from stream.index.elastic_templates import creation, is_current, is_ours, overriding, templates

OLDEST: Final = 9
TESTED: Final = "9.2.0"
_MISSING: Final = 404
_SAFE: Final = "request"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is missing or out of date, and how it is put there."""

    what: str
    method: str
    path: str
    body: Json


@dataclass(frozen=True, slots=True)
class Plan:
    """What setup does. ``problems`` are an operator's to mend, each says how."""

    steps: tuple[Step, ...]
    problems: tuple[str, ...]


async def check_version(client: Requests) -> str:
    """The nodes' versions, as text. Raises ElasticError for a server that this Marsad does not work with."""
    answer = await client.get("/_nodes", {"filter_path": "nodes.*.version"})
    versions = sorted({str(node["version"]) for node in answer.get("nodes", {}).values()})
    for version in versions:
        if int(version.partition(".")[0]) < OLDEST:
            raise ElasticError(f"Elasticsearch {version} is too old: upgrade it to {OLDEST} (tested with {TESTED})")
    return ", ".join(versions)


async def plan(client: Requests, access: ElasticAccess, now: datetime, version: int = MAPPING_VERSION) -> Plan:
    """Compare what is wanted with what is there. Raises ElasticError."""
    found = await plan_templates(client, access, version)
    steps, problems = list(found.steps), list(found.problems)
    aliases = await aliased(client, access.prefix)
    for place in first_places(now):
        step, problem = await _place(client, access.prefix, place, aliases, version)
        steps += [step] if step else []
        problems += [problem] if problem else []
    problems += _versions(aliases, access.prefix, version)
    found_steps, found_problems = await _settings(client, access)
    return Plan((*steps, *found_steps), (*problems, *found_problems))


async def plan_templates(client: Requests, access: ElasticAccess, version: int = MAPPING_VERSION) -> Plan:
    """The part of the plan that is about templates."""
    wanted = templates(access.prefix, access.replicas, version)
    components = await _named(client, "/_component_template", "component_templates", "component_template")
    indices = await _named(client, "/_index_template", "index_templates", "index_template")
    steps, problems = [], []
    for kind, there, ours in (("component", components, wanted.components), ("index", indices, wanted.indices)):
        for name, template in ours.items():
            if name in there and not is_ours(there[name]):
                problems.append(
                    f"the {kind} template {name} is not Marsad's: delete it, or write another elasticsearch.prefix"
                )
            elif name not in there or not is_current(there[name], template):
                steps.append(Step(f"{kind} template {name}", "PUT", f"/_{kind}_template/{name}", template))
    problems += [
        f"the index template {name} would be taken in place of Marsad's: lower its priority below 500, or narrow its "
        "index_patterns"
        for name in overriding(indices, access.prefix, version)
    ]
    return Plan(tuple(steps), tuple(problems))


async def apply(client: Requests, found: Plan) -> None:
    """Put there what is missing. Raises ElasticError; what was put stays, and may be put again."""
    for step in found.steps:
        try:
            await client.send(step.method, step.path, step.body)
        except RefusedError as error:
            if error.kind != EXISTS:  # made by a writer meanwhile
                raise ElasticError(f"{step.what}: {error}") from error


async def check_writer(client: Requests, access: ElasticAccess, now: datetime) -> None:
    """At a writer's start: may and can it write? Raises ElasticError with all that stands in its way."""
    await check_version(client)
    aliases = await aliased(client, access.prefix)
    problems = _versions(aliases, access.prefix, MAPPING_VERSION)
    for place in first_places(now):
        if not place.month:  # a month's index comes with its first document
            step, problem = await _place(client, access.prefix, place, aliases, MAPPING_VERSION)
            problems += [f"{step.what} is missing: run `marsad elastic setup`"] if step else []
            problems += [problem] if problem else []
    _steps, found = await _settings(client, access)
    if problems or found:
        raise ElasticError("\n".join((*problems, *found)))


async def aliased(client: Requests, prefix: str) -> dict[str, list[str]]:
    """Alias → the concrete indices behind it, of those with our prefix."""
    answer = await _or_empty(client.get, f"/_alias/{prefix}*")
    behind: dict[str, list[str]] = {}
    for index in sorted(answer):
        for alias in answer[index].get("aliases", {}):
            behind.setdefault(alias, []).append(index)
    return behind


async def _place(
    client: Requests, prefix: str, place: Place, aliases: Mapping[str, Sequence[str]], version: int
) -> tuple[Step | None, str | None]:
    """The step that makes a place's first index, or what is wrong with what is there."""
    alias = place.alias(prefix)
    behind = aliases.get(alias, ())
    if not behind:
        if await _or_empty(client.get, f"/{alias}/_settings"):
            return None, f"{alias} is an index, where an alias belongs: rename it by a copy, or delete it"
        index = place.index(prefix, version)
        if await _or_empty(client.get, f"/{index}/_settings"):
            actions = [{"add": {"index": index, "alias": name}} for name in place.aliases(prefix)]
            return Step(f"alias {alias}", "POST", "/_aliases", {"actions": actions}), None
        return Step(f"index {index}", "PUT", f"/{index}", creation(place, prefix, version)), None
    if len(behind) > 1 or concrete(behind[0], prefix) is None:
        return None, f"the alias {alias} is not Marsad's: it names {', '.join(behind)}: remove it"
    return None, None


def _versions(aliases: Mapping[str, Sequence[str]], prefix: str, version: int) -> list[str]:
    """Indices in use that what this Marsad writes does not fit into; an edit may go into any month."""
    found = (concrete(name, prefix) for name in sorted({name for names in aliases.values() for name in names}))
    return [
        f"{one.name} has an older mapping: run `marsad elastic migrate`"
        if one.version < version
        else f"{one.name} was made by a newer Marsad: upgrade this one"
        for one in found
        if one and one.version != version
    ]


async def _settings(client: Requests, access: ElasticAccess) -> tuple[list[Step], list[str]]:
    """Copies to be changed, and indices whose writes a crash would lose."""
    path = f"/{access.prefix}*/_settings/index.number_of_replicas,index.translog.durability"
    answer = await _or_empty(client.get, path, {"include_defaults": "true", "flat_settings": "true"})
    steps, problems = [], []
    for name in sorted(answer):
        if concrete(name, access.prefix) is None:
            continue
        found = answer[name].get("defaults", {}) | answer[name].get("settings", {})
        if str(found.get("index.number_of_replicas")) != str(access.replicas):
            body = {"index": {"number_of_replicas": access.replicas}}
            steps.append(Step(f"{access.replicas} copies of {name}", "PUT", f"/{name}/_settings", body))
        durability = str(found.get("index.translog.durability", _SAFE))
        if durability.lower() != _SAFE:
            problems.append(
                f"{name} would lose acknowledged documents in a crash (index.translog.durability is {durability}): "
                f"set it to {_SAFE}"
            )
    return steps, problems


async def _named(client: Requests, path: str, many: str, one: str) -> dict[str, Json]:
    answer = await client.get(path)
    return {template["name"]: template[one] for template in answer.get(many, ())}


async def _or_empty(ask: Callable[..., Awaitable[Json]], path: str, params: Mapping[str, Any] | None = None) -> Json:
    """The answer, empty where there is no such thing."""
    try:
        answer = await ask(path, params)
    except RefusedError as error:
        if error.status == _MISSING:
            return {}
        raise
    return answer
