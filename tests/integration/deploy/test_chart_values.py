"""The Helm chart's values: refused where they cannot work, warned of where they are risky, told on a page."""

import runpy

import helm_python as helm
import pytest
import yaml
from integration.deploy.chart import CASES, CHART, ROOT, merged, rendered

SCALED = CASES["scaled"]


@pytest.mark.parametrize(
    "values",
    [
        {"worker": {"replicas": 2}},
        {"read": {"replicas": "many"}},
        {"watch": {"replicas": 0}},
        {"watch": {"persistance": {}}},
        {"config": {"workers": "auto"}},
        {"config": {"data": "elsewhere"}},
        {"config": {"workers": None}},
        {"kafka": {"bootstrap": ["kafka"]}},
        {"kafka": {"bootstrap": "kafka:9092"}},
        {"kafka": {"security": {"protocol": "TLS"}}},
        {"kafka": {"security": {"password": "x"}}},
        {"elasticsearch": {"url": ["https://user:secret@search:9200"]}},
        {"elasticsearch": {"url": ["https://search"]}},
        {"image": {"digest": "latest"}},
        {"rules": {"files": {"own.yml": {}}}},
        {"poll": {"terminationGracePeriodSeconds": 1}},
        {"networkPolicy": {"privateNetworks": ["10.0.0.1"]}},
    ],
    ids=str,
)
def test_values_of_the_wrong_shape_are_refused(values):
    with pytest.raises(helm.HelmValuesError):
        rendered(merged(SCALED, values))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"elasticsearch": {"url": ["http://search:9200"]}}, "needs kafka.bootstrap"),
        ({"kafka": {"bootstrap": ["k:1"], "security": {"protocol": "SASL_SSL"}}}, "kafka.security.existingSecret"),
        ({"kafka": {"bootstrap": ["k:1"], "security": {"existingSecret": "s"}}}, "is used with SASL only"),
        ({"kafka": {"bootstrap": ["k:1"], "security": {"caExistingSecret": "s"}}}, "is used with encryption only"),
        ({**SCALED, "elasticsearch": {"url": ["http://s:9200"], "ca": {"existingSecret": "s"}}}, "does not encrypt"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_values_that_do_not_go_together_are_refused_in_a_sentence(values, message):
    with pytest.raises(helm.HelmRenderError, match=message):
        rendered(values)


@pytest.mark.parametrize(
    ("case", "warned"),
    [
        ("defaults", []),
        ("embedded", ["what it knows is lost"]),
        ("scaled", ["neither log in", "without a login"]),
        ("kafka-only", ["one watch alone", "keep nothing on a disk"]),
        ("secured", []),
    ],
)
def test_the_notes_warn_of_what_is_risky(case, warned):
    (notes,) = (text for name, text in rendered(CASES[case]).items() if name.endswith("NOTES.txt"))
    warnings = [line for line in notes.splitlines() if line.startswith("WARNING")]
    assert len(warnings) == len(warned)
    assert all(word in line for word, line in zip(warned, warnings, strict=True))


def test_every_value_is_in_the_schema():
    schema = yaml.safe_load((CHART / "values.schema.json").read_text("utf-8"))
    values = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))
    assert schema["additionalProperties"] is False
    assert schema["properties"].keys() - {"global"} == values.keys()
    for name, value in values.items():
        inner = schema["properties"][name]
        if "properties" in inner and name != "config":
            assert inner["properties"].keys() == value.keys(), name


def test_the_page_of_values_is_that_of_the_values():
    page = runpy.run_path(str(ROOT / "helm" / "readme.py"))["page"]()
    assert (CHART / "README.md").read_text("utf-8") == page, "run: python helm/readme.py > helm/marsad/README.md"
