"""`marsad parked`: what could not be processed, and giving it back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import click

from marsad.cli.later import kafka_commands
from marsad.cli.opened import opened
from marsad.cli.options import folder_option, json_option, now
from marsad.cli.output import print_json_line, print_table, shown
from marsad.errors import MarsadError, StaysParkedError
from stream.embedded import replay_parked
from stream.parking import Parking

Thing = TypeVar("Thing")


@click.group(short_help="What could not be processed, and giving it back.")
def parked() -> None:
    """What could not be read or folded, with its error; nothing of it is lost."""


@parked.command("list")
@folder_option
@json_option
@click.option("--all", "everything", is_flag=True, help="Also what was replayed already.")
def list_parked(folder: Path, *, as_json: bool, everything: bool) -> None:
    r"""List what is parked: which step could not take it, and why.

    \b
    marsad parked list --dir my-watch
    """
    found = _found(folder, everything=everything)
    if as_json:
        for one in found:
            print_json_line(asdict(one))
        return
    print_table(
        "Parked",
        ("id", "step", "subject", "at", "error"),
        ((one.id, one.step, shown(one.subject, 40), one.at, shown(one.error, 200)) for one in found),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """One parked thing, as it is listed."""

    id: int | str
    step: str
    subject: str
    at: str
    error: str
    replayed_at: str | None = None


def _found(folder: Path, *, everything: bool) -> list[_Line]:
    with kafka_commands(folder) as kafka:
        if kafka is not None:  # what was replayed is not kept there
            return [_Line(one.id, one.step, one.subject, one.at.isoformat(), one.error) for one in kafka.parked()]
    with opened(folder) as database:
        listed = Parking(database).list(waiting_only=not everything)
    return [_Line(one.id, one.step, one.subject, one.at, one.error, one.replayed_at) for one in listed]


@parked.command()
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Everything that is parked.")
@folder_option
def replay(ids: tuple[str, ...], folder: Path, *, everything: bool) -> None:
    r"""Give parked things back to their step, after the cause was mended.

    \b
    marsad parked replay 3 4
    marsad parked replay --all
    """
    if bool(ids) == everything:
        raise click.UsageError("name the ids to replay, or --all")
    with kafka_commands(folder) as kafka:
        if kafka is not None:
            _replay({one.id: one for one in kafka.parked()}, ids, kafka.replay)
            return
    with opened(folder) as database:
        waiting = {str(one.id): one for one in Parking(database).list()}
        _replay(waiting, ids, lambda one: replay_parked(database, one, now()))


def _replay(waiting: Mapping[str, Thing], ids: Sequence[str], give_back: Callable[[Thing], str]) -> None:
    """Of what waits those named, or all where none is. One that cannot be given back holds up no other."""
    unknown = [one for one in ids if one not in waiting]
    if unknown:
        raise MarsadError(f"not parked: {', '.join(unknown)}: `marsad parked list` shows what is")
    stay = []
    for name, thing in waiting.items():
        if ids and name not in ids:
            continue
        try:
            click.echo(give_back(thing))
        except StaysParkedError as error:
            stay.append(str(error))
    if stay:
        raise MarsadError("\n".join(stay))


COMMANDS = (parked,)
