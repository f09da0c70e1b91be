"""docs/operations.md, section Elasticsearch, says what the code does."""

import re
from pathlib import Path

import pytest

from stream.index.elastic_indices import Kind
from stream.index.elastic_mappings import COMMON, FIELDS

ROOT = Path(__file__).parents[4]
SECTION = (ROOT / "docs" / "operations.md").read_text("utf-8").split("\n## Elasticsearch\n")[1].split("\n## ")[0]
CODE = " ".join(path.read_text("utf-8") for path in sorted((ROOT / "stream" / "index").glob("elastic*.py")))
TABLES = dict(re.findall(r"^### (.+?)\n(.+?)(?=^### |\Z)", SECTION, re.MULTILINE | re.DOTALL))
MESSAGES = re.findall(r"^\| `(.+?)` \|", TABLES["What its messages mean"], re.MULTILINE)


def test_every_field_is_told_with_its_kind_and_indices():
    told = {}
    for names, kind, where in re.findall(r"^\| (`[^|]+`) \| (\w+) \| ([\w, ]+) \|", TABLES["Indices"], re.MULTILINE):
        told |= dict.fromkeys(re.findall(r"`([\w@.]+)`", names), (kind, where))
    wanted = {name: (field["type"], "all") for name, field in COMMON.items()}
    for kind, fields in FIELDS.items():
        for name, field in fields.items():
            known = wanted.get(name)
            wanted[name] = (field["type"], f"{known[1]}, {kind}" if known else str(kind))
    assert told == wanted


@pytest.mark.parametrize("kind", Kind)
def test_every_alias_is_told(kind):
    assert f"| `marsad-{kind}` | `marsad-{kind}-" in TABLES["Indices"]


@pytest.mark.parametrize("message", MESSAGES)
def test_every_message_that_it_explains_is_one_of_the_codes(message):
    fixed = [part.strip() for part in message.split("…") if part.strip()]
    assert fixed
    assert [part for part in fixed if part not in CODE] == []
