"""Every example of docs/rules.md loads, and every condition has one."""

import re
from pathlib import Path

import pytest

from alerts.loader import Known, load_rule_set
from alerts.rules import Conditions, RouteMatch, Rule, Updates
from marsad.regions import load_regions

TEXT = (Path(__file__).parents[3] / "docs" / "rules.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml( routes)?\n(.*?)```", TEXT, re.DOTALL)


def load(folder, *, rules=(), routes=""):
    files = []
    for index, text in enumerate(rules):
        path = folder / f"{index}.yaml"
        path.write_text(text, encoding="utf-8")
        files.append(path)
    routes_file = folder / "routes.yaml"
    routes_file.write_text(routes or "receivers: [{name: a, console: true}]\nroutes: [{receivers: [a]}]")
    return load_rule_set(shipped=True, rule_files=files, routes_file=routes_file, regions=load_regions(), known=Known())


@pytest.mark.parametrize("index", range(len(BLOCKS)))
def test_an_example_loads(tmp_path, index):
    kind, text = BLOCKS[index]
    rules = load(tmp_path, routes=text) if kind else load(tmp_path, rules=[text])
    assert rules.rules


def test_every_key_is_explained():
    for model in (Conditions, Rule, Updates, RouteMatch):
        for name in model.model_fields:
            assert re.search(rf"\b{name}\b", TEXT), name
    examples = "".join(text for kind, text in BLOCKS if not kind)
    for name in Conditions.model_fields:
        assert f"{name}:" in examples, name
