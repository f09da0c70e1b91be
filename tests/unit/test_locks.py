"""The locks hold what pyproject.toml names, by hash, and say nothing of where it was fetched from."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RUNNING = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]]
TESTING = [*RUNNING, *PROJECT["dependency-groups"]["dev"]]


def locked(file: str) -> dict[str, str]:
    """``name==version`` of each requirement → its markers and hashes."""
    text = (ROOT / file).read_text("utf-8").replace("\\\n", " ")
    return dict(line.split(" ", 1) for line in text.splitlines())


@pytest.mark.parametrize(("file", "wanted"), [("requirements.lock", RUNNING), ("requirements-dev.lock", TESTING)])
def test_what_is_named_is_locked_by_hash(file: str, wanted: list[str]) -> None:
    lock = locked(file)
    names = {line.partition("==")[0] for line in lock}
    assert {re.match(r"[\w.-]+", name)[0].lower() for name in wanted} <= names
    assert [line for line, rest in lock.items() if "--hash=sha256:" not in rest] == []


def test_the_tests_run_with_the_versions_that_run_elsewhere() -> None:
    running, testing = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {line: testing.get(line) for line in running} == running


def test_what_only_tests_need_is_not_installed_to_run() -> None:
    assert not {"pytest", "mypy", "ruff", "scikit-learn"} & {
        line.partition("==")[0] for line in locked("requirements.lock")
    }


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-dev.lock"])
def test_no_registry_is_named(file: str) -> None:
    assert not re.search(r"://|--(?:extra-)?index|--find-links", (ROOT / file).read_text("utf-8"))
