"""Strict YAML: every error of a file at once, each as ``file:line: path: what to write instead``.

Plain values are as ``yaml_loader`` has them. No tags, no duplicate keys, few aliases.
"""

import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar, Union

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from marsad.errors import ConfigError, ConfigProblem, did_you_mean
from marsad.yaml_loader import MAX_DEPTH, PLAIN_COLLECTIONS, PLAIN_TAGS, TAG, PlainLoader, check_tokens

MAX_BYTES: Final = 5_000_000

LONGEST_SHOWN: Final = 80
"""Characters of a wrong value that a message repeats."""

URL_AS_KEY: Final = "(a URL)"
"""Shown for a key that is a URL: it may hold a secret."""

_NEVER_SHOWN: Final = frozenset(("url", "urls", "env", "file", "proxy", "user", "password", "api_key", "bootstrap"))
"""Keys whose values, written in the wrong form, are often the secret itself."""

_LIST: Final = "write a list, such as [one, two]"
_BELOW: Final = "write keys with their values below it"
_WANTED: Final = {
    "tuple_type": _LIST, "list_type": _LIST, "set_type": _LIST, "frozen_set_type": _LIST,
    "dict_type": _BELOW, "mapping_type": _BELOW, "model_type": _BELOW,
    "string_type": "write text", "bool_type": "write true or false", "bool_parsing": "write true or false",
}  # fmt: skip
"""In place of Python's words for what is wanted."""

YamlPath = tuple[str | int, ...]


class ConfigModel(BaseModel):
    """The root of every section of the configuration: unknown keys are errors, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False)


Model = TypeVar("Model", bound=ConfigModel)


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """A file's value, and the line on which each part of it begins."""

    file: str
    value: Any
    lines: Mapping[YamlPath, int] = field(default_factory=dict)

    def problem(self, path: YamlPath, message: str) -> ConfigProblem:
        """A problem at a path, with the line of its nearest part that is in the file."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return ConfigProblem(self.file, self.lines[path[:length]], path_text(path), message)
        return ConfigProblem(self.file, 0, path_text(path), message)

    def within(self, path: YamlPath) -> "YamlDocument":
        """The part at ``path`` as a document of its own; its value is None where there is none."""
        value = self.value
        for part in path:
            value = value[part] if isinstance(value, dict) and part in value else None
        lines = {key[len(path) :]: line for key, line in self.lines.items() if key[: len(path)] == path}
        return YamlDocument(self.file, value, lines)


def path_text(path: YamlPath) -> str:
    """``rules[0].when.regions``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
            continue
        key = URL_AS_KEY if "://" in part else _shorter(part)
        text += f".{key}" if text else key
    return text


def read_yaml(path: Path, *, name: str | None = None) -> YamlDocument:
    """Read one file. ``name`` is what errors call it. Raises ConfigError."""
    shown = name or str(path)
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError([ConfigProblem(shown, 0, "", "there is no such file")]) from None
    except OSError as error:
        raise ConfigError([ConfigProblem(shown, 0, "", f"cannot be read: {error.strerror}")]) from error
    return parse_yaml(raw, shown)


def parse_yaml(raw: bytes | str, file: str) -> YamlDocument:
    """Parse one document. Raises ConfigError."""
    if len(raw) > MAX_BYTES:
        raise ConfigError([ConfigProblem(file, 0, "", f"longer than {MAX_BYTES:,} bytes: no config is so large")])
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        check_tokens(text, file)
        root = yaml.compose(text, Loader=PlainLoader)
    except UnicodeDecodeError as error:
        raise ConfigError([ConfigProblem(file, 0, "", f"not UTF-8 (byte {error.start}): save it as UTF-8")]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"the control character U+{error.character:04X} is not allowed: remove it"
        raise ConfigError([ConfigProblem(file, line, "", message)]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ConfigError([ConfigProblem(file, line, "", f"not valid YAML: {error.problem}")]) from error
    except OverflowError as error:
        message = "a \\U escape names no character: write the character itself"
        raise ConfigError([ConfigProblem(file, 0, "", message)]) from error
    builder = _Builder(file)
    value = builder.build(root, ()) if root is not None else None
    if builder.problems:
        raise ConfigError(builder.problems)
    return YamlDocument(file, value, builder.lines)


def validate(model: type[Model], document: YamlDocument) -> Model:
    """The document as a model. Raises ConfigError with every problem and its line."""
    value = {} if document.value is None else document.value
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems = [_problem(model, document, dict(details)) for details in error.errors()]
        raise ConfigError(dict.fromkeys(problems)) from error


class _Builder:
    """Nodes to values, remembering lines and refusing what a config has no use for."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[YamlPath, int] = {}
        self.problems: list[ConfigProblem] = []
        self._constructor = PlainLoader("")
        self._parts = 0

    def build(self, node: yaml.Node, path: YamlPath) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        self._parts += 1
        if len(path) > MAX_DEPTH or self._parts > MAX_BYTES // 10:
            # Aliases that hold themselves or each other: no use in telling it of every part.
            raise ConfigError([ConfigProblem(self.file, line, path_text(path[:3]), "nested too deeply or too large")])
        if not isinstance(node, yaml.ScalarNode) and node.tag not in PLAIN_COLLECTIONS:
            return self._refuse(line, path, f"tag {node.tag!r} is not accepted: write it without")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*path, index)) for index, child in enumerate(node.value)]
        if node.tag not in PLAIN_TAGS:
            return self._refuse(line, path, f"tag {node.tag!r} is not accepted: write a plain value")
        try:
            return self._constructor.construct_object(node)
        except (ValueError, yaml.YAMLError) as error:
            url = f"what looks like a URL is no {node.tag.removeprefix(TAG)}" if "://" in node.value else ""
            return self._refuse(line, path, url or f"{_shown(node.value)} cannot be read: {_shorter(str(error))}")

    def _mapping(self, node: yaml.MappingNode, path: YamlPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._refuse(line, path, "a key must be plain text")
                continue
            key = key_node.value
            if key in result:
                first = self.lines[(*path, key)]
                self._refuse(
                    line, (*path, key), f"the key {_key_shown(key)} stands twice (first on line {first}): keep one"
                )
                continue
            self.lines[(*path, key)] = line
            result[key] = self.build(value_node, (*path, key))
        return result

    def _refuse(self, line: int, path: YamlPath, message: str) -> None:
        self.problems.append(ConfigProblem(self.file, line, path_text(path), message))


def _problem(model: type[BaseModel], document: YamlDocument, details: dict[str, Any]) -> ConfigProblem:
    path = _real_path(document.value, details["loc"])
    if details["type"] == "extra_forbidden":
        key = path[-1]
        known = sorted(_keys_at(model, path[:-1]))
        hint = did_you_mean(str(key), known) or (f"; known keys: {', '.join(known)}" if known else "")
        return document.problem(path, f"unknown key {_key_shown(key)}{hint}")
    if details["type"] == "missing":
        return document.problem(path, f"the key {path[-1]!r} is missing: add it")
    message = _WANTED.get(details["type"]) or details["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    value = details["input"]
    # What looks like a URL, or stands where one is asked for, may hold a secret: it is not repeated.
    private = "://" in str(value) or not _NEVER_SHOWN.isdisjoint(path)
    if isinstance(value, str | int | float | bool) and not private and repr(value) not in message:
        message += f", not {_shown(value)}"
    return document.problem(path, message)


def _shown(value: object) -> str:
    return _shorter(repr(value))


def _key_shown(key: object) -> str:
    return URL_AS_KEY if "://" in str(key) else _shown(key)


def _shorter(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _real_path(value: Any, loc: Iterable[str | int]) -> YamlPath:
    """Pydantic's location less its own insertions (union branches, validators)."""
    path: list[str | int] = []
    parts = list(loc)
    for index, part in enumerate(parts):
        if _has(value, part):
            value = value[part]
            path.append(part)
        elif index == len(parts) - 1 and isinstance(value, dict):
            path.append(part)
    return tuple(path)


def _has(value: Any, part: str | int) -> bool:
    if isinstance(value, dict):
        return part in value
    return isinstance(value, list) and isinstance(part, int) and part < len(value)


def _keys_at(model: type[BaseModel], path: YamlPath) -> set[str]:
    candidates: list[Any] = [model]
    for part in path:
        following: list[Any] = []
        for candidate in candidates:
            fields = candidate.model_fields if _is_model(candidate) else {}
            named = [info for name, info in fields.items() if part in (name, info.alias)]
            # A list index or a dict key is no field: the candidate is already the type of the parts.
            following += [inner for info in named for inner in _inner_types(info.annotation)] or [candidate]
        candidates = following
    models = filter(_is_model, candidates)
    return {info.alias or name for found in models for name, info in found.model_fields.items()}


def _is_model(candidate: Any) -> bool:
    return isinstance(candidate, type) and issubclass(candidate, BaseModel)


def _inner_types(annotation: Any) -> list[Any]:
    """The types inside unions, containers and Annotated, outermost containers dropped."""
    origin = typing.get_origin(annotation)
    if origin is None:
        return [annotation]
    arguments = typing.get_args(annotation)
    if origin is typing.Annotated:
        return _inner_types(arguments[0])
    if origin in (Union, types.UnionType):
        return [inner for argument in arguments for inner in _inner_types(argument)]
    return [inner for argument in arguments for inner in _inner_types(argument) if argument is not Ellipsis]
