"""Rule and routes files written for a test, and what is wrong with them."""

import pytest

from alerts.loader import Known, load_rule_set
from alerts.rules import RuleSet
from marsad.errors import ConfigError
from marsad.regions import load_regions

KNOWN = Known(
    feeds=frozenset({"sahara-bulletin", "radio-lac"}),
    tags=frozenset({"wire", "local"}),
    actors=frozenset({"jnim", "issp"}),
    topics=frozenset({"medtop:20000056"}),
)
REGIONS = load_regions()


def load(folder, *, rules: str = "", routes: str = "", shipped: bool = False, more: str = "") -> RuleSet:
    texts = {"rules.yaml": rules, "more.yaml": more, "routes.yaml": routes}
    for name, text in texts.items():
        if text:
            (folder / name).write_text(text, encoding="utf-8")
    return load_rule_set(
        shipped=shipped,
        rule_files=[folder / name for name in ("rules.yaml", "more.yaml") if texts[name]],
        routes_file=folder / "routes.yaml" if routes else None,
        regions=REGIONS,
        known=KNOWN,
    )


def problems(folder, **files) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, **files)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def rule(*lines: str, when: str = "{fresh: true}") -> str:
    return "\n".join(["rules:", "  - name: one", f"    when: {when}", *(f"    {line}" for line in lines)])


GOOD = rule(when="{regions: [sahel], fresh: true}")
DESK = "receivers:\n  - {name: desk, console: true}\n"
