"""The Helm chart: lints, renders, is valid for Kubernetes, and keeps its policies."""

import copy
import shutil

import helm_python as helm
import kubernetes_validate
import pytest
import yaml
from integration.deploy.chart import CASES, CHART, VERSION, merged, objects, of_kind, pods, serve, violations

every_case = pytest.mark.parametrize("values", CASES.values(), ids=CASES.keys())
SCALED = CASES["scaled"]


@every_case
def test_it_lints(values):
    report = helm.lint(CHART, values, strict=True, kube_version="v1.34.0")
    assert report["errors"] == []
    assert [message for message in report["messages"] if message["severity"] > 1] == []


@pytest.mark.parametrize("version", ["1.29", "1.34", "1.37"])
@every_case
def test_every_object_is_valid(values, version):
    seen = set()
    for one in objects(values):
        key = (one["kind"], one["metadata"]["name"])
        assert key not in seen
        seen.add(key)
        if one["kind"] != "ServiceMonitor":  # not Kubernetes' own
            kubernetes_validate.validate(one, version, strict=True)


@every_case
def test_every_pod_is_restricted(values):
    found = pods(objects(values))
    assert [(name, violations(template)) for name, template in found.items() if violations(template)] == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("_helpers.tpl", "runAsNonRoot: true"),
        ("_helpers.tpl", "runAsUser: 10001"),
        ("_helpers.tpl", "runAsGroup: 10001"),
        ("_helpers.tpl", "fsGroup: 10001"),
        ("_helpers.tpl", "  type: RuntimeDefault"),
        ("_helpers.tpl", "allowPrivilegeEscalation: false"),
        ("_helpers.tpl", "readOnlyRootFilesystem: true"),
        ("_helpers.tpl", "  drop: [ALL]"),
        ("_pods.tpl", "      automountServiceAccountToken: false"),
        ("_pods.tpl", "      enableServiceLinks: false"),
        ("_pods.tpl", "            {{- toYaml $settings.resources | nindent 12 }}"),
    ],
)
def test_without_any_of_its_lines_a_pod_is_not(tmp_path, file, line):
    chart = tmp_path / "marsad"
    shutil.copytree(CHART, chart)
    template = chart / "templates" / file
    text = template.read_text("utf-8")
    assert f"\n{line}\n" in text
    template.write_text(text.replace(f"\n{line}\n", "\n"), "utf-8")
    assert any(violations(pod) for pod in pods(objects(SCALED, chart)).values())


def test_by_default_it_is_one_pod_that_keeps_what_it_knows():
    found = objects({})
    ((name, one),) = of_kind(found, "StatefulSet").items()
    assert name == "m-marsad-embedded"
    assert one["spec"]["replicas"] == 1
    assert one["spec"]["template"]["spec"]["containers"][0]["args"] == ["run", "/etc/marsad/main"]
    assert [claim["metadata"]["name"] for claim in one["spec"]["volumeClaimTemplates"]] == ["data"]
    assert {"Job", "PodDisruptionBudget", "NetworkPolicy", "ServiceMonitor"}.isdisjoint(kinds(found))


def test_brokers_and_nodes_make_it_pollers_readers_indexers_and_watches():
    sets = of_kind(objects(SCALED), "StatefulSet")
    assert {name: one["spec"]["replicas"] for name, one in sets.items()} == {
        "m-marsad-poll": 2,
        "m-marsad-read": 3,
        "m-marsad-index": 1,
        "m-marsad-watch": 2,
    }
    assert {name for name, one in sets.items() if one["spec"].get("volumeClaimTemplates")} == {"m-marsad-watch"}
    assert "m-marsad-index" not in of_kind(objects(CASES["kafka-only"]), "StatefulSet")


@every_case
def test_pods_are_asked_how_they_are_and_have_time_to_end(values):
    for template in serve(objects(values)).values():
        (container,) = template["spec"]["containers"]
        probes = {kind: container[kind]["httpGet"] for kind in ("startupProbe", "livenessProbe", "readinessProbe")}
        assert probes == {
            "startupProbe": {"path": "/healthz", "port": "http"},
            "livenessProbe": {"path": "/healthz", "port": "http"},
            "readinessProbe": {"path": "/readyz", "port": "http"},
        }
        assert container["ports"] == [{"name": "http", "containerPort": 8787}]
        assert template["spec"]["terminationGracePeriodSeconds"] >= 60


@every_case
def test_a_blocked_process_is_seen_within_a_minute(values):
    for template in serve(objects(values)).values():
        probe = template["spec"]["containers"][0]["livenessProbe"]
        assert probe["periodSeconds"] * probe["failureThreshold"] <= 60


@pytest.mark.parametrize(
    ("change", "restarts"),
    [
        ({"rules": {"files": {"own.yaml": {"rules": []}}}}, False),
        ({"routes": {"content": {"receivers": [], "routes": []}}}, False),
        ({"regions": {}}, True),
        ({"feeds": {"content": {"feeds": []}}}, True),
        ({"lexicon": {"own.tsv": "x"}}, True),
        ({"config": {"workers": 3}}, True),
        ({"serviceMonitor": {"enabled": False}}, False),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_change_of_rules_or_routes_restarts_nothing(change, restarts):
    before = CASES["secured"]
    after = merged(before, change)
    assert objects(before) != objects(after)
    sets = [of_kind(objects(values), "StatefulSet") for values in (before, after)]
    assert (sets[0] != sets[1]) is restarts


def test_regions_are_taken_without_a_restart():
    before, after = CASES["secured"], copy.deepcopy(CASES["secured"])
    after["regions"]["three-borders"]["countries"] = ["BF", "ML", "NE", "BJ"]
    assert of_kind(objects(before), "StatefulSet") == of_kind(objects(after), "StatefulSet")


def test_a_newer_chart_of_the_same_release_of_marsad_restarts_nothing(tmp_path):
    chart = tmp_path / "marsad"
    shutil.copytree(CHART, chart)
    about = chart / "Chart.yaml"
    about.write_text(about.read_text("utf-8").replace("\nversion: ", "\nversion: 9"), "utf-8")
    assert serve(objects(SCALED, CHART)) == serve(objects(SCALED, chart))


def test_what_is_set_up_is_there_before_the_pods_are():
    found = objects(SCALED)
    hooks = {one["metadata"]["name"]: one["metadata"]["annotations"] for one in found if is_hook(one)}
    assert {name: (note["helm.sh/hook"], int(note["helm.sh/hook-weight"])) for name, note in hooks.items()} == {
        "m-marsad-setup": ("pre-install,pre-upgrade", -5),
        "m-marsad-kafka-setup": ("pre-install,pre-upgrade", 0),
        "m-marsad-elastic-setup": ("pre-install,pre-upgrade", 0),
    }
    # What a hook needs must be a hook itself, or there already.
    for template in (pods(found)["kafka-setup"], pods(found)["elastic-setup"]):
        assert template["spec"]["serviceAccountName"] == "default"
        maps = {volume["configMap"]["name"] for volume in template["spec"]["volumes"] if "configMap" in volume}
        assert maps == {"m-marsad-setup"}


def test_a_pod_has_the_secrets_that_it_needs_and_no_other():
    secrets = {
        name: {volume["secret"]["secretName"] for volume in template["spec"]["volumes"] if "secret" in volume}
        for name, template in pods(objects(CASES["secured"])).items()
    }
    kafka = {"marsad-kafka", "kafka-ca"}
    assert secrets == {
        "poll": {"marsad-feeds", *kafka},
        "read": kafka,
        "index": {*kafka, "marsad-elastic", "elastic-ca"},
        "watch": {*kafka, "marsad-routes"},
        "kafka-setup": {"marsad-kafka-admin", "kafka-ca"},
        "elastic-setup": {"marsad-elastic-admin", "elastic-ca"},
        "elastic-retain": {"marsad-elastic-admin", "elastic-ca"},
    }


@every_case
def test_every_reference_leads_to_an_object_or_to_a_value(values):
    found = objects(values)
    given = str(values)
    for template in pods(found).values():
        for volume in template["spec"]["volumes"]:
            name = volume.get("configMap", {}).get("name")
            assert name is None or name in of_kind(found, "ConfigMap") or name in given
            secret = volume.get("secret", {}).get("secretName")
            assert secret is None or secret in given
        account = template["spec"]["serviceAccountName"]
        assert account == "default" or account in of_kind(found, "ServiceAccount")
    for one in of_kind(found, "StatefulSet").values():
        service = of_kind(found, "Service")[one["spec"]["serviceName"]]
        assert service["spec"]["selector"] == one["spec"]["selector"]["matchLabels"]
        assert service["spec"]["selector"].items() <= one["spec"]["template"]["metadata"]["labels"].items()


def test_a_budget_stands_where_there_is_one_to_spare():
    found = of_kind(objects(SCALED), "PodDisruptionBudget")
    assert {name: one["spec"]["maxUnavailable"] for name, one in found.items()} == {
        "m-marsad-poll": 1,
        "m-marsad-read": 1,
        "m-marsad-watch": 1,
    }


def test_network_policies_let_out_what_each_needs():
    policies = of_kind(objects(CASES["secured"]), "NetworkPolicy")
    reach = {name.removeprefix("m-marsad-"): ports_and_blocks(one) for name, one in policies.items()}
    internet = {"0.0.0.0/0", "2000::/3", "10.20.0.0/16"}
    assert reach == {
        "poll": ({53, 9093, 80, 443}, internet),
        "watch": ({53, 9093}, internet),
        "read": ({53, 9093}, set()),
        "index": ({53, 9093, 9200}, set()),
        "kafka-setup": ({53, 9093}, set()),
        "elastic-setup": ({53, 9200}, set()),
        "elastic-retain": ({53, 9200}, set()),
    }
    taking = {name for name, one in policies.items() if one["spec"]["ingress"]}
    assert taking == {f"m-marsad-{name}" for name in ("poll", "read", "index", "watch")}
    assert {name for name, one in policies.items() if is_hook(one)} == {
        "m-marsad-kafka-setup",
        "m-marsad-elastic-setup",
    }
    for one in policies.values():
        assert one["spec"]["policyTypes"] == ["Ingress", "Egress"]
        blocks = [peer["ipBlock"] for rule in one["spec"]["egress"] for peer in rule.get("to", ())]
        for block in blocks:
            if block["cidr"] == "0.0.0.0/0":
                assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"} <= {
                    *block["except"]
                }


def test_the_monitor_finds_every_service():
    found = objects(CASES["secured"])
    (monitor,) = of_kind(found, "ServiceMonitor").values()
    wanted = monitor["spec"]["selector"]["matchLabels"].items()
    services = of_kind(found, "Service").values()
    assert all(wanted <= one["metadata"]["labels"].items() for one in services)
    (endpoint,) = monitor["spec"]["endpoints"]
    assert {endpoint["port"]} == {port["name"] for one in services for port in one["spec"]["ports"]}
    assert monitor["metadata"]["labels"]["release"] == "prometheus"


def test_a_long_release_name_is_cut_to_what_pods_may_be_called():
    with helm.Chart.load(CHART) as chart:
        files = chart.render(SCALED, name="a" * 53, namespace="news", is_install=True)
    found = [one for name, text in files.items() if name.endswith(".yaml") for one in yaml.safe_load_all(text) if one]
    for name in of_kind(found, "StatefulSet"):
        assert len(f"{name}-0123456789") <= 63  # the label of a pod's revision
    assert len(of_kind(found, "StatefulSet")) == 4


def test_its_version_is_that_of_the_package_whose_image_it_runs():
    told = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))
    assert (told["version"], told["appVersion"]) == (VERSION, VERSION)
    images = {pod["spec"]["containers"][0]["image"] for pod in pods(objects(CASES["scaled"])).values()}
    assert images == {f"marsad:{VERSION}"}


def test_it_packs(tmp_path):
    packed = helm.package(CHART, destination=tmp_path)
    with helm.Chart.load(packed) as chart:
        assert chart.render({}, name="m", namespace="news", is_install=True)


def kinds(found):
    return {one["kind"] for one in found}


def is_hook(one):
    return "helm.sh/hook" in one["metadata"].get("annotations", {})


def ports_and_blocks(policy):
    rules = policy["spec"]["egress"]
    ports = {port["port"] for rule in rules for port in rule.get("ports", ())}
    return ports, {peer["ipBlock"]["cidr"] for rule in rules for peer in rule.get("to", ())}
