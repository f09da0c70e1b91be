"""The values that rule and route files are written in: durations, code lists, lists that are never empty."""

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Final, TypeVar

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from marsad.codes import EventType, Family, Initiator, Severity, Status, SubType
from marsad.errors import did_you_mean

_DURATION: Final = re.compile(r"^(\d{1,6})(s|m|h|d)$")
_SECONDS: Final = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}

Value = TypeVar("Value")


def parse_duration(value: object) -> timedelta:
    """``90s``, ``10m``, ``6h``, ``2d``. Raises ValueError."""
    if isinstance(value, timedelta):
        return value
    match = _DURATION.match(str(value).strip())
    if match is None:
        raise ValueError(f"{value!r} is no duration: write a whole number and s, m, h or d, as in 10m")
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])


def format_duration(value: timedelta) -> str:
    """The shortest text that ``parse_duration`` reads as the same."""
    seconds = int(value.total_seconds())
    for unit, size in _SECONDS.items():
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration),
    WithJsonSchema({"type": "string", "pattern": _DURATION.pattern, "examples": ["10m", "6h"]}),
]


def _not_empty(value: object) -> object:
    if isinstance(value, str):
        raise ValueError(f"write a list: [{value}]")  # noqa: TRY004  pydantic takes ValueErrors
    if isinstance(value, list | tuple) and not value:
        raise ValueError("an empty list matches nothing: name something, or leave the key out")
    return value


def _distinct(value: tuple[Value, ...]) -> tuple[Value, ...]:
    seen = sorted({str(one) for one in value if value.count(one) > 1})
    if seen:
        raise ValueError(f"{seen[0]!r} stands twice: keep one")
    return value


NotEmpty: Final = BeforeValidator(_not_empty)
Distinct: Final = Field(description="any of these")


def _code(kind: type[StrEnum]) -> BeforeValidator:
    """Accept a code in any case; say which one was meant."""
    by_name = {str(code.value).casefold(): code for code in kind}

    def read(value: object) -> object:
        code = by_name.get(str(value).strip().casefold())
        if code is None:
            raise ValueError(f"unknown {_NAMES[kind]} {str(value)!r}{suggestion(str(value), [c.value for c in kind])}")
        return code

    return BeforeValidator(read)


def suggestion(name: str, known: Iterable[str]) -> str:
    """The close name, else all names where they are few enough to read."""
    names = list(known)
    return did_you_mean(name, names) or (f": write one of {', '.join(names)}" if 0 < len(names) <= 25 else "")


_NAMES: Final[dict[type[StrEnum], str]] = {
    EventType: "event type",
    SubType: "sub-type",
    Family: "family of events",
    Status: "status",
    Initiator: "initiator",
    Severity: "severity",
}

Names = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], NotEmpty]
Countries = Annotated[tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...], NotEmpty]
Divisions = Annotated[tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}[-~].+$")], ...], NotEmpty]
Languages = Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")], ...], NotEmpty]
Types = Annotated[tuple[Annotated[EventType, _code(EventType)], ...], NotEmpty]
SubTypes = Annotated[tuple[Annotated[SubType, _code(SubType)], ...], NotEmpty]
Families = Annotated[tuple[Annotated[Family, _code(Family)], ...], NotEmpty]
Statuses = Annotated[tuple[Annotated[Status, _code(Status)], ...], NotEmpty]
Initiators = Annotated[tuple[Annotated[Initiator, _code(Initiator)], ...], NotEmpty]
Level = Annotated[Severity, _code(Severity)]


def texts_by_language(value: Any) -> Any:
    """A plain text is taken as English."""
    return {"en": value} if isinstance(value, str) else value
