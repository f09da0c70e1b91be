"""The demo's command without its minute: how it ends, what it leaves behind, what it shows where."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from unit.marsad.cli_runs import run

from marsad.cli import demo
from marsad.config import WatchConfig
from marsad.view import LiveView
from marsad.wiring import Outside


@pytest.fixture
def ends_with(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str] | None], list[Path]]:
    """Let the demo end with these differences; the folders that it had."""

    def ends_with(found: list[str] | None) -> list[Path]:
        folders: list[Path] = []

        async def short(folder: Path, **_options: object) -> list[str] | None:
            folders.append(folder)
            (folder / "marsad.yaml").write_text("{}", encoding="utf-8")
            return found

        monkeypatch.setattr(demo, "_demo", short)
        return folders

    return ends_with


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        ([], 0, "everything that had to be told was told, and nothing else\n"),
        (["market: not told"], 1, "differs from what was expected: market: not told\n"),
        (None, 130, "stopped before everything was told\n"),
    ],
)
def test_how_it_ends(ends_with, found: list[str] | None, code: int, said: str) -> None:
    folders = ends_with(found)
    done = run("demo")
    assert (done.code, done.out, done.err) == (code, "", said)
    assert [folder.exists() for folder in folders] == [False], "its folder is removed"


def test_its_folder_is_kept_on_request_and_must_be_new(ends_with, tmp_path: Path) -> None:
    folders = ends_with([])
    kept = tmp_path / "kept"
    assert run("demo", "--keep", str(kept)).code == 0
    assert folders == [kept]
    assert (kept / "marsad.yaml").is_file()
    again = run("demo", "--keep", str(kept))
    assert again.code == 2
    assert "exists already: --keep wants a new folder" in again.err


class Terminal(LiveView):
    """A view that believes to be on a terminal, and tells whether it was begun."""

    begun = 0

    def __init__(self, *, title: str) -> None:
        super().__init__(title=title, console=Console(force_terminal=True, quiet=True))

    def __enter__(self):
        Terminal.begun += 1
        return super().__enter__()


@pytest.mark.parametrize(("as_json", "begun"), [(True, 0), (False, 1)])
def test_json_never_begins_the_live_view(monkeypatch, tmp_path: Path, as_json: bool, begun: int) -> None:
    async def stopped(_config: WatchConfig, _outside: Outside, _stop: asyncio.Event) -> None:
        """As when the viewer stops it at once."""

    Terminal.begun = 0
    monkeypatch.setattr(demo, "LiveView", Terminal)
    monkeypatch.setattr(demo, "run_embedded", stopped)
    assert asyncio.run(demo._demo(tmp_path, speed=1.0, ends=True, as_json=as_json)) is None
    assert Terminal.begun == begun


def test_a_view_can_be_given_another_heading() -> None:
    console = Console(force_terminal=True, record=True, width=80, height=24)
    view = LiveView(title="before", console=console)
    view.retitle("everything was told")
    console.print(view._picture())
    assert "everything was told" in console.export_text()
