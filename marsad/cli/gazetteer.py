"""`marsad gazetteer`: places of GeoNames or OpenStreetMap country files, and what a name may mean."""

from pathlib import Path
from typing import Final

import click

from marsad.cli.options import json_option
from marsad.cli.output import print_json_line, print_table, progress
from marsad.errors import ConfigError, MarsadError
from stream.reading.gazetteer import Gazetteer
from stream.reading.gazetteer_import import convert, describe

LONGEST: Final = 1_000_000
"""Characters of a line: GeoNames' have at most some ten thousand."""


@click.group()
def gazetteer() -> None:
    """Import places, and look names up."""


@gazetteer.command("import", short_help="Take in country files of GeoNames or OpenStreetMap.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--into", "target", required=True, type=click.Path(path_type=Path, dir_okay=False), help="File to write.")
def import_files(files: tuple[Path, ...], target: Path) -> None:
    r"""Turn country files of GeoNames (19 columns) or OpenStreetMap places into a file for marsad.yaml.

    \b
    marsad gazetteer import ML.txt BF.txt --into my-watch/places-sahel.tsv
    then in marsad.yaml:  gazetteer: [places-sahel.tsv]
    """
    rows: list[str] = []
    with progress(sum(path.stat().st_size for path in files), "importing") as advance:
        for path in files:
            rows += _converted(path)
            advance(path.stat().st_size)
    target.write_text("\n".join(rows) + "\n", encoding="utf-8")
    click.echo(f"{target}: {describe(rows)}")


@gazetteer.command()
@click.argument("name")
@click.option(
    "--with",
    "extra",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Imported file.",
)
@json_option
def show(name: str, extra: tuple[Path, ...], *, as_json: bool) -> None:
    r"""Every place that NAME may mean, in any of its languages.

    \b
    marsad gazetteer show Gao
    marsad gazetteer show غاو --with my-watch/places-sahel.tsv
    """
    found = Gazetteer.packaged(extra).lookup(name)
    if as_json:
        for place in found:
            print_json_line(place.line())
        return
    print_table(
        f"Places called {name}",
        ("name", "kind", "country", "admin1", "lat", "lon", "population", "geonames"),
        ((p.name, p.kind, p.country, p.admin1, p.lat, p.lon, p.population, p.geonames_id) for p in found),
    )


def _converted(path: Path) -> list[str]:
    """Rows of a country file. What is wrong with it is a failed input, not a bad configuration."""
    try:
        with path.open(encoding="utf-8", newline="\n") as lines:
            # A line without end comes in parts, and is told as the wrong columns that it has.
            return list(convert(iter(lambda: lines.readline(LONGEST), ""), str(path)))
    except ConfigError as error:
        raise MarsadError(str(error)) from error
    except UnicodeDecodeError as error:
        raise MarsadError(f"{path}: not UTF-8: save it as UTF-8") from error


COMMANDS = (gazetteer,)
