"""Named regions: sets of countries, first-level divisions and cross-border areas.

A reading holds places; which regions a place belongs to is computed here, from the set in force.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final

from pydantic import Field

from marsad.yaml_config import ConfigModel

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2 code")]
Admin1 = Annotated[str, Field(pattern=r"^[A-Z]{2}[-~].+$", description="ISO 3166-2 code, or ML~Nara style")]

SALIENT: Final = 0.15


class Region(ConfigModel):
    """A place lies in the region if any of the three sets holds it."""

    label: dict[str, str] = {}
    """Language → name, for messages."""
    countries: frozenset[Country] = frozenset()
    admin1: frozenset[Admin1] = frozenset()
    areas: frozenset[str] = frozenset()
    """Ids of cross-border areas in the gazetteer (``liptako-gourma``)."""

    def holds(self, country: str | None, admin1: str | None, area: str | None) -> bool:
        """Whether a place with these codes lies in the region."""
        return country in self.countries or admin1 in self.admin1 or area in self.areas


def regions_of(
    regions: Mapping[str, Region], places: Iterable[tuple[str | None, str | None, str | None]]
) -> tuple[str, ...]:
    """Names of the regions that any (country, admin1, area) lies in, sorted."""
    codes = list(places)
    return tuple(sorted(name for name, region in regions.items() if any(region.holds(*place) for place in codes)))
