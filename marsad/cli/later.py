"""Commands of the scaled-out parts: listed always, imported when called, for they need packages of their own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

import click

from marsad.errors import MarsadError
from marsad.settings import settings_of

if TYPE_CHECKING:
    from marsad.scaled.commands import Commands

SCALED: Final = frozenset(
    ("aiokafka", "crc32c", "elastic_transport", "elasticsearch", "faust", "kafka", "mode", "orjson")
)


class Later(click.Command):
    """Stands for a command or group of that name in a module's COMMANDS until it is called."""

    def __init__(self, name: str, module: str, short_help: str) -> None:
        super().__init__(name, short_help=short_help)
        self.module = module

    def load(self) -> click.Command:
        """The command itself. Raises MarsadError where the packages that it needs are not installed."""
        found: Sequence[click.Command] = imported(self.module).COMMANDS
        return next(command for command in found if command.name == self.name)


def imported(module: str) -> ModuleType:
    """A module of the scaled-out parts. Raises MarsadError where the packages that it needs are not installed."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in SCALED:
            raise
        raise MarsadError("this needs the scaled-out parts: pip install 'marsad[scaled]'") from error


@contextmanager
def kafka_commands(folder: Path) -> "Iterator[Commands | None]":
    """What can be done to a watch by way of Kafka; None for a watch without, which has its own database."""
    if settings_of(folder).kafka is None:
        yield None
        return
    with imported("marsad.scaled.commands").Commands.of(folder) as commands:
        yield commands
