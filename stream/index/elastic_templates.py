"""Component and index templates as data, and what of a server's own stands in their way. Pure.

Templates carry the mapping's version in their name: those of one release are never written over by another's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from json import dumps
from typing import Any, Final

from stream.index.elastic_indices import MAPPING_VERSION, Kind, Place
from stream.index.elastic_mappings import COMMON, FIELDS, Fields

PRIORITY: Final = 500
"""Above the shipped templates of Elastic (at most 200): ours are exact."""
OWNER: Final = "marsad"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Templates:
    """Every template of one mapping version, by name, in the order in which they are put."""

    components: Mapping[str, Json]
    indices: Mapping[str, Json]


def templates(
    prefix: str, replicas: int, version: int = MAPPING_VERSION, fields: Mapping[Kind, Fields] = FIELDS
) -> Templates:
    """What ``marsad elastic setup`` puts there."""
    settings, common = f"{prefix}settings-v{version}", f"{prefix}common-v{version}"
    components = {
        settings: _marked({"template": {"settings": index_settings(replicas)}}, version),
        common: _marked({"template": {"mappings": _mappings(COMMON, version)}}, version),
    }
    indices = {
        f"{prefix}{kind}-v{version}": _marked(
            {
                "index_patterns": [pattern(kind, prefix, version)],
                "priority": PRIORITY,
                "composed_of": [settings, common],
                "template": {"mappings": _mappings(fields[kind], version)},
            },
            version,
        )
        for kind in Kind
    }
    return Templates(components, indices)


def index_settings(replicas: int) -> Json:
    """Of every index. ``request``: what was acknowledged survives a crash of the node."""
    return {
        "index": {
            "number_of_shards": "1",
            "number_of_replicas": str(replicas),
            "refresh_interval": "1s",
            "codec": "best_compression",
            "translog": {"durability": "request"},
        }
    }


def pattern(kind: Kind, prefix: str, version: int) -> str:
    """The indices of a kind and version."""
    return f"{prefix}{kind}-*-v{version}" if kind.monthly else f"{prefix}{kind}-v{version}"


def creation(place: Place, prefix: str, version: int = MAPPING_VERSION, fields: Mapping[Kind, Fields] = FIELDS) -> Json:
    """What creates an index. It has its mapping with it: without its template it must not get a guessed one."""
    return {
        "aliases": {name: {} for name in place.aliases(prefix)},
        "mappings": _mappings({**COMMON, **fields[place.kind]}, version),
    }


def mark(version: int) -> Json:
    """By which our templates and mappings are known."""
    return {"managed_by": OWNER, "version": version}


def is_ours(template: Mapping[str, Any]) -> bool:
    """Whether a template that the server has was put there by Marsad."""
    return bool((template.get("_meta") or {}).get("managed_by") == OWNER)


def is_current(template: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether it is exactly what is wanted: the server gives a template back in other words than it took."""
    return is_ours(template) and template["_meta"].get("digest") == wanted["_meta"]["digest"]


def overriding(existing: Mapping[str, Mapping[str, Any]], prefix: str, version: int) -> tuple[str, ...]:
    """Names of others' index templates that would be taken for one of our indices in place of ours, sorted."""
    names = [
        Place(kind, "2026.01" if kind.monthly else "").index(prefix, version) for kind in Kind
    ]  # any month stands for all
    return tuple(
        sorted(
            name
            for name, template in existing.items()
            if not is_ours(template)
            and int(template.get("priority") or 0) >= PRIORITY
            and _matches_any(template.get("index_patterns") or (), names)
        )
    )


def _matches_any(patterns: Iterable[str], names: Iterable[str]) -> bool:
    found = tuple(names)
    # Elasticsearch's patterns know the asterisk only: what else fnmatch would take for one is made plain.
    plain = (one.replace("[", "[[]").replace("?", "[?]") for one in patterns)
    return any(fnmatchcase(name, one) for one in plain for name in found)


def _mappings(fields: Fields, version: int) -> Json:
    return {
        "dynamic": "strict",
        "_meta": mark(version),
        "properties": {name: dict(field) for name, field in fields.items()},
    }


def _marked(template: Json, version: int) -> Json:
    digest = sha256(dumps(template, sort_keys=True).encode()).hexdigest()[:16]
    return {**template, "_meta": mark(version) | {"digest": digest}}
