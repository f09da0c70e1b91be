from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field

from marsad.cli import reference
from marsad.settings import Settings
from marsad.yaml_config import ConfigModel

PAGE = Path(__file__).parents[3] / "docs" / "configuration.md"


def test_the_page_is_what_the_models_say() -> None:
    made = reference.page()
    assert PAGE.read_text("utf-8") == made, "run: python -m marsad.cli.reference > docs/configuration.md"


def test_every_key_of_the_main_file_is_explained() -> None:
    table = reference.page().partition("## marsad.yaml")[2].partition("\n## ")[0]
    for key, field in Settings.model_fields.items():
        assert f"| `{key}` |" in table
        assert field.description is None or field.description in table


class _Inner(ConfigModel):
    """Has a | in it."""

    size: int = Field(3, ge=1, le=9, description="how many")


class _Outer(ConfigModel):
    """Outer."""

    word: Literal["a", "b"]
    inner: _Inner = _Inner()
    many: tuple[_Inner, ...] = ()
    flag: bool = False
    share: float = Field(0.25, gt=0)
    either: int | str | None = None


def test_a_model_becomes_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "FILES", (("x.yaml", "About x.", _Outer),))
    monkeypatch.setattr(reference, "HEAD", "")
    assert reference.page().splitlines() == [
        "",
        "## x.yaml",
        "",
        "About x.",
        "",
        "| Key | Value | Default | |",
        "|---|---|---|---|",
        "| `word` | `a`, `b` | required |  |",
        "| `inner` | see _inner | as below |  |",
        "| `many` | list: see _inner |  |  |",
        "| `flag` | `true`, `false` | `false` |  |",
        "| `share` | number above 0 | `0.25` |  |",
        "| `either` | number or text |  |  |",
        "",
        "### _inner",
        "",
        r"Has a \| in it.",
        "",
        "| Key | Value | Default | |",
        "|---|---|---|---|",
        "| `size` | number from 1 to 9 | `3` | how many |",
    ]
