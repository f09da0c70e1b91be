"""Arguments that several commands share."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., None])

FOLDER = click.Path(path_type=Path, file_okay=False)


def watch_folder(command: Command) -> Command:
    """``DIR``: the folder of a watch, the current one by default."""
    return click.argument("folder", metavar="[DIR]", default=".", type=FOLDER)(command)


def folder_option(command: Command) -> Command:
    """``--dir``: for commands whose arguments are something else."""
    return click.option(
        "--dir", "folder", default=".", show_default=True, type=FOLDER, help="Folder of the watch (with marsad.yaml)."
    )(command)


def json_option(command: Command) -> Command:
    """``--json``: one JSON object a line, for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON Lines for a program.")(command)


def limit_option(command: Command) -> Command:
    """``--limit``: how many rows."""
    return click.option(
        "--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="At most so many."
    )(command)


def now() -> datetime:
    """The clock of the command line."""
    return datetime.now(UTC)
