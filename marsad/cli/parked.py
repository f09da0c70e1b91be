"""`marsad parked`: what could not be processed, and giving it back."""

from pathlib import Path

import click

from marsad.cli.opened import opened
from marsad.cli.options import folder_option, json_option, now
from marsad.cli.output import print_json_line, print_table, shown
from marsad.errors import MarsadError
from stream.embedded import replay_parked
from stream.parking import Parking


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
    with opened(folder) as database:
        found = Parking(database).list(waiting_only=not everything)
    if as_json:
        for one in found:
            print_json_line(
                {
                    "id": one.id,
                    "step": one.step,
                    "subject": one.subject,
                    "at": one.at,
                    "error": one.error,
                    "replayed_at": one.replayed_at,
                }
            )
        return
    print_table(
        "Parked",
        ("id", "step", "subject", "at", "error"),
        ((one.id, one.step, shown(one.subject, 40), one.at, shown(one.error, 200)) for one in found),
    )


@parked.command()
@click.argument("ids", nargs=-1, type=int)
@click.option("--all", "everything", is_flag=True, help="Everything that is parked.")
@folder_option
def replay(ids: tuple[int, ...], folder: Path, *, everything: bool) -> None:
    r"""Give parked things back to their step, after the cause was mended.

    \b
    marsad parked replay 3 4
    marsad parked replay --all
    """
    if bool(ids) == everything:
        raise click.UsageError("name the ids to replay, or --all")
    with opened(folder) as database:
        waiting = {one.id: one for one in Parking(database).list()}
        unknown = [one for one in ids if one not in waiting]
        if unknown:
            raise MarsadError(f"not parked: {', '.join(map(str, unknown))}: `marsad parked list` shows what is")
        for one in waiting.values():
            if everything or one.id in ids:
                click.echo(replay_parked(database, one, now()))


COMMANDS = (parked,)
