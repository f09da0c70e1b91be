"""`marsad parked`: what could not be processed; giving it back, or dropping it."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import click

from marsad.cli import logs
from marsad.cli.later import kafka_commands
from marsad.cli.opened import opened
from marsad.cli.options import folder_option, json_option, now, user
from marsad.cli.output import print_json_line, print_table, shown
from marsad.errors import MarsadError, StaysParkedError
from marsad.view_parts import many
from stream.embedded import could_be_replayed, drop_parked, replay_parked
from stream.parking import Parking

log = logging.getLogger("marsad.parked")


@click.group(short_help="What could not be processed: list it, give it back, or drop it.")
def parked() -> None:
    """What could not be read or folded, with its error; nothing of it is lost until somebody drops it."""


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
        ((shown(str(one.id), 500), one.step, shown(one.subject, 40), one.at, shown(one.error, 200)) for one in found),
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


@dataclass(frozen=True, slots=True)
class _Thing:
    """One parked thing that waits, and what can be done to it."""

    line: _Line
    replay: Callable[[], str]
    """What was done. Raises StaysParkedError."""
    drop: Callable[[], None]
    """Raises StaysParkedError."""
    could_be_replayed: Callable[[], bool]


def _found(folder: Path, *, everything: bool) -> list[_Line]:
    with kafka_commands(folder) as kafka:
        if kafka is None and everything:
            with opened(folder) as database:
                return [_Line(**asdict(one)) for one in Parking(database).list(waiting_only=False)]
    with _waiting(folder) as waiting:  # on Kafka what was replayed is not kept
        return [thing.line for thing in waiting.values()]


@contextmanager
def _waiting(folder: Path) -> Iterator[Mapping[str, _Thing]]:
    """What waits, by its id, wherever it is kept."""
    with kafka_commands(folder) as kafka:
        if kafka is not None:
            yield {
                one.id: _Thing(
                    _Line(one.id, one.thing.step, one.thing.subject, one.thing.at.isoformat(), one.thing.error),
                    partial(kafka.replay, one),
                    partial(kafka.drop, one),
                    partial(kafka.could_be_replayed, one),
                )
                for one in kafka.parked()
            }
            return
    with opened(folder) as database:
        yield {
            str(one.id): _Thing(
                _Line(**asdict(one)),
                partial(replay_parked, database, one, now()),
                partial(drop_parked, database, one),
                partial(could_be_replayed, database, one),
            )
            for one in Parking(database).list()
        }


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
    with _waiting(folder) as waiting:
        _each(_chosen(waiting, ids).values(), lambda thing: click.echo(thing.replay()))


@parked.command()
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Everything that is parked.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@folder_option
def drop(ids: tuple[str, ...], folder: Path, *, everything: bool, yes: bool) -> None:
    r"""Drop parked things for ever.

    For what can never be replayed, which would be counted as waiting without end. It asks before it drops what this
    release could still replay, and with --all in any case. What was dropped is printed, and logged with the name of
    who did it.

    \b
    marsad parked drop 3 4
    marsad parked drop --all --yes
    """
    if bool(ids) == everything:
        raise click.UsageError("name the ids to drop, or --all")
    logs.set_up(verbose=False)
    with _waiting(folder) as waiting:
        chosen = _chosen(waiting, ids)
        if not yes:
            _ask(chosen, everything=everything)
        _each(chosen.values(), partial(_drop, who=user()))


def _ask(chosen: Mapping[str, _Thing], *, everything: bool) -> None:
    """Raises MarsadError unless the answer is that they be dropped."""
    still = [name for name, thing in chosen.items() if thing.could_be_replayed()]
    told = f"{many(len(still), 'thing')} that could still be replayed: {shown(', '.join(still), 500)}" if still else ""
    if everything and chosen:
        wanted, question = f"drop {len(chosen)}", f"This drops {many(len(chosen), 'thing')} for ever"
        question += f", among them {told}. " if told else ". "
    elif told:
        wanted, question = "yes", f"This drops for ever {told}. "
    else:
        return
    click.echo(f"{question}Type `{wanted}` to go on: ", nl=False, err=True)
    if click.get_text_stream("stdin").readline().strip() != wanted:
        raise MarsadError("nothing was dropped: type that, or add --yes")


def _drop(thing: _Thing, who: str) -> None:
    thing.drop()
    line = thing.line
    click.echo(
        f"{shown(str(line.id), 500)}: dropped ({line.step}: {shown(line.subject, 200)}: {shown(line.error, 200)})"
    )
    log.warning(
        "%s dropped what was parked: %s (step %s, %s, %s): %s",
        *(who, line.id, line.step, line.subject, line.at, line.error),
    )


def _chosen(waiting: Mapping[str, _Thing], ids: Sequence[str]) -> Mapping[str, _Thing]:
    """Of what waits those named, or all where none is. Raises MarsadError where one does not wait."""
    unknown = [one for one in ids if one not in waiting]
    if unknown:
        raise MarsadError(f"not parked: {', '.join(unknown)}: `marsad parked list` shows what is")
    return {name: thing for name, thing in waiting.items() if not ids or name in ids}


def _each(things: Iterable[_Thing], do: Callable[[_Thing], None]) -> None:
    """One that stays parked holds up no other; all such are told in the end."""
    stay = []
    for thing in things:
        try:
            do(thing)
        except StaysParkedError as error:
            stay.append(str(error))
    if stay:
        raise MarsadError("\n".join(stay))


COMMANDS = (parked,)
