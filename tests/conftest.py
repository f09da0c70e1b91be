"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest

pytest_plugins = ["servers.fixtures"]


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of data that may not be in this repository; skipped without it, failed in CI."""
    folder = os.environ.get("MARSAD_TEST_DATA", "")
    if folder and Path(folder).is_dir():
        return Path(folder)
    reason = "MARSAD_TEST_DATA does not name a folder: this test needs data that is not in the repository"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
