"""How a process of a scaled-out Marsad is named, and which secrets its command looks up."""

from pathlib import Path
from typing import Any

import pytest
from unit.marsad.cli_runs import run

from marsad.cli import poll, watch, worker
from marsad.config import instance_name

FILES = {
    "marsad.yaml": "kafka: {bootstrap: '127.0.0.1:1'}\nhttp: {port: 0}\n",
    "feeds.yaml": "feeds:\n  - {slug: paper, url: {file: paper.url}}\n",
    "routes.yaml": "receivers:\n  - {name: desk, urls: [{file: desk.url}]}\ndefault: [desk]\n",
}
COMMANDS = {"poll": ("poll",), "watch": ("watch",), "read": ("worker", "read"), "index": ("worker", "index")}
SECRETS = {"poll": {"paper.url"}, "watch": {"desk.url"}, "read": set[str](), "index": set[str]()}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The name of each process that was begun; none does anything."""
    names: list[str | None] = []

    async def begun(*_arguments: Any, **named: Any) -> None:
        names.append(named["instance"] if "instance" in named else instance_name())

    monkeypatch.setattr(poll, "run_poll", begun)
    monkeypatch.setattr(watch, "run_watch", begun)
    monkeypatch.setattr(worker, "run_read", begun)
    monkeypatch.setattr(worker, "run_index", begun)
    return names


def written(folder: Path, *secrets: str) -> str:
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name in secrets:
        (folder / name).write_text("https://secret.example/token", encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize("kind", COMMANDS)
def test_it_begins_with_the_secrets_that_it_uses_and_with_none_less(
    kind: str, tmp_path: Path, started: list[str | None]
) -> None:
    folder = written(tmp_path, *SECRETS[kind])
    assert run(*COMMANDS[kind], folder).code == 0
    assert len(started) == 1
    for name in SECRETS[kind]:
        (tmp_path / name).unlink()
        done = run(*COMMANDS[kind], folder)
        assert (done.code, len(started)) == (2, 1)
        assert f"{name} cannot be read" in done.err


@pytest.mark.parametrize("command", [("rules", "check"), ("rules", "list")])
def test_rules_are_looked_at_without_any_secret(command: tuple[str, str], tmp_path: Path) -> None:
    assert run(*command, written(tmp_path)).code == 0


def test_check_looks_for_all_of_them(tmp_path: Path) -> None:
    folder = written(tmp_path)
    assert "paper.url cannot be read" in run("check", folder).err
    written(tmp_path, "paper.url")
    assert "desk.url cannot be read" in run("check", folder).err
    written(tmp_path, "desk.url")
    assert run("check", folder).code == 0


@pytest.mark.parametrize("kind", COMMANDS)
def test_the_environment_names_it(
    kind: str, tmp_path: Path, started: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARSAD_INSTANCE", f"{kind}-7")
    assert run(*COMMANDS[kind], written(tmp_path, *SECRETS[kind])).code == 0
    assert started == [f"{kind}-7"]


@pytest.mark.parametrize("kind", ["poll", "watch"])
def test_the_command_line_is_louder(
    kind: str, tmp_path: Path, started: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARSAD_INSTANCE", "quiet")
    assert run(*COMMANDS[kind], written(tmp_path, *SECRETS[kind]), "--instance", "loud").code == 0
    assert started == ["loud"]


@pytest.mark.parametrize("kind", ["poll", "watch"])
def test_a_name_in_the_environment_that_kafka_does_not_take_is_bad_configuration(
    kind: str, tmp_path: Path, started: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARSAD_INSTANCE", "a b")
    done = run(*COMMANDS[kind], written(tmp_path, *SECRETS[kind]))
    assert (done.code, started) == (2, [])
    assert "MARSAD_INSTANCE: 'a b' names no process" in done.err


def test_without_a_name_a_poller_is_nobody_in_particular(tmp_path: Path, started: list[str | None]) -> None:
    """Two on one machine must not take each other's place."""
    assert run("poll", written(tmp_path, "paper.url")).code == 0
    assert started == [None]
