"""How the command line prints: JSON Lines for programs, tables for people, nothing that a feed could abuse."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

FIRST_STRONG_ISOLATE: Final = "\u2068"
POP_ISOLATE: Final = "\u2069"


def print_json_line(value: Any) -> None:
    """One object on a line of its own, UTF-8, flushed: whoever reads a pipe sees it at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def shown(text: str, length: int = 120) -> str:
    """Text of a feed made safe for a terminal: no control or format characters, cut, isolated when right-to-left."""
    clean = "".join(" " if char in "\n\t" else char for char in text if not _unprintable(char))
    clean = clean if len(clean) <= length else clean[: length - 1] + "…"
    right_to_left = any(unicodedata.bidirectional(char) in ("R", "AL") for char in clean)
    return f"{FIRST_STRONG_ISOLATE}{clean}{POP_ISOLATE}" if right_to_left else clean


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for people; markup in the cells stays text."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007  the number of rows is needed behind the loop
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    if count:
        Console().print(table)
    else:
        click.echo(f"{title}: none")


def _unprintable(char: str) -> bool:
    category = unicodedata.category(char)
    return (
        (category in ("Cc", "Cs", "Cn", "Co") and char not in "\n\t") or (category == "Cf" and char not in "\u200c\u200d")
    )
