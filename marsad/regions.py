"""Named regions: sets of countries, first-level divisions and cross-border areas.

A reading holds places; which regions a place belongs to is computed here, from the set in force.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Final

from pydantic import Field

from marsad.errors import ConfigError, ConfigProblem
from marsad.yaml_config import ConfigModel, YamlDocument, parse_yaml, validate

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2 code")]
Admin1 = Annotated[str, Field(pattern=r"^[A-Z]{2}[-~].+$", description="ISO 3166-2 code, or ML~Nara style")]

Codes = frozenset[str | None]

SALIENT: Final = 0.15
"""A country of which less is said does not count for a text or a story."""

_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


class Region(ConfigModel):
    """A place lies in the region if any of the three sets holds it."""

    label: dict[str, str] = {}
    """Language → name, for messages."""
    countries: frozenset[Country] = frozenset()
    admin1: frozenset[Admin1] = frozenset()
    areas: frozenset[str] = frozenset()
    """Ids of cross-border areas in the gazetteer (``liptako-gourma``)."""

    def meets(self, countries: Codes, divisions: Codes, areas: Codes) -> bool:
        """Whether a place with any of these codes lies in the region."""
        return not (
            self.countries.isdisjoint(countries) and self.admin1.isdisjoint(divisions) and self.areas.isdisjoint(areas)
        )


def regions_of(
    regions: Mapping[str, Region], places: Iterable[tuple[str | None, str | None, str | None]]
) -> tuple[str, ...]:
    """Names of the regions that any (country, admin1, area) lies in, sorted."""
    codes = [frozenset(column) for column in zip((None, None, None), *places, strict=True)]
    return tuple(sorted(name for name, region in regions.items() if region.meets(*codes)))


def load_regions(overlay: YamlDocument | None = None) -> dict[str, Region]:
    """The shipped regions with an operator's own over them, by name; sorted, so that their order means nothing.

    Raises ConfigError with every problem of the overlay.
    """
    regions = dict(_packaged())
    if overlay is not None:
        regions.update(read_regions(overlay))
    return dict(sorted(regions.items()))


def read_regions(document: YamlDocument) -> dict[str, Region]:
    """A file's regions. Raises ConfigError with every problem and its line."""
    if document.value is None:
        return {}
    if not isinstance(document.value, dict):
        raise ConfigError([document.problem((), "write `name:` and below it `countries: [ML, NE]` for each region")])
    problems: list[ConfigProblem] = []
    regions: dict[str, Region] = {}
    for name in document.value:
        try:
            regions[name] = _region(document, name)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return regions


def _region(document: YamlDocument, name: str) -> Region:
    if not _NAME.match(name):
        raise ConfigError([document.problem((name,), "a region's name has small letters, digits and single hyphens")])
    part = document.within((name,))
    try:
        region = validate(Region, part)
    except ConfigError as error:
        named = (ConfigProblem(one.file, one.line, _below(name, one.path), one.message) for one in error.problems)
        raise ConfigError(named) from error
    if not (region.countries or region.admin1 or region.areas):
        raise ConfigError([document.problem((name,), "no place can lie in it: add countries, admin1 or areas")])
    return region


def _below(name: str, path: str) -> str:
    return f"{name}.{path}" if path else name


@cache
def _packaged() -> Mapping[str, Region]:
    text = resources.files("marsad").joinpath("defaults", "regions.yaml").read_text("utf-8")
    return read_regions(parse_yaml(text, "regions.yaml"))
