"""The configuration as a pod of the chart finds it: Marsad reads it, and takes changed rules without a restart."""

import re
from pathlib import Path

import click
import pytest
import yaml
from integration.deploy.chart import CASES, COMPONENTS, objects, of_kind, pods

from marsad.cli.main import commands
from marsad.config import check_secrets, elastic_access, kafka_access, load
from marsad.init_watch import feeds_yaml, pack_feeds
from marsad.reload import ConfigFiles
from marsad.settings import settings_of

THEIRS = {"desk-rules": {"desk.yaml": "rules: []"}}
"""ConfigMaps that the values name and the chart does not make."""
PODS = [(case, component) for case, values in CASES.items() for component in pods(objects(values))]


class Pod:
    """A pod's mounts below a folder, laid out as the kubelet does it: links into a folder that is replaced whole."""

    def __init__(self, root, found, component):
        self.root, self.found = root, found
        self.spec = pods(found)[component]["spec"]
        self.round = 0
        self.fill()

    @property
    def folder(self):
        return self.path("/etc/marsad/main")

    def path(self, inside):
        return self.root / inside.removeprefix("/")

    def fill(self):
        self.round += 1
        volumes = {volume["name"]: volume for volume in self.spec["volumes"]}
        for mount in self.spec["containers"][0]["volumeMounts"]:
            volume = volumes.get(mount["name"], {})
            if "configMap" in volume:
                name = volume["configMap"]["name"]
                made = of_kind(self.found, "ConfigMap").get(name, {}).get("data")
                self.put(mount["mountPath"], THEIRS[name] if made is None and name in THEIRS else made or {})
            elif "secret" in volume:
                self.put(mount["mountPath"], self.secret(mount["mountPath"]))

    def secret(self, mounted):
        """Whatever keys of it the configuration asks for."""
        texts = "\n".join(str(one.get("data")) for one in self.found if one["kind"] == "ConfigMap")
        name = mounted.removeprefix("/etc/marsad/")
        return dict.fromkeys(
            re.findall(rf"\.\./{re.escape(name)}/([-._a-zA-Z0-9]+)", texts), "https://secret.example/x"
        )

    def put(self, mounted, files):
        place = self.path(mounted)
        real = place / f"..2026_11_24_{self.round}"
        real.mkdir(parents=True)
        for name, text in files.items():
            (real / name).write_text(text, "utf-8")
            if not (place / name).is_symlink():
                (place / name).symlink_to(Path("..data") / name)
        (place / "..data_tmp").symlink_to(real.name)
        (place / "..data_tmp").replace(place / "..data")


@pytest.mark.parametrize(("case", "component"), PODS)
def test_every_pod_finds_a_good_configuration_with_all_its_secrets(tmp_path, case, component):
    folder = Pod(tmp_path, objects(CASES[case]), component).folder
    settings = settings_of(folder)
    assert settings.http.host == "0.0.0.0"
    assert settings.data == "/var/lib/marsad"
    if component in COMPONENTS:
        config = load(folder, polls=component in ("embedded", "poll"))
        if component in ("embedded", "watch"):
            check_secrets(config)
    if settings.kafka and not component.startswith("elastic-"):
        kafka_access(folder, settings)
    if component in ("index", "elastic-setup", "elastic-retain"):
        elastic_access(folder, settings)
    assert (settings.kafka is None) is (component == "embedded")


def test_what_is_given_reaches_the_configuration(tmp_path):
    found = objects(CASES["secured"])
    assert set(load(Pod(tmp_path / "poll", found, "poll").folder).urls) == {"savannah-post", "al-difaf"}
    config = load(Pod(tmp_path / "watch", found, "watch").folder, polls=False)
    assert "explosion-in-agadez" in {rule.name for rule in config.rule_set.rules}
    assert [receiver.name for receiver in config.rule_set.receivers] == ["duty-officer"]
    assert config.settings.workers == 4
    assert config.settings.kafka.prefix == "news."
    assert config.settings.kafka.security.protocol == "SASL_SSL"
    assert config.settings.elasticsearch.replicas == 1
    assert len(config.lexicon) == 1


def test_changed_rules_are_seen_where_they_are_mounted(tmp_path):
    pod = Pod(tmp_path, objects(CASES["secured"]), "watch")
    files = ConfigFiles(load(pod.folder, polls=False))
    assert not files.changed()
    changed = yaml.safe_load(yaml.safe_dump(CASES["secured"]))
    changed["rules"]["files"]["own.yaml"]["rules"][0]["name"] = "explosion-in-the-north"
    pod.found = objects(changed)
    pod.fill()
    assert files.changed()
    assert "explosion-in-the-north" in {rule.name for rule in files.rule_set().rules}
    assert files.at_restart() == ()


def test_by_default_the_shipped_pack_is_watched():
    (main,) = (one for name, one in of_kind(objects({}), "ConfigMap").items() if name.endswith("-main"))
    wanted = feeds_yaml([feed for feed in pack_feeds() if "sahel" in feed.packs], ["sahel"])
    assert main["data"]["feeds.yaml"] == wanted


@pytest.mark.parametrize(("case", "component"), PODS)
def test_every_pod_is_given_a_command_that_there_is(case, component):
    (container,) = pods(objects(CASES[case]))[component]["spec"]["containers"]
    parsed(container["args"])
    names = [variable for variable in container.get("env", ()) if variable["name"] == "MARSAD_INSTANCE"]
    own = {"name": "MARSAD_INSTANCE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
    assert names == ([own] if component in COMPONENTS else [])


def parsed(arguments):
    """Raises click.ClickException for a command, option or argument that is not known."""
    command, rest = commands, list(arguments)
    context = click.Context(commands)
    while isinstance(command, click.Group):
        _name, command, rest = command.resolve_command(context, rest)
    command.make_context("marsad", rest)
