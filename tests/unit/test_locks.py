"""The locks hold what pyproject.toml names, by hash, and say nothing of where it was fetched from."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RUNNING = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]]
SCALED = [*RUNNING, *PROJECT["project"]["optional-dependencies"]["scaled"]]
TESTING = [*SCALED, *PROJECT["dependency-groups"]["dev"]]
LOCKS = {"requirements.lock": RUNNING, "requirements-scaled.lock": SCALED, "requirements-dev.lock": TESTING}


def locked(file: str) -> dict[str, str]:
    """``name==version`` of each requirement → its hashes. Where it is needed may differ from lock to lock."""
    text = (ROOT / file).read_text("utf-8").replace("\\\n", " ")
    lines = [line.partition("--hash") for line in text.splitlines()]
    return {named.split(" ", 1)[0]: mark + hashes for named, mark, hashes in lines}


@pytest.mark.parametrize(("file", "wanted"), LOCKS.items())
def test_what_is_named_is_locked_by_hash(file: str, wanted: list[str]) -> None:
    lock = locked(file)
    names = {line.partition("==")[0] for line in lock}
    assert {re.match(r"[\w.-]+", name)[0].lower() for name in wanted} <= names
    assert [line for line, rest in lock.items() if "--hash=sha256:" not in rest] == []


def test_the_tests_run_with_the_versions_that_run_elsewhere() -> None:
    testing = locked("requirements-dev.lock")
    for file in ("requirements.lock", "requirements-scaled.lock"):
        running = locked(file)
        assert {line: testing.get(line) for line in running} == running


def test_what_only_tests_need_is_not_installed_to_run() -> None:
    assert not {"pytest", "mypy", "ruff", "scikit-learn"} & {
        line.partition("==")[0] for line in locked("requirements.lock")
    }


@pytest.mark.parametrize("file", LOCKS)
def test_no_registry_is_named(file: str) -> None:
    assert not re.search(r"://|--(?:extra-)?index|--find-links", (ROOT / file).read_text("utf-8"))
