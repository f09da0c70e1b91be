"""Which indices there are in Elasticsearch, and how they, their aliases and their months are called. Pure.

Everybody writes and reads through aliases. A concrete index carries its mapping's version
(``marsad-stories-v1``, ``marsad-articles-2026.11-v1``), so that a next version can be filled beside it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

MAPPING_VERSION: Final = 1
"""Of the mappings in ``elastic_mappings``; a change of those that an index in use cannot take raises it."""

_CONCRETE: Final = re.compile(r"(?P<kind>[a-z]+)(?:-(?P<month>\d{4}\.\d{2}))?-v(?P<version>\d{1,6})")


class Kind(StrEnum):
    """What a document is: each kind has indices, an alias and a mapping of its own."""

    ARTICLES = "articles"
    STORIES = "stories"
    ALERTS = "alerts"
    LEDGER = "ledger"
    PARKED = "parked"

    @property
    def monthly(self) -> bool:
        """One index a month, so that old ones are dropped whole."""
        return self in (Kind.ARTICLES, Kind.LEDGER)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a document belongs: a kind and, for the monthly ones, a month (``2026.11``)."""

    kind: Kind
    month: str = ""

    def alias(self, prefix: str) -> str:
        """What is written through."""
        return f"{prefix}{self.kind}-{self.month}" if self.month else f"{prefix}{self.kind}"

    def index(self, prefix: str, version: int = MAPPING_VERSION) -> str:
        """The concrete index of a mapping version."""
        return f"{self.alias(prefix)}-v{version}"

    def aliases(self, prefix: str) -> tuple[str, ...]:
        """All that the concrete index answers to: what is written through, and what is read through."""
        return tuple(dict.fromkeys((self.alias(prefix), f"{prefix}{self.kind}")))


@dataclass(frozen=True, slots=True)
class Concrete:
    """A concrete index of ours, by its name."""

    name: str
    place: Place
    version: int


def month_of(moment: datetime) -> str:
    """``2026.11``, in UTC."""
    at = moment.astimezone(UTC)
    return f"{at.year:04d}.{at.month:02d}"


def months_before(now: datetime, months: int) -> str:
    """The month so many whole months before the current one; a negative number gives a coming one."""
    at = now.astimezone(UTC)
    years, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return f"{years:04d}.{month + 1:02d}"


def concrete(name: str, prefix: str) -> Concrete | None:
    """What a name says, or None where it is no index of ours."""
    found = _CONCRETE.fullmatch(name.removeprefix(prefix)) if name.startswith(prefix) else None
    if not found or found["kind"] not in tuple(Kind):
        return None
    kind = Kind(found["kind"])
    if kind.monthly != bool(found["month"]):
        return None
    return Concrete(name, Place(kind, found["month"] or ""), int(found["version"]))


def first_places(now: datetime) -> tuple[Place, ...]:
    """What setup makes: this month's and the next one's. Later months come with their first document, or with setup."""
    months = (months_before(now, 0), months_before(now, -1))
    return tuple(Place(kind, month) for kind in Kind for month in (months if kind.monthly else ("",)))
