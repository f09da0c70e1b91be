"""The chart's page, made from the comments in its values.yaml: ``python helm/readme.py > helm/marsad/README.md``."""  # noqa: INP001

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml

CHART: Final = Path(__file__).parent / "marsad"
HEAD: Final = """\
# The chart marsad

<!-- Generated: python helm/readme.py > helm/marsad/README.md -->

One pod that polls, reads, watches and alerts:

```
helm install marsad helm/marsad --namespace news --create-namespace
```

On an existing Kafka and Elasticsearch, pollers, readers, indexers and watches are StatefulSets of their own:

```
helm install marsad helm/marsad --namespace news --create-namespace --values scaled.yaml
```

[docs/deploy.md](../../docs/deploy.md) tells how to build the image, what goes into `scaled.yaml` and which Secrets are
needed, how to upgrade and to go back. Values that cannot work are refused, with a line that says what to write instead.

## Values
"""
WHOLE: Final = ("content", "resources")
"""Mappings that are one value: what is in them is an operator's."""


def page(chart: Path = CHART) -> str:
    """The whole page."""
    return "\n".join([HEAD, *_tables((chart / "values.yaml").read_text(encoding="utf-8"))]) + "\n"


def _tables(text: str) -> Iterator[str]:
    comments = _comments(text)
    root = yaml.compose(text)
    assert isinstance(root, yaml.MappingNode)
    alone = [pair for pair in root.value if not _is_section(*pair)]
    yield from _table("All pods", "", alone, comments)
    for key, node in root.value:
        if _is_section(key, node):
            about = comments.get(key.start_mark.line, "")
            yield from _table(f"`{key.value}`", about, list(_leaves(f"{key.value}.", node)), comments)


def _table(
    title: str, about: str, rows: list[tuple[yaml.ScalarNode, yaml.Node]], comments: dict[int, str]
) -> Iterator[str]:
    yield f"### {title}\n"
    if about:
        yield f"{about}\n"
    yield "| Value | Default | |"
    yield "|---|---|---|"
    for key, node in rows:
        yield f"| `{key.value}` | `{_default(node)}` | {comments.get(key.start_mark.line, '')} |"
    yield ""


def _leaves(path: str, node: yaml.Node) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    for key, value in node.value:
        if _is_section(key, value):
            yield from _leaves(f"{path}{key.value}.", value)
        else:
            yield yaml.ScalarNode(key.tag, path + key.value, key.start_mark), value


def _is_section(key: yaml.ScalarNode, node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode) and not node.flow_style and key.value not in WHOLE


def _default(node: yaml.Node) -> str:
    value = yaml.safe_load(yaml.serialize(node))
    return json.dumps(value, ensure_ascii=False)


def _comments(text: str) -> dict[int, str]:
    """Line of a key (from 0) → the comment that stands right above it."""
    found: dict[int, str] = {}
    above: list[str] = []
    for number, line in enumerate(text.splitlines()):
        stripped = line.strip()
        if stripped.startswith("#"):
            above.append(stripped.removeprefix("#").strip())
            continue
        if above and stripped:
            found[number] = " ".join(above).replace("|", "\\|")
        above = []
    return found


if __name__ == "__main__":
    sys.stdout.write(page())
