"""`marsad stories`: what is being told."""

from pathlib import Path
from typing import Any

import click
import msgspec

from marsad.cli.opened import opened
from marsad.cli.options import folder_option, json_option, limit_option
from marsad.cli.output import moment, print_json_line, print_table, shown
from marsad.errors import MarsadError
from marsad.store_queries import StoreQueries
from marsad.story import Member, Story


@click.group(short_help="Show stories: one thing told, over all its articles.")
def stories() -> None:
    """Show stories: one thing that is told, over all its articles."""


@stories.command("list")
@folder_option
@json_option
@limit_option
def list_stories(folder: Path, limit: int, *, as_json: bool) -> None:
    r"""The stories changed last.

    \b
    marsad stories list --dir my-watch --limit 50
    """
    with opened(folder) as database:
        found = StoreQueries(database).stories(limit=limit)
    if as_json:
        for story in found:
            print_json_line(_line(story))
        return
    print_table(
        "Stories",
        ("updated", "articles", "sources", "country", "what", "title", "story"),
        (
            (
                moment(story.updated_at),
                len(story.members),
                story.sources,
                story.incident.country if story.incident else "",
                (story.incident.sub_type or story.incident.type) if story.incident else "",
                shown(story.title),
                story.id,
            )
            for story in found
        ),
    )


@stories.command(short_help="A story with its articles, and why each is in it.")
@click.argument("story")
@folder_option
@json_option
def show(story: str, folder: Path, *, as_json: bool) -> None:
    r"""STORY (its id, or the id of one of its articles) with its articles and why each is in it.

    \b
    marsad stories show s-6abeefafeeff7e5a24f68ef2 --dir my-watch
    """
    with opened(folder) as database:
        queries = StoreQueries(database)
        found = find_story(queries, story)
        members = queries.members(found.id)
    if as_json:
        print_json_line(_line(found) | {"articles": [_member(member) for member in members]})
        return
    click.echo(f"{found.id}  version {found.version}  {'open' if found.open else 'closed'}")
    click.echo(shown(found.title, 300))
    click.echo(f"  {found.reason}")
    if found.possibly_same_as:
        click.echo(f"  possibly the same as {found.possibly_same_as}")
    print_table(
        "Articles",
        ("observed", "source", "language", "title", "why it is in this story", "article"),
        (
            (
                moment(m.observed_at),
                m.source.family or m.source.feed,
                m.language,
                shown(m.title),
                m.joined,
                m.article_id,
            )
            for m in members
        ),
    )


def find_story(queries: StoreQueries, name: str) -> Story:
    """By a story's id, or that of one of its articles. Raises MarsadError."""
    found = queries.story(name)
    member = None if found else queries.member(name)
    found = found or (queries.story(member[0]) if member else None)
    if found is None:
        raise MarsadError(f"there is no story or article {name!r}: `marsad stories list` and `marsad search` show them")
    return found


def _line(story: Story) -> dict[str, Any]:
    line: dict[str, Any] = msgspec.to_builtins(story)
    return line | {"open": story.open, "sources": story.sources}


def _member(member: Member) -> dict[str, Any]:
    line: dict[str, Any] = msgspec.to_builtins(member)
    line.pop("sketch", None)
    return line


COMMANDS = (stories,)
