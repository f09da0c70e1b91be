"""What plain values of YAML mean, and what is refused before anything is built from it.

Plain values are those of YAML 1.2's core schema: ``NO`` is Norway, ``22:30`` and dates are text, ``010`` is ten.
"""

import re
from typing import Final

import yaml

from marsad.errors import ConfigError, ConfigProblem

MAX_ALIASES: Final = 100
MAX_DEPTH: Final = 50
LONGEST_NUMBER: Final = 100
TAG: Final = "tag:yaml.org,2002:"
PLAIN_TAGS: Final = frozenset(f"{TAG}{kind}" for kind in ("str", "int", "float", "bool", "null"))
PLAIN_COLLECTIONS: Final = frozenset((f"{TAG}map", f"{TAG}seq"))
_OPENING: Final = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_CLOSING: Final = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


def check_tokens(text: str, file: str) -> None:
    """Refuse what would cost time or stack before anything is built from it. Raises ConfigError."""
    depth = aliases = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        aliases += isinstance(token, yaml.AliasToken)
        if depth > MAX_DEPTH:
            line = token.start_mark.line + 1
            raise ConfigError(
                [ConfigProblem(file, line, "", f"nested more than {MAX_DEPTH} deep: no config is so deep")]
            )
    if aliases > MAX_ALIASES:
        raise ConfigError([ConfigProblem(file, 0, "", f"{aliases} aliases; at most {MAX_ALIASES} are accepted")])


class PlainLoader(yaml.SafeLoader):
    """SafeLoader with the plain values of YAML 1.2's core schema."""


def _whole_number(_loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    """Decimal whatever zeros it begins with; ``0o`` and ``0x`` as YAML 1.2 has them."""
    text = node.value
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"a number has at most {LONGEST_NUMBER} digits")
    return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))


def _truth(_loader: yaml.SafeLoader, node: yaml.ScalarNode) -> bool:
    if node.value.lower() not in ("true", "false"):
        raise ValueError("write true or false")
    return bool(node.value.lower() == "true")


PlainLoader.yaml_implicit_resolvers = {}
for _kind, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        list("-+.0123456789"),
    ),
):
    PlainLoader.add_implicit_resolver(f"{TAG}{_kind}", re.compile(rf"(?:{_pattern})\Z"), _first)
PlainLoader.add_constructor(f"{TAG}int", _whole_number)
PlainLoader.add_constructor(f"{TAG}bool", _truth)
