"""The page on deploying: its commands and values are ones that work."""

import re
import shlex

import pytest
import yaml
from integration.deploy.chart import CHART, ROOT, objects, pods
from integration.deploy.test_chart_config import Pod, parsed

from marsad.config import check_secrets, load

PAGE = (ROOT / "docs" / "deploy.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = [line for kind, text in BLOCKS if not kind for line in text.splitlines()]
VALUES = [yaml.safe_load(text) for kind, text in BLOCKS if kind == "yaml"]
SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]


def those(program):
    return [line for line in COMMANDS if line.startswith(program + " ")]


def test_compose_takes_five_commands_and_helm_three():
    section = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
    first = [
        re.search(r"^```\n(.*?)^```$", section[name], re.MULTILINE | re.DOTALL)[1].splitlines()
        for name in ("Compose: everything on one machine", "Helm: one pod")
    ]
    assert [len(lines) for lines in first] == [5, 3]


@pytest.mark.parametrize("command", those("docker compose run") + those("docker compose exec"))
def test_what_is_run_in_a_service_is_a_command_of_marsad(command):
    service, *words = (word for word in shlex.split(command)[3:] if word != "--rm")
    assert service in SERVICES
    assert ("exec" in command) is (words[:1] == ["marsad"])
    parsed([word for word in words if word != "marsad"] or SERVICES[service]["command"])


@pytest.mark.parametrize("command", [*those("docker compose logs"), *those("docker compose up")])
def test_services_that_are_named_are_there(command):
    words = [word for word in shlex.split(command)[3:] if not word.startswith("--")]
    assert {word.partition("=")[0] for word in words} <= SERVICES.keys()


def test_the_passwords_are_made_as_the_example_says():
    example = re.search(r"^#   (awk .+)$", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)[1]
    assert f"(umask 077; {example})" in COMMANDS


@pytest.mark.parametrize("command", those("helm"))
def test_helm_is_given_the_chart_and_values_that_there_are(command):
    words = shlex.split(command)
    assert "helm/marsad" in words
    known = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))
    for word in (words[i + 1] for i, option in enumerate(words) if option == "--set"):
        value = known
        for part in word.partition("=")[0].split("."):
            value = value[part]


@pytest.mark.parametrize("values", VALUES)
def test_its_values_make_pods_that_marsad_can_read(tmp_path, values):
    found = objects(values)
    component = "watch" if "kafka" in values else "embedded"
    check_secrets(load(Pod(tmp_path, found, component).folder, polls=component == "embedded"))


def test_the_secrets_that_it_makes_are_those_that_the_pods_mount():
    made = {}
    for line in those("kubectl"):
        if found := re.search(r"create secret generic (\S+) (.+)$", line):
            made[found[1]] = set(re.findall(r"--from-(?:literal|file)=([\w.-]+)", found[2]))
    mounted = {
        volume["secret"]["secretName"]
        for values in VALUES
        for pod in pods(objects(values)).values()
        for volume in pod["spec"]["volumes"]
        if "secret" in volume
    }
    assert made.keys() == mounted
    assert made == {
        "marsad-routes": {"slack"},
        "marsad-kafka": {"user", "password"},
        "marsad-kafka-admin": {"user", "password"},
        "kafka-ca": {"ca.crt"},
        "marsad-index": {"api-key"},
        "marsad-setup": {"api-key"},
        "elastic-ca": {"ca.crt"},
    }


def test_its_links_lead_to_headings_that_there_are():
    for page, anchor in re.findall(r"\]\(([\w./-]+\.md)#([\w-]+)\)", PAGE):
        headings = re.findall(r"^#+ (.+)$", (ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE)
        assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_figures_of_sizes_are_those_that_were_measured():
    told = PAGE[
        PAGE.index("All that is measured is") : PAGE.index("World news is", PAGE.index("All that is measured is"))
    ]
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    limits = page[page.index("## Known limits") :]
    figures = re.findall(r"\d[\d,.–]*\d(?: MB| kB| readings)?", told.partition("without containers:")[2])
    assert len(figures) == 5
    assert [figure for figure in figures if figure not in limits] == []
