"""The image's recipe: linted, and its policies. It is not built here; its health check and its wheel are run."""

import json
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from threading import Thread
from zipfile import ZipFile

import pytest
from integration.deploy.chart import ROOT
from integration.deploy.test_chart_config import parsed
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

DOCKERFILE = ROOT / "Dockerfile"
HADOLINT = Path(sys.executable).with_name("hadolint")


def instructions():
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE.read_text("utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line.strip()]


def stages():
    """Each stage's instructions, by its name; the last one, which is the image, has none."""
    found, name = {}, None
    for instruction, rest in instructions():
        if instruction == "FROM":
            name = rest.partition(" AS ")[2]
            found[name] = []
        found[name].append((instruction, rest))
    return found


IMAGE = stages()[""]
LAST = dict(IMAGE)


def test_a_linter_finds_nothing():
    done = subprocess.run(
        [HADOLINT, "--failure-threshold", "style", DOCKERFILE], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_linter_would_find_something():
    done = subprocess.run([HADOLINT, "-"], input="FROM python\nRUN cd /x", check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "DL3006" in done.stdout


def test_its_base_is_one_image_for_ever():
    bases = [rest.split()[0] for instruction, rest in instructions() if instruction == "FROM"]
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+@sha256:[0-9a-f]{64}", bases[0])
    assert bases[1:] == ["base", "base"]
    assert bases[0].startswith(LAST["LABEL"].rpartition("docker.io/library/")[2].strip('"') + "@")


def test_its_python_is_one_that_marsad_runs_on():
    (python,) = re.findall(r"^FROM python:(3\.\d+)\.", DOCKERFILE.read_text("utf-8"), re.MULTILINE)
    assert f"Programming Language :: Python :: {python}" in (ROOT / "pyproject.toml").read_text("utf-8")


def test_nothing_is_run_by_a_shell():
    run = [rest for instruction, rest in instructions() if instruction in ("RUN", "CMD", "ENTRYPOINT")]
    assert len(run) >= 6
    assert all(all(isinstance(word, str) for word in json.loads(rest)) for rest in run)
    assert not [
        instruction for instruction, _ in instructions() if instruction in ("ADD", "SHELL", "ONBUILD", "VOLUME")
    ]


def test_what_is_installed_is_what_is_locked():
    installs = [json.loads(rest) for instruction, rest in instructions() if '"install", "--no-cache-dir"' in rest]
    locked, own = installs
    assert {"--require-hashes", "--no-deps", "--only-binary"} < set(locked)
    assert locked[-2:] == ["--requirement", "requirements-scaled.lock"]
    assert {"--no-deps", "--no-index", "--no-build-isolation"} < set(own)
    assert own[-1] == "."


def test_it_runs_as_nobody_in_particular_and_ends_when_it_is_asked():
    assert re.fullmatch(r"(\d{5}):(\d{5})", LAST["USER"])
    assert LAST["STOPSIGNAL"] == "SIGTERM"
    assert json.loads(LAST["ENTRYPOINT"]) == ["marsad"]
    parsed(json.loads(LAST["CMD"]))
    assert [instruction for instruction, _ in IMAGE].index("USER") < [instruction for instruction, _ in IMAGE].index(
        "ENTRYPOINT"
    )
    (made,) = [json.loads(rest) for instruction, rest in IMAGE if instruction == "RUN"]
    uid, gid = LAST["USER"].split(":")
    assert made == ["install", "--directory", f"--owner={uid}", f"--group={gid}", "--mode=0750", "/var/lib/marsad"]


def test_no_secret_is_asked_for_or_baked_in():
    assert not [rest for instruction, rest in instructions() if instruction == "ARG"]
    assert not re.search(
        "password|token|secret", " ".join(rest for how, rest in instructions() if how == "ENV"), re.IGNORECASE
    )


def test_its_labels_are_those_of_this_release():
    labels = dict(re.findall(r'org\.opencontainers\.image\.([\w.]+)="([^"]+)"', LAST["LABEL"]))
    about = distribution("marsad").metadata
    assert labels["version"] == about["Version"]
    assert labels["description"] == about["Summary"]
    assert labels["licenses"] == about["License-Expression"]


def test_what_is_copied_is_what_is_let_in():
    ignored = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and line[0] != "#"]
    assert ignored[0] == "*"
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    assert let_in == {*copied(), "Dockerfile"}
    assert all((ROOT / path).exists() for path in let_in)
    assert [line for line in ignored[1:] if line[0] != "!"] == [
        "**/__pycache__",
        "**/*.pyc",
        "marsad/defaults/compiled",
    ]


def test_what_building_needs_does_not_travel():
    (gone,) = [json.loads(rest)[3:] for _, rest in stages()["build"] if '"uninstall"' in rest]
    assert sorted(gone) == sorted(set(locked()) - needed())


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_it_is_healthy_where_its_page_says_so(status, code):
    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_arguments):
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        assert healthy(server.server_port) == code
        server.shutdown()
    assert healthy(server.server_port) == 1


@pytest.mark.slow
def test_the_copied_files_are_all_that_the_wheel_is_made_from(tmp_path):
    source = tmp_path / "src"
    for path in copied():
        if (ROOT / path).is_dir():
            shutil.copytree(ROOT / path, source / path, ignore=shutil.ignore_patterns("__pycache__", "compiled"))
        elif path != "requirements-scaled.lock":
            source.mkdir(exist_ok=True)
            shutil.copy(ROOT / path, source / path)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "."]
    subprocess.run([*command, "--wheel-dir", tmp_path], cwd=source, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as files:
        names = files.namelist()
    tracked = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "marsad" / "defaults").rglob("*.*") if path.is_file()
    }
    assert tracked - set(names) == set()
    assert "marsad/defaults/compiled/places.tsv" in names
    assert not [name for name in names if fnmatch(name, "*.pyc") or name.startswith("tests")]


def copied():
    """Every path of the project that the image is built from."""
    return [path for how, rest in stages()["build"] if how == "COPY" for path in rest.split()[:-1]]


def healthy(port):
    check = json.loads(LAST["HEALTHCHECK"].partition("CMD")[2])
    assert check[0] == "python"
    code = check[-1].replace("8787", str(port))
    assert code != check[-1]
    return subprocess.run([sys.executable, *check[1:-1], code], check=False, capture_output=True).returncode


def locked():
    lines = (ROOT / "requirements-scaled.lock").read_text("utf-8").splitlines()
    found = [Requirement(line.rstrip("\\ ")) for line in lines if re.match("[a-zA-Z]", line)]
    linux = {"sys_platform": "linux", "python_full_version": "3.13.0"}
    return {canonicalize_name(one.name) for one in found if one.marker is None or one.marker.evaluate(linux)}


def needed():
    """What ``marsad[scaled]`` needs, and all that this needs."""
    found = set()
    waiting = [("marsad", ("scaled",))]
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in found:
            continue
        found.add((name, extras))
        try:
            requires = [Requirement(text) for text in distribution(name).requires or ()]
        except PackageNotFoundError:  # another platform's
            continue
        waiting += [
            (canonicalize_name(one.name), tuple(sorted(one.extras)))
            for one in requires
            if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in (*extras, ""))
        ]
    return {name for name, _ in found}
