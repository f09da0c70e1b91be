"""How the command line prints: JSON Lines for programs, tables for people, nothing that a feed could abuse."""

import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, NoReturn

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from marsad.reading_lines import zulu
from marsad.view_parts import FIRST_STRONG, POP, one_line

PIPE_WIDTH: Final = 10_000
"""Columns where there is no terminal: each row stays on one line, for grep."""

Advance = Callable[[int], None]


def print_json_line(value: Any) -> None:
    """One object on a line of its own, flushed: whoever reads a pipe sees it at once."""
    line = json.dumps(value, ensure_ascii=False, default=str)
    try:
        line.encode(sys.stdout.encoding)
    except UnicodeEncodeError:  # half a surrogate pair, or a terminal that is not UTF-8
        line = json.dumps(value, default=str)
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def shown(text: str, length: int = 120) -> str:
    """Text of a feed made safe for a terminal: one line, cut, and isolated when right-to-left."""
    clean = one_line(text)
    clean = clean if len(clean) <= length else clean[: length - 1] + "…"
    right_to_left = any(unicodedata.bidirectional(char) in ("R", "AL") for char in clean)
    return f"{FIRST_STRONG}{clean}{POP}" if right_to_left else clean


def moment(at: datetime) -> str:
    """A time for people: UTC, to the second."""
    return zulu(at.replace(microsecond=0))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for people; markup in the cells stays text."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    if not table.row_count:
        click.echo(f"{title}: none")
        return
    console = _Console()
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    console.print(table)


@contextmanager
def progress(length: int, label: str) -> Iterator[Advance]:
    """A bar on standard error where that is a terminal, and nothing elsewhere; call what it gives to advance."""
    if not (length and sys.stderr.isatty()):
        yield lambda _steps: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update


class _Console(Console):
    """A broken pipe is told to whoever runs the command, as everywhere else."""

    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError
