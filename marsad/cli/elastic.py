"""`marsad elastic`: what the search index needs in Elasticsearch."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from marsad.cli import logs
from marsad.cli.options import now, watch_folder
from marsad.config import elastic_access
from marsad.errors import MarsadError
from marsad.settings import settings_of
from stream.index.elastic_client import ElasticClient
from stream.index.elastic_migrate import Migration, retain
from stream.index.elastic_settings import ElasticAccess
from stream.index.elastic_setup import TESTED, Plan, apply, check_version, plan, plan_templates

Answer = TypeVar("Answer")


@click.group(short_help="Scaled out: set up the search index in Elasticsearch.")
def elastic() -> None:
    """What the search index needs in Elasticsearch: templates, indices and aliases."""


@elastic.command()
@watch_folder
@click.option("--check", is_flag=True, help="Change nothing; end with 1 where something is missing.")
def setup(folder: Path, *, check: bool) -> None:
    r"""Put the templates, the first indices and their aliases there. What is there already stays.

    \b
    marsad elastic setup my-watch
    marsad elastic setup my-watch --check
    """
    _run(folder, lambda client, access: _setup(client, access, check=check))


@elastic.command()
@watch_folder
@click.option("--drop-old", is_flag=True, help="Delete each former index when its copy is in use.")
def migrate(folder: Path, *, drop_old: bool) -> None:
    r"""Copy indices of an older mapping into new ones, while everything runs, and put these in their place.

    It may be stopped at any time: called again, it goes on.

    \b
    marsad elastic migrate my-watch
    """
    logs.set_up(verbose=False)
    _run(folder, lambda client, access: _migrate(client, access, drop_old=drop_old))


@elastic.command("retain")
@watch_folder
@click.option("--check", is_flag=True, help="Only say what would be dropped.")
def retain_months(folder: Path, *, check: bool) -> None:
    r"""Drop the articles and decisions of whole months, older than `elasticsearch.keep_months` keeps.

    \b
    marsad elastic retain my-watch --check
    """
    _run(folder, lambda client, access: _retain(client, access, check=check))


def _run(folder: Path, work: Callable[[ElasticClient, ElasticAccess], Awaitable[None]]) -> None:
    access = elastic_access(folder, settings_of(folder))

    async def connected() -> None:
        async with ElasticClient(access) as client:
            await work(client, access)

    asyncio.run(connected())


async def _setup(client: ElasticClient, access: ElasticAccess, *, check: bool) -> None:
    version = await check_version(client)
    found = await plan(client, access, now())
    for step in found.steps:
        click.echo(f"{'missing' if check or found.problems else 'set up'}: {step.what}")
    _refuse_problems(found)
    if check and found.steps:
        raise MarsadError(f"{len(found.steps)} missing or out of date: run `marsad elastic setup`")
    await apply(client, found)
    click.echo(f"Elasticsearch {version} is ready (tested with {TESTED})")


def _refuse_problems(found: Plan) -> None:
    for problem in found.problems:
        click.echo(f"problem: {problem}", err=True)
    if found.problems:
        raise MarsadError(f"{len(found.problems)} to be mended first: nothing was changed")


async def _migrate(client: ElasticClient, access: ElasticAccess, *, drop_old: bool) -> None:
    await check_version(client)
    found = await plan_templates(client, access)
    _refuse_problems(found)
    await apply(client, found)
    count = await Migration(client, access.prefix, click.echo).run(drop_old=drop_old)
    click.echo(f"{count} migrated" if count else "nothing to migrate: every index has this Marsad's mapping")


async def _retain(client: ElasticClient, access: ElasticAccess, *, check: bool) -> None:
    dropped = await retain(client, access, now(), check=check)
    for name in dropped:
        click.echo(f"{'would drop' if check else 'dropped'}: {name}")
    if not dropped:
        click.echo("nothing is old enough to be dropped")


COMMANDS = (elastic,)
