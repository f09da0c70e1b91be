"""The page on configuration, made from the models: ``python -m marsad.cli.reference > docs/configuration.md``."""

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel

from alerts.rules import RoutesFile, RuleFile
from ingest.config import FeedsFile
from marsad.regions import Region
from marsad.settings import Settings

Schema = Mapping[str, Any]

HEAD: Final = """\
# Configuration

<!-- Generated: python -m marsad.cli.reference > docs/configuration.md -->

A watch is a folder. `marsad init my-watch` writes one with comments, and `marsad check my-watch` names every mistake in
any of its files as `file:line: path: what to write instead`. A watch with a mistake does not start; rules, routes and
regions are read again while it runs, and when they hold a mistake the last good ones stay in force.

All files are YAML: `true` and `false` are the only truth values, dates and times need no quotes, a key that is not in
these tables is an error. Paths count from the folder. Times are a number with its unit: `90s`, `5m`, `1h`, for rules
also `2d`. Secrets (a feed's URL with a token, every receiver's URL) never stand in these files: write `{env: NAME}` or
`{file: PATH}` instead.
"""

FILES: Final[tuple[tuple[str, str, type[BaseModel]], ...]] = (
    ("marsad.yaml", "The watch itself. Every key may be left out: an empty file is a good one.", Settings),
    ("feeds.yaml", "What is polled.", FeedsFile),
    ("rules/*.yaml", "What to watch for; [rules.md](rules.md) explains it with examples.", RuleFile),
    ("routes.yaml", "Who is told.", RoutesFile),
    ("regions.yaml", "Regions of your own by name, over the shipped ones; named by `regions` in marsad.yaml.", Region),
)

_BOUNDS: Final = (("minimum", "from {}"), ("exclusiveMinimum", "above {}"), ("maximum", "to {}"))
_DURATION: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for name, about, model in FILES for line in _file(name, about, model))])


def _file(name: str, about: str, model: type[BaseModel]) -> Iterator[str]:
    schema = model.model_json_schema(mode="validation")
    parts: Mapping[str, Schema] = schema.get("$defs", {})
    yield from (f"## {name}", "", about, "")
    yield from _table(schema, parts)
    for part in _used(schema, parts):
        yield from (f"### {_title(part)}", "", _sentence(parts[part].get("description", "")), "")
        yield from _table(parts[part], parts)


def _used(schema: Schema, parts: Mapping[str, Schema]) -> list[str]:
    """The parts that have keys of their own, in the order in which a reader meets them."""
    found: list[str] = []
    for value in schema.get("properties", {}).values():
        for name in _references(value):
            if "properties" in parts[name]:
                found += [name, *_used(parts[name], parts)]
    return list(dict.fromkeys(found))


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if "$ref" in value:
            yield value["$ref"].rpartition("/")[2]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _table(schema: Schema, parts: Mapping[str, Schema]) -> Iterator[str]:
    yield from ("| Key | Value | Default | |", "|---|---|---|---|")
    required = schema.get("required", ())
    for key, value in schema.get("properties", {}).items():
        default = "required" if key in required else _default(value.get("default"))
        about = _sentence(value.get("description", ""))
        yield f"| `{key}` | {_kind(value, parts)} | {default} | {about} |"
    yield ""


def _kind(value: Schema, parts: Mapping[str, Schema]) -> str:
    """What may be written, in words."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"see {_title(name)}" if "properties" in parts[name] else _kind(parts[name], parts)
    if "anyOf" in value:
        kinds = (_kind(choice, parts) for choice in value["anyOf"] if choice.get("type") != "null")
        return " or ".join(dict.fromkeys(kinds))
    if "const" in value or "enum" in value:
        return ", ".join(f"`{choice}`" for choice in value.get("enum", [value.get("const")]))
    return _plain(value, parts)


def _plain(value: Schema, parts: Mapping[str, Schema]) -> str:
    match value.get("type"):
        case "array":
            return f"list: {_kind(value.get('items', {}), parts)}"
        case "object":
            return f"by name: {_kind(value.get('additionalProperties', {}), parts)}"
        case "boolean":
            return "`true`, `false`"
        case "integer" | "number":
            bounds = " ".join(words.format(_number(value[key])) for key, words in _BOUNDS if key in value)
            return f"number {bounds}".strip()
    formats = {"duration": "time", "ipv4network": "network", "ipv6network": "network"}
    return formats.get(value.get("format", ""), "text")


def _default(value: Any) -> str:
    if value is None or value in ([], {}, ""):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, dict):
        return "as below"
    if isinstance(value, list):
        return ", ".join(f"`{part}`" for part in value)
    return f"`{_number(value) if isinstance(value, int | float) else _time(value)}`"


def _time(text: str) -> str:
    """``PT5M`` as it is written in the files."""
    found = _DURATION.fullmatch(text)
    if not found or not any(found.groups()):
        return text
    return "".join(f"{count}{unit}" for count, unit in zip(found.groups(), "dhms", strict=True) if count)


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:g}"


def _title(part: str) -> str:
    """``FeedConfig`` → ``feed config``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", part).lower()


def _sentence(text: str) -> str:
    """A description on one line of a table."""
    return " ".join(text.replace("``", "`").replace("|", "\\|").split())


if __name__ == "__main__":
    sys.stdout.write(page())
