"""Arguments that several commands share."""

import getpass
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click

from marsad.config import INSTANCE, checked_instance, given_instance
from marsad.errors import ConfigError

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


def instance_option(command: Command) -> Command:
    """``--instance``: what a process calls itself, by default what the environment says."""
    return click.option(
        "--instance",
        metavar="NAME",
        callback=_instance,
        help=f"A name of its own that it keeps over restarts, such as the pod's. By default what {INSTANCE} holds.",
    )(command)


def _instance(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return given_instance()
    try:
        return checked_instance(value)
    except ConfigError as error:
        raise click.BadParameter(error.problems[0].message) from error


def now() -> datetime:
    """The clock of the command line."""
    return datetime.now(UTC)


def user() -> str:
    """Who calls. Some containers run under a number that has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"
