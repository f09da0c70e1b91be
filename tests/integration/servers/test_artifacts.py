"""A program that is not the one we know is not run. Nothing is fetched here."""

import hashlib
import os

import pytest
from servers.artifacts import (
    CHECKSUMS,
    COMPILER,
    ELASTIC,
    KAFKA,
    ChecksumError,
    FetchError,
    _no_others,
    compiler_jar,
    verify,
)

KNOWN = {"a.jar": hashlib.sha256(b"as known").hexdigest()}


def test_the_known_file_passes(tmp_path) -> None:
    (tmp_path / "a.jar").write_bytes(b"as known")
    verify(tmp_path, ["a.jar"], KNOWN)


@pytest.mark.parametrize("content", [b"as known, almost", None])
def test_another_file_or_none_is_refused_by_name(content, tmp_path) -> None:
    if content is not None:
        (tmp_path / "a.jar").write_bytes(content)
    found = "absent" if content is None else hashlib.sha256(content).hexdigest()
    with pytest.raises(ChecksumError) as error:
        verify(tmp_path, ["a.jar"], KNOWN)
    assert str(error.value).startswith(f"{tmp_path}/a.jar: SHA-256 is {found}, but {CHECKSUMS} says {KNOWN['a.jar']}: ")
    assert "delete it to have it fetched anew" in str(error.value)


def test_a_jar_that_nobody_named_is_refused(tmp_path) -> None:
    for name in ("a.jar", "stranger.jar"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(ChecksumError, match=r"does not name stranger\.jar: delete the folder"):
        _no_others(tmp_path, ["kafka/a.jar"])


@pytest.fixture
def maven(tmp_path, monkeypatch):
    """A command mvn that delivers something else, or fails."""

    def answer(script: str) -> None:
        command = tmp_path / "bin" / "mvn"
        command.parent.mkdir()
        command.write_text(f"#!/bin/sh\n{script}\n")
        command.chmod(0o755)
        monkeypatch.setenv("PATH", f"{command.parent}:{os.environ['PATH']}")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    return answer


def test_what_is_fetched_is_kept_only_if_it_is_the_known_one(maven, tmp_path) -> None:
    maven('for word; do case $word in -DoutputDirectory=*) echo other > "${word#*=}/ecj-3.43.0.jar";; esac; done')
    with pytest.raises(ChecksumError, match=r"ecj-3\.43\.0\.jar: SHA-256 is"):
        compiler_jar.__wrapped__()
    assert [file.name for file in (tmp_path / "cache" / "marsad-tests").iterdir()] == ["lock"]


def test_what_cannot_be_fetched_is_told_with_the_commands_words(maven) -> None:
    maven("echo no route to host >&2; exit 1")
    with pytest.raises(FetchError, match=r"mvn --quiet .*ecj:3\.43\.0.*: no route to host"):
        compiler_jar.__wrapped__()


def test_every_program_has_its_checksum() -> None:
    names = [line.split()[1] for line in CHECKSUMS.read_text("utf-8").splitlines()]
    assert {f"{ELASTIC}.zip", COMPILER} < set(names)
    assert [name for name in names if name.startswith(f"{KAFKA}/kafka-clients")] == [f"{KAFKA}/kafka-clients-4.1.0.jar"]
