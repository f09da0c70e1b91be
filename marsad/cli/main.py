"""The command `marsad`: its subcommands, and how errors end it (0 fine, 1 failed, 2 bad config or arguments)."""

import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import click

from marsad.cli import alerts, demo, feeds, gazetteer, parked, reading, rules, search, stories, watching
from marsad.cli.later import Later
from marsad.errors import ConfigError, DecodeError, MarsadError
from marsad.kafka.errors import KafkaDownError

FAILED = 1
BAD_CONFIG = 2
INTERRUPTED = 130
SCALED_OUT = (
    Later("kafka", "marsad.cli.kafka", "Scaled out: set up the Kafka topics."),
    Later("elastic", "marsad.cli.elastic", "Scaled out: set up the search index in Elasticsearch."),
    Later("poll", "marsad.cli.poll", "Scaled out: poll feeds, put their articles into Kafka."),
    Later("worker", "marsad.cli.worker", "Scaled out: read and index what comes through Kafka."),
    Later("watch", "marsad.cli.watch", "Scaled out: fold the log on Kafka, and alert."),
)


class _Commands(click.Group):
    """Commands in the order in which a newcomer meets them; a broken pipe (``| head``) is a normal end."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, _unwrapped(command.load()) if isinstance(command, Later) else command, rest

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # What is still buffered would break at the interpreter's end, with a message.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("marsad"), prog_name="marsad")
def commands() -> None:
    r"""A streaming news watch: reads feeds, joins articles into stories, alerts once per story.

    \b
    marsad demo                    see it work, no network needed
    marsad init my-watch           write a watch of your own
    marsad check my-watch          is its configuration good?
    marsad run my-watch            poll, read, watch and alert

    It ends with 0 when all went well, 1 when something failed, 2 for a bad configuration or bad arguments.
    """


def _unwrapped(command: click.Command) -> click.Command:
    r"""The command with its examples line by line: a docstring's ``\b`` is two signs, click wants the one they mean."""
    command.help = (command.help or "").replace("\\b\n", "\b\n")
    for child in command.commands.values() if isinstance(command, click.Group) else ():
        _unwrapped(child)
    return command


for _module in (watching, demo, reading, alerts, stories, search, rules, feeds, parked, gazetteer):
    for _command in _module.COMMANDS:
        commands.add_command(_command)
for _later in SCALED_OUT:
    commands.add_command(_later)
_unwrapped(commands)


def main(arguments: Sequence[str] | None = None) -> None:
    """The console script: every error that a person can cause is a message, never a traceback.

    ``arguments`` are those of the process by default.
    """
    sys.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # also what is not UTF-8 shows a title
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        commands(arguments, prog_name="marsad", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(BAD_CONFIG)
    except ConfigError as error:
        click.echo(str(error), err=True)
        count = len(error.problems)
        click.echo(f"{count} error{'s' if count > 1 else ''} in the configuration: nothing was started", err=True)
        sys.exit(BAD_CONFIG)
    except DecodeError as error:
        click.echo(f"marsad: the watch's database holds what Marsad did not write: {error}: restore a copy", err=True)
        sys.exit(FAILED)
    except KafkaDownError as error:
        click.echo(f"marsad: {error.ending}", err=True)
        sys.exit(FAILED)
    except MarsadError as error:
        click.echo(f"marsad: {error}", err=True)
        sys.exit(FAILED)
    except OSError as error:
        click.echo(f"marsad: {_of_the_machine(error)}", err=True)
        sys.exit(FAILED)


def _of_the_machine(error: OSError) -> str:
    """A file that cannot be read or written, told with its name."""
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason
