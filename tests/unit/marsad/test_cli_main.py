"""What holds of every command, and how errors end them."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest
from unit.marsad.cli_runs import run

from marsad.cli.later import Later
from marsad.cli.main import commands
from marsad.sqlite import Database

GROUPS = ("alerts", "stories", "rules", "feeds", "parked", "gazetteer")
PROGRAMS_READ = (
    "check", "demo", "alerts list", "stories list", "stories show", "search", "rules list", "rules why", "feeds list",
    "feeds check", "feeds preview", "parked list", "gazetteer show",
)  # fmt: skip


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    for name, listed in group.commands.items():
        command = listed.load() if isinstance(listed, Later) else listed
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(leaves(commands))


def test_there_are_all_commands_of_this_version() -> None:
    assert set(COMMANDS) == {
        "init", "run", "demo", "read", "replay", "check", "search",
        "feeds list", "feeds check", "feeds preview", "feeds import",
        "gazetteer import", "gazetteer show",
        "alerts list", "alerts ack",
        "rules list", "rules check", "rules why",
        "stories list", "stories show",
        "parked list", "parked replay", "parked drop",
        "kafka setup", "elastic setup", "elastic migrate", "elastic retain",
        "poll", "watch", "worker read", "worker index",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_help_has_an_example_of_its_command(name: str) -> None:
    done = run(*name.split(), "--help")
    assert done.code == 0
    assert re.search(rf"^  (echo .* \| )?marsad {name}\b", done.out, re.MULTILINE), done.out


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_and_command_is_explained(name: str) -> None:
    command = COMMANDS[name]
    assert command.get_short_help_str(80)
    assert [option.name for option in command.params if isinstance(option, click.Option) and not option.help] == []


@pytest.mark.parametrize("name", PROGRAMS_READ)
def test_what_a_program_would_read_comes_as_json_too(name: str) -> None:
    assert "--json" in {option for parameter in COMMANDS[name].params for option in parameter.opts}


@pytest.mark.parametrize("group", ["", *GROUPS])
def test_no_command_in_a_list_is_cut_short(group: str) -> None:
    listed = run(*group.split(), "--help").out.partition("Commands:")[2]
    assert listed
    assert "..." not in listed


@pytest.mark.parametrize(
    "words",
    [
        ("nosuch",),
        ("alerts", "nosuch"),
        ("run", "--nosuch"),
        ("search", "--since", "yesterday"),
        ("read", "nosuch.jsonl"),
    ],
    ids=" ".join,
)
def test_bad_arguments_end_with_2(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: marsad")


def test_no_words_at_all_show_the_help() -> None:
    done = run()
    assert "Commands:" in done.out + done.err


def test_the_version_is_told() -> None:
    assert re.fullmatch(r"marsad, version \d+\.\d+\.\d+\n", run("--version").out)


@pytest.mark.parametrize("body", ["x'deadbeef'", "'text'"])
def test_a_database_that_another_hand_changed_is_told(tmp_path: Path, body: str) -> None:
    assert run("init", str(tmp_path / "own")).code == 0
    (tmp_path / "own" / "data").mkdir()
    with closing(Database.open(tmp_path / "own" / "data" / "watch.db")) as database:
        database.execute(f"INSERT INTO alert SELECT 'a-1', 'r', 's-1', 'new', '2026-11-16T09:00:00Z', {body}")
    done = run("alerts", "list", "--dir", str(tmp_path / "own"))
    assert done.code == 1
    assert done.err.startswith("marsad: the watch's database holds what Marsad did not write: not a Marsad message: ")
    assert done.err.endswith(": restore a copy\n")
