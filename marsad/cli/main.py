"""The command `marsad`: its subcommands, and how errors end it (0 fine, 1 failed, 2 bad config or arguments)."""

import sys
from importlib.metadata import version

import click

from marsad.cli import alerts, demo, feeds, parked, reading, rules, search, stories, watching
from marsad.errors import ConfigError, MarsadError

FAILED = 1
BAD_CONFIG = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("marsad"), prog_name="marsad")
def commands() -> None:
    """A streaming news watch: reads feeds, joins articles into stories, alerts once per story.

    \b
    marsad demo                    see it work, no network needed
    marsad init my-watch           write a watch of your own
    marsad check my-watch          is its configuration good?
    marsad run my-watch            poll, read, watch and alert
    """


for _module in (watching, demo, reading, feeds, rules, alerts, stories, search, parked):
    for _command in _module.COMMANDS:
        commands.add_command(_command)


def main() -> None:
    """The console script. A broken pipe (``| head``) is a normal end."""
    try:
        commands(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(BAD_CONFIG)
    except ConfigError as error:
        click.echo(str(error), err=True)
        count = len(error.problems)
        click.echo(f"{count} error{'s' if count > 1 else ''} in the configuration: nothing was started", err=True)
        sys.exit(BAD_CONFIG)
    except MarsadError as error:
        click.echo(f"marsad: {error}", err=True)
        sys.exit(FAILED)
    except BrokenPipeError:
        sys.stderr.close()
