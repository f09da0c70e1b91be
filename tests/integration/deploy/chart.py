"""The Helm chart, rendered: its objects, its pods, and what a pod's security must be."""

import copy
import tomllib
from pathlib import Path

import helm_python as helm
import yaml

ROOT = Path(__file__).parents[3]
CHART = ROOT / "helm" / "marsad"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
COMPONENTS = ("embedded", "poll", "read", "index", "watch")
CASES = {
    "defaults": {},
    **{
        path.name.removesuffix("-values.yaml"): yaml.safe_load(path.read_text("utf-8"))
        for path in sorted(CHART.glob("ci/*-values.yaml"))
    },
}


def rendered(values, chart=CHART):
    """File name → text."""
    with helm.Chart.load(chart) as loaded:
        return loaded.render(values, name="m", namespace="news", is_install=True)


def objects(values, chart=CHART):
    return [
        document
        for name, text in rendered(values, chart).items()
        if name.endswith(".yaml")
        for document in yaml.safe_load_all(text)
        if document
    ]


def of_kind(found, kind):
    return {one["metadata"]["name"]: one for one in found if one["kind"] == kind}


def pods(found):
    """Component → its pod's template."""
    specs = {
        one["metadata"]["labels"]["app.kubernetes.io/component"]: one["spec"].get("jobTemplate", one)["spec"]
        for one in found
        if one["kind"] in ("StatefulSet", "Job", "CronJob")
    }
    return {component: spec["template"] for component, spec in specs.items()}


def serve(found):
    """Component → its pod's template, of those that run on."""
    return {component: template for component, template in pods(found).items() if component in COMPONENTS}


def merged(values, change):
    """The values, changed: mappings by their keys, an empty one whole."""
    result = copy.deepcopy(values)
    for key, value in change.items():
        both_are_mappings = isinstance(value, dict) and isinstance(result.get(key), dict) and value
        result[key] = merged(result[key], value) if both_are_mappings else value
    return result


def violations(template):
    """What Kubernetes' restricted Pod Security Standard, and we, would not have of a pod."""
    spec = template["spec"]
    security = spec.get("securityContext", {})
    wanted = {
        "pod: runAsNonRoot": security.get("runAsNonRoot") is True,
        "pod: runAsUser": security.get("runAsUser", 0) >= 10_000,
        "pod: runAsGroup": security.get("runAsGroup", 0) >= 10_000,
        "pod: fsGroup": security.get("fsGroup", 0) >= 10_000,
        "pod: seccomp": (security.get("seccompProfile") or {}).get("type") == "RuntimeDefault",
        "pod: token": spec.get("automountServiceAccountToken") is False,
        "pod: service links": spec.get("enableServiceLinks") is False,
        "pod: host": not any(spec.get(key) for key in ("hostNetwork", "hostPID", "hostIPC")),
        "pod: host paths": not any("hostPath" in volume for volume in spec["volumes"]),
        "pod: endless scratch": all(
            "emptyDir" not in one or "sizeLimit" in one["emptyDir"] or one["name"] == "data" for one in spec["volumes"]
        ),
    }
    for container in (*spec["containers"], *spec.get("initContainers", ())):
        own, resources = container.get("securityContext", {}), container.get("resources") or {}
        wanted |= {
            "container: runAsNonRoot": own.get("runAsNonRoot") is True,
            "container: escalation": own.get("allowPrivilegeEscalation") is False,
            "container: root": own.get("readOnlyRootFilesystem") is True,
            "container: capabilities": own.get("capabilities") == {"drop": ["ALL"]},
            "container: privileged": not own.get("privileged"),
            "container: memory": "memory" in resources.get("limits", {}),
            "container: requests": {"cpu", "memory"} <= resources.get("requests", {}).keys(),
            "container: written to": {one["mountPath"] for one in container["volumeMounts"] if not one.get("readOnly")}
            <= {"/tmp", "/var/lib/marsad"},
            "container: sub-paths": not any("subPath" in one for one in container["volumeMounts"]),
            "container: secrets by file": not any("secretKeyRef" in str(one) for one in container.get("env", ())),
        }
    return {name for name, holds in wanted.items() if not holds}
