"""Rule and routes files as they stand on disk, into one rule set."""

from pathlib import Path

import pytest
from integration.alerts.config_files import DESK, GOOD, REGIONS, load, problems, rule

from alerts.loader import Known, load_rule_set
from alerts.rules import RuleSet
from marsad.errors import ConfigError
from marsad.regions import Region

EXAMPLES = Path(__file__).parents[3] / "examples"


def test_every_problem_of_every_file_is_told_at_once(tmp_path):
    found = problems(
        tmp_path,
        rules=rule(when="{regions: [sahell]}"),
        more="rules:\n  - name: two\n    when: {types: [Battels], countries: [mali]}",
        routes=DESK + "routes:\n  - receivers: [dsek]",
    )
    assert [problem.split(":")[0] for problem in found] == ["more.yaml", "more.yaml", "routes.yaml", "rules.yaml"]


def test_a_missing_routes_file_is_told(tmp_path):
    with pytest.raises(ConfigError, match="there is no such file"):
        load_rule_set(shipped=True, rule_files=(), routes_file=tmp_path / "routes.yaml", regions=REGIONS, known=Known())


def test_own_rules_replace_and_disable_shipped_ones(tmp_path):
    text = (
        "disable: [coup-sahel]\nrules:\n  - name: new-sahel-attack\n"
        "    when: {fresh: true, regions: [sahel]}\n    sure: 0.9"
    )
    rules = {rule.name: rule for rule in load(tmp_path, rules=text, shipped=True).rules}
    assert "coup-sahel" not in rules
    assert rules["new-sahel-attack"].sure == 0.9
    assert "kidnapping-sahel" in rules


def test_updates_for_all_rules_stand_in_one_file(tmp_path):
    updates = "updates: {every: 5m}\n"
    rules = load(tmp_path, rules=updates + GOOD)
    assert rules.updates_of(rules.rules[0]).every.total_seconds() == 300
    (problem,) = problems(tmp_path, rules=updates + GOOD, more=updates)
    assert problem.startswith("more.yaml:1: updates: `updates` for all rules stands already in")


def test_the_set_survives_the_log(tmp_path):
    routes = DESK + "  - {name: far, language: ar, urls: [{env: A}, {file: secrets/b}]}\nroutes:\n  - receivers: [far]"
    rules = load(tmp_path, rules=GOOD + "\n    hold: 90s\n    likely: 0.2", routes=routes, shipped=True)
    again = RuleSet.from_json(rules.to_json())
    assert again == rules
    assert again.to_json() == rules.to_json()
    assert again.digest() == rules.digest()


def test_the_digest_changes_with_the_set(tmp_path):
    one = load(tmp_path, rules=GOOD)
    other = load(tmp_path, rules=GOOD + "\n    sure: 0.6")
    assert one.digest() != other.digest()


def test_shipped_rules_reach_somebody_by_the_example_routes():
    rules = load_rule_set(
        shipped=True,
        rule_files=sorted((EXAMPLES / "rules").glob("*.yaml")),
        routes_file=EXAMPLES / "routes.yaml",
        regions=REGIONS,
        known=Known(),
    )
    assert {rule.name for rule in rules.rules} >= {
        "new-sahel-attack",
        "military-operation-sahel",
        "new-lake-chad-attack",
        "coup-sahel",
        "mass-casualty-anywhere",
        "kidnapping-sahel",
    }
    for rule_ in rules.rules[:6]:
        assert set(rule_.description) == {"ar", "en", "fr"}


def test_secrets_are_read_when_they_are_used(tmp_path):
    routes = "receivers:\n  - {name: far, urls: [{env: A}, {file: secret}]}\nroutes:\n  - receivers: [far]"
    (receiver,) = load(tmp_path, rules=GOOD, routes=routes).receivers
    (tmp_path / "secret").write_text("  json://two.example/ \n", encoding="utf-8")
    assert receiver.resolve({"A": "json://one.example"}, tmp_path) == ["json://one.example", "json://two.example/"]


@pytest.mark.parametrize(
    ("environ", "content", "message"),
    [
        ({}, "json://x", "receiver far: urls: the environment variable A is not set: put the secret there"),
        (
            {"A": "canary canary"},
            "json://x",
            "receiver far: urls: env:A holds no Apprise URL: write one, such as slack://…, on one line",
        ),
        (
            {"A": "json://x"},
            None,
            "receiver far: urls: secret cannot be read (No such file or directory): put the secret there",
        ),
    ],
)
def test_a_secret_that_is_not_there_is_named_and_never_shown(tmp_path, environ, content, message):
    routes = "receivers:\n  - {name: far, urls: [{env: A}, {file: secret}]}\nroutes:\n  - receivers: [far]"
    (receiver,) = load(tmp_path, rules=GOOD, routes=routes).receivers
    if content:
        (tmp_path / "secret").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        receiver.resolve(environ, tmp_path)
    assert str(caught.value) == message
    assert "canary" not in str(caught.value)


def test_a_region_of_areas_alone_does_not_exclude_countries(tmp_path):
    regions = {"areas": Region(areas=frozenset({"lake-chad"}))}
    (tmp_path / "rules.yaml").write_text(rule(when="{regions: [areas], countries: [NG]}"), encoding="utf-8")
    load_rule_set(shipped=False, rule_files=[tmp_path / "rules.yaml"], routes_file=None, regions=regions, known=Known())
