"""compose.yaml: valid, and every service of it keeps the policies. No container is started."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import compose
import pytest
import yaml
from integration.deploy.chart import ROOT, VERSION
from integration.deploy.test_chart_config import parsed

from marsad.config import check_secrets, elastic_access, load
from marsad.init_watch import feeds_yaml, pack_feeds

BINARY = Path(compose.__file__).with_name("docker-compose")
EXAMPLE = (ROOT / ".env.example").read_text("utf-8")
ONCE = {"kafka-setup", "elastic-setup", "elastic-users", "check"}
OURS = {"kafka-setup", "elastic-setup", "check", "poll", "read", "index", "watch-1", "watch-2"}
THEIRS = {"kafka", "elasticsearch", "kibana", "elastic-users"}


def resolve(tmp_path, env, *options):
    (tmp_path / "env").write_text(env, "utf-8")
    where = ["--project-directory", ROOT, "--env-file", tmp_path / "env", "--profile", "check"]
    command = [BINARY, *where, "config", *options]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=ROOT, env={"PATH": "", "HOME": str(tmp_path)}
    )


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    done = resolve(
        tmp_path_factory.mktemp("compose"), re.sub("=$", "=filled-in", EXAMPLE, flags=re.MULTILINE), "--format", "json"
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_all_that_is_needed_is_there(services):
    assert set(services["services"]) == OURS | THEIRS
    assert set(services["networks"]) == {"kafka", "elastic", "outside"}


@pytest.mark.parametrize("name", re.findall(r"^(\w+)=$", EXAMPLE, re.MULTILINE))
def test_a_secret_that_is_not_filled_in_is_asked_for(tmp_path, name):
    others = re.sub(rf"^(?!{name})(\w+)=$", r"\1=filled-in", EXAMPLE, flags=re.MULTILINE)
    done = resolve(tmp_path, others, "--quiet")
    assert done.returncode != 0
    assert f"variable {name} is missing a value" in done.stderr


def test_the_command_that_fills_them_in_gives_each_its_own(tmp_path):
    if not shutil.which("openssl"):
        pytest.skip("openssl, which makes the passwords, is not installed here")
    (command,) = re.findall(r"^#   (awk .+) > \.env$", EXAMPLE, re.MULTILINE)
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, cwd=ROOT, check=True)
    filled = dict(line.split("=", 1) for line in done.stdout.splitlines() if line and not line.startswith("#"))
    secrets = [filled[name] for name in re.findall(r"^(\w+)=$", EXAMPLE, re.MULTILINE)]
    assert all(re.fullmatch("[0-9a-f]{48}", secret) for secret in secrets)
    assert len(set(secrets)) == len(secrets) == 5
    assert resolve(tmp_path, done.stdout, "--quiet").returncode == 0


def test_every_service_is_held_short(services):
    wrong = [
        (name, policy)
        for name, service in services["services"].items()
        for policy, holds in {
            "capabilities": service.get("cap_drop") == ["ALL"],
            "added": not service.get("cap_add") and not service.get("privileged"),
            "privileges": service.get("security_opt") == ["no-new-privileges:true"],
            "memory": int(service.get("mem_limit", 0)) > 0,
            "logs": service["logging"]["options"].keys() == {"max-size", "max-file"},
            "restart": service["restart"] == ("no" if name in ONCE else "unless-stopped"),
            "host": not any(service.get(key) for key in ("network_mode", "pid", "ipc", "devices", "userns_mode")),
            "sockets": not any("docker.sock" in mount["source"] for mount in service.get("volumes", ())),
        }.items()
        if not holds
    ]
    assert wrong == []


def test_ports_are_published_on_this_machine_alone(services):
    published = {
        (name, port["host_ip"], port["published"])
        for name, service in services["services"].items()
        for port in service.get("ports", ())
    }
    assert published == {
        ("kibana", "127.0.0.1", "5601"),
        ("watch-1", "127.0.0.1", "8787"),
        ("watch-2", "127.0.0.1", "8788"),
    }


def test_images_are_those_of_one_version(services):
    found = {name: services["services"][name]["image"] for name in THEIRS}
    assert re.fullmatch(r"apache/kafka:\d+\.\d+\.\d+@sha256:[0-9a-f]{64}", found["kafka"])
    versions = {image.rpartition(":")[2] for name, image in found.items() if name != "kafka"}
    assert len(versions) == 1
    assert re.fullmatch(r"\d+\.\d+\.\d+", versions.pop())
    assert {services["services"][name]["image"] for name in OURS} == {f"marsad:{VERSION}"}


def test_marsads_own_write_to_their_data_and_tmp_alone(services):
    for name in OURS:
        service = services["services"][name]
        assert service["read_only"], name
        assert service["init"], name
        assert [place.partition(":")[0] for place in service["tmpfs"]] == ["/tmp"]
        written = {mount["target"] for mount in service["volumes"] if not mount.get("read_only")}
        assert written == ({"/var/lib/marsad"} if name.startswith("watch-") else set())
        assert service["stop_grace_period"] == "1m0s"
    volumes = [
        mount["source"] for name in OURS for mount in services["services"][name]["volumes"] if mount["type"] == "volume"
    ]
    assert len(set(volumes)) == len(volumes), "a data folder belongs to one process"


def test_whoever_runs_on_is_asked_how_it_is(services):
    for name in THEIRS - ONCE:
        assert services["services"][name]["healthcheck"]["test"], name
    for name in OURS - ONCE:
        assert "healthcheck" not in services["services"][name], f"{name} has that of its image"
    for name in OURS & ONCE:
        assert services["services"][name]["healthcheck"] == {"disable": True}


def test_it_starts_in_order(services):
    needs = {
        name: {other: how["condition"].removeprefix("service_") for other, how in service.get("depends_on", {}).items()}
        for name, service in services["services"].items()
    }
    on_kafka = {"kafka": "healthy", "kafka-setup": "completed_successfully"}
    assert needs == {
        "kafka": {},
        "elasticsearch": {},
        "elastic-users": {"elasticsearch": "healthy"},
        "kibana": {"elastic-users": "completed_successfully"},
        "kafka-setup": {"kafka": "healthy"},
        "elastic-setup": {"elastic-users": "completed_successfully"},
        "check": {},
        **dict.fromkeys(("poll", "read", "watch-1", "watch-2"), on_kafka),
        "index": {**on_kafka, "elastic-setup": "completed_successfully"},
    }


def test_only_who_polls_sends_or_is_looked_at_reaches_outside(services):
    networks = {name: set(service["networks"]) for name, service in services["services"].items()}
    assert {name for name, joined in networks.items() if "outside" in joined} == {
        "poll",
        "watch-1",
        "watch-2",
        "kibana",
    }
    assert {name for name, joined in networks.items() if "kafka" in joined} == OURS - {"elastic-setup"} | {"kafka"}
    assert {name for name, joined in networks.items() if "elastic" in joined} == THEIRS - {"kafka"} | {
        "elastic-setup",
        "index",
    }
    inner = {name for name, network in services["networks"].items() if network.get("internal")}
    assert inner == {"kafka", "elastic"}


def test_no_secret_stands_in_it():
    raw = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    for name, service in raw["services"].items():
        for key, value in (service.get("environment") or {}).items():
            if re.search("PASSWORD|SECRET|TOKEN|ENCRYPTIONKEY|API_KEY", key):
                assert re.fullmatch(r"\$\{\w+(:\?[^}]*)?\}", value), f"{name}: {key}"
    filled = [line for line in EXAMPLE.splitlines() if re.match("[A-Z_]+=.", line)]
    assert [line.partition("=")[0] for line in filled] == ["STACK_VERSION", "MARSAD_CONFIG", "MARSAD_SECRETS"]


def test_what_may_be_scaled_has_no_name_and_no_volume_of_its_own(services):
    for name in ("poll", "read", "index"):
        service = services["services"][name]
        assert not {"hostname", "container_name", "ports"} & service.keys(), name
        assert "MARSAD_INSTANCE" not in service.get("environment", {}), name
        assert all(mount["type"] == "bind" for mount in service["volumes"])
    names = [services["services"][name]["environment"]["MARSAD_INSTANCE"] for name in ("watch-1", "watch-2")]
    assert names == ["watch-1", "watch-2"], "who a watch is in the log, also when its container is made anew"


def test_each_sees_no_secrets_but_those_that_it_uses(services):
    seen = {
        name: {mount["target"]: mount["source"] for mount in services["services"][name]["volumes"]} for name in OURS
    }
    feeds, routes = (
        {"/etc/secrets/feeds": str(ROOT / "secrets" / "feeds")},
        {"/etc/secrets/routes": str(ROOT / "secrets" / "routes")},
    )
    wanted = {"check": feeds | routes, "poll": feeds, "watch-1": routes, "watch-2": routes}
    for name, mounts in seen.items():
        secrets = {target: source for target, source in mounts.items() if target.startswith("/etc/secrets")}
        assert secrets == wanted.get(name, {}), name
    logins = {name for name in OURS if "MARSAD_ELASTIC_PASSWORD" in services["services"][name].get("environment", {})}
    assert logins == {"index", "elastic-setup"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_each_runs_a_command_that_there_is(services, name):
    command = services["services"][name]["command"]
    assert command[-1] == "/etc/marsad"
    parsed(command)


def test_the_mounted_example_is_a_good_watch(services, monkeypatch):
    environments = {name: services["services"][name].get("environment") for name in OURS}
    assert environments["elastic-setup"]["MARSAD_ELASTIC_USER"] == "marsad-setup"
    for key, value in environments["index"].items():
        monkeypatch.setenv(key, value)
    config = load(ROOT / "examples" / "scaled")
    check_secrets(config)
    access = elastic_access(config.folder, config.settings)
    assert access.urls == ("http://elasticsearch:9200",)
    assert (access.user, access.password) == ("marsad-index", "filled-in")
    assert config.settings.kafka.bootstrap == ("kafka:9092",)
    assert {
        mount["source"]
        for name in OURS
        for mount in services["services"][name]["volumes"]
        if mount["target"] == "/etc/marsad"
    } == {str(config.folder)}


def test_its_feeds_are_the_shipped_ones_of_the_sahel():
    wanted = feeds_yaml([feed for feed in pack_feeds() if "sahel" in feed.packs], ["sahel"])
    assert (ROOT / "examples" / "scaled" / "feeds.yaml").read_text("utf-8") == wanted


def test_what_git_must_not_hold_is_ignored():
    assert ".env" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
